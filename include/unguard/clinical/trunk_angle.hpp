// SPDX-License-Identifier: Apache-2.0
// The trunk angle from sensors that move with it: one, on the thorax (T12), leans with the trunk; with a second, on the
// pelvis (S1 or S2), lumbar flexion is how much further the thorax leans (Laird et al. 2019, PMC6339318). In degrees,
// forward positive, at the sensors' own rate: bring it to the EMG by Aligner. An accelerometer alone is off by 4
// degrees while somebody moves (PMC11219489): give the gyroscope. Cost and latency: those of the way chosen.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "unguard/clinical/complementary_tilt.hpp"
#include "unguard/clinical/madgwick_tilt.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/state.hpp"

namespace unguard {

enum class TiltBy { complementary, madgwick, accelerometer };
constexpr std::array<std::string_view, 3> names(const TiltBy*) {
  return {"complementary", "Madgwick", "accelerometer"};
}

// A sensor's channels are called "<sensor> acc x", "... y", "... z" in g and, but by the accelerometer alone, "<sensor>
// gyro x", ... in deg/s.
struct TrunkAngle {
  std::string thorax = "thorax";
  std::string pelvis{};  // none: there is no such sensor
  SensorAxis up = SensorAxis::y;
  SensorAxis forward = SensorAxis::z;
  TiltBy by = TiltBy::complementary;
  Seconds memory{1};  // complementary: for so long the gyroscope is believed
  double gain = 0.033;
  double settling_gain = 0.5;
  Seconds settling{5};

  friend bool operator==(const TrunkAngle&, const TrunkAngle&) = default;
};
constexpr SpecInfo info(const TrunkAngle*) {
  return {"TrunkAngle", "trunk and lumbar angle from one or two inertial sensors",
          "Madgwick et al. 2011, doi:10.1109/ICORR.2011.5975346; Laird et al. 2019, PMC6339318"};
}
constexpr auto fields(const TrunkAngle*) {
  using T = TrunkAngle;
  return field_list(
      field<&T::thorax>("thorax", "how the channels of the sensor at T12 begin"),
      field<&T::pelvis>("pelvis", "how those of the sensor on the pelvis begin; none: there is none"),
      field<&T::up>("up", "axis of the sensors that points up in standing"),
      field<&T::forward>("forward", "axis that points forward"),
      field<&T::by>("by", "by gyroscope and accelerometer in one plane or in space, or by the accelerometer alone"),
      field<&T::memory>("memory", "complementary: how long the gyroscope is believed", between(0.05, 60)),
      field<&T::gain>("gain", "Madgwick: rad/s, root of 3/4 times the gyroscope's error", between(1e-4, 10)),
      field<&T::settling_gain>("settling_gain", "Madgwick: gain of the first seconds", between(1e-4, 10)),
      field<&T::settling>("settling", "Madgwick: how long that is", between(0.0, 60)));
}

// As many frames out as in. One sensor: "trunk". Two: "trunk", "pelvis", "lumbar". A frame that lacks something, or
// bears marks, leaves the angle where it was and is marked.
class LiveTrunkAngle {
 public:
  using spec_type = TrunkAngle;
  struct Sensor {
    std::array<int, 3> acceleration{}, turning{};
  };

  LiveTrunkAngle(TrunkAngle spec, StreamFormat from, StreamFormat to, std::vector<Sensor> sensors)
      : spec_(std::move(spec)), from_(std::move(from)), to_(std::move(to)), sensors_(std::move(sensors)) {
    belongs_to_ = hash_of(to_text(spec_), from_);
    for (std::size_t i = 0; i < sensors_.size(); ++i) {
      complementary_.emplace_back(spec_.up, spec_.forward, spec_.memory.value, from_.rate.value);
      madgwick_.emplace_back(spec_.up, spec_.forward, spec_.gain, spec_.settling_gain, spec_.settling.value,
                             from_.rate.value);
    }
    leans_.resize(sensors_.size());
  }

  Status process(ConstBlock in, Block out) noexcept {
    if (in.channels != from_.channels.count() || out.channels != to_.channels.count()) return Status::wrong_channels;
    if (in.frames != out.frames || in.frames < 0) return Status::wrong_frames;
    if (in.frames > 0 && (!in.data || !out.data)) return Status::missing_data;
    for (std::int64_t i = 0; i < in.frames; ++i) {
      Marks all = mark::none;
      for (std::size_t s = 0; s < sensors_.size(); ++s) all |= step(in, i, s);
      out(i, 0) = leans_[0];
      if (leans_.size() > 1) {
        out(i, 1) = leans_[1];
        out(i, 2) = leans_[0] - leans_[1];
      }
      if (out.marks)
        for (int c = 0; c < out.channels; ++c) out.marks[i * out.channels + c] = all;
    }
    return Status::ok;
  }
  void reset() noexcept {
    for (auto& c : complementary_) c.reset();
    for (auto& m : madgwick_) m.reset();
    std::fill(leans_.begin(), leans_.end(), 0.0);
  }

  Latency latency() const { return {from_.rate, {{"TrunkAngle", DelayKind::none, 0, {}}}}; }
  SavedState save() const { return save_state(const_cast<LiveTrunkAngle&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const TrunkAngle& spec() const noexcept { return spec_; }
  const std::vector<Sensor>& sensors() const noexcept { return sensors_; }
  // What comes in, and what comes out.
  const StreamFormat& from() const noexcept { return from_; }
  const StreamFormat& format() const noexcept { return to_; }

  template <class Archive>
  void state(Archive& archive) {
    for (auto& c : complementary_) c.state(archive);
    for (auto& m : madgwick_) m.state(archive);
    archive(leans_);
    for (double& lean : leans_)
      if (!std::isfinite(lean)) lean = 0;
  }

 private:
  Marks step(const ConstBlock& in, std::int64_t i, std::size_t s) noexcept {
    Marks marks = mark::none;
    const auto read = [&](const std::array<int, 3>& columns) {
      Vector3 v{};
      for (std::size_t k = 0; k < 3; ++k) {
        v[k] = in(i, columns[k]);
        if (in.marks) marks |= in.marks[i * in.channels + columns[k]];
        if (!std::isfinite(v[k])) marks |= mark::non_finite;
      }
      return v;
    };
    const Vector3 acceleration = read(sensors_[s].acceleration);
    const bool alone = spec_.by == TiltBy::accelerometer;
    const Vector3 turning = alone ? Vector3{} : read(sensors_[s].turning);
    if (marks) return marks;
    if (alone)
      leans_[s] = tilt_detail::lean_of(acceleration, spec_.up, spec_.forward);
    else if (spec_.by == TiltBy::madgwick)
      leans_[s] = madgwick_[s].take(acceleration, turning);
    else
      leans_[s] = complementary_[s].take(acceleration, turning);
    return mark::none;
  }

  TrunkAngle spec_;
  StreamFormat from_, to_;
  std::vector<Sensor> sensors_;
  std::uint64_t belongs_to_ = 0;
  std::vector<ComplementaryTilt> complementary_{};
  std::vector<MadgwickTilt> madgwick_{};
  std::vector<double> leans_{};
};

namespace trunk_angle_detail {

inline Result<std::array<int, 3>> columns_of(const std::string& sensor, std::string_view what, std::string_view unit,
                                             const char* field, const StreamFormat& format) {
  std::array<int, 3> columns{};
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string name = sensor + " " + std::string(what) + " " + "xyz"[k];
    const auto found = format.channels.find(name);
    if (!found)
      return fault_in_words<TrunkAngle>(field, "\"" + sensor + "\"", "a sensor with a channel \"" + name + "\"");
    if (format.channels[*found].unit != unit)
      return Fault{"StreamFormat", "channels", "\"" + name + "\" in " + format.channels[*found].unit,
                   "in " + std::string(unit)};
    columns[k] = *found;
  }
  return columns;
}

}  // namespace trunk_angle_detail

inline Result<LiveTrunkAngle> try_start(const TrunkAngle& spec, const StreamFormat& format) {
  using namespace trunk_angle_detail;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (number_of(spec.up) == number_of(spec.forward))
    return fault_of<TrunkAngle>("forward", spec.forward, "another axis than up, " + to_text(spec.up));
  std::vector<LiveTrunkAngle::Sensor> sensors;
  const std::pair<const std::string&, const char*> both[]{{spec.thorax, "thorax"}, {spec.pelvis, "pelvis"}};
  for (const auto& [name, field] : both) {
    if (name.empty() && !sensors.empty()) continue;
    auto acceleration = columns_of(name, "acc", "g", field, format);
    if (!acceleration) return acceleration.fault();
    LiveTrunkAngle::Sensor sensor{*acceleration, {}};
    if (spec.by != TiltBy::accelerometer) {
      auto turning = columns_of(name, "gyro", "deg/s", field, format);
      if (!turning) return turning.fault();
      sensor.turning = *turning;
    }
    sensors.push_back(sensor);
  }
  std::vector<Channel> list{{"trunk", "", {}, "deg"}};
  if (sensors.size() > 1) {
    list.push_back({"pelvis", "", {}, "deg"});
    list.push_back({"lumbar", "", {}, "deg"});
  }
  return LiveTrunkAngle(spec, format, {.rate = format.rate, .channels = Channels(std::move(list))}, std::move(sensors));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveTrunkAngle start(const TrunkAngle& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
