// SPDX-License-Identifier: Apache-2.0
// Station denoise/, the heart: one line a processor. The streams of the laws have no heart in them, so what happens at
// a beat is tried beside them.
#include "denoise/heart_mix.hpp"
#include "laws/detector_laws.hpp"
#include "laws/filter_laws.hpp"
#include "laws/realtime_guard.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/heart_gate.hpp"
#include "unguard/denoise/r_peaks.hpp"

namespace unguard::laws {
namespace {

const bool r_peaks =
    detector("RPeaks", RPeaks{},
             {.exempt = {{Law::latency,
                          "the delay depends on where R falls in a mean of five samples and on how loud the heart "
                          "is; AreDecidedWithinTheStatedDelay measures it"},
                         {Law::fail_safe,
                          "its truth is hearts, not bursts of muscle; GoOnWhenAChannelIsLostAndStopWhenAllAre "
                          "and the bars of tests/denoise hold it"},
                         {Law::channels_equal, "one heart for all channels: the best of them decide"}},
              .seconds = 60});

const bool subtraction =
    filter("EcgSubtraction", EcgSubtraction{},
           {.exempt = {{Law::channels_equal, "one heart for all channels: the best of them decide"},
                       {Law::linear, "what is taken off is what was learnt"}}});

const bool gate = filter("HeartGate", HeartGate{}, {.response = Response::linear});

TEST(HeartGateWithAHeart, IsPureInRealTime) {
  const hearts::Mix m{.duration = {40}, .emg_over_ecg_dB = -10, .channels = 3, .ectopic = 0.1, .seed = 64};
  const auto mixed = hearts::mix(m);
  auto live = start(HeartGate{}, format_of(3));
  auto next = start(HeartGate{.after = Seconds{0.06}}, format_of(3));
  std::vector<double> y(mixed.x.size());
  std::vector<Marks> marks(mixed.x.size());
  const auto work = [&] {
    for (std::int64_t i = 0; i + 100 <= mixed.frames; i += 100)
      live.process({mixed.x.data() + 3 * i, 100, 3}, {y.data() + 3 * i, 100, 3, marks.data() + 3 * i});
    next = live.change(std::move(next));
    live.process({mixed.x.data(), 1000, 3}, {y.data(), 1000, 3});
  };
  expect_pure(work);
  EXPECT_GT(std::count(marks.begin(), marks.end(), mark::heart), 5000);
}

// Truth: what lies before a sample alone decides what comes out at it, marks included.
TEST(HeartGateWithAHeart, IsCausal) {
  const hearts::Mix m{.duration = {40}, .emg_over_ecg_dB = -10, .ectopic = 0.1, .seed = 65};
  const auto mixed = hearts::mix(m);
  const auto run = [&](const std::vector<double>& x) {
    auto live = start(HeartGate{}, format_of(1));
    std::pair<std::vector<double>, std::vector<Marks>> out{x, std::vector<Marks>(x.size())};
    live.process({x.data(), mixed.frames, 1}, {out.first.data(), mixed.frames, 1, out.second.data()});
    return out;
  };
  const auto y = run(mixed.x);
  for (const std::int64_t n : {60001, 60777, 65432, 71111, 79000}) {
    auto changed = mixed.x;
    for (auto i = static_cast<std::size_t>(n); i < changed.size(); ++i) changed[i] = 7 - 2 * changed[i];
    const auto z = run(changed);
    EXPECT_TRUE(std::equal(y.first.begin(), y.first.begin() + n, z.first.begin())) << n;
    EXPECT_TRUE(std::equal(y.second.begin(), y.second.begin() + n, z.second.begin())) << n;
  }
}

TEST(EcgSubtractionWithAHeart, IsPureInRealTime) {
  const hearts::Mix m{.duration = {40}, .emg_over_ecg_dB = -10, .channels = 3, .ectopic = 0.1, .seed = 61};
  const auto mixed = hearts::mix(m);
  auto live = start(EcgSubtraction{}, format_of(3));
  auto peaks = start(RPeaks{}, format_of(3));
  auto next = start(EcgSubtraction{}, format_of(3));
  std::vector<double> y(mixed.x.size());
  Sink<Event> sink(1000);
  const auto work = [&] {
    for (std::int64_t i = 0; i + 100 <= mixed.frames; i += 100)
      live.process({mixed.x.data() + 3 * i, 100, 3}, {y.data() + 3 * i, 100, 3});
    peaks.process({mixed.x.data(), mixed.frames, 3}, sink);
    next = live.change(std::move(next));
    live.process({mixed.x.data(), 1000, 3}, {y.data(), 1000, 3});
  };
  expect_pure(work);
  EXPECT_GT(sink.items().size(), 40u);
}

// Truth: what lies before a sample alone decides what comes out at it.
TEST(EcgSubtractionWithAHeart, IsCausal) {
  const hearts::Mix m{.duration = {40}, .emg_over_ecg_dB = -10, .ectopic = 0.1, .seed = 62};
  const auto mixed = hearts::mix(m);
  const auto run = [&](std::vector<double> x) {
    auto live = start(EcgSubtraction{}, format_of(1));
    live.process({x.data(), mixed.frames, 1}, {x.data(), mixed.frames, 1});
    return x;
  };
  const auto y = run(mixed.x);
  for (const std::int64_t n : {60001, 60777, 65432, 71111, 79000}) {
    auto changed = mixed.x;
    for (auto i = static_cast<std::size_t>(n); i < changed.size(); ++i) changed[i] = 7 - 2 * changed[i];
    const auto z = run(changed);
    EXPECT_TRUE(std::equal(y.begin(), y.begin() + n, z.begin())) << n;
  }
}

// Truth: the run without the damage.
TEST(EcgSubtractionWithAHeart, ForgetsDamageWhereItIsNoLongerMarked) {
  for (const double ratio : {0.0, -10.0}) {
    const hearts::Mix m{.duration = {90}, .emg_over_ecg_dB = ratio, .emg = {2.5}, .seed = 63};
    const auto mixed = hearts::mix(m);
    auto x = mixed.x;
    std::mt19937 generator(7);
    for (int i = 0; i < 40; ++i) {
      const std::size_t at = 60000 + generator() % 115000, n = 1 + generator() % 60;
      for (std::size_t k = at; k < at + n; ++k) x[k] = i % 2 ? std::numeric_limits<double>::quiet_NaN() : 1e9;
    }
    std::vector<double> y(x.size()), z(x.size());
    std::vector<Marks> marks(x.size());
    auto damaged = start(EcgSubtraction{}, format_of(1)), clean = start(EcgSubtraction{}, format_of(1));
    damaged.process({x.data(), mixed.frames, 1}, {y.data(), mixed.frames, 1, marks.data()});
    clean.process({mixed.x.data(), mixed.frames, 1}, {z.data(), mixed.frames, 1});
    double worst = 0;
    long believed = 0;
    for (std::size_t i = 60000; i < x.size(); ++i) {
      if (marks[i]) continue;
      ++believed;
      worst = std::max(worst, std::fabs(y[i] - z[i]));
    }
    std::printf("[ MEASURED ] %+g dB: worst disturbance where unmarked %.2f uV, %.0f %% believed\n", ratio, worst,
                100.0 * static_cast<double>(believed) / static_cast<double>(x.size() - 60000));
    EXPECT_LE(worst, 1.5) << ratio;
    EXPECT_GT(believed, 50000);
  }
}

}  // namespace
}  // namespace unguard::laws
