// SPDX-License-Identifier: Apache-2.0
// Brings a Paraspinal spec to life: blocks on demand, any cut the same bits, and the whole truth beforehand.
// EMG = carriers x amplitude script and single units, then ECG, mains, motion, offset and noise, then lost contact,
// then the converter. Cost: three normal numbers a sample and channel, about 0.1 us; nothing is allocated after
// construction.
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/simulate/bending_activity.hpp"
#include "unguard/simulate/paraspinal.hpp"
#include "unguard/simulate/paraspinal_check.hpp"

namespace unguard {

class Simulator {
 public:
  // The next frames of the record. `clean`, if it has frames, receives the EMG alone, without any disturbance, noise or
  // rounding; `angle` the trunk angle in degrees. Neither changes the data. `ended` when more frames are asked for than
  // are left: nothing is written then.
  Status generate(Block data, Block clean = {}, std::span<double> angle = {}) noexcept {
    if (data.channels != paraspinal_channels) return Status::wrong_channels;
    if (data.frames < 0) return Status::wrong_frames;
    if (data.frames > 0 && !data.data) return Status::missing_data;
    if (clean.data && (clean.channels != data.channels || clean.frames != data.frames)) return Status::wrong_frames;
    if (!angle.empty() && std::ssize(angle) != data.frames) return Status::wrong_frames;
    if (data.frames > frames_left()) return Status::ended;
    for (std::int64_t i = 0; i < data.frames; ++i, at_ = at_ + 1) {
      const double heart = ecg_ ? ecg_->next() : 0.0;
      const double degrees = angle_.next();
      if (!angle.empty()) angle[static_cast<std::size_t>(i)] = degrees;
      for (int c = 0; c < paraspinal_channels; ++c) {
        Source& s = sources_[static_cast<std::size_t>(c)];
        const double emg = s.emg();
        if (clean.data) clean(i, c) = emg;
        data(i, c) = s.electrode(at_, emg, heart, spec_.digitiser);
      }
    }
    return Status::ok;
  }

  const Paraspinal& spec() const noexcept { return spec_; }
  StreamFormat format() const { return stream_format(spec_); }
  const Truth& truth() const noexcept { return truth_; }
  SampleIndex position() const noexcept { return at_; }
  std::int64_t frames() const noexcept { return end_.value; }
  std::int64_t frames_left() const noexcept { return end_ - at_; }

 private:
  friend Result<Simulator> try_simulator(const Paraspinal& spec);

  // One channel: muscle, electrode, amplifier.
  struct Source {
    double resting_level;
    Carrier resting;
    Carrier active;
    SegmentPlayer script;
    double r_peak;
    std::optional<MainsTone> mains;
    std::optional<MotionPlayer> motion;
    double offset;
    double noise_level;
    RandomStream noise;
    LeadOffForm lead_off_form;
    StretchPlayer lead_offs;
    std::optional<MainsTone> open_input;
    std::optional<RestingUnitPlayer> unit;
    std::optional<DriftPlayer> drift;
    double quiet = 1;  // what the drift makes of the resting levels now

    double emg() noexcept {
      if (drift) quiet = drift->next();
      const double x = resting_level * quiet * resting.next() + script.next() * active.next();
      return unit ? x + unit->next() : x;
    }
    double electrode(SampleIndex at, double emg_now, double heart, const std::optional<Digitiser>& digitiser) noexcept {
      double x = emg_now + r_peak * heart;
      if (mains) x += mains->at(at);
      if (motion) x += motion->at(at);
      x += offset;
      const double white = noise_level * quiet * noise.normal();
      x += white;
      if (lead_offs.holding(at)) x = hums(lead_off_form, lead_offs.count()) ? open_input->at(at) + white : 0.0;
      return digitiser ? digitise(*digitiser, x) : x;
    }
  };

  explicit Simulator(const Paraspinal& spec)
      : spec_(spec),
        end_{samples_in(spec.duration, spec.rate)},
        cycles_(spec.task == ParaspinalTask::bending ? draw_cycles(spec.bending, stream("cycles"), end_, spec.rate)
                                                     : std::vector<BendingCycle>{}),
        angle_(spec.bending, cycles_) {
    add_phases(cycles_, end_, truth_);
    if (spec.ecg) {
      const auto peaks = draw_r_peaks(*spec.ecg, stream("heartbeat"), end_, spec.rate);
      for (double p : peaks) {
        const SampleIndex nearest{static_cast<std::int64_t>(std::floor(p + 0.5))};
        if (nearest < SampleIndex{0} || !(nearest < end_)) continue;
        truth_.r_peak_times.push_back(p);
        truth_.r_peaks.push_back(nearest);
      }
      ecg_.emplace(*spec.ecg, peaks, spec.rate);
    }
    for (int c = 0; c < paraspinal_channels; ++c) add_source(c);
    std::stable_sort(truth_.events.begin(), truth_.events.end(),
                     [](const TrueEvent& a, const TrueEvent& b) { return a.onset < b.onset; });
    std::stable_sort(truth_.silences.begin(), truth_.silences.end(),
                     [](const TrueSilence& a, const TrueSilence& b) { return a.onset < b.onset; });
    std::stable_sort(truth_.disturbances.begin(), truth_.disturbances.end(),
                     [](const TrueDisturbance& a, const TrueDisturbance& b) { return a.begin < b.begin; });
    std::stable_sort(truth_.trains.begin(), truth_.trains.end(),
                     [](const TrueTrain& a, const TrueTrain& b) { return a.begin < b.begin; });
  }

  RandomStream stream(std::string_view name, int channel = 0) const {
    return RandomStream(static_cast<std::uint64_t>(spec_.seed), name, channel);
  }

  std::vector<Segment> script_of(int c) {
    std::vector<Segment> script;
    const Microvolts resting = resting_background(spec_, c);
    if (spec_.task == ParaspinalTask::rest) {
      for (const auto& e :
           draw_rest_events(spec_.rest_events, stream("rest events", c), c, resting, end_, spec_.rate)) {
        script.push_back(segment_of(spec_.rest_events, e, spec_.rate));
        truth_.events.push_back(e);
      }
    } else {
      BendingActivity(spec_.bending, stream("bending activity", c), c, resting, spec_.rate)
          .write(cycles_, end_, script, truth_);
    }
    return script;
  }

  void add_source(int c) {
    const Hertz rate = spec_.rate;
    const CarrierCorners corner = corners(spec_.carrier);
    Source s{.resting_level = spec_.resting.at(c).value,
             .resting = Carrier(corner, rate, stream("resting carrier", c)),
             .active = Carrier(corner, rate, stream("active carrier", c)),
             .script = SegmentPlayer(script_of(c)),
             .r_peak = spec_.ecg ? spec_.ecg->r_peak.at(c).value : 0.0,
             .mains = {},
             .motion = {},
             .offset = spec_.offset.at(c).value,
             .noise_level = spec_.sensor_noise.at(c).value,
             .noise = stream("sensor noise", c),
             .lead_off_form = LeadOffForm::flat,
             .lead_offs = StretchPlayer(),
             .open_input = {},
             .unit = {},
             .drift = {}};
    if (spec_.mains) s.mains.emplace(*spec_.mains, spec_.mains->level.at(c), rate, stream("mains", c));
    if (spec_.motion) {
      const auto tugs = draw_tugs(*spec_.motion, stream("tugs", c), end_, rate);
      for (const auto& t : tugs) truth_.disturbances.push_back({c, t.begin, t.end, mark::jump});
      s.motion.emplace(*spec_.motion, spec_.motion->wander.at(c), tugs, rate, stream("wander", c));
    }
    if (spec_.lead_off) {
      const auto stretches = draw_lead_offs(*spec_.lead_off, stream("lead off", c), end_, rate);
      s.lead_off_form = spec_.lead_off->form;
      for (std::size_t i = 0; i < stretches.size(); ++i) {
        const Marks hum = hums(s.lead_off_form, i) ? mark::hum : mark::none;
        truth_.disturbances.push_back(
            {c, stretches[i].begin, stretches[i].end, static_cast<Marks>(mark::lead_off | hum)});
      }
      s.lead_offs = StretchPlayer(stretches);
      s.open_input.emplace(MainsArtefact{.frequency = spec_.lead_off->frequency, .harmonics = {0, 0.3, 0, 0.2}},
                           spec_.lead_off->hum, rate, stream("open input", c));
    }
    if (spec_.resting_units) {
      // The unit falls silent when the person moves.
      const SampleIndex rest_ends =
          spec_.task == ParaspinalTask::rest ? end_ : std::min(end_, SampleIndex{samples_in(spec_.bending.rest, rate)});
      auto drawn = draw_resting_units(*spec_.resting_units, stream("resting trains", c), stream("resting firings", c),
                                      c, rest_ends, rate);
      truth_.trains.insert(truth_.trains.end(), drawn.trains.begin(), drawn.trains.end());
      s.unit.emplace(*spec_.resting_units, spec_.resting_units->height.at(c), std::move(drawn.instants), rate);
    }
    if (spec_.level_drift) s.drift.emplace(*spec_.level_drift, rate, stream("level drift", c));
    sources_.push_back(std::move(s));
  }

  Paraspinal spec_;
  SampleIndex end_;
  std::vector<BendingCycle> cycles_;
  AnglePlayer angle_;
  std::optional<EcgPlayer> ecg_;
  std::vector<Source> sources_;
  Truth truth_;
  SampleIndex at_{};
};

// The simulator of this spec, or why there is none.
inline Result<Simulator> try_simulator(const Paraspinal& spec) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = refuse(spec)) return *fault;
  return Simulator(spec);
}

// A whole record: what a device would have delivered, and what it could not know.
struct Simulated {
  StreamFormat format;
  std::int64_t frames = 0;
  std::vector<double> data;   // frames x channels, uV
  std::vector<double> clean;  // the same, EMG alone
  std::vector<double> angle;  // one a frame, degrees; constant in the rest task
  Truth truth;
};

#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline Simulator start_simulator(const Paraspinal& spec) { return try_simulator(spec).take(); }

inline Simulated simulate(const Paraspinal& spec) {
  Simulator simulator = start_simulator(spec);
  Simulated s{simulator.format(), simulator.frames(), {}, {}, {}, simulator.truth()};
  const auto frames = static_cast<std::size_t>(s.frames);
  s.data.resize(frames * paraspinal_channels);
  s.clean.resize(frames * paraspinal_channels);
  s.angle.resize(frames);
  simulator.generate({s.data.data(), s.frames, paraspinal_channels}, {s.clean.data(), s.frames, paraspinal_channels},
                     s.angle);
  return s;
}
#endif

}  // namespace unguard
