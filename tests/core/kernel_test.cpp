// SPDX-License-Identifier: Apache-2.0
// What is a kernel, and that every build of the inner loops is the same one.
#include "unguard/core/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "kernels/kernels.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/levels.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/state_variable.hpp"
#include "unguard/filter/transfer_function.hpp"

namespace unguard {
namespace {

static_assert(Kernel<SosKernel> && Kernel<MovingAverageKernel<RmsLaw>> && Kernel<Through>);
static_assert(Kernel<AnyKernel> && Kernel<ChainKernel>);
static_assert(!Kernel<int> && !Kernel<Lowpass>);

// One promise short of a kernel each.
struct MayThrow : Through {
  void run(const double*, double*, std::int64_t) {}
};
struct CannotBeReset {
  void run(const double*, double*, std::int64_t) noexcept {}
};
struct CannotBeCopied : Through {
  CannotBeCopied(const CannotBeCopied&) = delete;
};
static_assert(!Kernel<MayThrow> && !Kernel<CannotBeReset> && !Kernel<CannotBeCopied>);

static_assert(FilterSpec<Lowpass> && FilterSpec<Rms> && FilterSpec<Chain<Lowpass, Rms>> && FilterSpec<RuntimeChain>);
static_assert(FilterSpec<AnyFilterSpec> == false, "it is a stage, not a spec of its own");
static_assert(!FilterSpec<Levels> && !FilterSpec<double>);
static_assert(std::same_as<KernelOf<Lowpass>, SosKernel>);
static_assert(std::same_as<KernelOf<TransferFunction>, TransferFunctionKernel>);

// Truth: the order of sums that fir_run.hpp states, in scalar form, for every build, length and number of outputs.
// Seed 6.
TEST(Kernel, EveryBuildOfTheTapsGivesTheBitsOfTheStatedOrder) {
  std::mt19937_64 generator(6);
  std::normal_distribution<double> normal;
  std::vector<std::pair<const char*, FirRun>> builds{
      {"header", &run_fir}, {"baseline", baseline_kernels().fir}, {"chosen", best_fir_run()}};
  std::vector<AddProduct> products{&add_product, baseline_kernels().add_product, best_add_product()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    builds.push_back({"avx2", avx2_kernels().fir});
    products.push_back(avx2_kernels().add_product);
  }
#endif
  const auto noise = [&](std::size_t count) {
    std::vector<double> x(count);
    for (auto& v : x) v = normal(generator);
    return x;
  };
  for (const std::size_t count : {4u, 8u, 100u})
    for (std::size_t n = 0; n < 40; ++n) {
      const auto taps = noise(count), window = noise(count - 1 + n);
      auto turned = taps;
      for (std::size_t k = 0; k < count; k += 4) std::reverse(turned.begin() + k, turned.begin() + k + 4);
      std::vector<double> expected(n), y(n);
      for (std::size_t i = 0; i < n; ++i) {
        double s[4] = {};
        for (std::size_t k = 0; k < count; ++k) s[k % 4] += taps[k] * window[count - 1 + i - k];
        expected[i] = (s[0] + s[1]) + (s[2] + s[3]);
      }
      for (const auto& [name, run] : builds) {
        run(taps.data(), turned.data(), static_cast<std::int64_t>(count), window.data(), y.data(),
            static_cast<std::int64_t>(n));
        ASSERT_EQ(y, expected) << name << ", " << count << " taps, " << n << " outputs";
      }
    }
  const auto a = noise(24), b = noise(24), before = noise(24);
  for (const AddProduct add : products) {
    auto sum = before;
    add({a.data(), a.data() + 12}, {b.data(), b.data() + 12}, {sum.data(), sum.data() + 12}, 12);
    for (std::size_t k = 0; k < 12; ++k) {
      EXPECT_EQ(sum[k], before[k] + (a[k] * b[k] - a[k + 12] * b[k + 12]));
      EXPECT_EQ(sum[k + 12], before[k + 12] + (a[k] * b[k + 12] + a[k + 12] * b[k]));
    }
  }
}

// Truth: one channel alone, for every build and number of channels. Seed 6.
TEST(Kernel, EveryBuildOfTheStateVariableFilterGivesEveryChannelTheSameBits) {
  std::vector<StateVariableRun> builds{&run_state_variable, baseline_kernels().state_variable,
                                       best_state_variable_run()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) builds.push_back(avx2_kernels().state_variable);
#endif
  std::mt19937_64 generator(6);
  std::normal_distribution<double> normal(0, 100);
  const StreamFormat one{.rate = {2000}, .channels = Channels::unnamed(1)};
  const auto rows = (*make_kernel(StateVariable{.order = 5}, one)).rows();
  const int count = static_cast<int>(rows.size());
  for (const int channels : {1, 2, 4, 5, 8, 13, 16, 17, 33, 65}) {
    constexpr std::int64_t frames = 150;
    std::vector<double> x(static_cast<std::size_t>(frames * channels)), expected(x.size()), y(x.size());
    for (auto& v : x) v = normal(generator);
    for (int c = 0; c < channels; ++c) {
      std::vector<double> alone(frames), state(static_cast<std::size_t>(sos_state_size(count, 1)));
      for (std::int64_t i = 0; i < frames; ++i) alone[i] = x[static_cast<std::size_t>(i * channels + c)];
      run_state_variable(rows.data(), count, 1, state.data(), alone.data(), alone.data(), frames);
      for (std::int64_t i = 0; i < frames; ++i) expected[static_cast<std::size_t>(i * channels + c)] = alone[i];
    }
    for (const auto run : builds) {
      std::vector<double> state(static_cast<std::size_t>(sos_state_size(count, channels)));
      run(rows.data(), count, channels, state.data(), x.data(), y.data(), 77);
      run(rows.data(), count, channels, state.data(), x.data() + 77 * channels, y.data() + 77 * channels, frames - 77);
      EXPECT_EQ(y, expected) << channels << " channels";
    }
  }
}

// Truth: the scalar step, for every build, order and number of channels. Seed 7.
TEST(Kernel, EveryBuildOfThePolynomialsGivesTheBitsOfTheScalarStep) {
  std::vector<PolynomialsRun> builds{&run_polynomials, baseline_kernels().polynomials, best_polynomials_run()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) builds.push_back(avx2_kernels().polynomials);
#endif
  std::mt19937_64 generator(7);
  std::normal_distribution<double> normal(0, 100);
  for (std::size_t order = 0; order <= max_polynomial_order; ++order) {
    Polynomials p{{0.3, -0.2, 0.7, 0.11, -0.05}, {1, -1.4, 0.9, -0.33, 0.07}};
    p.b.resize(order + 1);
    p.a.resize(order + 1);
    for (int channels = 1; channels <= 65; ++channels) {
      constexpr std::int64_t frames = 90;
      std::vector<double> x(static_cast<std::size_t>(frames * channels)), expected(x.size()), y(x.size());
      for (auto& v : x) v = normal(generator);
      for (int c = 0; c < channels; ++c) {
        std::vector<double> state(order);
        for (std::int64_t i = 0; i < frames; ++i) {
          const auto at = static_cast<std::size_t>(i * channels + c);
          expected[at] = step(p, state.data(), x[at]);
        }
      }
      for (const auto run : builds) {
        const int n = static_cast<int>(order);
        std::vector<double> state(static_cast<std::size_t>(polynomials_state_size(n, channels)));
        run(p.b.data(), p.a.data(), n, channels, state.data(), x.data(), y.data(), 37);
        run(p.b.data(), p.a.data(), n, channels, state.data(), x.data() + 37 * channels, y.data() + 37 * channels,
            frames - 37);
        ASSERT_EQ(y, expected) << "order " << order << ", " << channels << " channels";
      }
    }
  }
}

// Truth: the scalar arithmetic of design section 7, for every build, number of sections and of channels, rectified
// before any of the sections or none. Seed 5.
TEST(Kernel, EveryBuildOfTheSectionsGivesTheBitsOfTheScalarStep) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  struct Build {
    const char* name;
    SosRun run;
  };
  std::vector<Build> builds{{"header", &run_sos}, {"baseline", baseline_kernels().sos}, {"chosen", best_sos_run()}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) builds.push_back({"avx2", avx2_kernels().sos});
#endif
  for (int count = 1; count <= 8; ++count)
    for (const int channels : {1, 2, 3, 4, 5, 8, 13, 16, 17, 33, 65}) {
      Sections sections = *design(Bandpass{.order = 8}, Hertz{2000});
      sections.resize(static_cast<std::size_t>(count));
      const int rectified = static_cast<int>(generator() % static_cast<unsigned>(count + 1)) - 1;
      std::vector<double> rows;
      for (const auto& s : sections) rows.insert(rows.end(), {s.b0, s.b1, s.b2, s.a1, s.a2});
      constexpr std::int64_t frames = 150;
      std::vector<double> x(static_cast<std::size_t>(frames * channels)), expected(x.size()), y(x.size());
      for (auto& v : x) v = 100 * normal(generator);
      for (int c = 0; c < channels; ++c) {
        std::vector<SectionState> state(sections.size());
        for (std::int64_t i = 0; i < frames; ++i) {
          const auto k = static_cast<std::size_t>(i * channels + c);
          double v = x[k];
          for (std::size_t q = 0; q < sections.size(); ++q)
            v = step(sections[q], state[q], static_cast<int>(q) == rectified ? std::fabs(v) : v);
          expected[k] = v;
        }
      }
      for (const Build& build : builds) {
        std::vector<double> state(static_cast<std::size_t>(sos_state_size(count, channels)));
        for (std::int64_t done = 0; done < frames;) {
          const std::int64_t n = std::min<std::int64_t>(generator() % 70, frames - done);
          build.run({rows.data(), count, rectified}, channels, state.data(), x.data() + done * channels,
                    y.data() + done * channels, n);
          done += n;
        }
        ASSERT_EQ(std::memcmp(y.data(), expected.data(), y.size() * sizeof(double)), 0)
            << build.name << ", " << count << " sections, rectified before " << rectified << ", " << channels
            << " channels";
      }
    }
}

}  // namespace
}  // namespace unguard
