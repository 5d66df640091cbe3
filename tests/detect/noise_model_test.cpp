// SPDX-License-Identifier: Apache-2.0
// Truth: closed forms of an autoregressive process of order 2 (Yule and Walker), and what the messages have to name.
#include "unguard/detect/noise_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "detect/known_process.hpp"
#include "unguard/detect/activity_detector.hpp"

namespace unguard {
namespace {

// Truth: variance of the process over that of what drives it.
TEST(NoiseModel, ErrorIsWhatDrivesTheProcess) {
  for (const known::Process& p : known::processes) {
    const NoiseModel noise = known::model(p, 5);
    EXPECT_NEAR(noise.error(0), 5 / std::sqrt(p.power_over_error()), 1e-12 * 5) << p.a1 << " " << p.a2;
  }
  // A first-order process beside, channel after channel.
  NoiseModel two{.order = 1, .coefficients = {0, -0.6}};
  two.level.per_channel = {{2, 2, 2}, {3, 3, 3}};
  EXPECT_EQ(two.error(0), 2);
  EXPECT_NEAR(two.error(1), 3 * 0.8, 1e-12);
  EXPECT_EQ(two.of(1)[0], -0.6);
}

// Truth: what each message has to name.
TEST(NoiseModel, IsRefusedByNameWhereItCannotServe) {
  const NoiseModel good = known::model(known::processes[0], 5);
  const auto refused = [](const NoiseModel& noise, int channels = 1, Hertz rate = {2000}) {
    const auto fault = refuse_noise_model<ActivityDetector>(noise, "calibration.noise", channels, rate);
    return fault ? message(*fault) : std::string("accepted");
  };
  const auto with = [&](auto change) {
    NoiseModel noise = good;
    change(noise);
    return refused(noise);
  };
  EXPECT_EQ(refused(good), "accepted");
  EXPECT_EQ(refused(good, 1, {1000}),
            "calibration.noise.rate is 2000 Hz: expected that of the stream, 1000 Hz "
            "(ActivityDetector.calibration.noise.rate)");
  EXPECT_NE(refused(good, 2).find("ActivityDetector.calibration.noise.level"), std::string::npos);
  EXPECT_NE(with([](auto& n) { n.order = 0; }).find("noise.order"), std::string::npos);
  EXPECT_NE(with([](auto& n) { n.coefficients.push_back(0); }).find("noise.coefficients"), std::string::npos);
  EXPECT_NE(with([](auto& n) { n.coefficients[1] = 1.2; }).find("unstable in channel 1"), std::string::npos);
  EXPECT_NE(with([](auto& n) { n.coefficients[1] = std::nan(""); }).find("noise.coefficients"), std::string::npos);
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")})
    EXPECT_NE(with([bad](auto& n) { n.level.per_channel[0].value = bad; }).find("above 0 uV"), std::string::npos);
}

}  // namespace
}  // namespace unguard
