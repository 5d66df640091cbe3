// SPDX-License-Identifier: Apache-2.0
// Polynomials from outside. Truth: closed forms, the scalar order of operations, sections of the same filter, and the
// sentences. Against SciPy in bindings/python/tests/filter/test_transfer_function.py.
#include "unguard/filter/transfer_function.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/noise_bandwidth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/sos.hpp"
#include "unguard/filter/zero_phase.hpp"
#include "unguard/filter/zero_phase_blocks.hpp"

namespace unguard {
namespace {

using namespace literals;

StreamFormat format(int channels = 1) { return {.rate = {2000}, .channels = Channels::unnamed(channels)}; }
std::vector<double> noise(std::size_t count, double offset = 0, unsigned seed = 4) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(offset, 50);
  std::vector<double> x(count);
  for (auto& v : x) v = normal(generator);
  return x;
}
std::vector<double> product(const std::vector<double>& p, const std::vector<double>& q) {
  std::vector<double> c(p.size() + q.size() - 1);
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t k = 0; k < q.size(); ++k) c[i + k] += p[i] * q[k];
  return c;
}
// The same filter as one polynomial over another.
TransferFunction multiplied(const Sections& sections) {
  TransferFunction t{{1}, {1}};
  for (const auto& s : sections) {
    t.b = product(t.b, {s.b0, s.b1, s.b2});
    t.a = product(t.a, {1, s.a1, s.a2});
  }
  return t;
}
const std::vector<TransferFunction> examples{
    {{3}, {2}},
    {{0.5, 0.5}, {1, -0.9}},
    {{1, 0, -1}, {2, -3.6, 1.7}},
    {{0.1, 0.2, 0.3, 0.4}, {1}},
    {{0.7}, {1, -0.5, 0.25, -0.125}},
    multiplied(*design(Bandpass{.order = 2}, {2000})),
    multiplied(*design(Lowpass{.cutoff = {100}, .order = 4}, {2000})),
};
Polynomials made(const TransferFunction& t) { return *design_polynomials(t, {2000}); }

// Truth: the definition in scalar form, for 1 to 65 channels and pieces of 0 to 90 frames. Seed 4.
TEST(TransferFunction, GivesTheBitsOfTheScalarStepForEveryChannelCountAndCut) {
  std::mt19937 generator(4);
  constexpr std::int64_t frames = 300;
  for (const auto& example : examples) {
    const Polynomials p = made(example);
    for (int channels = 1; channels <= 65; ++channels) {
      const auto x = noise(static_cast<std::size_t>(frames * channels), 300);
      std::vector<double> expected(x.size()), y(x.size());
      for (int c = 0; c < channels; ++c) {
        std::vector<double> state(5);
        for (std::int64_t i = 0; i < frames; ++i) {
          const auto at = static_cast<std::size_t>(i * channels + c);
          expected[at] = step(p, state.data(), x[at]);
        }
      }
      TransferFunctionKernel kernel = *make_kernel(example, format(channels));
      for (std::int64_t done = 0; done < frames;) {
        const std::int64_t n = std::min<std::int64_t>(generator() % 91, frames - done);
        kernel.run(x.data() + done * channels, y.data() + done * channels, n);
        done += n;
      }
      ASSERT_EQ(y, expected) << to_text(example) << ", " << channels << " channels";
    }
  }
}

// Truth: the geometric series.
TEST(TransferFunction, OfOnePoleIsTheGeometricSeries) {
  auto live = start(TransferFunction{{4}, {2, -1}}, format());
  std::vector<double> x(40), y(40);
  x[0] = 1;
  ASSERT_EQ(live.process({x.data(), 40, 1}, {y.data(), 40, 1}), Status::ok);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(y[static_cast<std::size_t>(i)], 2 * std::pow(0.5, i));
  const auto kernel = *make_kernel(TransferFunction{{4}, {2, -1}}, format());
  EXPECT_NEAR(kernel.error_gain(), 4, 1e-11);
  EXPECT_EQ(kernel.ringing({0.2, 1, 1e3}).single, (std::vector<std::int64_t>{0, 2, 11}));
  EXPECT_NEAR(kernel.delay({0}).samples, 1, 1e-15);
}

// Truth: the same filter as second-order sections.
TEST(TransferFunction, DoesWhatItsSectionsDo) {
  for (const auto& sections :
       {*design(Lowpass{.cutoff = {100}, .order = 4}, {2000}), *design(Highpass{.order = 3}, {2000}),
        *design(Bandpass{.order = 2}, {2000}), *design(Notch{}, {2000}), *design(Bandstop{.order = 2}, {2000})}) {
    const TransferFunction t = multiplied(sections);
    Linear one = *linear(t, {2000}), other{{.sections = sections}};
    for (const double f : {0.0, 0.3, 20.0, 50.0, 333.0, 999.0, 1000.0}) {
      EXPECT_NEAR(std::abs(response(one, {f}, {2000}) - response(other, {f}, {2000})), 0, 1e-8) << f;
      // The product of the sections' zeros is rounded: at the zeros themselves the delay is that of the rest.
      if (std::abs(response(other, {f}, {2000})) > 1e-6) {
        EXPECT_NEAR(group_delay(one, {f}, {2000}), group_delay(other, {f}, {2000}), 1e-4) << f;
      }
    }
    EXPECT_NEAR(static_cast<double>(memory(one)), static_cast<double>(memory(other)),
                0.3 * static_cast<double>(memory(other)));
    EXPECT_NEAR(static_cast<double>(*settle_samples(one, 300)), static_cast<double>(*settle_samples(other, 300)), 1);
    EXPECT_NEAR(noise_bandwidth(one, {2000})->value, noise_bandwidth(other, {2000})->value, 1e-6);
    const auto kernel = *make_kernel(t, format());
    const SosKernel cascade("Sos", sections, format());
    EXPECT_NEAR(kernel.error_gain() / cascade.error_gain(), 1, 1e-7);
    const auto rings = kernel.ringing({1e2, 1e4, 1e6}), expected = cascade.ringing({1e2, 1e4, 1e6});
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(static_cast<double>(rings.lasting[i]), static_cast<double>(expected.lasting[i]), 1);
      EXPECT_NEAR(static_cast<double>(rings.single[i]), static_cast<double>(expected.single[i]), 1);
    }
  }
}

// Truth: a zero at 0 Hz or half the rate delays by half a sample, also where nothing comes through.
TEST(TransferFunction, HasAGroupDelayWhereItsGainIsZero) {
  const Linear high = *linear(TransferFunction{{1, -1.5, 0.5}, {1}}, {2000});  // (1 - z^-1)(1 - z^-1 / 2)
  EXPECT_NEAR(group_delay(high, {0}, {2000}), 0.5 - 1, 1e-15);
  EXPECT_NEAR(group_delay(high, {0}, {2000}), group_delay(high, {1e-4}, {2000}), 1e-9);
  const Linear low = *linear(TransferFunction{{0, 1, 1.5, 0.5, 0}, {1, -0.5}}, {2000});
  EXPECT_NEAR(group_delay(low, {1000}, {2000}), group_delay(low, {1000 - 1e-4}, {2000}), 1e-9);
}

// Truth: the pole itself; a resonance narrower than any grid of frequencies.
TEST(TransferFunction, FindsItsPeakBetweenTheFrequenciesOfTheGrid) {
  const double radius = 1 - 1e-7, angle = 0.3123456789, c = std::cos(angle);
  const TransferFunction narrow{{1}, product({1, -2 * radius * c, radius * radius}, {1, -0.5, 0.3})};
  const PeakGain peak = peak_gain(*linear(narrow, {2000}), {2000});
  EXPECT_NEAR(peak.at.value, 2000 * angle / (2 * 3.14159265358979324), 1e-4);
}

// Truth: closed forms of the roots.
TEST(SchurCohn, TellsRootsInsideFromThoseOnAndBeyondTheCircle) {
  using schur_cohn::roots_inside;
  EXPECT_TRUE(roots_inside(std::vector<double>{1}));
  EXPECT_TRUE(roots_inside(std::vector<double>{1, 0, 0}));
  for (const double r : {0.5, 0.999, 1 - 0x1p-50}) {
    EXPECT_TRUE(roots_inside(std::vector<double>{1, r}));
    EXPECT_TRUE(roots_inside(std::vector<double>{1, 0, 0, 0, r}));
    EXPECT_FALSE(roots_inside(std::vector<double>{1, 0, 0, 0, 1 / r}));
  }
  for (const auto& on : {std::vector<double>{1, 1},
                         {1, -1},
                         {1, -2, 1},
                         {1, 0, 1},
                         {1, -4, 6, -4, 1},
                         {1, -1, 0.25, -0.25},
                         {1, 0, 0, 0, -1}})
    EXPECT_FALSE(roots_inside(on));
  EXPECT_FALSE(roots_inside(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN(), 0.5}));
  EXPECT_FALSE(roots_inside(std::vector<double>{1, -3, 1}));
}

TEST(SchurCohn, MeasuresTheOutermostRoot) {
  for (const double r : {1e-3, 0.5, 0.9, 0.999}) {
    EXPECT_NEAR(static_cast<double>(schur_cohn::decay({1, -r})), -std::log(r), 1e-15);
    EXPECT_NEAR(static_cast<double>(schur_cohn::decay({1, r, 0, 0})), -std::log(r), 1e-15);
    EXPECT_NEAR(static_cast<double>(schur_cohn::decay({1, 0, 0, 0, r})), -std::log(r) / 4, 1e-15);
    EXPECT_NEAR(static_cast<double>(schur_cohn::decay(product({1, -r}, {1, -0.4 * r, 0.2 * r * r}))), -std::log(r),
                1e-13);
  }
  EXPECT_EQ(schur_cohn::decay({1}), HUGE_VALL);
  EXPECT_EQ(schur_cohn::decay({1, 0, 0, 0, 0}), HUGE_VALL);
}

// Truth: a constant comes out as it went in.
TEST(TransferFunction, SettlesToTheSteadyStateOfAConstant) {
  for (const auto& example : examples)
    for (const int channels : {1, 3, 13}) {
      TransferFunctionKernel kernel = *make_kernel(example, format(channels));
      double level = 0;
      for (int c = 0; c < channels; ++c) level = kernel.settle(c, 20e3);
      const double gain = response(Linear{*kernel.linear()}, {0}, {2000}).real();
      EXPECT_NEAR(level, 20e3 * gain, 1e-9);
      std::vector<double> x(static_cast<std::size_t>(100 * channels), 20e3), y(x.size());
      kernel.run(x.data(), y.data(), 100);
      for (const double v : y) ASSERT_NEAR(v, level, 20e3 * 1e-10) << to_text(example);
    }
}

TEST(TransferFunction, CarriesOnOnlyWithTheSameCoefficients) {
  auto one = *make_kernel(examples[2], format(2));
  const auto same = *make_kernel(examples[2], format(2)), other = *make_kernel(examples[5], format(2));
  const auto wider = *make_kernel(examples[2], format(9));
  EXPECT_TRUE(one.adopt(same));
  EXPECT_FALSE(one.adopt(other));
  EXPECT_FALSE(one.adopt(wider));
}

// Truth: the sections' twin, and the blocks' own whole.
TEST(TransferFunction, HasAZeroPhaseTwinWholeAndInBlocks) {
  const auto x = noise(2 * 3000, 300);
  const ConstBlock record{x.data(), 3000, 2};
  const Sections sections = *design(Bandpass{.order = 2}, {2000});
  std::vector<double> rows;
  for (const auto& s : sections) rows.insert(rows.end(), {s.b0, s.b1, s.b2, 1, s.a1, s.a2});
  const TransferFunction t = multiplied(sections);
  for (const auto method : {ZeroPhaseMethod::pad, ZeroPhaseMethod::gustafsson}) {
    const auto one = *zero_phase(t, record, format(2), {.method = method});
    const auto other = *zero_phase(Sos{rows}, record, format(2), {.method = method});
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(one[i], other[i], 1e-9);
  }
  const auto whole = *zero_phase(Chain{t, Notch{}}, record, format(2));
  auto blocks = zero_phase_blocks(Chain{t, Notch{}}, format(2)).take();
  std::vector<double> y;
  const auto put = [&](ConstBlock out) { y.insert(y.end(), out.data, out.data + out.frames * 2); };
  for (int i = 0; i < 3; ++i) ASSERT_FALSE(blocks.push(record.part(1000 * i, 1000), put));
  ASSERT_FALSE(blocks.finish(put));
  ASSERT_EQ(y.size(), whole.size());
  for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], whole[i], 1e-9);
}

TEST(TransferFunction, RefusesByName) {
  const auto refusal = [](std::vector<double> b, std::vector<double> a) {
    return why(try_start(TransferFunction{std::move(b), std::move(a)}, format()));
  };
  EXPECT_EQ(refusal({}, {1}), "b is 0 numbers: expected 1 to 5 numbers (TransferFunction.b)");
  EXPECT_EQ(refusal({1}, {}), "a is 0 numbers: expected 1 to 5 numbers (TransferFunction.a)");
  EXPECT_EQ(refusal({1}, {0}), "a is [0]: expected the first number not to be 0 (TransferFunction.a)");
  EXPECT_EQ(refusal({1}, {0, 1}), "a is [0, 1]: expected the first number not to be 0 (TransferFunction.a)");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(refusal({nan}, {1}), "b is [nan]: expected every value to be a finite number (TransferFunction.b)");
  EXPECT_EQ(refusal({1}, {1, HUGE_VAL}),
            "a is [1, inf]: expected every value to be a finite number (TransferFunction.a)");
  EXPECT_EQ(refusal({1}, {1e-310, 1}),
            "a is [1e-310, 1]: expected numbers that stay finite when divided by the first of them "
            "(TransferFunction.a)");
  EXPECT_EQ(refusal({1}, {1e-310}),
            "b is [1]: expected numbers that stay finite when divided by the first of a (TransferFunction.b)");
  for (const auto& [a, found] : std::vector<std::pair<std::vector<double>, std::string>>{
           {{1, -1}, "[1, -1]"}, {{1, -2, 1}, "[1, -2, 1]"}, {{2, 0, 0, 0, 2}, "[2, 0, 0, 0, 2]"}, {{1, 3}, "[1, 3]"}})
    EXPECT_EQ(refusal({1}, a),
              "a is " + found + ": expected a polynomial with all poles inside the unit circle (TransferFunction.a)");
  const std::string sections =
      " numbers: expected 1 to 5 numbers: one polynomial of a higher order loses too many digits; give second-order "
      "sections as Sos (SciPy's output=\"sos\", tf2sos) (TransferFunction.";
  EXPECT_EQ(refusal({1}, {1, 0, 0, 0, 0, 0}), "a is 6" + sections + "a)");
  EXPECT_EQ(refusal({1, 0, 0, 0, 0, 0, 0}, {1, 0}), "b is 7" + sections + "b)");
  EXPECT_EQ(refusal(std::vector<double>(31, 0.1), {1}),
            "b is 31 numbers: expected 1 to 5 numbers: with a single number in a this is a finite impulse response; "
            "give it as Fir (TransferFunction.b)");
}

TEST(TransferFunction, RefusesGainsThatCouldOverflow) {
  const auto refusal = [](std::vector<double> b, std::vector<double> a, const StreamFormat& in = format()) {
    return why(try_start(TransferFunction{std::move(b), std::move(a)}, in));
  };
  const std::string expected =
      ": expected coefficients that keep full scale, 1e+07, below 1e+100 all the way through (TransferFunction.b)";
  EXPECT_EQ(refusal({1e300}, {1}), "b is [1e+300]" + expected);
  EXPECT_EQ(refusal({1e300, -1e300}, {1}), "b is [1e+300, -1e+300]" + expected);
  EXPECT_EQ(refusal({1.7e308, 1.7e308}, {1, -1.9, 0.95}), "b is [1.7e+308, 1.7e+308]" + expected);
  EXPECT_EQ(refusal({1e92}, {1, -0.99}), "b is [1e+92]" + expected);
  EXPECT_EQ(refusal({1e90}, {1, -0.99}), "accepted");
  EXPECT_EQ(refusal({1}, {1e-95}), "b is [1]" + expected);
  StreamFormat quiet = format();
  quiet.converter = {.low_rail = Microvolts{-1}, .high_rail = Microvolts{1}};
  EXPECT_EQ(refusal({1e92}, {1, -0.99}, quiet), "accepted");
  // Poles nearer to the circle than can be followed: by the bound.
  EXPECT_EQ(refusal({1}, product({1, -(1 - 1e-9)}, {1, -(1 - 1e-9)})), "accepted");
  EXPECT_EQ(refusal({1e76}, product({1, -(1 - 1e-9)}, {1, -(1 - 1e-9)})), "b is [1e+76]" + expected);
  const TransferFunction loud{{1e60}, {1}};
  EXPECT_NE(why(try_start(Chain{loud, loud}, format())).find("(Chain.stages)"), std::string::npos);
}

}  // namespace
}  // namespace unguard
