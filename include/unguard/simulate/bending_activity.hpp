// SPDX-License-Identifier: Apache-2.0
// What the muscles do in each bending cycle: the amplitude script of a channel, and its truth.
// Levels are set by the spec; what full flexion reads is the resting EMG (healthy) or hold_level (guarded), in power
// with noise: Kippers & Parker 1984, Spine 9:740. Cost: set-up only.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "unguard/simulate/bending.hpp"
#include "unguard/simulate/segment.hpp"

namespace unguard {

class BendingActivity {
 public:
  BendingActivity(const Bending& spec, RandomStream random, int channel, Microvolts resting, Hertz rate)
      : spec_(spec),
        random_(std::move(random)),
        channel_(channel),
        resting_(resting),
        rate_(rate),
        ramp_(samples_in(spec.ramp, rate)),
        silence_at_(spec.silence_at + random_.uniform(-0.03, 0.03)),
        return_at_(spec.return_at + random_.uniform(-0.03, 0.03)) {}

  // Appends the segments and the truth of all cycles, in order of time.
  void write(const std::vector<BendingCycle>& cycles, SampleIndex end, std::vector<Segment>& script, Truth& truth) {
    for (const auto& c : cycles) {
      stand(c.stand, c.bend, script);
      spec_.pattern == BendingPattern::healthy ? relax(c, script, truth) : guard(c, script, truth);
    }
    if (!cycles.empty()) stand(cycles.back().end, end, script);
  }

 private:
  void add(SampleIndex onset, SampleIndex offset, Microvolts level, std::vector<Segment>& script) const {
    const std::int64_t ramp = std::min(ramp_, (offset - onset) / 4);
    if (onset < offset) script.push_back({onset, offset, level, RampShape::smooth, ramp, ramp});
  }
  void stand(SampleIndex from, SampleIndex to, std::vector<Segment>& script) const {
    if (spec_.standing_level.value > 0) add(from, to, spec_.standing_level, script);
  }
  void report(EventKind kind, Context context, SampleIndex onset, SampleIndex offset, Microvolts level,
              Truth& truth) const {
    truth.events.push_back({channel_, kind, context, onset, offset, level, 20 * std::log10(level / resting_)});
  }

  void relax(const BendingCycle& c, std::vector<Segment>& script, Truth& truth) const {
    const SampleIndex silent = crossing(c, c.bend, c.hold, silence_at_);
    const SampleIndex again = crossing(c, c.back, c.end, return_at_);
    add(c.bend, silent, spec_.bending_level, script);
    add(again, c.end, spec_.returning_level, script);
    report(EventKind::activity, Context::bending, c.bend, silent, spec_.bending_level, truth);
    report(EventKind::activity, Context::returning, again, c.end, spec_.returning_level, truth);
    truth.silences.push_back(
        {channel_, silent, again, angle_of(spec_, flexion_at(c, silent)), angle_of(spec_, flexion_at(c, again))});
  }

  // One activity from the first bend to standing again; its level changes with the phases, one fading into the other.
  void guard(const BendingCycle& c, std::vector<Segment>& script, Truth& truth) {
    add(c.bend, c.hold + ramp_, spec_.bending_level, script);
    add(c.hold, c.back + ramp_, spec_.hold_level, script);
    add(c.back, c.end, spec_.returning_level, script);
    report(EventKind::activity, Context::bending, c.bend, c.end, spec_.bending_level, truth);
    const double bend = static_cast<double>(c.hold - c.bend);
    for (int i = 0; i < spec_.spikes; ++i) {
      // Each in a slot of its own, within 20 to 80 % of the bend.
      const double slot = 0.6 * bend / spec_.spikes;
      const double length = std::min(random_.log_uniform(0.05, 0.3) * rate_.value, 0.6 * slot);
      const double begin = 0.2 * bend + slot * i + (slot - length) * random_.uniform();
      const double ratio = random_.uniform(spec_.lowest_spike, spec_.highest_spike);
      const SampleIndex onset = c.bend + static_cast<std::int64_t>(begin);
      const SampleIndex offset = onset + std::max<std::int64_t>(1, static_cast<std::int64_t>(length));
      const std::int64_t ramp = std::min(samples_in({0.01}, rate_), (offset - onset) / 4);
      const Microvolts level = spec_.bending_level * std::sqrt(ratio * ratio - 1);  // adds in power to the bend's
      script.push_back({onset, offset, level, RampShape::linear, ramp, ramp});
      report(EventKind::spike_on_bending, Context::bending, onset, offset, level, truth);
    }
    report(EventKind::guarding, Context::full_flexion, c.hold, c.back, spec_.hold_level, truth);
  }

  Bending spec_;
  RandomStream random_;
  int channel_;
  Microvolts resting_;
  Hertz rate_;
  std::int64_t ramp_;
  double silence_at_, return_at_;
};

}  // namespace unguard
