// SPDX-License-Identifier: Apache-2.0
// Truth: a sensor that is turned by hand, its gravity and turning worked out from the angle; what the messages name.
#include "unguard/clinical/trunk_angle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "unguard/clinical/sensor_units.hpp"
#include "unguard/core/random.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{100};
constexpr double radian = std::numbers::pi / 180;

StreamFormat imu(const std::vector<std::string>& sensors) {
  std::vector<Channel> list;
  for (const auto& s : sensors)
    for (const char* what : {"acc", "gyro"})
      for (const char* axis : {"x", "y", "z"})
        list.push_back({s + " " + what + " " + axis, "", {}, std::string(what) == "acc" ? "g" : "deg/s"});
  return {.rate = rate, .channels = Channels(list)};
}
// Errors of a sensor whose x points to the left, y up and z forward.
struct Sensor {
  double noise_g = 0, noise_dps = 0, bias_dps = 0, moved_g = 0;
};
// A movement from 0 to `deepest` and back, and what a sensor on it reads, frame by frame.
struct Motion {
  std::vector<double> angle{}, frames{};
};
Motion bend(double deepest, const Sensor& sensor, double twist = 0, std::uint64_t seed = 1) {
  Motion m;
  RandomStream random(seed, "imu");
  for (int i = 0; i < 6000; ++i) {
    const double t = i / rate.value, phase = std::fmod(t, 20.0);
    const auto at = [&](double s) {
      const auto smooth = [](double u) { return u * u * u * (10 + u * (6 * u - 15)); };
      if (s < 4) return 0.0;
      if (s < 8) return deepest * smooth((s - 4) / 4);
      if (s < 12) return deepest;
      if (s < 16) return deepest * (1 - smooth((s - 12) / 4));
      return 0.0;
    };
    const double now = at(phase), speed = (at(phase + 0.005) - at(phase - 0.005)) / 0.01;
    m.angle.push_back(now);
    // Twisted about its own long axis by a fixed angle, so that forward of the sensor is not forward of the trunk.
    const double c = std::cos(twist * radian), s = std::sin(twist * radian);
    const double forward = -std::sin(now * radian), up = std::cos(now * radian);
    const double push = sensor.moved_g * std::sin(2 * std::numbers::pi * 1.5 * t);
    const double acceleration[3]{s * forward, up, c * forward + push};
    // Leaning forward turns y towards z: about +x.
    const double turning[3]{c * speed, 0, -s * speed};
    for (const double a : acceleration) m.frames.push_back(a + sensor.noise_g * random.normal());
    for (const double w : turning) m.frames.push_back(w + sensor.bias_dps + sensor.noise_dps * random.normal());
  }
  return m;
}
std::vector<double> read(const TrunkAngle& spec, const Motion& motion) {
  auto live = start(spec, imu({"thorax"}));
  std::vector<double> out(motion.angle.size());
  EXPECT_EQ(live.process({motion.frames.data(), std::ssize(out), 6}, {out.data(), std::ssize(out), 1}), Status::ok);
  return out;
}
double rms_error(const std::vector<double>& found, const Motion& motion, std::size_t from = 600) {
  double sum = 0;
  for (std::size_t i = from; i < found.size(); ++i) sum += (found[i] - motion.angle[i]) * (found[i] - motion.angle[i]);
  return std::sqrt(sum / static_cast<double>(found.size() - from));
}

TEST(TrunkAngle, IsTheAngleOfASensorWithoutErrors) {
  for (const TiltBy by : {TiltBy::complementary, TiltBy::madgwick, TiltBy::accelerometer}) {
    const Motion motion = bend(110, {});
    EXPECT_LE(rms_error(read({.by = by}, motion), motion), 0.25) << to_text(by);
  }
}
// A gyroscope of 0.1 deg/s noise and 0.5 deg/s bias, an accelerometer of 10 mg that is shaken by 0.15 g while moving.
TEST(TrunkAngle, IsWithinADegreeOrTwoOfAShakenOne) {
  const Motion motion = bend(90, {0.01, 0.1, 0.5, 0.15});
  const double complementary = rms_error(read({}, motion), motion),
               madgwick = rms_error(read({.by = TiltBy::madgwick}, motion), motion),
               alone = rms_error(read({.by = TiltBy::accelerometer}, motion), motion);
  std::printf("[ MEASURED ] RMS error: complementary %.2f deg, Madgwick %.2f, accelerometer alone %.2f\n",
              complementary, madgwick, alone);
  EXPECT_LE(complementary, 1);
  EXPECT_LE(madgwick, 2);
  EXPECT_GE(alone, 3);
}
// A plane is not enough for a sensor that sits askew; a rotation in space is.
TEST(TrunkAngle, KnowsUpInSpace) {
  const Motion motion = bend(60, {}, 20);
  const auto space = read({.by = TiltBy::madgwick}, motion);
  // Forward of the sensor leans less than the trunk does: atan(cos 20 tan 60).
  const double wanted = std::atan(std::cos(20 * radian) * std::tan(60 * radian)) / radian;
  EXPECT_NEAR(space[1000], wanted, 0.5);
}
TEST(TrunkAngle, KnowsEveryWayASensorCanSit) {
  const Motion motion = bend(80, {});
  for (const SensorAxis up :
       {SensorAxis::x, SensorAxis::y, SensorAxis::z, SensorAxis::minus_x, SensorAxis::minus_y, SensorAxis::minus_z})
    for (const SensorAxis forward :
         {SensorAxis::x, SensorAxis::y, SensorAxis::z, SensorAxis::minus_x, SensorAxis::minus_y, SensorAxis::minus_z}) {
      if (number_of(up) == number_of(forward)) continue;
      const int side = 3 - number_of(up) - number_of(forward);
      // Up, forward and side as the sensor's own axes have them; turned so that they stay right-handed.
      const double hand = ((number_of(up) + 1) % 3 == number_of(forward) ? 1 : -1) * sign_of(up) * sign_of(forward);
      Motion sat = motion;
      for (std::size_t i = 0; i < motion.angle.size(); ++i) {
        const double* from = &motion.frames[6 * i];
        double* to = &sat.frames[6 * i];
        for (int what = 0; what < 2; ++what, from += 3, to += 3) {
          to[number_of(up)] = sign_of(up) * from[1];
          to[number_of(forward)] = sign_of(forward) * from[2];
          to[side] = hand * from[0];
        }
      }
      for (const TiltBy by : {TiltBy::complementary, TiltBy::madgwick})
        EXPECT_LE(rms_error(read({.up = up, .forward = forward, .by = by}, sat), motion), 0.3)
            << to_text(up) << " up, " << to_text(forward) << " forward, " << to_text(by);
    }
}
TEST(TrunkAngle, OfTwoSensorsIsHowMuchFurtherTheThoraxLeans) {
  const Motion thorax = bend(100, {}), pelvis = bend(40, {});
  std::vector<double> frames;
  for (std::size_t i = 0; i < thorax.angle.size(); ++i) {
    frames.insert(frames.end(), &thorax.frames[6 * i], &thorax.frames[6 * i] + 6);
    frames.insert(frames.end(), &pelvis.frames[6 * i], &pelvis.frames[6 * i] + 6);
  }
  auto live = start(TrunkAngle{.pelvis = "pelvis"}, imu({"thorax", "pelvis"}));
  EXPECT_EQ(live.format().channels[2].name, "lumbar");
  std::vector<double> out(3 * thorax.angle.size());
  EXPECT_EQ(live.process({frames.data(), 6000, 12}, {out.data(), 6000, 3}), Status::ok);
  EXPECT_NEAR(out[3 * 1000], 100, 0.3);
  EXPECT_NEAR(out[3 * 1000 + 1], 40, 0.3);
  EXPECT_NEAR(out[3 * 1000 + 2], 60, 0.5);
}
TEST(TrunkAngle, StaysWhereItWasAndSaysSoWhereSomethingIsMissing) {
  Motion motion = bend(90, {});
  for (std::size_t i = 500; i < 510; ++i) motion.frames[6 * i + 4] = std::numeric_limits<double>::quiet_NaN();
  auto live = start(TrunkAngle{}, imu({"thorax"}));
  std::vector<double> out(6000);
  std::vector<Marks> marks(6000);
  live.process({motion.frames.data(), 6000, 6}, {out.data(), 6000, 1, marks.data()});
  for (std::size_t i = 500; i < 510; ++i) {
    EXPECT_EQ(out[i], out[499]);
    EXPECT_EQ(marks[i], mark::non_finite);
  }
  EXPECT_EQ(marks[510], mark::none);
  EXPECT_NEAR(out[1100], 90, 0.5);
}
TEST(TrunkAngle, RefusesByName) {
  const auto refusal = [](const TrunkAngle& spec, const StreamFormat& format) {
    return message(try_start(spec, format).fault());
  };
  EXPECT_EQ(refusal({}, imu({"chest"})),
            "thorax is \"thorax\": expected a sensor with a channel \"thorax acc x\" (TrunkAngle.thorax)");
  EXPECT_EQ(refusal({.pelvis = "hip"}, imu({"thorax"})),
            "pelvis is \"hip\": expected a sensor with a channel \"hip acc x\" (TrunkAngle.pelvis)");
  EXPECT_EQ(refusal({.up = SensorAxis::x, .forward = SensorAxis::minus_x}, imu({"thorax"})),
            "forward is -x: expected another axis than up, x (TrunkAngle.forward)");
  EXPECT_EQ(refusal({.gain = 0}, imu({"thorax"})), "gain is 0: expected 0.0001 to 10 (TrunkAngle.gain)");
}

// The same record in other units: g in m/s2, deg/s in rad/s. What is shaken, noisy or twisted is none.
TEST(TrunkAngle, RefusesOtherUnitsByName) {
  const auto refused = [](const TrunkAngle& spec, const Motion& motion, double acceleration, double turning) {
    Motion other = motion;
    for (std::size_t i = 0; i < other.frames.size(); ++i) other.frames[i] *= i % 6 < 3 ? acceleration : turning;
    const auto live = start(spec, imu({"thorax"}));
    const auto fault = refuse_units(live, {other.frames.data(), std::ssize(other.angle), 6});
    return fault ? message(*fault) : std::string();
  };
  constexpr double m_s2 = 9.81, rad = radian;
  for (const TiltBy by : {TiltBy::complementary, TiltBy::madgwick})
    for (const Motion& motion :
         {bend(90, {}), bend(90, {0.01, 0.1, 0.5, 0.15}), bend(40, {0.01, 0.1, 0.5, 0.15}, 20)}) {
      EXPECT_EQ(refused({.by = by}, motion, 1, 1), "");
      EXPECT_NE(refused({.by = by}, motion, m_s2, 1).find("acceleration in g"), std::string::npos);
      EXPECT_NE(refused({.by = by}, motion, m_s2, rad).find("acceleration in g"), std::string::npos);
      EXPECT_NE(refused({.by = by}, motion, 1, rad).find("turning in deg/s"), std::string::npos);
    }
  EXPECT_EQ(refused({.by = TiltBy::accelerometer}, bend(90, {}), 1, rad), "") << "which is not read";
  EXPECT_EQ(refused({}, bend(0, {0.01, 0.1, 0.5, 0.15}), 1, rad), "") << "who does not move shows nothing";
}

}  // namespace
}  // namespace unguard
