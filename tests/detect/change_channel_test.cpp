// SPDX-License-Identifier: Apache-2.0
// What each threshold of the rule that a few action potentials are no activity decides. Truth: spikes and firings of
// the simulator on fixed seeds, behind 20-450 Hz.
#include "unguard/detect/change_channel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/detect/activity_calibrator.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{2000};
constexpr double quiet = 21, settled = 1;  // s

// A record in which single units of 12 uV fire most of the time, with spikes of 10 dB among them or without.
struct Record {
  StreamFormat format{};
  std::int64_t frames = 0;
  std::vector<double> x{};
  Truth truth{};

  ConstBlock part(double from, double to) const {
    const std::int64_t first = samples_in({from}, rate);
    return {x.data() + first * paraspinal_channels, samples_in({to}, rate) - first, paraspinal_channels};
  }
};
Record among_units(double seconds, bool spikes) {
  Paraspinal scene = scenario("rest", {seconds}, spikes ? 61 : 62);
  scene.rest_events = {.quiet = {quiet}, .lowest_snr_dB = 10, .highest_snr_dB = 10, .spikes = spikes ? 1.0 : 0.0};
  scene.rest_events.bursts = scene.rest_events.tonics = 0;
  scene.rest_events.mean_gap = {1};
  scene.resting_units = RestingUnits{.mean_pause = {spikes ? 8.0 : 1.0}, .after = {quiet}};
  Simulated s = simulate(scene);
  Record made{s.format, s.frames, std::vector<double>(s.data.size()), std::move(s.truth)};
  auto band = start(Bandpass{}, s.format);
  band.process({s.data.data(), s.frames, paraspinal_channels}, {made.x.data(), s.frames, paraspinal_channels});
  return made;
}

// As EventDetector has it.
ActivityDetector calibrated(const Record& record) {
  ActivityDetector spec{.shortest = Seconds{0.015}};
  spec.calibration = calibrate_activity({}, record.part(settled, quiet), ConstBlock{nullptr, 0, paraspinal_channels},
                                        record.format, "20-450 Hz", spec);
  return spec;
}

// Spikes by how long they last and whether a unit fires, how many there are and are found; what opens among units
// alone.
struct Outcome {
  int among_units = 0, found_among_units = 0;  // 40 to 100 ms
  int longer = 0, found_longer = 0;            // 100 to 250 ms, among units
  int alone = 0, found_alone = 0;              // 40 to 100 ms, no unit
  int opened = 0, lived = 0;
};
void count(Outcome& sum, const Record& record, int c, const std::vector<std::pair<std::int64_t, std::int64_t>>& lived) {
  for (const TrueEvent& e : record.truth.events) {
    if (e.channel != c) continue;
    const Seconds lasts = seconds_at({e.offset - e.onset}, rate);
    const auto fires = [&](double before) {
      return std::any_of(record.truth.trains.begin(), record.truth.trains.end(), [&](const TrueTrain& t) {
        return t.channel == c && t.begin + samples_in({before}, rate) < e.offset && e.onset < t.end;
      });
    };
    const bool among = fires(0.5), found = std::any_of(lived.begin(), lived.end(), [&](const auto&l) {
                                     return l.first < e.offset.value && l.second > e.onset.value;
                                   });
    if (among && lasts >= Seconds{0.1}) {
      ++sum.longer;
      sum.found_longer += found;
    } else if (lasts >= Seconds{0.04} && lasts < Seconds{0.1} && among) {
      ++sum.among_units;
      sum.found_among_units += found;
    } else if (lasts >= Seconds{0.04} && lasts < Seconds{0.1} && !fires(-1)) {
      ++sum.alone;
      sum.found_alone += found;
    }
  }
}
Outcome outcome(const std::function<void(ChangeRule&)>& change) {
  static const Record spikes = among_units(220, true), units = among_units(120, false);
  static const ActivityDetector of_spikes = calibrated(spikes), of_units = calibrated(units);
  Outcome sum;
  for (const auto& [spec, record] : {std::pair{&of_spikes, &spikes}, {&of_units, &units}})
    for (int c = 0; c < paraspinal_channels; ++c) {
      const auto i = static_cast<std::size_t>(c);
      ChangeRule rule = activity_detail::change_rule(*spec, rate, spec->calibration, i);
      change(rule);
      const auto noise = spec->calibration.noise.of(c);
      auto sizes = activity_detail::change_sizes<ActivityDetector>(spec->sizes, spec->calibration.correlation_of(c));
      ChangeChannel channel(ChangeEvidence({noise.begin(), noise.end()}, spec->calibration.noise.error(c),
                                           ChangeBank(std::move(*sizes), spec->most_a_sample),
                                           activity_detail::following_on(*spec, rate, i), ChangeChannel::kept(rule)),
                            activity_detail::level_of_the_model(spec->calibration, i), rule);
      std::vector<std::pair<std::int64_t, std::int64_t>> lived;
      int opened = 0;
      for (std::int64_t at = samples_in({settled}, rate); at < record->frames; ++at) {
        const OnsetChange change_here =
            channel.step(record->x[static_cast<std::size_t>(at * paraspinal_channels + c)], at);
        opened += change_here.says == OnsetSays::on;
        if (change_here.says == OnsetSays::off) lived.emplace_back(change_here.onset, change_here.offset);
      }
      count(sum, *record, c, lived);
      if (record == &units) {
        sum.opened += opened;
        sum.lived += static_cast<int>(lived.size());
      }
    }
  return sum;
}

void print(const std::string& what, const Outcome& o) {
  std::printf(
      "[ MEASURED ] %s: of spikes of 10 dB among units %d of %d of 40 to 100 ms are found, %d of %d of 100 to 250 ms; "
      "where no unit fires %d of %d of 40 to 100 ms; of units alone %d of %d OPENs live\n",
      what.c_str(), o.found_among_units, o.among_units, o.found_longer, o.longer, o.found_alone, o.alone, o.lived,
      o.opened);
}
const Outcome& as_chosen() {
  static const Outcome chosen = outcome([](ChangeRule&) {});
  return chosen;
}

// Truth: half and twice each threshold (of the level, what it is above that of rest; of the share, what may be rest)
// find as many spikes as the chosen one does, to a tenth, and let as few units live, of 2,600 OPENs at most 3 in a
// thousand. The share of few pieces moves by whole ones, 4 or 5 of 6: to an eighth.
TEST(ChangeChannel, NoThresholdOfTheRuleAboutActionPotentialsSitsAtACliff) {
  const struct {
    const char* what;
    double& (*of)(ChangeRule&);
    double from = 0, within = 0.1;
  } thresholds[] = {{"an_impulse", [](ChangeRule& r) -> double& { return r.pattern.an_impulse; }},
                    {"one_more", [](ChangeRule& r) -> double& { return r.pattern.one_more; }},
                    {"nearly_all", [](ChangeRule& r) -> double& { return r.pattern.nearly_all; }, 1, 0.125},
                    {"active", [](ChangeRule& r) -> double& { return r.pattern.active; }, 1},
                    {"more", [](ChangeRule& r) -> double& { return r.more; }},
                    {"again", [](ChangeRule& r) -> double& { return r.firings.again; }},
                    {"hardly_any", [](ChangeRule& r) -> double& { return r.firings.hardly_any; }},
                    {"ringing", [](ChangeRule& r) -> double& { return r.ringing; }}};
  const Outcome& chosen = as_chosen();
  print("as chosen", chosen);
  ASSERT_GT(chosen.alone, 100);
  ASSERT_GT(chosen.longer, 80);
  ASSERT_GT(chosen.opened, 2000);
  EXPECT_GE(chosen.found_alone, 0.8 * chosen.alone);
  EXPECT_LE(chosen.lived, 0.003 * chosen.opened);
  for (const auto& t : thresholds)
    for (const double factor : {0.5, 2.0}) {
      const std::string what = t.what + std::string(factor < 1 ? " halved" : " doubled");
      const Outcome o = outcome([&](ChangeRule& rule) { t.of(rule) = t.from + (t.of(rule) - t.from) * factor; });
      print(what, o);
      EXPECT_NEAR(o.found_alone, chosen.found_alone, t.within * chosen.alone) << what;
      EXPECT_NEAR(o.found_longer, chosen.found_longer, t.within * chosen.longer) << what;
      EXPECT_NEAR(o.found_among_units, chosen.found_among_units, t.within * chosen.among_units) << what;
      EXPECT_LE(o.lived, 0.003 * o.opened) << what;
    }
}

// Truth: the rule: while a unit fires, what is shorter is no event. That is the price of two of its action potentials
// in quick succession, and this is how high it is: few spikes of less are found among units and nearly all that last
// longer; at half of it most of the short ones are.
TEST(ChangeChannel, AmongUnitsShortSpikesArePaidFor) {
  const Outcome half = outcome([](ChangeRule& rule) { rule.shortest_among_units /= 2; });
  print("shortest_among_units halved", half);
  ASSERT_GT(as_chosen().among_units, 100);
  EXPECT_LE(as_chosen().found_among_units, 0.2 * as_chosen().among_units);
  EXPECT_GE(as_chosen().found_longer, 0.95 * as_chosen().longer);
  EXPECT_GE(half.found_among_units, 0.6 * half.among_units);
  EXPECT_LE(half.lived, 0.003 * half.opened);
}

}  // namespace
}  // namespace unguard
