// SPDX-License-Identifier: Apache-2.0
// Truth: the tolerances themselves: the design keeps them, that of one order less does not. Seed 4.
#include "unguard/filter/order.hpp"

#include <gtest/gtest.h>

#include <random>

#include "filter/gains.hpp"
#include "refusal.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

using namespace literals;

struct Butterworth {
  static auto order(const Tolerances& t) { return butterworth_order(t, test_rate); }
  using Specs = std::tuple<Lowpass, Highpass, Bandpass, Bandstop>;
  static void complete(auto&, const Tolerances&) {}
};
struct Chebyshev1 {
  static auto order(const Tolerances& t) { return chebyshev1_order(t, test_rate); }
  using Specs = std::tuple<Chebyshev1Lowpass, Chebyshev1Highpass, Chebyshev1Bandpass, Chebyshev1Bandstop>;
  static void complete(auto& spec, const Tolerances& t) { spec.ripple = t.ripple; }
};
struct Chebyshev2 {
  static auto order(const Tolerances& t) { return chebyshev2_order(t, test_rate); }
  using Specs = std::tuple<Chebyshev2Lowpass, Chebyshev2Highpass, Chebyshev2Bandpass, Chebyshev2Bandstop>;
  static void complete(auto& spec, const Tolerances& t) { spec.attenuation = t.attenuation; }
};

// The sections of the estimate, with another order if wanted.
template <class Family>
Sections designed(const OrderEstimate& e, const Tolerances& t) {
  Sections made;
  const auto as = [&](auto spec) {
    if constexpr (requires { spec.cutoff; }) {
      spec.cutoff = e.edges.at(0);
    } else {
      spec.low = e.edges.at(0);
      spec.high = e.edges.at(1);
    }
    spec.order = e.order;
    Family::complete(spec, t);
    made = sections_of(spec);
  };
  using Specs = typename Family::Specs;
  if (e.band == Band::lowpass) as(std::tuple_element_t<0, Specs>{});
  if (e.band == Band::highpass) as(std::tuple_element_t<1, Specs>{});
  if (e.band == Band::bandpass) as(std::tuple_element_t<2, Specs>{});
  if (e.band == Band::bandstop) as(std::tuple_element_t<3, Specs>{});
  return made;
}
// How far the worst edges are on the right side, in dB: of the pass band and of the stop band.
std::pair<double, double> margins(const Sections& sections, const Tolerances& t) {
  double pass = 1e9, stop = 1e9;
  for (const Hertz f : t.passband) pass = std::min(pass, decibels(gain(sections, f)) + t.ripple.value);
  for (const Hertz f : t.stopband) stop = std::min(stop, -t.attenuation.value - decibels(gain(sections, f)));
  return {pass, stop};
}

std::vector<Tolerances> schemes(int count) {
  std::mt19937_64 generator(4);
  std::uniform_real_distribution<double> log_f(std::log(2), std::log(950)), ripple(0.05, 3), attenuation(10, 90);
  std::vector<Tolerances> all;
  while (static_cast<int>(all.size()) < count) {
    std::array<double, 4> f{};
    for (double& v : f) v = std::exp(log_f(generator));
    std::sort(f.begin(), f.end());
    const Decibels r{ripple(generator)}, a{attenuation(generator)};
    switch (all.size() % 4) {
      case 0:
        all.push_back({{{f[0]}}, {{f[1]}}, r, a});
        break;
      case 1:
        all.push_back({{{f[1]}}, {{f[0]}}, r, a});
        break;
      case 2:
        all.push_back({{{f[1]}, {f[2]}}, {{f[0]}, {f[3]}}, r, a});
        break;
      default:
        all.push_back({{{f[0]}, {f[3]}}, {{f[1]}, {f[2]}}, r, a});
    }
  }
  return all;
}

template <class Family>
void expect_lowest() {
  int met = 0, refused = 0;
  for (const Tolerances& t : schemes(1000)) {
    const auto e = Family::order(t);
    if (!e) {
      EXPECT_EQ(e.fault().parameter, "order") << message(e.fault());
      EXPECT_GT(std::stod(e.fault().found), 12);
      ++refused;
      continue;
    }
    const auto [pass, stop] = margins(designed<Family>(*e, t), t);
    EXPECT_GT(pass, -1e-5) << to_text(t);
    EXPECT_GT(stop, -1e-4) << to_text(t);
    ++met;
    if ((*e).order == 1) continue;
    // One order less, its free parameter at the best: the pass band just met, or for Chebyshev II the stop band.
    OrderEstimate less = *e;
    less.order -= 1;
    if constexpr (std::same_as<Family, Butterworth>) {
      // Its edges come from the order: those of the most attenuation for which one order less is enough.
      auto looser = t;
      Decibels low = std::max(t.ripple + Decibels{0.001}, Decibels{3}), high = t.attenuation;
      for (int i = 0; i < 60; ++i) {
        looser.attenuation = (low + high) / 2;
        ((*Family::order(looser)).order <= less.order ? low : high) = looser.attenuation;
      }
      looser.attenuation = low;
      less = *Family::order(looser);
      if (less.order != (*e).order - 1) continue;
    }
    const auto [less_pass, less_stop] = margins(designed<Family>(less, t), t);
    EXPECT_LT(std::min(less_pass, less_stop), 1e-4) << to_text(t);
  }
  std::printf("[ MEASURED ] %d schemes kept, %d need more than order 12\n", met, refused);
  EXPECT_GT(met, 600);
  EXPECT_GT(refused, 10);
}

TEST(Order, OfButterworthIsTheLowestThatKeepsTheTolerances) { expect_lowest<Butterworth>(); }
TEST(Order, OfChebyshev1IsTheLowestThatKeepsTheTolerances) { expect_lowest<Chebyshev1>(); }
TEST(Order, OfChebyshev2IsTheLowestThatKeepsTheTolerances) { expect_lowest<Chebyshev2>(); }

TEST(Order, RefusesWhatCannotBeKeptByName) {
  const auto refusal = [](const Tolerances& t) { return why(butterworth_order(t, test_rate)); };
  EXPECT_EQ(refusal({.passband = {{100}}, .stopband = {{110}}, .attenuation = 60_dB}),
            "order is 79: expected 1 to 12: a wider transition or less attenuation (Tolerances.order)");
  EXPECT_EQ(refusal({.passband = {}, .stopband = {}}),
            "passband is []: expected one edge or two (Tolerances.passband)");
  EXPECT_EQ(refusal({.passband = {{20}}, .stopband = {{5}, {700}}}),
            "stopband is [5 Hz, 700 Hz]: expected as many edges as passband [20 Hz] (Tolerances.stopband)");
  EXPECT_EQ(refusal({.passband = {{20}}, .stopband = {{20}}}),
            "stopband is [20 Hz]: expected another edge than passband's (Tolerances.stopband)");
  EXPECT_EQ(refusal({.passband = {{20}}, .stopband = {{1000}}}),
            "stopband is 1000 Hz: expected below half the sampling rate, 1000 Hz (Tolerances.stopband)");
  EXPECT_EQ(refusal({.passband = {{450}, {20}}}),
            "passband is [450 Hz, 20 Hz]: expected two edges, the lower one first (Tolerances.passband)");
  EXPECT_EQ(refusal({.stopband = {{30}, {700}}}),
            "stopband is [30 Hz, 700 Hz]: expected both edges outside passband [20 Hz, 450 Hz] or both inside it "
            "(Tolerances.stopband)");
  EXPECT_EQ(refusal({.ripple = 10_dB, .attenuation = 8_dB}),
            "attenuation is 8 dB: expected above ripple, 10 dB (Tolerances.attenuation)");
}

}  // namespace
}  // namespace unguard
