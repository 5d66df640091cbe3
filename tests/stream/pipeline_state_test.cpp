// SPDX-License-Identifier: Apache-2.0
// Truth: the session that was not interrupted.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "laws/damage.hpp"
#include "laws/law.hpp"
#include "laws/realtime_guard.hpp"
#include "laws/wild_state.hpp"
#include "stream/session_stream.hpp"

namespace unguard {
namespace {

using namespace literals;
using sessions::Listener, sessions::Told;

constexpr Hertz rate{1000};
const StreamFormat format = sessions::format_at(rate);
auto plan(Hertz at = rate) {
  auto whole = sessions::whole_plan(at);
  whole.montage.common_average = true;
  return whole;
}
// Beats left out instead of taken off.
auto gated(Hertz at = rate) {
  auto other = plan(at);
  other.heart = HeartGate{};
  return other;
}

const sessions::Stream& stream() {
  static const sessions::Stream s = sessions::spoilt(rate, 24_s);
  return s;
}
// Rest from the beginning, then none, then rest again: markers that wait for half of the stream.
template <class Live>
void declare(Live& live, std::int64_t origin = 0) {
  for (const auto& [at, kind] :
       {std::pair{0, MarkerKind::rest_begins}, {9000, MarkerKind::bending}, {15000, MarkerKind::rest_begins}})
    EXPECT_EQ(live.events()->declare({{origin + at}, kind}), Status::ok);
}
auto begun(const decltype(plan())& how = plan()) {
  auto live = start(how, format);
  declare(live);
  return live;
}
template <class Live>
Told rest_of(Live live, std::int64_t from, std::int64_t piece = 100) {
  Listener listener(100000);
  listener.hear(live, stream(), from, stream().frames, piece);
  listener.finish(live);
  return listener.told();
}
Told after(Told first, const Told& rest) {
  first.readings.insert(first.readings.end(), rest.readings.begin(), rest.readings.end());
  first.events.insert(first.events.end(), rest.events.begin(), rest.events.end());
  return first;
}

TEST(PipelineState, AnyCutGivesTheSameBits) {
  const Told expected = rest_of(begun(), 0, 1 << 20);
  EXPECT_GT(expected.events.size(), 20u);
  EXPECT_GT(expected.readings.size(), 2000u);
  for (int which = 1; which <= laws::cuts(); ++which) {
    auto live = begun();
    Listener listener(which % 3 ? 1000 : static_cast<std::size_t>(1 + which % 7));
    std::int64_t at = 0;
    for (const std::int64_t n : laws::cut(stream().frames, which)) {
      listener.hear(live, stream(), at, at + n, std::max<std::int64_t>(n, 1));
      at += n;
    }
    listener.finish(live);
    ASSERT_TRUE(listener.told() == expected) << "cut " << which;
  }
}

TEST(PipelineState, CopiedOrSavedInMidStreamItGoesOnAsIfNothingHadBeen) {
  const Told taken_off = rest_of(begun(), 0), left_out = rest_of(begun(gated()), 0);
  EXPECT_FALSE(taken_off == left_out);
  std::mt19937 random(461);
  for (int i = 0; i < 16; ++i) {
    const auto half = static_cast<std::int64_t>(random() % static_cast<unsigned>(stream().frames));
    const auto how = i % 2 ? plan() : gated();
    const Told& expected = i % 2 ? taken_off : left_out;
    const auto begins = start(how, format);
    auto original = begun(how);
    Listener first(100000);
    first.hear(original, stream(), 0, half);
    EXPECT_EQ(original.position(), SampleIndex{half});
    const auto copy = original;
    auto loaded = begins;
    Listener dirt(100000);
    dirt.hear(loaded, stream(), 0, 3000 * (i % 5));
    ASSERT_EQ(loaded.load(original.save()), Status::ok);
    EXPECT_TRUE(after(first.told(), rest_of(original, half)) == expected) << "original at " << half;
    EXPECT_TRUE(after(first.told(), rest_of(copy, half)) == expected) << "copy at " << half;
    EXPECT_TRUE(after(first.told(), rest_of(loaded, half)) == expected) << "loaded at " << half;
  }
  auto used = begun();
  rest_of(used, 0);
  Listener dirt(100000);
  dirt.hear(used, stream(), 0, 9000);
  used.reset();
  declare(used);
  EXPECT_TRUE(rest_of(used, 0) == taken_off) << "reset";
}

TEST(PipelineState, SavedWhileASinkIsFullItHasLostNothing) {
  const Told expected = rest_of(begun(), 0);
  auto live = begun();
  const auto other = live;
  Listener listener(1);
  long saved = 0, half_told = 0;
  for (std::int64_t at = 0; at < stream().frames;) {
    const auto n = std::min<std::int64_t>(100, stream().frames - at), done = listener.feed(live, stream().part(at, n));
    at += done;
    if (done == n) continue;
    ++half_told;
    if (half_told % 41) continue;
    auto next = other;
    ASSERT_EQ(next.load(live.save()), Status::ok);
    live = next;
    ++saved;
  }
  listener.finish(live);
  EXPECT_GT(saved, 40);
  EXPECT_TRUE(listener.told() == expected);
}

TEST(PipelineState, CountersThatBeganFarOutChangeNothing) {
  const Told expected = rest_of(begun(), 0);
  for (const double far : {0x1p24, 0x1p31, 0x1p32, 0x1p53}) {
    auto live = start(plan(), format);
    const std::int64_t origin = (static_cast<std::int64_t>(far) - 2000) / live.period() * live.period();
    live.begin_at({origin});
    declare(live, origin);
    Listener first(100000);
    first.hear(live, stream(), 0, 8000);
    auto loaded = start(plan(), format);
    ASSERT_EQ(loaded.load(live.save()), Status::ok);
    Told told = after(first.told(), rest_of(loaded, 8000));
    for (Reading& r : told.readings)
      r = r.value() ? Reading::valid(r.channel(), r.at() - origin, *r.value(), r.reasons())
                    : Reading::invalid(r.channel(), r.at() - origin, r.reasons(), r.trust());
    for (Event& e : told.events) {
      e.onset = e.onset - origin;
      e.decided = e.decided - origin;
      if (e.report == Report::close || e.report == Report::cancel) e.offset = e.offset - origin;
    }
    EXPECT_TRUE(told.readings == expected.readings) << "from sample " << origin;
    EXPECT_TRUE(told.events == expected.events) << "from sample " << origin;
  }
}

TEST(PipelineState, OfAnotherPlanOrFormatIsRefused) {
  auto live = begun();
  Listener listener(100000);
  listener.hear(live, stream(), 0, 5000);
  const SavedState saved = live.save();
  laws::expect_refuses_damage(live, saved);
  const auto refuses = [&](const char* what, auto change_plan, auto change_format) {
    auto p = plan();
    auto f = format;
    change_plan(p);
    change_format(f);
    EXPECT_EQ(start(p, f).load(saved), Status::wrong_state) << what;
  };
  const auto none = [](auto&) {};
  EXPECT_EQ(start(plan(), format).load(saved), Status::ok);
  refuses(
      "cleaning",
      [](auto& p) {
        p.cleaning = Chain{Priming{20_ms}, Bandpass{.low = 30_Hz, .high = 400_Hz}};
      },
      none);
  refuses(
      "mains", [](auto& p) { p.mains.reset(); }, none);
  refuses(
      "heart", [](auto& p) { std::get<EcgSubtraction>(p.heart).look_ahead = 70_ms; }, none);
  refuses(
      "gate", [](auto& p) { p = gated(); }, none);
  refuses(
      "noise", [](auto& p) { p.noise.most = 4_uV; }, none);
  refuses(
      "heart's share", [](auto& p) { p.heart_share.share = 0.4; }, none);
  refuses(
      "level", [](auto& p) { p.level.least_share = 0.6; }, none);
  refuses(
      "readings", [](auto& p) { p.readings.hold = 0.4_s; }, none);
  refuses(
      "events", [](auto& p) { std::get<SpasmDetector>(*p.events).rise = 2; }, none);
  refuses(
      "montage",
      [](auto& p) {
        p.montage.derivations = {{{}, "right", {}}, {{}, "left", {}}};
      },
      none);
  refuses("names", none, [](auto& f) { f.channels = Channels{"right", "left"}; });
  refuses("rate", none, [](auto& f) { f.rate = 1001_Hz; });
  refuses("converter", none, [](auto& f) { f.converter.step = 0.1_uV; });
}

TEST(PipelineState, IsPureInRealTimeAlsoWhereItIsLoaded) {
  auto live = begun();
  Listener listener(100000);
  listener.hear(live, stream(), 0, 5000);
  const SavedState saved = live.save();
  Sink<Reading> readings(10000);
  Sink<Event> events(10000);
  laws::expect_pure([&] {
    live.load(saved);
    live.process(stream().part(5000, 4000), readings, events);
    live.begin_at({12345});
  });
}

// In the middle of a beat, of an event and of a tile. Of every value a few wild ones; all of them in the slow tier.
TEST(PipelineState, OfNoSessionAtAllDoesNoHarm) {
  constexpr Hertz slow{500};
  const auto s = sessions::spoilt(slow, 24_s);
  for (auto p : {plan(slow), gated(slow)}) {
    std::get<SpasmDetector>(*p.events).all_rest = true;
    auto live = start(p, sessions::format_at(slow));
    EXPECT_EQ(live.events()->declare({{11500}, MarkerKind::bending}), Status::ok);
    Listener first(100000);
    first.hear(live, s, 0, 10950);
    Listener small(1);
    std::int64_t at = 10950;
    while (small.feed(live, s.part(at, 64)) == 64) at += 64;
    laws::Places places;
    live.state(places);
    const SavedState saved = live.save();
    ASSERT_GT(places.all().size(), 500u);
    const unsigned every = std::getenv("UNGUARD_CUTS") ? 1 : std::holds_alternative<HeartGate>(p.heart) ? 13 : 7;
    std::mt19937 random(462);
    long loaded = 0, refused = 0;
    for (const auto& place : places.all())
      for (const auto& wild : place.wild) {
        if (random() % every) continue;
        auto other = live;
        const Status status = other.load(laws::with(saved, place.at, wild));
        ASSERT_TRUE(status == Status::ok || status == Status::wrong_state);
        ++(status == Status::ok ? loaded : refused);
        if (status != Status::ok) continue;
        Sink<Reading> readings(10000);
        Sink<Event> events(10000);
        other.process(s.part(at, 700), readings, events);
        other.finish(readings, events);
        for (const Reading& r : readings.items()) ASSERT_TRUE(!r.value() || std::isfinite(*r.value()));
        other.save();
      }
    std::printf("[ MEASURED ] of %zu values, %ld wild ones were refused and %ld lived with\n", places.all().size(),
                refused, loaded);
    EXPECT_GT(refused, 100);
    EXPECT_GT(loaded, 100);
  }
}

}  // namespace
}  // namespace unguard
