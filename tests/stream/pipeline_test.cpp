// SPDX-License-Identifier: Apache-2.0
// Truth: the stages one after the other; the same stretch of signal, again and again, for an hour.
#include "unguard/stream/pipeline.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "laws/realtime_guard.hpp"
#include "refusal.hpp"
#include "stream/usual_session.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat electrodes{.rate = 2000_Hz, .channels = Channels{"L1", "L2", "R1", "R2"}};

SpasmDetector knowing_the_rest(int channels) {
  SpasmDetector spec;
  spec.rest = rest_calibration(std::vector<RestNoise>(static_cast<std::size_t>(channels), {2, 0.1, 2, 0.2}), spec.slow,
                               spec.fast, {CalibrationSource::declared, 40000, 2000_Hz, "as made"});
  spec.all_rest = true;
  return spec;
}
auto cleaning() { return Chain{Priming{20_ms}, Bandpass{}, Notch{}}; }
auto plan() {
  Pipeline plan{cleaning()};
  plan.montage.derivations = {{{.name = "left"}, "L1", "L2"}, {{.name = "right"}, "R1", "R2"}};
  plan.events = knowing_the_rest(2);
  return plan;
}

// Bursts, losses, steps and what is no number, on four electrodes.
struct Stream {
  std::vector<double> x;
  std::vector<Marks> marks;
  std::int64_t frames;
  ConstBlock block() const { return {x.data(), frames, 4, marks.data()}; }
};
Stream spoilt(std::int64_t frames) {
  Stream s{std::vector<double>(static_cast<std::size_t>(4 * frames)),
           std::vector<Marks>(static_cast<std::size_t>(4 * frames)), frames};
  std::mt19937 random(91);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i)
    for (std::size_t c = 0; c < 4; ++c) {
      s.x[4 * i + c] = 1000 * static_cast<double>(c) + (i % 5000 > 4000 ? 40 : 1.4) * normal(random) +
                       (i > 13000 && c == 1 ? 9000 : 0);
      if (i % 3000 < 25 && c == 2) s.marks[4 * i + c] = mark::missing;
      if (i == 7777) s.x[4 * i + c] = std::numeric_limits<double>::quiet_NaN();
    }
  return s;
}

struct Told {
  std::vector<Reading> readings;
  std::vector<Event> events;
  bool operator==(const Told&) const = default;
};
template <class Live>
Told drive(Live& live, const Stream& s, std::size_t room, std::int64_t largest) {
  Told told;
  Sink<Reading> readings(room);
  Sink<Event> events(room);
  std::mt19937 random(92);
  const auto empty = [&] {
    told.readings.insert(told.readings.end(), readings.items().begin(), readings.items().end());
    told.events.insert(told.events.end(), events.items().begin(), events.items().end());
    readings.clear();
    events.clear();
  };
  for (std::int64_t done = 0; done < s.frames;) {
    const std::int64_t n = std::min<std::int64_t>(
        static_cast<std::int64_t>(random() % static_cast<unsigned>(largest + 1)), s.frames - done);
    const Consumed c = live.process(s.block().part(done, n), readings, events);
    EXPECT_TRUE(c.status == Status::full || (c.status == Status::ok && c.frames == n));
    done += c.frames;
    empty();
  }
  while (live.finish(readings, events) == Status::full) empty();
  empty();
  return told;
}

TEST(Pipeline, IsItsStagesOneAfterTheOther) {
  const Stream s = spoilt(20000);
  const auto p = plan();
  auto check = start(p.check, electrodes);
  auto montage = start(p.montage, electrodes);
  Bridge bridge(montage.format());
  auto cleaning = start(p.cleaning, montage.format());
  auto residual = start(p.residual, montage.format());
  auto level = start(p.level, montage.format());
  const double left = pipeline_detail::left_of(1_uV, p.cleaning, montage.format().rate).value;
  auto reasons = *try_start(p.noise, p.heart_share, montage.format(), montage.format(), p.level.window, p.level.wait,
                            0_s, left * left);
  auto readings = start(p.readings, montage.format());
  auto events = try_start(*p.events, montage.format()).take();
  const std::int64_t n = s.frames;
  std::vector<double> a(s.x.size()), b(s.x.size() / 2), c(b.size()), d(b.size());
  std::vector<Marks> am(a.size()), bm(b.size()), cm(b.size()), dm(b.size());
  check.process(s.block(), {a.data(), n, 4, am.data()});
  montage.process({a.data(), n, 4, am.data()}, {b.data(), n, 2, bm.data()});
  for (std::int64_t i = 0; i < n; ++i) {
    bridge.fill(Block{b.data(), n, 2, bm.data()}.part(i, 1));
    bridge.remember(Block{b.data(), n, 2, bm.data()}.part(i, 1));
  }
  cleaning.process({b.data(), n, 2, bm.data()}, {c.data(), n, 2, cm.data()});
  residual.process({c.data(), n, 2, cm.data()}, {c.data(), n, 2, cm.data()});
  const Block raw{b.data(), n, 2, bm.data()}, clean{c.data(), n, 2, cm.data()}, height{d.data(), n, 2, dm.data()};
  for (std::int64_t i = 0; i < n; i += 32) {
    const std::int64_t some = std::min<std::int64_t>(32, n - i);
    reasons.listen(raw.part(i, some), raw.part(i, some), clean.part(i, some));
    level.process(std::array<ConstBlock, 2>{clean.part(i, some), raw.part(i, some)}, height.part(i, some));
    reasons.tell(height.part(i, some));
  }
  Sink<Reading> all_readings(100000);
  Sink<Event> all_events(100000);
  readings.process({d.data(), n, 2, dm.data()}, all_readings);
  events.process({c.data(), n, 2, cm.data()}, all_events);
  events.finish(all_events);
  const Told expected{{all_readings.items().begin(), all_readings.items().end()},
                      {all_events.items().begin(), all_events.items().end()}};
  EXPECT_GT(expected.events.size(), 8u);
  int valid = 0, withheld = 0;
  for (const Reading& r : expected.readings) (r.value() ? valid : withheld) += 1;
  EXPECT_GT(valid, 500);
  EXPECT_GT(withheld, 50);
  // However the stream is cut and however small the sinks are.
  for (const auto& [room, largest] : {std::pair{100000, 20000}, {1000, 64}, {3, 31}, {1, 500}}) {
    auto live = start(p, electrodes);
    EXPECT_TRUE(drive(live, s, static_cast<std::size_t>(room), largest) == expected) << room << ", " << largest;
    live.reset();
    EXPECT_TRUE(drive(live, s, static_cast<std::size_t>(room), largest) == expected) << "again";
  }
}

TEST(Pipeline, IsPureInRealTime) {
  const Stream s = spoilt(4000);
  auto live = start(plan(), electrodes);
  Sink<Reading> readings(10000);
  Sink<Event> events(10000);
  laws::expect_pure([&] {
    live.process(s.block(), readings, events);
    live.finish(readings, events);
    live.reset();
  });
}

TEST(Pipeline, AnswersWrongShapesAndRefusesByName) {
  auto live = start(plan(), electrodes);
  Sink<Reading> readings(10);
  Sink<Event> events(10);
  double x[12]{};
  EXPECT_EQ(live.process({x, 3, 3}, readings, events), (Consumed{Status::wrong_channels, 0}));
  EXPECT_EQ(live.process({x, -1, 4}, readings, events), (Consumed{Status::wrong_frames, 0}));
  EXPECT_EQ(live.process({nullptr, 3, 4}, readings, events), (Consumed{Status::missing_data, 0}));
  EXPECT_EQ(live.position(), SampleIndex{0});
  auto p = plan();
  p.montage.derivations[0].plus = "M1";
  EXPECT_EQ(why(try_start(p, electrodes)),
            "plus is \"M1\": expected one of \"L1\", \"L2\", \"R1\", \"R2\" (Montage.plus)");
  const StreamFormat one{.rate = 2000_Hz, .channels = Channels::unnamed(1)};
  EXPECT_NE(why(try_start(Pipeline{Chain{Bandpass{}}}, one)).find("a chain that begins with Priming"),
            std::string::npos);
  p = plan();
  p.level.least_share = 2;
  EXPECT_EQ(why(try_start(p, electrodes)), "least_share is 2: expected 0.01 to 1 (GatedRms.least_share)");
}

double hours() {
  const char* text = std::getenv("UNGUARD_SOAK_HOURS");
  double count = 1;
  if (text && std::from_chars(text, text + std::strlen(text), count).ec != std::errc()) ADD_FAILURE() << text;
  return count;
}

// All there is, on sixteen channels: 10 s of EMG with hum and a heart over and over, for an hour in CI and a day in the
// slow tier. From when all that learns has learnt, the readings stay those they are; no sample is miscounted, and
// nothing is allocated.
TEST(Pipeline, DoesNotDrift) {
  constexpr int channels = 16;
  constexpr std::int64_t frames = 20000, learnt = 240;
  const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(channels)};
  Pipeline p{cleaning()};
  p.mains = Mains{{.frequency = 50_Hz}};
  p.heart = EcgSubtraction{};
  p.events = knowing_the_rest(channels);
  p.watch = StreamWatch{};
  auto live = start(p, format);
  std::vector<double> x(frames * channels);
  std::vector<Carrier> carriers;
  for (int c = 0; c < channels; ++c)
    carriers.emplace_back(corners(CarrierPreset::trunk), format.rate, RandomStream(93, "emg", c));
  for (std::size_t i = 0, k = 0; i < frames; ++i) {
    const double t = static_cast<double>(i) / 2000, from_r = std::fmod(t, 1) - 0.5;
    const double qrs = 200 * std::exp(-0.5 * std::pow(from_r / 0.006, 2));
    const double hum = 5 * std::sin(2 * std::numbers::pi * 50 * t);
    // Between two beats, or the mean beat would learn for more than an hour; and on no large offset, whose rounding
    // alone is 1e-12 of so little muscle behind the canceller.
    const bool burst = i % 8000 < 2000 && from_r > 0.15 && from_r < 0.45;
    for (std::size_t c = 0; c < channels; ++c, ++k) x[k] = 100 + (burst ? 30 : 2) * carriers[c].next() + qrs + hum;
  }
  x[5 * channels + 3] = std::numeric_limits<double>::quiet_NaN();
  Sink<Reading> readings(channels * 1000);
  Sink<Event> events(10000);
  std::vector<Reading> early;
  double worst = 0;
  const auto rounds = std::max<std::int64_t>(std::llround(hours() * 360), learnt + 12);
  const auto all = [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t round = first; round < last; ++round) {
      readings.clear();
      events.clear();
      for (std::int64_t at = 0; at < frames; at += 100) {
        if (live.process({x.data() + at * channels, 100, channels}, readings, events).status != Status::ok)
          return false;
        live.arrived(live.position(), {static_cast<double>(live.position().value) / 2000});
      }
    }
    return true;
  };
  ASSERT_TRUE(all(0, learnt));
  early.assign(readings.items().begin(), readings.items().end());
  bool went_on = false;
  laws::expect_pure([&] { went_on = all(learnt, rounds); });
  ASSERT_TRUE(went_on);
  ASSERT_EQ(readings.items().size(), early.size());
  ASSERT_EQ(early.size(), channels * 1000u);
  long values = 0;
  for (std::size_t i = 0; i < early.size(); ++i) {
    ASSERT_EQ(early[i].value().has_value(), readings.items()[i].value().has_value());
    EXPECT_EQ(early[i].reasons(), readings.items()[i].reasons());
    if (!early[i].value()) continue;
    ++values;
    worst = std::max(worst, std::fabs(*readings.items()[i].value() / *early[i].value() - 1));
  }
  std::printf("[ MEASURED ] after %.1f h readings are off by %.2g of themselves\n", static_cast<double>(rounds) / 360,
              worst);
  EXPECT_LT(worst, 1e-12);
  EXPECT_GT(values, 15000);
  EXPECT_EQ(live.position(), SampleIndex{rounds * frames});
  EXPECT_EQ(live.check().replaced_non_finite(), rounds);
  EXPECT_TRUE(live.standing(0, {static_cast<double>(live.position().value) / 2000}).value());
}

}  // namespace
}  // namespace unguard
