// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 for detectors. One line registers a spec:
//   const bool spasm = laws::detector("SpasmDetector", SpasmDetector{}, {.markers = {...}});
#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "laws/one_engine.hpp"
#include "laws/sink_laws.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/marker.hpp"

namespace unguard::laws {

inline bool ends(const Event& e) { return e.report == Report::close || e.report == Report::cancel; }

template <>
struct ItemRule<Event> {
  static bool finite(const Event& e) {
    return std::isfinite(e.peak.value) && std::isfinite(e.area_uV_s) && e.confidence >= 0 && e.confidence <= 1;
  }
  static Event earlier(Event e, std::int64_t by) {
    e.onset = e.onset - by;
    e.decided = e.decided - by;
    if (ends(e)) e.offset = e.offset - by;
    return e;
  }
  static int channel_of(const Event& e) { return e.channel; }
  // Ids count over all channels.
  static Event on_channel(Event e, int channel) {
    e.id = 0;
    e.channel = channel;
    return e;
  }
  // The later reports of an event repeat when it was opened.
  static std::optional<std::int64_t> said_at(const Event& e) {
    if (e.report != Report::open) return std::nullopt;
    return e.decided.value;
  }
};

// A channel whose muscle goes on at a known sample.
struct Step {
  std::vector<double> x{};
  std::int64_t onset = 0;
};

struct DetectorOptions {
  std::vector<Marker> markers{};
  Exemptions exempt{};
  double seconds = 24;
  Step step{};                   // what the stated decision delay is for
  double useful = 0.95;          // least share of the true bursts that must be found
  double most_false_alarms = 0;  // a minute of what may be believed
};

template <class Live>
class DetectorLaws : public SinkLaws<Live, Event> {
 public:
  using Base = SinkLaws<Live, Event>;

  DetectorLaws(typename Base::Start start, DetectorOptions options)
      : Base(
            std::move(start),
            [markers = options.markers](Live& live, std::int64_t origin) {
              if constexpr (requires(const Marker& m) { live.declare(m); })
                for (Marker m : markers) {
                  m.at = m.at + origin;
                  live.declare(m);
                }
            },
            options.seconds),
        options_(std::move(options)) {}

  // Reports are finite, and every event lives once: OPEN, then UPDATE, then CLOSE or CANCEL.
  void finite_and_in_order() const {
    Base::finite();
    const auto reports = Base::whole(bursts_in_rest(27, options_.seconds, Base::channels));
    std::map<std::uint64_t, bool> ended;
    for (const Event& e : reports) {
      EXPECT_LE(e.onset, e.decided);
      EXPECT_EQ(e.report == Report::open, !ended.contains(e.id)) << "event " << e.id;
      EXPECT_FALSE(ended[e.id]) << "event " << e.id << " after its end";
      ended[e.id] = ends(e);
      if (ends(e)) {
        EXPECT_LE(e.onset, e.offset);
      }
    }
    for (const auto& [id, end] : ended) EXPECT_TRUE(end) << "event " << id << " never ended";
  }

  // The delay stated is the one from the step's onset to the sample at which OPEN was decided.
  void latency() const {
    auto live = Base::start_(1);
    Base::declare_(live, 0);
    const Latency stated = live.latency();
    for (const auto& stage : stated.stages) EXPECT_EQ(stage.kind, DelayKind::decision) << stage.stage;
    ASSERT_FALSE(options_.step.x.empty()) << "a detector states the step its delay is for, or an exemption";
    const auto frames = static_cast<std::int64_t>(options_.step.x.size());
    const auto reports = drive<Event>(live, {options_.step.x.data(), frames, 1}, Base::big, Base::blocks);
    ASSERT_FALSE(reports.empty());
    EXPECT_EQ(reports[0].report, Report::open);
    const auto measured = static_cast<double>(reports[0].decided.value - options_.step.onset);
    EXPECT_EQ(stated.samples(), measured);
    std::printf("[ MEASURED ] decision delay stated %g, measured %g samples\n", stated.samples(), measured);
  }

  // The question and C++'s answer; Python's comes from its own test.
  template <class S>
  void one_engine(const std::string& name, const S& spec) const {
    std::string asked;
    if constexpr (requires { spec(Base::channels); })
      asked = json(spec(Base::channels));
    else
      asked = json(spec);
    const Stream s = bursts_in_rest(29, options_.seconds, Base::channels);
    const auto reports = Base::whole(s);
    EXPECT_GE(reports.size(), 20u) << "too little was said to compare";
    answer(name, "\"spec\":" + asked + ",\"fs\":" + json(stream_rate) + ",\"channels\":" + json(Base::channels) +
                     ",\"markers\":" + json(options_.markers) + ",\"x\":" + json(s.x) + ",\"marks\":" + json(s.marks) +
                     ",\"events\":" + json(reports));
  }

  // No event is called out on what must not be believed; and the true ones are found. Both numbers, always together.
  void fail_safe() const {
    const Stream s = bursts_in_rest(28, 5 * options_.seconds, Base::channels);
    const auto reports = Base::whole(s);
    long fooled = 0, false_alarms = 0, found = 0, countable = 0;
    const auto overlaps = [](const Stretch& t, const Event& e) {
      return t.channel == e.channel && e.onset.value < t.end && t.begin < e.offset.value;
    };
    for (const Event& e : reports) {
      if (e.report == Report::open) fooled += s.is_invalid(e.decided.value, e.channel);
      if (e.report != Report::close) continue;
      false_alarms += std::none_of(s.bursts.begin(), s.bursts.end(), [&](const Stretch& b) { return overlaps(b, e); });
    }
    for (const Stretch& b : s.bursts) {
      // A burst beside something marked may be given up, and one too short to be told from a spike of noise.
      constexpr std::int64_t beside = 500, shortest = 200;
      if (b.end - b.begin < shortest) continue;
      if (std::any_of(s.invalid.begin(), s.invalid.end(), [&](const Stretch& i) {
            return i.channel == b.channel && i.begin < b.end + beside && b.begin < i.end + beside;
          }))
        continue;
      ++countable;
      found += std::any_of(reports.begin(), reports.end(),
                           [&](const Event& e) { return e.report == Report::close && overlaps(b, e); });
    }
    const double minutes = static_cast<double>(s.frames) * Base::channels / stream_rate.value / 60;
    std::printf(
        "[ MEASURED ] opened where nothing may be believed: %ld; true bursts found: %ld of %ld; false alarms: %ld in "
        "%.1f channel minutes\n",
        fooled, found, countable, false_alarms, minutes);
    EXPECT_EQ(fooled, 0);
    EXPECT_GE(countable, 10);
    EXPECT_GE(static_cast<double>(found), options_.useful * static_cast<double>(countable));
    EXPECT_LE(static_cast<double>(false_alarms), options_.most_false_alarms * minutes);
  }

 private:
  DetectorOptions options_;
};

template <Detector Live>
Trials detector_trials(std::function<Live(int channels)> start, DetectorOptions options = {}) {
  using L = DetectorLaws<Live>;
  const auto laws = std::make_shared<const L>(std::move(start), std::move(options));
  return {{Law::any_cut, [laws] { laws->any_cut(); }},
          {Law::pure, [laws] { laws->pure(); }},
          {Law::finite, [laws] { laws->finite_and_in_order(); }},
          {Law::fresh, [laws] { laws->fresh(); }},
          {Law::latency, [laws] { laws->latency(); }},
          {Law::fail_safe, [laws] { laws->fail_safe(); }},
          {Law::channels_equal, [laws] { laws->channels_equal(); }},
          {Law::causal, [laws] { laws->causal(); }}};
}

// Registers every law for one detector spec, or for one that depends on the number of channels: spec(channels).
template <class S>
bool detector(const std::string& name, S spec, DetectorOptions options = {}) {
  const auto begin = [spec](int channels) {
    if constexpr (requires { spec(channels); })
      return start(spec(channels), format_of(channels));
    else
      return start(spec, format_of(channels));
  };
  using Live = decltype(begin(1));
  auto trials = detector_trials<Live>(begin, options);
  trials.push_back({Law::one_engine, [=] { DetectorLaws<Live>(begin, options).one_engine(name, spec); }});
  return add_all(name, options.exempt, trials);
}

}  // namespace unguard::laws
