// SPDX-License-Identifier: Apache-2.0
// Sessions of two muscles with a simulated heart, and a lead beside them or none: what they say, held against the
// muscles alone.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "stream/usual_session.hpp"
#include "unguard/detect/rest_calibration.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard::heart_session {

using namespace literals;

inline const StreamFormat device{.rate = 2000_Hz, .channels = Channels{"left", "right", "ECG"}};
inline const StreamFormat emg{.rate = 2000_Hz, .channels = Channels{"left", "right"}};
enum class Cleans { subtraction, gate };
inline const char* name(Cleans how) { return how == Cleans::gate ? "left out" : "taken off"; }
inline auto plan(Cleans how) {
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{}}};
  if (how == Cleans::gate)
    plan.heart = HeartGate{.lead = "ECG"};
  else
    plan.heart = EcgSubtraction{.lead = "ECG"};
  plan.readings.interval = 50_ms;
  return plan;
}
using Plan = Pipeline<Chain<Priming, Bandpass>>;

// The muscles with a lead beside them: a millivolt at R, 10 uV of noise, an offset.
struct Recording {
  std::vector<double> x{};
  std::vector<Marks> marks{};
  int wide = 3;  // channels
  std::int64_t frames() const { return static_cast<std::int64_t>(marks.size()) / wide; }
  double& lead(std::int64_t i) { return x[static_cast<std::size_t>(3 * i + 2)]; }
};
inline Recording beside_a_lead(const hearts::Mixed& m) {
  EcgPlayer player({}, m.r_peaks, device.rate);
  RandomStream noise(731, "ecg");
  Recording r;
  for (std::int64_t i = 0; i < m.frames; ++i) {
    for (int c = 0; c < 2; ++c) r.x.push_back(m.x[static_cast<std::size_t>(2 * i + c)]);
    r.x.push_back(800 * player.next() + 10 * noise.normal() + 4000);
  }
  r.marks.resize(r.x.size(), mark::none);
  return r;
}
inline Recording without_a_lead(const hearts::Mixed& m) { return {m.x, std::vector<Marks>(m.x.size(), mark::none), 2}; }

// And whether it went by the lead, once a second.
struct Told {
  std::vector<Reading> readings{};
  std::vector<bool> by_lead{};
  std::vector<Event> events{};
};
inline Told told_of(const Plan& plan, const Recording& r) {
  auto live = start(plan, r.wide == 3 ? device : emg);
  Told told;
  Sink<Reading> readings(1000);
  Sink<Event> events(1000);
  for (std::int64_t i = 0; i + 2000 <= r.frames(); i += 2000) {
    EXPECT_EQ(
        live.process({r.x.data() + r.wide * i, 2000, r.wide, r.marks.data() + r.wide * i}, readings, events).status,
        Status::ok);
    told.readings.insert(told.readings.end(), readings.items().begin(), readings.items().end());
    told.events.insert(told.events.end(), events.items().begin(), events.items().end());
    told.by_lead.push_back(live.heart()->by_lead());
    readings.clear();
    events.clear();
  }
  return told;
}
// Of the muscle alone, a reading a sample; index: 2 frame + channel.
inline std::vector<Reading> truth_of(const std::vector<double>& muscle) {
  Plan p{Chain{Priming{20_ms}, Bandpass{}}};
  p.readings.interval = {1 / 2000.0};
  p.level.wait = p.level.before = {0};
  auto live = start(p, emg);
  Sink<Reading> readings(muscle.size());
  Sink<Event> events(1);
  EXPECT_EQ(live.process({muscle.data(), static_cast<std::int64_t>(muscle.size() / 2), 2}, readings, events).status,
            Status::ok);
  return {readings.items().begin(), readings.items().end()};
}

// A detector that knows a rest of 2 uV, in both channels.
inline void listen_for_events(Plan& plan) {
  SpasmDetector spec;
  const RestNoise rest{2, 0.12 * 2, 2, 0.25 * 2};
  spec.rest = rest_calibration(std::vector<RestNoise>{rest, rest}, spec.slow, spec.fast,
                               {CalibrationSource::declared, 40000, 2000_Hz, "as made"});
  spec.all_rest = true;
  plan.events = spec;
}
// Events that begin from here on: how many, how many of them are not cancelled, and of these may be a beat, they say.
struct Stood {
  long opened = 0, stood = 0, doubted = 0;
};
inline Stood stood_of(const Told& told, double from) {
  Stood s;
  for (const Event& e : told.events) {
    if (static_cast<double>(e.onset.value) < from * 2000) continue;
    s.opened += e.report == Report::open;
    s.stood += e.report == Report::open;
    s.stood -= e.report == Report::cancel;
    s.doubted += e.report == Report::close && (e.reasons & mark::heart);
  }
  return s;
}

struct Sum {
  long all = 0, valued = 0, ok = 0;
  double worst = 0, squares = 0, worst_at = 0;  // of those that are OK; worst %, s

  double share(long of) const { return all ? 100.0 * static_cast<double>(of) / static_cast<double>(all) : 0; }
  double rms() const { return ok ? 100 * std::sqrt(squares / static_cast<double>(ok)) : 0; }
};
inline Sum sum_of(const Told& told, const std::vector<Reading>& truth, Cleans how, double from, double to) {
  const std::int64_t late = samples_in(how == Cleans::gate ? 110_ms : 60_ms, device.rate);
  Sum sum;
  for (const Reading& r : told.readings) {
    const double at = static_cast<double>(r.at().value) / 2000;
    if (at < from || at >= to) continue;
    ++sum.all;
    if (!r.value()) continue;
    ++sum.valued;
    if (r.trust() != Trust::ok) continue;
    const auto should = truth[static_cast<std::size_t>(2 * (r.at().value - late) + r.channel())].value();
    if (!should) continue;
    ++sum.ok;
    const double off = *r.value() / *should - 1;
    sum.squares += off * off;
    if (100 * std::fabs(off) > sum.worst) sum = {sum.all, sum.valued, sum.ok, 100 * std::fabs(off), sum.squares, at};
  }
  return sum;
}

}  // namespace unguard::heart_session
