// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 for what reads bends: two muscles and, in the last channel, the trunk angle. One line
// registers a spec:
//   const bool phases = laws::of_bends<PhaseReport>("BendPhases", BendPhases{.angle = "trunk"}, "phases");
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "laws/one_engine.hpp"
#include "laws/sink_laws.hpp"
#include "unguard/clinical/bend.hpp"
#include "unguard/clinical/bend_by_angle.hpp"
#include "unguard/clinical/phase_report.hpp"

namespace unguard::laws {

template <>
struct ItemRule<PhaseReport> {
  static bool finite(const PhaseReport& p) { return p.onset <= p.decided; }
  static PhaseReport earlier(PhaseReport p, std::int64_t by) {
    p.onset = p.onset - by;
    p.decided = p.decided - by;
    if (p.report == Report::close || p.report == Report::cancel) p.offset = p.offset - by;
    return p;
  }
  // The later reports of a phase repeat when it was opened.
  static std::optional<std::int64_t> said_at(const PhaseReport& p) {
    if (p.report != Report::open) return std::nullopt;
    return p.decided.value;
  }
};

template <>
struct ItemRule<Bend> {
  static bool finite(const Bend& b) {
    bool all = true;
    for (const PhaseLevel* l : {&b.standing, &b.flexing, &b.half, &b.flexed, &b.extending})
      all = all && l->level.value >= 0 && std::isfinite(l->level.value) && l->spread >= 0 && std::isfinite(l->spread) &&
            l->share >= 0 && l->share <= 1;
    for (const Degrees a : {b.upright, b.deepest, b.silence_from, b.silence_to}) all = all && std::isfinite(a.value);
    return all;
  }
  static Bend earlier(Bend b, std::int64_t by) {
    for (SampleIndex* at : {&b.bending, &b.full, &b.returning, &b.end}) *at = *at - by;
    if (b.has_silence) {
      b.silence_begins = b.silence_begins - by;
      b.silence_ends = b.silence_ends - by;
    }
    return b;
  }
  static int channel_of(const Bend& b) { return b.channel; }
  static Bend on_channel(Bend b, int channel) {
    b.channel = channel;
    return b;
  }
  // When it was known it does not say.
  static std::optional<std::int64_t> said_at(const Bend&) { return std::nullopt; }
};

template <>
struct ItemRule<BendByAngle> {
  static bool finite(const BendByAngle& b) {
    bool all = std::isfinite(b.upright.value) && std::isfinite(b.deepest.value) && b.bending < b.end;
    for (const BinLevel& l : b.levels) all = all && std::isfinite(l.log) && l.ticks >= 0;
    return all;
  }
  static BendByAngle earlier(BendByAngle b, std::int64_t by) {
    for (SampleIndex* at : {&b.bending, &b.end}) *at = *at - by;
    return b;
  }
  static int channel_of(const BendByAngle& b) { return b.channel; }
  static BendByAngle on_channel(BendByAngle b, int channel) {
    b.channel = channel;
    return b;
  }
  // When it was known it does not say.
  static std::optional<std::int64_t> said_at(const BendByAngle&) { return std::nullopt; }
};

// Bends of some 5 s, one after the other, each muscle silent in the deepest part of some; stretches of both the EMG and
// the angle that must not be believed.
inline Stream bends_of_muscles(std::uint64_t seed, double seconds, int channels) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(generator() >> 11) * 0x1p-53;
  };
  Stream s;
  s.channels = channels;
  s.frames = samples_in({seconds}, stream_rate);
  s.x.resize(static_cast<std::size_t>(s.frames * channels));
  s.marks.resize(s.x.size());
  std::vector<double> angle, level;
  const auto add = [&](double length, double from, double to, double strength) {
    const std::int64_t n = samples_in({length}, stream_rate);
    for (std::int64_t i = 0; i < n; ++i) {
      const double u = static_cast<double>(i) / static_cast<double>(n);
      angle.push_back(from + (to - from) * u * u * u * (10 + u * (6 * u - 15)));
      level.push_back(strength);
    }
  };
  while (std::ssize(angle) < s.frames) {
    const double deep = uniform(60, 100), held = generator() % 3 ? uniform(2, 4) : 25;
    add(uniform(1, 1.4), 2, 2, 3);
    add(uniform(1, 1.4), 2, deep, 30);
    add(uniform(1, 1.4), deep, deep, held);
    add(uniform(1, 1.4), deep, 2, 60);
  }
  for (std::int64_t i = 0; i < s.frames; ++i) {
    const auto k = static_cast<std::size_t>(i);
    for (int c = 0; c + 1 < channels; ++c) s.at(i, c) = level[k] * normal(generator);
    s.at(i, channels - 1) = angle[k] + 0.05 * normal(generator);
  }
  for (int c = 0; c < channels; ++c)
    for (std::int64_t at = samples_in({uniform(1, 3)}, stream_rate); at < s.frames - 2000;) {
      const std::int64_t end = at + samples_in({uniform(0.005, 0.15)}, stream_rate);
      const bool known = generator() % 3 != 0;
      for (std::int64_t i = at; i < end; ++i)
        if (known)
          s.mark_at(i, c) = mark::gap;
        else
          s.at(i, c) = std::numeric_limits<double>::quiet_NaN();
      s.invalid.push_back({c, at, end});
      at = end + samples_in({uniform(1, 4)}, stream_rate);
    }
  return s;
}

inline StreamFormat format_of_bends(int channels) {
  std::vector<Channel> all;
  for (int c = 0; c + 1 < channels; ++c) all.push_back({"muscle " + std::to_string(c + 1)});
  all.push_back({"trunk", "", {}, "deg"});
  return {.rate = stream_rate, .channels = Channels(std::move(all))};
}

inline std::string json(const PhaseReport& p) {
  return "[" + json(static_cast<std::int64_t>(p.id)) + "," + json(p.report) + "," + json(p.phase) + "," +
         json(p.onset.value) + "," + json(p.decided.value) + "," +
         (p.report == Report::close ? json(p.offset.value) : "null") + "," + json(named(p.reasons)) + "]";
}
inline std::string json(const PhaseLevel& l) {
  if (!l.known()) return "null";
  return "[" + json(l.level) + "," + json(l.spread) + "," + json(l.share) + "," + json(l.at_floor) + "]";
}
inline std::string json(const Bend& b) {
  return "[" + json(b.number) + "," + json(b.channel) + "," + json(b.bending.value) + "," + json(b.full.value) + "," +
         json(b.returning.value) + "," + json(b.end.value) + "," + json(b.upright) + "," + json(b.deepest) + "," +
         json(b.standing) + "," + json(b.flexing) + "," + json(b.half) + "," + json(b.flexed) + "," +
         json(b.extending) + "," + json(b.silent) + "," +
         (b.has_silence ? "[" + json(b.silence_begins.value) + "," + json(b.silence_ends.value) + "]" : "null") + "," +
         (b.has_silence ? "[" + json(b.silence_from) + "," + json(b.silence_to) + "]" : "null") + "," +
         json(named(b.reasons)) + "]";
}

inline std::string json(const BinLevel& l) {
  if (!l.known()) return "null";
  return "[" + json(l.log) + "," + json(static_cast<double>(l.ticks) / tick_rate.value) + "," + json(l.at_floor) + "]";
}
inline std::string json(const BendByAngle& b) {
  std::string ways;
  for (const BendWay way : {BendWay::flexing, BendWay::extending}) {
    std::string levels;
    for (int k = 0; k < b.bins.count; ++k) levels += (k > 0 ? "," : "") + json(b.at(way, k));
    ways += ",[" + levels + "]";
  }
  return "[" + json(b.number) + "," + json(b.channel) + "," + json(b.bending.value) + "," + json(b.end.value) + "," +
         json(b.upright) + "," + json(b.deepest) + ways + "," + json(named(b.reasons)) + "]";
}

template <class Live, class Item>
class BendLaws : public SinkLaws<Live, Item> {
 public:
  using Base = SinkLaws<Live, Item>;
  static constexpr double seconds = 75;

  explicit BendLaws(typename Base::Start start)
      : Base(
            std::move(start), [](Live&, std::int64_t) {}, seconds, &bends_of_muscles) {}

  // Muscles in another order; the angle is the channel that is called so.
  void muscles_equal() const {
    const Stream s = Base::record_(25, seconds, Base::channels);
    const auto all = Base::whole(s);
    const auto permuted = Base::whole(select(s, {1, 0, 2}));
    for (int muscle = 0; muscle < 2; ++muscle) {
      const auto expected = Base::of_channel(all, 1 - muscle);
      EXPECT_FALSE(expected.empty());
      EXPECT_TRUE(Base::of_channel(permuted, muscle) == expected) << "muscle " << muscle << " in another order";
      auto alone = Base::start_(2);
      EXPECT_TRUE(Base::of_channel(drive<Item>(alone, select(s, {1 - muscle, 2}).block(), Base::big, Base::blocks),
                                   0) == expected)
          << "muscle " << muscle << " alone";
    }
  }
  template <class S>
  void one_engine(const std::string& name, const S& spec, const std::string& called) const {
    const Stream s = Base::record_(29, seconds, Base::channels);
    const auto items = Base::whole(s);
    EXPECT_GE(items.size(), 20u) << "too little was said to compare";
    std::string told;
    for (const Item& item : items) told += (told.empty() ? "" : ",") + json(item);
    answer(name, "\"spec\":" + json(spec) + ",\"fs\":" + json(stream_rate) + ",\"channels\":" + json(Base::channels) +
                     ",\"x\":" + json(s.x) + ",\"marks\":" + json(s.marks) + ",\"" + called + "\":[" + told + "]");
  }
};

// `called`: what its items are in the answer to Python.
template <class Item, class S>
bool of_bends(const std::string& name, const S& spec, const std::string& called) {
  const auto begin = [spec](int channels) { return start(spec, format_of_bends(channels)); };
  using L = BendLaws<decltype(begin(2)), Item>;
  const auto laws = std::make_shared<const L>(begin);
  Exemptions exempt{
      {Law::latency, "tests/clinical/ measures how late phases and bends are told against their truth"},
      {Law::fail_safe, "tests/clinical/ has both numbers: bends that are there and what is not believed"}};
  Trials trials{{Law::any_cut, [laws] { laws->any_cut(); }},
                {Law::pure, [laws] { laws->pure(); }},
                {Law::finite, [laws] { laws->finite(); }},
                {Law::fresh, [laws] { laws->fresh(); }},
                {Law::latency, [] {}},
                {Law::fail_safe, [] {}},
                {Law::causal, [laws] { laws->causal(); }},
                {Law::one_engine, [=] { laws->one_engine(name, spec, called); }}};
  if constexpr (requires(const Item& item) { ItemRule<Item>::channel_of(item); }) {
    trials.push_back({Law::channels_equal, [laws] { laws->muscles_equal(); }});
  } else {
    exempt.emplace(Law::channels_equal, "names its channel, and hears no other");
    trials.push_back({Law::channels_equal, [] {}});
  }
  return add_all(name, exempt, trials);
}

}  // namespace unguard::laws
