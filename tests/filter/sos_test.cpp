// SPDX-License-Identifier: Apache-2.0
// Coefficients from outside: what could overflow is refused by name. Truth: the sentences, and the loudest input.
#include "unguard/filter/sos.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/zero_phase.hpp"

namespace unguard {
namespace {

const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};

template <class S>
std::string refusal(const S& spec, const StreamFormat& in = format) {
  return why(try_start(spec, in));
}

TEST(Sos, RefusesGainsThatCouldOverflow) {
  const std::string expected =
      ": expected sections that keep full scale, 1e+07, below 1e+100 all the way through (Sos.rows)";
  EXPECT_EQ(refusal(Sos{{1e300, 0, 0, 1, 0, 0}}), "rows is [1e+300, 0, 0, 1, 0, 0]" + expected);
  EXPECT_EQ(refusal(Sos{{1e300, -1e300, 0, 1, 0, 0}}), "rows is [1e+300, -1e+300, 0, 1, 0, 0]" + expected);
  EXPECT_EQ(refusal(Sos{{1.7e308, 1.7e308, 1.7e308, 1, -1.9, 0.95}}),
            "rows is [1.7e+308, 1.7e+308, 1.7e+308, 1, -1.9, 0.95]" + expected);
  EXPECT_EQ(refusal(Sos{{1e95, 0, 0, 1, 0, 0}}), "rows is [1e+95, 0, 0, 1, 0, 0]" + expected);
  EXPECT_EQ(refusal(Sos{{1e90, 0, 0, 1, -0.5, 0}}), "accepted");
  // By the section that goes too far, though the next would bring it back.
  EXPECT_EQ(refusal(Sos{{1e50, 0, 0, 1, 0, 0, 1e50, 0, 0, 1, 0, 0, 1e-100, 0, 0, 1, 0, 0}}),
            "rows is [1e+50, 0, 0, 1, 0, 0]" + expected);
  // A resonance that adds up: 1 / (1 - radius)^2 in each of 16 sections.
  std::vector<double> rows;
  for (int i = 0; i < 16; ++i) rows.insert(rows.end(), {1, 0, 0, 1, -2 * 0.9999999, 0.9999999 * 0.9999999});
  EXPECT_NE(refusal(Sos{rows}).find("rows is [1, 0, 0, 1, -1.9999998, "), std::string::npos) << refusal(Sos{rows});
}

// The whole gain in the first section and the others as they come, as scipy.signal.butter puts it: a 0.05 Hz low-pass
// of order 24 gains 1e8 in each of its sections, after 1e-91 in the first.
TEST(Sos, TakesCascadesAsSciPyScalesThem) {
  const Sections sections = *design(Lowpass{.cutoff = {0.05}, .order = 12}, {2000});
  std::vector<double> rows;
  double gain = 1;
  for (int twice = 0; twice < 2; ++twice)
    for (const Section& s : sections) {
      gain *= s.b0;
      rows.insert(rows.end(), {1, 2, 1, 1, s.a1, s.a2});
    }
  for (int i = 0; i < 3; ++i) rows[static_cast<std::size_t>(i)] *= gain;
  EXPECT_EQ(refusal(Sos{rows}), "accepted");
}

TEST(Sos, IsMeasuredAgainstTheStreamsFullScale) {
  StreamFormat quiet = format;
  quiet.converter = {.low_rail = Microvolts{-1}, .high_rail = Microvolts{1}};
  EXPECT_EQ(refusal(Sos{{1e95, 0, 0, 1, 0, 0}}, quiet), "accepted");
}

TEST(Sos, RefusesChainsThatOverflowTogether) {
  const Sos loud{{1e60, 0, 0, 1, 0, 0}};
  const std::string refused = refusal(Chain{loud, Rms{}, loud});
  EXPECT_EQ(refused,
            "stages is " + to_text(Chain{loud, Rms{}, loud}) +
                ": expected stages that keep full scale, 1e+07, below 1e+100 all the way through (Chain.stages)");
  EXPECT_EQ(refusal(RuntimeChain{{loud, Rms{}, loud}}), refused);
  EXPECT_EQ(refusal(Chain{Chain{loud, Rms{}}, Chain{loud, loud}}).substr(0, 10), refused.substr(0, 10));
  EXPECT_EQ(refusal(Chain{loud, Sos{{1e-60, 0, 0, 1, 0, 0}}, loud}), "accepted");
  std::vector<double> record(1000, 1.0);
  EXPECT_NE(why(zero_phase(Sos{{1e300, 0, 0, 1, 0, 0}}, {record.data(), 1000, 1}, format)).find("(Sos.rows)"),
            std::string::npos);
}

// Truth: the loudest input there can be, the sign of the impulse response turned round. Every value stays finite, the
// power of the output and the second run of the zero-phase twin included.
TEST(Sos, StaysFiniteAtTheLargestGainAccepted) {
  const double largest = 0.99e93 * (1 - 0.9);
  const Sos loud{{largest, 0, 0, 1, -0.9, 0}};
  std::vector<double> x(4000, default_full_scale.value), y(x.size());
  auto filter = start(Chain{loud, Rms{.window = {1}}}, format);
  ASSERT_EQ(filter.process({x.data(), 4000, 1}, {y.data(), 4000, 1}), Status::ok);
  for (const double v : y) ASSERT_TRUE(std::isfinite(v));
  EXPECT_GT(y.back(), 0.98e100);
  const auto twice = zero_phase(loud, {x.data(), 4000, 1}, format);
  ASSERT_TRUE(twice.has_value());
  for (const double v : *twice) ASSERT_TRUE(std::isfinite(v));
  EXPECT_NE(refusal(Sos{{1.02 * largest, 0, 0, 1, -0.9, 0}}), "accepted");
}

}  // namespace
}  // namespace unguard
