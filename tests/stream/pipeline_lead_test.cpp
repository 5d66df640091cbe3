// SPDX-License-Identifier: Apache-2.0
// Truth: the simulated EMG without its heart. The lead is the same heart on another device's clock; seeds fixed
// beforehand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "laws/realtime_guard.hpp"
#include "refusal.hpp"
#include "stream/usual_session.hpp"
#include "unguard/detect/rest_calibration.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/stream/side_by_side.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat emg{.rate = 2000_Hz, .channels = Channels{"left", "right"}};
const StreamFormat ecg{.rate = 250_Hz, .channels = Channels{"ECG"}};
constexpr double skew = 1 + 200e-6;  // the ECG's clock runs that much faster

auto plan(bool lead) {
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{}}};
  plan.heart = EcgSubtraction{.lead = lead ? "ECG" : ""};
  plan.readings.interval = 50_ms;
  SpasmDetector spec;
  spec.rest = rest_calibration(std::vector<RestNoise>(2, {20, 2.4, 20, 5}), spec.slow, spec.fast,
                               {CalibrationSource::declared, 40000, 2000_Hz, "as made"});
  spec.all_rest = true;
  plan.events = spec;
  return plan;
}
hearts::Mixed muscle(double ratio) {
  return hearts::mix({.duration = 120_s, .emg_over_ecg_dB = ratio, .emg = {20}, .channels = 2, .seed = 491});
}
// A millivolt at R, some noise of its own, an offset.
std::vector<double> lead_of(const hearts::Mixed& m) {
  const double rate = 250 * skew;
  std::vector<double> beats = m.r_peaks;
  for (double& r : beats) r *= rate / 2000;
  EcgPlayer player({}, beats, {rate});
  RandomStream noise(492, "ecg");
  std::vector<double> x(static_cast<std::size_t>(static_cast<double>(m.frames) * rate / 2000));
  for (double& v : x) v = 800 * player.next() + 10 * noise.normal() + 4000;
  return x;
}

struct Told {
  std::vector<Reading> readings{};
  std::vector<Event> events{};
};
// EMG in packets of 60 frames; the lead in packets of 10 samples, 40 ms late.
template <class Live>
Told drive(Live& live, LiveAligner& aligner, SideBySide& joined, const hearts::Mixed& m,
           const std::vector<double>& lead) {
  Told told;
  Sink<Reading> readings(static_cast<std::size_t>(m.frames));
  Sink<Event> events(100000);
  const auto hear = [&](SampleIndex, std::span<const ConstBlock> blocks) {
    joined.process(blocks, [&](ConstBlock block) {
      EXPECT_EQ(live.process(block, readings, events), (Consumed{Status::ok, block.frames}));
    });
  };
  std::size_t sent = 0;
  for (std::int64_t at = 0; at + 60 <= m.frames; at += 60) {
    aligner.push({m.x.data() + 2 * at, 60, 2}, hear);
    for (; sent + 10 <= lead.size() && static_cast<double>(sent + 10) * 8 / skew + 80 <= static_cast<double>(at + 60);
         sent += 10)
      aligner.push_side(0, SampleIndex{static_cast<std::int64_t>(sent)}, {lead.data() + sent, 10, 1}, hear);
  }
  aligner.finish(hear);
  live.finish(readings, events);
  told.readings.assign(readings.items().begin(), readings.items().end());
  told.events.assign(events.items().begin(), events.items().end());
  return told;
}
Told with_lead(const hearts::Mixed& m, const std::vector<double>& lead) {
  auto aligner = start(Aligner{}, emg, {{ecg, SideClock{.rate = 250_Hz * skew}}});
  auto joined = side_by_side(aligner);
  EXPECT_EQ(joined.format().channels, (Channels{"left", "right", "ECG"}));
  auto live = start(plan(true), joined.format());
  EXPECT_EQ(live.format().channels, emg.channels);
  return drive(live, aligner, joined, m, lead);
}
Told without_lead(const Pipeline<Chain<Priming, Bandpass>>& p, const std::vector<double>& x) {
  auto live = start(p, emg);
  Sink<Reading> readings(x.size());
  Sink<Event> events(100000);
  EXPECT_EQ(live.process({x.data(), static_cast<std::int64_t>(x.size() / 2), 2}, readings, events).status, Status::ok);
  return {{readings.items().begin(), readings.items().end()}, {events.items().begin(), events.items().end()}};
}
// Root mean square of the relative error of the readings from 30 s on, %, and how many there are.
std::pair<double, long> error_of(const Told& told, const std::vector<double>& muscle_alone) {
  auto p = plan(false);
  p.heart = {};
  p.events.reset();
  p.readings.interval = {1 / 2000.0};
  p.level.wait = p.level.before = {0};
  const Told truth = without_lead(p, muscle_alone);
  double squares = 0;
  long count = 0;
  for (const Reading& r : told.readings) {
    if (r.at().value < 60000 || !r.value()) continue;
    const auto should = truth.readings[static_cast<std::size_t>(2 * (r.at().value - 120) + r.channel())].value();
    if (!should) continue;
    squares += std::pow(*r.value() / *should - 1, 2);
    ++count;
  }
  return {100 * std::sqrt(squares / static_cast<double>(count)), count};
}

TEST(PipelineLead, OfAnotherDeviceTellsWhereTheHeartIs) {
  for (const double ratio : {0.0, -10.0}) {
    const auto m = muscle(ratio);
    const Told told = with_lead(m, lead_of(m));
    const auto [by_lead, count] = error_of(told, m.emg);
    const auto [by_itself, others] = error_of(without_lead(plan(false), m.x), m.emg);
    std::printf(
        "[ MEASURED ] a lead of 250 Hz and 200 ppm at %+g dB: %ld readings off by %.1f %%, on beats of the EMG itself "
        "%ld by %.1f %%\n",
        ratio, count, by_lead, others, by_itself);
    EXPECT_GE(count, 3400);
    EXPECT_LE(by_lead, ratio == 0 ? 5 : 8);
    EXPECT_LE(by_lead, 1.1 * by_itself);
    for (const Reading& r : told.readings) {
      ASSERT_LT(r.channel(), 2);
      // Until the heart is known it looks like movement.
      const Marks wrong = mark::contact_lost | mark::jump | (r.at().value > 60000 ? mark::motion : mark::none);
      ASSERT_EQ(r.reasons() & wrong, mark::none) << r.at().value;
    }
    for (const Event& e : told.events) ASSERT_LT(e.channel, 2);
  }
}

// It falls off, stands still and leaps: no business of the EMG's. While nothing comes of it the level says that a heart
// may be in it.
TEST(PipelineLead, ThatIsBadSaysNothingAgainstTheMuscle) {
  const auto m = muscle(60);  // in which no heart is left when it is not taken off
  auto lead = lead_of(m);
  const auto from = [](double seconds) { return static_cast<std::ptrdiff_t>(seconds * 250); };
  std::fill(lead.begin() + from(60), lead.begin() + from(70), 4000.0);
  for (auto i = from(80); i < from(90); ++i) lead[static_cast<std::size_t>(i)] += i % 200 < 100 ? 9000 : -9000;
  std::fill(lead.begin() + from(100), lead.begin() + from(110), std::numeric_limits<double>::quiet_NaN());
  const Told told = with_lead(m, lead);
  long all = 0, valid = 0;
  for (const Reading& r : told.readings) {
    const double at = static_cast<double>(r.at().value) / 2000;
    if (at < 30) continue;
    ++all;
    valid += r.value().has_value();
    ASSERT_EQ(r.reasons() & (mark::contact_lost | mark::jump | mark::missing | mark::non_finite | mark::clipped),
              mark::none)
        << at;
  }
  std::printf("[ MEASURED ] a lead that is lost, stands still and leaps: %.1f %% of readings stand\n",
              100.0 * static_cast<double>(valid) / static_cast<double>(all));
  EXPECT_GE(static_cast<double>(valid), 0.99 * static_cast<double>(all));
  // And where it does not come at all.
  lead = lead_of(m);
  lead.resize(60 * 250);
  const Told lost = with_lead(m, lead);
  long doubted = 0, later = 0;
  for (const Reading& r : lost.readings) {
    if (r.at().value < 62 * 2000) continue;
    ++later;
    doubted += (r.reasons() & mark::heart) != 0;
  }
  EXPECT_GT(later, 2000);
  EXPECT_EQ(doubted, later);
}

TEST(PipelineLead, IsNoChannelOfTheMontageTheAverageOrTheChecks) {
  const StreamFormat device{.rate = 2000_Hz, .channels = Channels{"L1", "ECG", "L2"}};
  auto p = plan(true);
  p.events.reset();
  p.montage.common_average = true;
  auto live = start(p, device);
  EXPECT_EQ(live.from(), device);
  EXPECT_EQ(live.format().channels, (Channels{"L1", "L2"}));
  EXPECT_EQ(live.check().format().channels, (Channels{"L1", "L2"}));
  // Whatever stands in its column, where no heart is believed.
  std::vector<double> x(30000), other;
  RandomStream noise(493, "emg");
  for (double& v : x) v = 20 * noise.normal();
  other = x;
  for (std::size_t i = 1; i < other.size(); i += 3) other[i] = i % 600 < 300 ? 1e6 : -1e6;
  Sink<Reading> a(1000), b(1000);
  Sink<Event> none(1);
  auto second = live;
  ASSERT_EQ(live.process({x.data(), 10000, 3}, a, none).status, Status::ok);
  ASSERT_EQ(second.process({other.data(), 10000, 3}, b, none).status, Status::ok);
  ASSERT_EQ(a.items().size(), b.items().size());
  EXPECT_TRUE(std::equal(a.items().begin(), a.items().end(), b.items().begin()));
  EXPECT_EQ(live.process({x.data(), 1, 2}, a, none).status, Status::wrong_channels);

  p.montage.derivations = {{{}, "L1", "ECG"}};
  EXPECT_EQ(why(try_start(p, device)), "minus is \"ECG\": expected one of \"L1\", \"L2\" (Montage.minus)");
  p.montage.derivations.clear();
  EXPECT_EQ(why(try_start(p, StreamFormat{.rate = 2000_Hz, .channels = Channels{"ECG"}})),
            "lead is \"ECG\": expected an ECG beside at least one channel of EMG (EcgSubtraction.lead)");
  // Made of two electrodes of the device it is one of the session's channels, as before.
  p.montage.derivations = {{{.name = "back"}, "L1", {}}, {{.name = "ECG"}, "L2", "L1"}};
  p.montage.common_average = false;
  EXPECT_EQ(start(p, device).format().channels.count(), 2);
}

TEST(PipelineLead, StandsBesideTheMuscleWithItsMarksAndRefusesANameTwice) {
  auto aligner = start(Aligner{}, emg, {{ecg, {}}, {{.rate = 50_Hz, .channels = Channels{"angle", "force"}}, {}}});
  auto joined = side_by_side(aligner);
  ASSERT_EQ(joined.format().channels, (Channels{"left", "right", "ECG", "angle", "force"}));
  EXPECT_EQ(joined.format().rate, emg.rate);
  std::vector<double> a(200), b(100), c(200);
  std::vector<Marks> marks(100);
  for (std::size_t i = 0; i < 100; ++i) {
    const auto v = static_cast<double>(i);
    a[2 * i] = v;
    a[2 * i + 1] = v + 0.1;
    b[i] = v + 0.2;
    c[2 * i] = v + 0.3;
    c[2 * i + 1] = v + 0.4;
    marks[i] = i % 3 ? mark::none : mark::gap;
  }
  const std::vector<ConstBlock> in{{a.data(), 100, 2}, {b.data(), 100, 1, marks.data()}, {c.data(), 100, 2}};
  std::int64_t frame = 0;
  const auto look = [&](ConstBlock block) {
    for (std::int64_t i = 0; i < block.frames; ++i, ++frame)
      for (int k = 0; k < 5; ++k) {
        EXPECT_DOUBLE_EQ(block(i, k), static_cast<double>(frame) + 0.1 * k);
        EXPECT_EQ(block.marks[5 * i + k], k == 2 && frame % 3 == 0 ? mark::gap : mark::none);
      }
  };
  laws::expect_pure([&] { EXPECT_EQ(joined.process(in, [](ConstBlock) {}), Status::ok); });
  EXPECT_EQ(joined.process(in, look), Status::ok);
  EXPECT_EQ(frame, 100);
  EXPECT_EQ(joined.process(std::span(in).first(2), look), Status::wrong_channels);
  const std::vector<ConstBlock> shorter{in[0], in[1], in[2].part(0, 99)};
  EXPECT_EQ(joined.process(shorter, look), Status::wrong_frames);
  const std::vector<ConstBlock> none{in[0], {nullptr, 100, 1}, in[2]};
  EXPECT_EQ(joined.process(none, look), Status::missing_data);
  const auto twice = start(Aligner{}, emg, {{{.rate = 250_Hz, .channels = Channels{"left"}}, {}}});
  EXPECT_EQ(why(try_side_by_side(twice)),
            "channels is \"left\" twice: expected every name once (StreamFormat.channels)");
}

TEST(PipelineLead, GoesOnFromASavedStateAndWhereverTheStreamIsCut) {
  const auto m = muscle(0);
  const StreamFormat device{.rate = 2000_Hz, .channels = Channels{"ECG", "left", "right"}};
  std::vector<double> x(static_cast<std::size_t>(3 * 40000));
  for (std::size_t i = 0; i < 40000; ++i) {
    x[3 * i] = 20 * (m.x[2 * i] - m.emg[2 * i]);
    x[3 * i + 1] = m.x[2 * i];
    x[3 * i + 2] = m.x[2 * i + 1];
  }
  for (std::size_t i = 26000; i < 30000; ++i) x[3 * i] = i < 28000 ? 0 : std::numeric_limits<double>::quiet_NaN();
  Sink<Reading> whole(10000), cut(10000);
  Sink<Event> events(10000), others(10000);
  auto live = start(plan(true), device), other = live;
  live.process({x.data(), 40000, 3}, whole, events);
  for (std::int64_t at = 0, n = 0; at < 40000; at += n) {
    n = std::min<std::int64_t>(40000 - at, 1 + at % 997);
    auto next = start(plan(true), device);
    if (at % 5 == 0) {
      ASSERT_EQ(next.load(other.save()), Status::ok);
      other = next;
    }
    other.process({x.data() + 3 * at, n, 3}, cut, others);
  }
  EXPECT_TRUE(std::equal(whole.items().begin(), whole.items().end(), cut.items().begin(), cut.items().end()));
  EXPECT_TRUE(std::equal(events.items().begin(), events.items().end(), others.items().begin(), others.items().end()));
  EXPECT_GT(whole.items().size(), 700u);
}

}  // namespace
}  // namespace unguard
