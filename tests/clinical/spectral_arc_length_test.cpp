// SPDX-License-Identifier: Apache-2.0
// Truth: the authors' own example, whose value their program prints; what the definition forces; the messages.
#include "unguard/clinical/spectral_arc_length.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "clinical/movements.hpp"

namespace unguard {
namespace {

using namespace movements;

TEST(SpectralArcLength, IsThatOfTheAuthorsExample) {
  const double found = spectral_arc_length(authors_movement(), rate).take();
  EXPECT_NEAR(found, -1.41403, 1e-5);
}
TEST(SpectralArcLength, FallsWithEveryNewStartAndDoesNotKnowTheUnit) {
  double before = 0;
  for (int n = 1; n <= 5; ++n) {
    auto x = bumps(n);
    const double found = spectral_arc_length(x, rate).take();
    EXPECT_LT(found, before) << n;
    before = found;
    for (double& v : x) v *= 57.3;
    EXPECT_NEAR(spectral_arc_length(x, rate).take(), found, 1e-12) << n;
  }
}
TEST(SpectralArcLength, SaysWhatItCannotMeasure) {
  const auto refusal = [](const std::vector<double>& x, Hertz of, SpectralArcLength spec = {}) {
    return message(spectral_arc_length(x, of, spec).fault());
  };
  EXPECT_EQ(refusal({1, 2, 3}, rate),
            "speed is 3 samples: expected 4 to 1048576 of one movement (SpectralArcLength.speed)");
  EXPECT_EQ(refusal({0, 0, 0, 0, 0}, rate), "speed is 0 throughout: expected a movement (SpectralArcLength.speed)");
  EXPECT_EQ(refusal({0, 1, std::numeric_limits<double>::quiet_NaN(), 0}, rate),
            "speed is nan at sample 2: expected finite numbers (SpectralArcLength.speed)");
  EXPECT_EQ(refusal({0, 1, 2, 1}, {0}), "fs is 0 Hz: expected a finite number above 0 Hz (SpectralArcLength.fs)");
  EXPECT_EQ(refusal({0, 1, 2, 1}, {15}),
            "highest is 10 Hz: expected at most half of fs, 7.5 Hz (SpectralArcLength.highest)");
}

}  // namespace
}  // namespace unguard
