// SPDX-License-Identifier: Apache-2.0
// Truth: the same arithmetic with the same coefficients in long double (64 bits of fraction on x86): what double costs.
// The bars are figures measured before on other noise, less 3 dB: order-4 Butterworth, 60 s of white noise of sigma 1.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gains.hpp"
#include "unguard/filter/state_variable.hpp"

namespace unguard {
namespace {

struct Row {
  const char* name;
  bool high;
  double cutoff, rate, offset;
  double usual, state_variable;  // dB, of the table
};
const Row rows[] = {{"HP 20 @ 2k", true, 20, 2000, 0, 284, 295},
                    {"HP 20 @ 2k, offset 1000 sigma", true, 20, 2000, 1000, 235, 253},
                    {"HP 10 @ 2k, offset 1000 sigma", true, 10, 2000, 1000, 226, 250},
                    {"HP 1 @ 2k, offset 1000 sigma", true, 1, 2000, 1000, 196, 240},
                    {"HP 0.5 @ 10k", true, 0.5, 10000, 0, 215, 213},
                    {"HP 0.5 @ 10k, offset 1000 sigma", true, 0.5, 10000, 1000, 167, 212},
                    {"LP 450 @ 2k", false, 450, 2000, 0, 317, 310},
                    {"LP 6 @ 2k", false, 6, 2000, 0, 262, 247},
                    {"LP 3 @ 2k", false, 3, 2000, 0, 253, 243}};

using Wide = long double;

std::vector<Wide> wide(const Sections& sections, const std::vector<double>& x, double offset) {
  std::vector<Wide> y(x.begin(), x.end());
  Wide level = offset;
  for (const auto& s : sections) {
    const Wide settled = (Wide(s.b0) + s.b1 + s.b2) / (1 + Wide(s.a1) + s.a2) * level;
    Wide s2 = s.b2 * level - s.a2 * settled, s1 = (s.b1 * level - s.a1 * settled) + s2;
    for (auto& v : y) {
      const Wide out = s.b0 * v + s1;
      s1 = (s.b1 * v - s.a1 * out) + s2;
      s2 = s.b2 * v - s.a2 * out;
      v = out;
    }
    level = settled;
  }
  return y;
}
std::vector<Wide> wide(const std::vector<StateVariableSection>& sections, const std::vector<double>& x, double offset) {
  std::vector<Wide> y(x.begin(), x.end());
  Wide level = offset;
  for (const auto& c : sections) {
    Wide s1 = 0, s2 = level;
    for (auto& v : y) {
      const Wide high = ((v - s2) - c.r * s1) * c.a;
      const Wide up1 = c.g1 * high, band = s1 + up1, up2 = c.g2 * band, low = s2 + up2;
      s1 = band + up1;
      s2 = low + up2;
      v = (c.of_high * high + c.of_low * low) + c.of_band * band;
    }
    level *= c.of_low;
  }
  return y;
}
template <class K>
double snr(K kernel, const std::vector<double>& x, double offset, const std::vector<Wide>& truth) {
  std::vector<double> y(x.size());
  kernel.settle(0, offset);
  kernel.run(x.data(), y.data(), static_cast<std::int64_t>(x.size()));
  Wide signal = 0, error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    signal += truth[i] * truth[i];
    error += (truth[i] - y[i]) * (truth[i] - y[i]);
  }
  return static_cast<double>(10 * std::log10(signal / error));
}

TEST(Snr, IsThatOfTheTableOrBetter) {
  if (std::numeric_limits<Wide>::digits < 60) GTEST_SKIP() << "long double is not wide enough to be the truth here";
  for (const Row& row : rows) {
    const StreamFormat format{.rate = {row.rate}, .channels = Channels::unnamed(1)};
    std::mt19937 generator(32);
    std::normal_distribution<double> normal(0, 1);
    std::vector<double> x(static_cast<std::size_t>(60 * row.rate));
    for (auto& v : x) v = row.offset + normal(generator);
    const Sections sections = row.high ? *design(Highpass{.cutoff = {row.cutoff}}, format.rate)
                                       : *design(Lowpass{.cutoff = {row.cutoff}}, format.rate);
    const auto moving =
        make_kernel(StateVariable{row.high ? StateVariableMode::highpass : StateVariableMode::lowpass, {row.cutoff}, 4},
                    format)
            .take();
    const double usual = snr(SosKernel("usual", sections, format), x, row.offset, wide(sections, x, row.offset));
    const double state_variable = snr(moving, x, row.offset, wide(moving.rows(), x, row.offset));
    std::printf("[ MEASURED ] %-32s sections %.1f dB (table %.0f), state-variable %.1f dB (table %.0f)\n", row.name,
                usual, row.usual, state_variable, row.state_variable);
    const bool promised = row.high && row.cutoff == 20;
    EXPECT_GE(usual, promised ? (row.offset > 0 ? 215 : 250) : row.usual - 3) << row.name;
    EXPECT_GE(state_variable, promised ? (row.offset > 0 ? 215 : 250) : row.state_variable - 3) << row.name;
  }
}

}  // namespace
}  // namespace unguard
