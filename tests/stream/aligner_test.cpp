// SPDX-License-Identifier: Apache-2.0
// Signals of other rates beside the EMG, with skew, losses, delays, in any order. Truth: the lines and sinusoids that
// were sampled, the definition worked out from all samples at once, and counts made by sets.
#include "unguard/stream/aligner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <set>
#include <vector>

#include "laws/realtime_guard.hpp"
#include "refusal.hpp"
#include "unguard/core/processor.hpp"

namespace unguard {
namespace {

using namespace literals;

static_assert(Processor<LiveAligner>);

const StreamFormat emg{.rate = 2000_Hz, .channels = Channels::unnamed(2)};
StreamFormat side_format(Hertz rate, int channels = 1) {
  std::vector<Channel> all;
  for (int c = 0; c < channels; ++c) all.push_back({.name = "angle " + std::to_string(c + 1), .unit = "deg"});
  return {.rate = rate, .channels = Channels(all)};
}
double emg_value(std::int64_t frame, int channel) { return static_cast<double>(frame % 10007 * 2 + channel); }

// What one side device sends, and when it was taken.
struct Samples {
  int channels = 1;
  std::vector<SampleTime> times{};
  std::vector<double> x{};
  std::vector<Marks> marks{};

  std::int64_t count() const { return static_cast<std::int64_t>(times.size()); }
  void add(const SampleTime& time, std::vector<double> values, Marks found = mark::none) {
    times.push_back(time);
    x.insert(x.end(), values.begin(), values.end());
    marks.insert(marks.end(), values.size(), found);
  }
  ConstBlock part(std::int64_t first, std::int64_t n) const {
    return ConstBlock{x.data(), count(), channels, marks.data()}.part(first, n);
  }
};

// All that goes out, and the checks that hold for every frame.
struct Out {
  std::int64_t next = 0;
  std::int64_t begun = 0;
  std::vector<double> x{};  // frame by frame, input by input
  std::vector<Marks> marks{};

  auto taker() {
    return [this](SampleIndex first, std::span<const ConstBlock> all) {
      ASSERT_EQ(first.value, next);
      for (std::int64_t i = 0; i < all[0].frames; ++i, ++next) {
        for (int c = 0; c < all[0].channels; ++c) ASSERT_EQ(all[0](i, c), emg_value(next - begun, c));
        for (const auto& block : all) {
          ASSERT_EQ(block.frames, all[0].frames);
          for (int c = 0; c < block.channels; ++c) {
            ASSERT_TRUE(std::isfinite(block(i, c)));
            x.push_back(block(i, c));
            marks.push_back(block.marks[i * block.channels + c]);
          }
        }
      }
    };
  }
  friend bool operator==(const Out&, const Out&) = default;
};

// An aligner with its inputs, of which any number may be pushed at a time.
class Session {
 public:
  Session(const Aligner& spec, std::vector<SideInput> inputs, std::int64_t begun = 0)
      : aligner(start(spec, emg, std::move(inputs))) {
    aligner.begin_at({begun});
    out.next = out.begun = heard = begun;
    sent.resize(static_cast<std::size_t>(aligner.sides()));
  }

  void frames(std::int64_t n, Marks found = mark::none) {
    std::vector<double> x;
    for (std::int64_t i = 0; i < n; ++i)
      for (int c = 0; c < 2; ++c) x.push_back(emg_value(heard + i - out.begun, c));
    const std::vector<Marks> marks(x.size(), found);
    ASSERT_EQ(aligner.push({x.data(), n, 2, marks.data()}, out.taker()), Status::ok);
    heard += n;
  }
  // The next `n` of these, by their own times or numbered from 0 on; how many were consumed.
  Consumed samples(int side, const Samples& from, std::int64_t n) {
    auto& done = sent[static_cast<std::size_t>(side)];
    n = std::min(n, from.count() - done);
    const auto block = from.part(done, n);
    const Consumed got =
        aligner.side(side).numbered()
            ? aligner.push_side(side, SampleIndex{done}, block, out.taker())
            : aligner.push_side(
                  side,
                  std::span(from.times).subspan(static_cast<std::size_t>(done)).first(static_cast<std::size_t>(n)),
                  block, out.taker());
    done += got.frames;
    return got;
  }
  void finish() { aligner.finish(out.taker()); }
  // Of the frame, counted from the first: one column of x or marks.
  double value(std::int64_t frame, int column) const { return out.x[at(frame, column)]; }
  Marks marks(std::int64_t frame, int column) const { return out.marks[at(frame, column)]; }
  std::int64_t gone() const { return out.next - out.begun; }

  LiveAligner aligner;
  Out out;
  std::int64_t heard = 0;
  std::vector<std::int64_t> sent{};

 private:
  std::size_t at(std::int64_t frame, int column) const {
    int width = 2;
    for (int s = 0; s < aligner.sides(); ++s) width += aligner.side(s).format().channels.count();
    return static_cast<std::size_t>(frame * width + column);
  }
};

// Live, up to so many frames: in blocks of 40, each side as its samples have come, `delay` frames after their time.
void run(Session& session, const std::vector<Samples>& sides, std::int64_t frames, double delay = 0) {
  for (std::int64_t heard = session.heard - session.out.begun; heard < frames; heard += 40) {
    session.frames(std::min<std::int64_t>(40, frames - heard));
    for (std::size_t s = 0; s < sides.size(); ++s) {
      const auto due = [&](std::int64_t k) {
        return k < sides[s].count() &&
               samples_between(SampleTime{{session.out.begun}}, sides[s].times[static_cast<std::size_t>(k)]) + delay <
                   static_cast<double>(heard + 40);
      };
      while (due(session.sent[s])) ASSERT_EQ(session.samples(static_cast<int>(s), sides[s], 1).status, Status::ok);
    }
  }
}

struct Sampling {
  double rate, skew;
  bool numbered;
};
std::vector<Sampling> samplings() {
  std::vector<Sampling> all;
  for (const double rate : {50.0, 100.0, 148.148, 1000.0})
    for (const double skew : {-200e-6, 0.0, 200e-6})
      for (const bool numbered : {true, false}) all.push_back({rate, skew, numbered});
  return all;
}
constexpr double offset = 123.456;  // frames
// A function of the seconds on the EMG's clock, sampled by a device whose clock is off.
template <class F>
std::pair<SideInput, Samples> sampled(const Sampling& how, double seconds, F&& f) {
  const double true_rate = how.rate * (1 + how.skew);
  Samples samples;
  for (std::int64_t k = 0; static_cast<double>(k) / true_rate < seconds; ++k) {
    const long double frames = offset + static_cast<long double>(k) * 2000 / static_cast<long double>(true_rate);
    const auto whole = static_cast<std::int64_t>(std::floor(frames));
    samples.add({{whole}, static_cast<double>(frames - static_cast<long double>(whole))},
                {f(static_cast<double>(frames / 2000))});
  }
  SideInput input{side_format({how.rate})};
  if (how.numbered) input.clock = SideClock{{true_rate}, *later({}, offset), {}};
  return {input, samples};
}

TEST(Aligner, ReproducesALine) {
  double worst = 0;
  const auto line = [](double t) { return 1 - 0.3 * t; };
  for (const auto& how : samplings()) {
    const auto [input, samples] = sampled(how, 20, line);
    Session session(Aligner{}, {input});
    run(session, {samples}, 40000);
    session.finish();
    ASSERT_EQ(session.gone(), 40000);
    const auto last = samples.times[static_cast<std::size_t>(session.sent[0] - 1)].at.value;
    ASSERT_GT(last, 39900);
    for (std::int64_t n = 0; n < 40000; ++n) {
      const bool known = n > 123 && n <= last;
      ASSERT_EQ(session.marks(n, 2), known ? mark::none : mark::missing) << how.rate << " " << n;
      if (known) worst = std::fmax(worst, std::fabs(session.value(n, 2) - line(static_cast<double>(n) / 2000)));
    }
    EXPECT_EQ(session.aligner.side(0).counts().unawaited, 39999 - last);
  }
  std::printf("[ MEASURED ] a line between -5 and 1, 20 s, 24 samplings: largest error %.1e\n", worst);
  EXPECT_LT(worst, 1e-12);
}

// Truth: the remainder of linear interpolation, (2 pi f)^2 / (8 rate^2), which a sinusoid reaches at its tops.
TEST(Aligner, KeepsTheBoundOfLinearInterpolationOnASinusoid) {
  for (const auto& how : samplings()) {
    const double f = how.rate / 17;
    const auto sinusoid = [f](double t) { return std::sin(2 * std::numbers::pi * f * t); };
    const auto [input, samples] = sampled(how, 10, sinusoid);
    Session session(Aligner{}, {input});
    run(session, {samples}, 20000);
    double worst = 0;
    for (std::int64_t n = 124; n < session.gone(); ++n)
      worst = std::fmax(worst, std::fabs(session.value(n, 2) - sinusoid(static_cast<double>(n) / 2000)));
    const double step = 2 * std::numbers::pi * f / (how.rate * (1 + how.skew)), bound = step * step / 8;
    EXPECT_LT(worst, bound * (1 + 1e-9)) << how.rate;
    EXPECT_GT(worst, bound * (how.rate < 1000 ? 0.95 : 0.7)) << how.rate;
    if (how.skew > 0 && how.numbered)
      std::printf("[ MEASURED ] %g Hz at %g Hz: error %.5f, bound %.5f\n", f, how.rate, worst, bound);
  }
}

// A device with jitter, losses, marks and values that are none.
Samples torn_samples(Hertz rate, int channels, std::int64_t frames, double jitter, std::mt19937& random) {
  std::uniform_real_distribution<double> share(0, 1);
  Samples all{.channels = channels};
  const double period = 2000 / rate.value;
  bool lost = false;
  double at = -30 * share(random);
  for (; at < static_cast<double>(frames); at += period) {
    lost = lost ? share(random) < 0.5 : share(random) < 0.05;
    if (lost) continue;
    const auto time = later({}, at + jitter * period * (share(random) - 0.5));
    std::vector<double> x;
    for (int c = 0; c < channels; ++c) x.push_back(100 * share(random) - 50);
    all.add(*time, x, share(random) < 0.05 ? mark::clipped : mark::none);
    for (int c = 0; c < channels; ++c)
      if (share(random) < 0.05) all.marks[all.marks.size() - 1 - static_cast<std::size_t>(c)] = mark::missing;
    if (share(random) < 0.02) all.x.back() = share(random) < 0.5 ? std::nan("") : 1e300;
  }
  return all;
}

// The value and marks of a channel at a frame, from all its samples at once.
SideValue by_definition(const Samples& samples, int channel, std::int64_t frame, const Aligner& spec, Hertz rate) {
  struct One {
    double time, value;
    Marks marks;
  };
  std::optional<One> before, after;
  double good = 0;
  for (std::int64_t k = 0; k < samples.count() && !after; ++k) {
    const auto i = static_cast<std::size_t>(k * samples.channels + channel);
    Marks marks = samples.marks[i];
    if (marks & mark::missing) continue;
    if (std::isnan(samples.x[i]))
      marks |= mark::non_finite;
    else if (std::fabs(samples.x[i]) > wide_full_scale)
      marks |= mark::out_of_range;
    else
      good = samples.x[i];
    const One one{samples_between({{frame}}, samples.times[static_cast<std::size_t>(k)]), good, marks};
    (one.time <= 0 ? before : after) = one;
  }
  if (!before) return {0, mark::missing};
  if (before->time == 0) return {before->value, before->marks};
  const double expected = 1.5 * 2000 / rate.value, longest = std::fmax(expected, spec.bridge.value * 2000);
  const double age = -before->time;
  const auto judged = [&](double distance, Marks marks) {
    return distance > longest ? mark::missing : distance > expected ? static_cast<Marks>(marks | mark::gap) : marks;
  };
  if (spec.interpolation == Interpolation::none) return {before->value, age < 1 ? before->marks : mark::missing};
  if (spec.interpolation == Interpolation::hold) return {before->value, judged(age, before->marks)};
  if (!after) return {before->value, mark::missing};
  const double apart = after->time - before->time;
  const Marks found = judged(apart, before->marks | after->marks);
  if (found == mark::missing) return {before->value, found};
  return {(before->value * after->time + after->value * age) / apart, found};
}

// Three devices of different rates, one numbered; frames and samples pushed in any order that keeps the wait.
struct Devices {
  explicit Devices(unsigned seed) {
    std::mt19937 random(seed);
    inputs = {{side_format(50_Hz, 2)}, {side_format({148.148})}, {side_format(1000_Hz, 3)}};
    for (const auto& input : inputs)
      sides.push_back(torn_samples(input.format.rate, input.format.channels.count(), frames, 0.3, random));
    // The last one numbers its samples; what it loses it marks.
    Samples whole{.channels = 3};
    std::uniform_real_distribution<double> share(0, 1);
    const SideClock clock{{1000.2}, *later({}, 3.25), {}};
    for (std::int64_t k = 0; k < 2000; ++k) {
      whole.add(*clock.time_of({k}, emg.rate), {share(random), share(random), share(random)});
      for (auto mark = whole.marks.end() - 3; mark != whole.marks.end(); ++mark)
        *mark = share(random) < 0.2 ? mark::missing : mark::none;
    }
    inputs[2].clock = clock;
    sides[2] = whole;
  }
  static constexpr std::int64_t frames = 4000;
  std::vector<SideInput> inputs{};
  std::vector<Samples> sides{};
};
constexpr std::array interpolations{Interpolation::none, Interpolation::hold, Interpolation::linear};
Aligner spec_with(Interpolation interpolation) {
  return {.interpolation = interpolation, .bridge = 70_ms, .wait = 150_ms, .buffer = 100_ms};
}

// Any order in which no side comes later than the wait less the bridge, and all that `buffer` takes.
void interleave(Session& session, const Devices& devices, std::mt19937& random) {
  const double slack = session.aligner.spec().interpolation == Interpolation::linear ? 2 * (150 - 70) : 2 * 150;
  const auto next_time = [&](std::size_t s) {
    const auto k = static_cast<std::size_t>(session.sent[s]);
    return k < devices.sides[s].times.size() ? samples_between({}, devices.sides[s].times[k]) : 1e300;
  };
  for (;;) {
    double heard_by = static_cast<double>(Devices::frames);
    for (std::size_t s = 0; s < 3; ++s) heard_by = std::fmin(heard_by, next_time(s) + slack);
    const auto most = static_cast<std::int64_t>(std::floor(heard_by)) - session.heard;
    const std::array<std::int64_t, 6> portions{0, 1, 7, 31, 127, 5000};
    const std::int64_t n = portions[random() % 6];
    const auto which = random() % 4;
    if (which == 3) {
      session.frames(std::clamp<std::int64_t>(most, 0, n));
    } else {
      const auto got = session.samples(static_cast<int>(which), devices.sides[which], n);
      ASSERT_TRUE(got.status == Status::ok || got.status == Status::full);
    }
    bool all = session.heard == Devices::frames;
    for (std::size_t s = 0; s < 3; ++s) all = all && next_time(s) > 1e200;
    if (all) break;
  }
  session.finish();
}

TEST(Aligner, IsWhatItsDefinitionSays) {
  for (const auto how : interpolations) {
    const Devices devices(1);
    Session session(spec_with(how), devices.inputs);
    std::mt19937 random(2);
    interleave(session, devices, random);
    ASSERT_EQ(session.gone(), Devices::frames);
    std::array<std::int64_t, 4> seen{};
    for (std::int64_t n = 0; n < Devices::frames; ++n) {
      int column = 2;
      for (std::size_t s = 0; s < 3; ++s)
        for (int c = 0; c < devices.sides[s].channels; ++c, ++column) {
          const auto expected =
              by_definition(devices.sides[s], c, n, session.aligner.spec(), devices.inputs[s].format.rate);
          ASSERT_EQ(session.marks(n, column), expected.marks) << to_text(how) << " " << n << " " << column;
          ASSERT_NEAR(session.value(n, column), expected.value, 1e-10) << to_text(how) << " " << n << " " << column;
          ++seen[expected.marks == mark::none      ? 0
                 : expected.marks == mark::missing ? 1
                 : expected.marks & mark::gap      ? 2
                                                   : 3];
        }
    }
    // Every case has occurred.
    EXPECT_GT(seen[0], how == Interpolation::none ? 4000 : 12000);
    for (const auto count : seen) EXPECT_GT(count, how == Interpolation::none ? -1 : 100);
  }
}

TEST(Aligner, GivesTheSameBitsHoweverItsInputsAreCutAndInterleaved) {
  for (const auto how : interpolations) {
    const Devices devices(3);
    std::optional<Out> first;
    std::set<std::int64_t> waited;
    for (unsigned seed = 0; seed < 50; ++seed) {
      Session session(spec_with(how), devices.inputs);
      std::mt19937 random(seed);
      interleave(session, devices, random);
      for (int s = 0; s < 3; ++s) ASSERT_EQ(session.aligner.side(s).counts().late, 0) << "seed " << seed;
      waited.insert(session.aligner.side(0).counts().unawaited);
      if (!first) first = session.out;
      ASSERT_TRUE(session.out == *first) << to_text(how) << ", seed " << seed;
      ASSERT_EQ(session.gone(), Devices::frames);
    }
    // The orders did differ in what had to wait for how long.
    EXPECT_GT(waited.size(), 5u);
  }
}

// Any order at all, late samples too: what comes one by one, and the same in portions.
TEST(Aligner, GivesTheSameBitsAndCountsInPortionsAsOneByOne) {
  std::int64_t late = 0;
  for (unsigned seed = 0; seed < 50; ++seed) {
    const Devices devices(seed);
    std::mt19937 random(seed);
    std::vector<std::pair<int, std::int64_t>> order;  // -1: frames
    std::array<std::int64_t, 4> left{Devices::frames};
    for (std::size_t s = 0; s < 3; ++s) left[s + 1] = devices.sides[s].count();
    while (left[0] + left[1] + left[2] + left[3] > 0) {
      const auto which = random() % 4;
      // On average all come along together.
      const auto share = which == 0 ? 1 : static_cast<double>(devices.sides[which - 1].count()) / Devices::frames;
      const auto n = std::min<std::int64_t>(left[which], std::lround(share * static_cast<double>(random() % 400)));
      left[which] -= n;
      order.emplace_back(static_cast<int>(which) - 1, n);
    }
    auto spec = spec_with(interpolations[seed % 3]);
    spec.buffer = 10_s;
    Session whole(spec, devices.inputs), single(spec, devices.inputs);
    for (const auto& [which, n] : order) {
      if (which < 0) {
        whole.frames(n);
        for (std::int64_t i = 0; i < n; ++i) single.frames(1);
      } else {
        const auto& side = devices.sides[static_cast<std::size_t>(which)];
        ASSERT_EQ(whole.samples(which, side, n), (Consumed{Status::ok, n}));
        for (std::int64_t i = 0; i < n; ++i) single.samples(which, side, 1);
      }
      ASSERT_EQ(whole.gone(), single.gone());
    }
    whole.finish();
    single.finish();
    ASSERT_TRUE(whole.out == single.out) << "seed " << seed;
    for (int s = 0; s < 3; ++s) {
      ASSERT_EQ(whole.aligner.side(s).counts(), single.aligner.side(s).counts());
      late += whole.aligner.side(s).counts().late;
    }
  }
  EXPECT_GT(late, 1000);
}

// A side of 100 Hz with a value that tells its number; 20 frames apart.
Samples hundred_hertz(std::int64_t count) {
  Samples all;
  for (std::int64_t k = 0; k < count; ++k) all.add({{20 * k}}, {static_cast<double>(k)});
  return all;
}
const SideInput plain{side_format(100_Hz), SideClock{.rate = 100_Hz}};

TEST(Aligner, HandsOnWhatIsKnownAtOnce) {
  Session session(Aligner{}, {plain});
  const auto side = hundred_hertz(100);
  session.samples(0, side, 2);  // 0 and 20
  session.frames(30);
  EXPECT_EQ(session.gone(), 21);
  session.samples(0, side, 1);
  EXPECT_EQ(session.gone(), 30);
  session.frames(11);
  EXPECT_EQ(session.gone(), 41);
  EXPECT_EQ(session.aligner.waiting(), 0);
}

TEST(Aligner, WaitsForASilentInputNoLongerThanStated) {
  for (const auto how : interpolations) {
    const Aligner spec{.interpolation = how, .bridge = 50_ms, .wait = 150_ms};  // 300 frames
    const auto side = hundred_hertz(1000);
    Session session(spec, {plain, plain});
    // One goes silent after its sample at frame 400; the other does not.
    for (std::int64_t n = 0; n < 2000; ++n) {
      if (n % 20 == 0) session.samples(1, side, 1);
      if (n % 20 == 0 && n <= 400) session.samples(0, side, 1);
      session.frames(1);
      ASSERT_EQ(session.gone(), n <= 400 ? n / 20 * 20 + 1 : std::max<std::int64_t>(401, n + 1 - 300));
      ASSERT_LE(session.aligner.waiting(), 300);
    }
    EXPECT_EQ(session.aligner.side(0).counts().unawaited, 1700 - 401);
    EXPECT_EQ(session.aligner.side(1).counts().unawaited, 0);
    for (std::int64_t n = 401; n < 1700; ++n) {
      EXPECT_EQ(session.value(n, 2), 20);
      const Marks held = n <= 430 ? mark::none : n <= 500 ? mark::gap : mark::missing;
      ASSERT_EQ(session.marks(n, 2), how == Interpolation::hold ? held : mark::missing) << n;
      if (how == Interpolation::linear) {
        EXPECT_DOUBLE_EQ(session.value(n, 3), static_cast<double>(n) / 20);
        EXPECT_EQ(session.marks(n, 3), mark::none);
      }
    }
    // It speaks again: from its first sample on there is nothing to remark. Its earlier ones had been lost.
    const Samples again = [] {
      Samples all;
      for (std::int64_t k = 100; k < 120; ++k) all.add({{20 * k}}, {static_cast<double>(k)});
      return all;
    }();
    ASSERT_EQ(session.aligner.push_side(0, SampleIndex{100}, again.part(0, 20), session.out.taker()).frames, 20);
    session.samples(1, side, 20);
    session.frames(381);
    ASSERT_EQ(session.gone(), 2381);
    for (std::int64_t n = 2000; n < 2381; ++n)
      ASSERT_TRUE(how == Interpolation::none || session.marks(n, 2) == mark::none) << n;
    for (std::int64_t n = 1700; n < 2000; ++n)
      ASSERT_TRUE(how == Interpolation::none || session.marks(n, 2) == mark::missing) << n;
    EXPECT_EQ(session.aligner.side(0).counts().late, 0);
  }
}

// A loss the device marks: as soon as it is longer than the bridge, there is nothing to wait for.
TEST(Aligner, DoesNotWaitForWhatItWillNotBridge) {
  auto side = hundred_hertz(100);
  std::fill(side.marks.begin() + 21, side.marks.end(), mark::missing);
  Session session(Aligner{}, {plain});
  for (std::int64_t n = 0; n < 800; ++n) {
    if (n % 20 == 0) session.samples(0, side, 1);
    session.frames(1);
    // 400 is known; 50 ms are 100 frames.
    ASSERT_EQ(session.gone(), n <= 400 ? n / 20 * 20 + 1 : n < 520 ? 401 : n / 20 * 20 + 1);
  }
  EXPECT_EQ(session.aligner.side(0).counts().unawaited, 0);
}

TEST(Aligner, AnInputThatNeverSpeaksDelaysByTheWaitAndIsMissing) {
  Session session(Aligner{}, {plain});
  session.frames(1000);
  EXPECT_EQ(session.gone(), 700);
  session.finish();
  EXPECT_EQ(session.gone(), 1000);
  for (std::int64_t n = 0; n < 1000; ++n) {
    EXPECT_EQ(session.marks(n, 2), mark::missing);
    EXPECT_EQ(session.value(n, 2), 0);
  }
}

// Lost numbers, and numbers whose values were lost: the same.
TEST(Aligner, MarksWhatItBridgesAndWhatItDoesNot) {
  const auto side = hundred_hertz(60);
  const std::set<std::int64_t> lost{5, 10, 11, 12, 13, 20, 21, 22, 23, 24, 30};
  for (const bool marked : {false, true}) {
    Session session(Aligner{}, {plain});
    session.frames(100);
    for (std::int64_t k = 0; k < 60; ++k) {
      auto one = side.part(k, 1);
      const Marks missing = mark::missing;
      const double nothing = std::nan("");
      if (lost.count(k)) one = {&nothing, 1, 1, &missing};
      if (marked || !lost.count(k)) {
        ASSERT_EQ(session.aligner.push_side(0, SampleIndex{k}, one, session.out.taker()).frames, 1);
      }
      session.frames(20);
    }
    for (std::int64_t n = 0; n < 1180; ++n) {
      const auto within = [&](std::int64_t first, std::int64_t last) { return n > 20 * first && n < 20 * last; };
      // 50 ms are 5 periods: of four lost in a row the neighbours are as far apart, of five further.
      const bool far = within(19, 25), gap = within(4, 6) || within(9, 14) || within(29, 31);
      ASSERT_EQ(session.marks(n, 2), far ? mark::missing : gap ? mark::gap : mark::none) << n;
      if (far)
        EXPECT_EQ(session.value(n, 2), 19);
      else
        ASSERT_NEAR(session.value(n, 2), static_cast<double>(n) / 20, 1e-13);
    }
  }
}

TEST(Aligner, CarriesTheMarksOfBothNeighboursAndOfTheEmg) {
  auto side = hundred_hertz(20);
  side.marks[5] = mark::clipped;
  side.x[8] = std::nan("");
  side.x[11] = 2e9;
  Session session(Aligner{}, {plain});
  session.samples(0, side, 20);
  session.frames(200, mark::hum);
  session.frames(181);
  ASSERT_EQ(session.gone(), 381);
  for (std::int64_t n = 0; n < 381; ++n) {
    const auto around = [&](std::int64_t k) { return n > 20 * (k - 1) && n < 20 * (k + 1); };
    const Marks expected = around(5)    ? mark::clipped
                           : around(8)  ? mark::non_finite
                           : around(11) ? mark::out_of_range
                                        : 0;
    ASSERT_EQ(session.marks(n, 2), expected) << n;
    ASSERT_EQ(session.marks(n, 0), n < 200 ? mark::hum : mark::none);
  }
  EXPECT_EQ(session.value(160, 2), 7);
  EXPECT_EQ(session.aligner.side(0).counts().replaced, 2);
}

// A link that loses, repeats, delays and turns round what it carries. With `hold`, and one input, the frame that goes
// out next follows from the newest sample and the newest frame alone.
TEST(Aligner, CountsExactlyWhatABadLinkDoes) {
  for (unsigned seed = 0; seed < 20; ++seed)
    for (const bool numbered : {true, false}) {
      std::mt19937 random(seed);
      std::uniform_real_distribution<double> share(0, 1);
      std::vector<std::pair<double, std::int64_t>> arrivals;  // in frames
      for (std::int64_t k = 0; k < 2000; ++k) {
        // A stall of half a second now and then; what was held up comes in order.
        const bool stalled = k % 400 > 350;
        const auto when = [&] {
          const double detour = share(random) < 0.3 ? 100 * share(random) : 0;
          return 20 * static_cast<double>(stalled ? (k / 400 + 1) * 400 : k) + (stalled ? 0 : detour);
        };
        if (share(random) < 0.1) continue;
        arrivals.emplace_back(when(), k);
        if (share(random) < 0.2) arrivals.emplace_back(when(), k);
      }
      std::stable_sort(arrivals.begin(), arrivals.end(), [](auto& a, auto& b) { return a.first < b.first; });
      SideInput input = plain;
      if (!numbered) input.clock.reset();
      Session session({.interpolation = Interpolation::hold, .wait = 50_ms}, {input});
      SideCounts expected;
      std::set<std::int64_t> taken;
      std::int64_t next = 0;
      for (const auto& [when, k] : arrivals) {
        const auto heard = std::max(session.heard, static_cast<std::int64_t>(when) + 1);
        session.frames(heard - session.heard);
        const std::int64_t newest = taken.empty() ? -1 : 20 * *taken.rbegin();
        next = std::max({next, heard - 100, std::min(heard, newest + 1)});
        ASSERT_EQ(session.gone(), next);
        ++expected.received;
        const bool again = taken.count(k), old = !taken.empty() && k < *taken.rbegin();
        if (again) {
          ++expected.duplicate;
        } else if (old) {
          ++expected.out_of_order;
        } else {
          taken.insert(k);
          ++expected.taken;
          expected.late += 20 * k < next;
        }
        const double x = static_cast<double>(k);
        const std::array times{SampleTime{{20 * k}}};
        const ConstBlock one{&x, 1, 1};
        const Consumed got = numbered ? session.aligner.push_side(0, SampleIndex{k}, one, session.out.taker())
                                      : session.aligner.push_side(0, times, one, session.out.taker());
        ASSERT_EQ(got, (Consumed{again || old ? Status::wrong_time : Status::ok, 1}));
      }
      auto found = session.aligner.side(0).counts();
      EXPECT_GT(found.unawaited, 1000);
      found.unawaited = 0;
      EXPECT_EQ(found, expected);
      // The link does what it should.
      EXPECT_GT(expected.late, 100);
      EXPECT_GT(expected.duplicate, 200);
      EXPECT_GT(expected.out_of_order, 100);
    }
}

TEST(Aligner, SaysWhenAnInputIsTooFarAheadAndLosesNothing) {
  const auto side = hundred_hertz(300);
  Session free(Aligner{.buffer = 10_s}, {plain}), narrow(Aligner{.buffer = 100_ms}, {plain});
  EXPECT_EQ(free.samples(0, side, 300), (Consumed{Status::ok, 300}));
  // 100 ms ahead of frame 0 are the samples at 0, 20, ..., 200.
  EXPECT_EQ(narrow.samples(0, side, 300), (Consumed{Status::full, 11}));
  EXPECT_EQ(narrow.samples(0, side, 289), (Consumed{Status::full, 0}));
  EXPECT_EQ(narrow.aligner.side(0).counts().received, 11);
  for (int i = 0; i < 60; ++i) {
    free.frames(100);
    narrow.frames(100);
    EXPECT_EQ(narrow.samples(0, side, 300).frames, std::clamp<std::int64_t>(289 - 5 * i, 0, 5));
  }
  EXPECT_TRUE(free.out == narrow.out);
  // Ahead of the newest frame, not of the one that waits for another input.
  Session two(Aligner{.buffer = 100_ms}, {plain, plain});
  two.frames(250);
  EXPECT_EQ(two.samples(0, side, 300), (Consumed{Status::full, 23}));
  EXPECT_EQ(narrow.sent[0], 300);
}

// A device that was on ten seconds before the EMG: only the last of those samples is needed, and none is late.
TEST(Aligner, TakesWhatCameLongBeforeTheFirstFrame) {
  Session session(Aligner{}, {{side_format(100_Hz), SideClock{100_Hz, {{-20010}}}}});
  const auto side = hundred_hertz(1010);
  ASSERT_EQ(session.samples(0, side, 1010), (Consumed{Status::ok, 1010}));
  EXPECT_EQ(session.aligner.side(0).counts().late, 0);
  session.frames(100);
  EXPECT_EQ(session.marks(0, 2), mark::none);
  EXPECT_EQ(session.value(0, 2), 1000.5);
}

// Of a device that sends ten times as often as it says the room is used up; frames make room again.
TEST(Aligner, SaysWhenItsRoomIsUsedUpAndLosesNothing) {
  Samples side;
  for (std::int64_t k = 0; k < 3000; ++k) side.add({{2 * k}}, {static_cast<double>(k)});
  Session session(Aligner{.buffer = 1_s}, {{side_format(100_Hz)}});
  const auto got = session.samples(0, side, 3000);
  EXPECT_EQ(got.status, Status::full);
  EXPECT_LT(got.frames, 1000);
  while (session.heard < 6000) {
    session.frames(50);
    session.samples(0, side, 3000);
  }
  session.finish();
  EXPECT_EQ(session.aligner.side(0).counts().taken, 3000);
  EXPECT_EQ(session.aligner.side(0).counts().unawaited, 1);  // the last
  for (std::int64_t n = 0; n < 5999; ++n) {
    ASSERT_EQ(session.marks(n, 2), mark::none) << n;
    ASSERT_EQ(session.value(n, 2), static_cast<double>(n) / 2);
  }
  // Frames that have waited go out while samples come, and make room in mid-block.
  Session whole(Aligner{.wait = 500_ms, .buffer = 1_s}, {{side_format(100_Hz)}}), single = whole;
  whole.frames(1000);
  single.frames(1000);
  std::int64_t one_by_one = 0;
  while (single.samples(0, side, 1) == Consumed{Status::ok, 1}) ++one_by_one;
  EXPECT_GT(one_by_one, 500);
  EXPECT_EQ(whole.samples(0, side, 3000), (Consumed{Status::full, one_by_one}));
}

TEST(Aligner, IsFreshAfterResetAndTheSameAsItsCopyAndItsSavedState) {
  Devices devices(5);
  // What is no number is replaced with what came before, and at the start with nothing.
  devices.sides[0].x[0] = devices.sides[0].x[1] = std::nan("");
  const double none[]{NAN, NAN, NAN};
  for (const auto how : interpolations) {
    Session straight(spec_with(how), devices.inputs), used(spec_with(how), devices.inputs);
    run(straight, devices.sides, 2000, 50);
    used.frames(777);
    used.samples(0, devices.sides[0], 40);
    used.samples(2, devices.sides[2], 100);
    used.aligner.set_clock(2, {{999}, {{5}, 0.5}, {}});
    used.finish();
    used.aligner.reset();
    used.out = {};
    used.heard = 0;
    used.sent = {0, 0, 0};
    run(used, devices.sides, 2000, 50);
    Session copy = used, loaded(spec_with(how), devices.inputs);
    ASSERT_EQ(loaded.aligner.load(used.aligner.save()), Status::ok);
    loaded.out = used.out;
    loaded.heard = used.heard;
    loaded.sent = used.sent;
    for (auto* session : {&straight, &used, &copy, &loaded}) {
      auto& aligner = session->aligner;
      const auto sent = session->sent[2];
      const auto next = aligner.side(2).clock().time_of({sent}, emg.rate);
      // A number that was taken stays taken under a clock set forward by one.
      ASSERT_EQ(aligner.set_clock(2, {{1000.2}, *next, {sent - 1}}), Status::ok);
      const auto push = [&](std::int64_t k) {
        return aligner.push_side(2, SampleIndex{k}, {none, 1, 3}, session->out.taker()).status;
      };
      EXPECT_EQ(push(sent - 1), Status::wrong_time);
      ASSERT_EQ(aligner.set_clock(2, {{1000.2}, *next, {sent}}), Status::ok);
      EXPECT_EQ(push(sent), Status::ok);
      ++session->sent[2];
      run(*session, devices.sides, 4000, 50);
      session->finish();
      EXPECT_EQ(session->gone(), 4000);
    }
    for (const auto* session : {&used, &copy, &loaded}) {
      EXPECT_TRUE(session->out == straight.out) << to_text(how);
      for (int s = 0; s < 3; ++s) EXPECT_EQ(session->aligner.side(s).counts(), straight.aligner.side(s).counts());
    }
    EXPECT_EQ(straight.aligner.side(2).counts().duplicate, 1);
  }
}

TEST(Aligner, RefusesAStateThatBelongsElsewhere) {
  Session session(Aligner{}, {plain});
  auto bytes = session.aligner.save();
  EXPECT_EQ(start(Aligner{.wait = 160_ms}, emg, {plain}).load(bytes), Status::wrong_state);
  EXPECT_EQ(start(Aligner{}, emg, {{side_format(50_Hz), plain.clock}}).load(bytes), Status::wrong_state);
  EXPECT_EQ(start(Aligner{}, emg, {plain, plain}).load(bytes), Status::wrong_state);
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(session.aligner.load(bytes), Status::wrong_state);
  bytes.back() ^= std::byte{1};
  // One made up, whose checksum is right: where the ring begins (behind three counters) lies outside of it.
  state_detail::Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::int64_t outside = std::int64_t{1} << 40;
  std::memcpy(bytes.data() + sizeof header + 24, &outside, sizeof outside);
  header.checksum = state_detail::checksum(std::span(bytes).subspan(sizeof header));
  std::memcpy(bytes.data(), &header, sizeof header);
  session.frames(100);
  EXPECT_EQ(session.aligner.load(bytes), Status::ok);
  session.out = {};
  session.heard = 0;
  session.frames(400);
  EXPECT_EQ(session.gone(), 100);
}

// Counters of both streams begun late, far beyond what a double tells apart.
TEST(Aligner, GivesTheSameBitsWhereverItsCountersBegin) {
  for (const auto how : interpolations) {
    std::mt19937 random(9);
    const auto timed = torn_samples(148.148_Hz, 1, 4000, 0.3, random);
    std::optional<Session> first;
    for (const int bits : {0, 24, 31, 32, 53, 60}) {
      const std::int64_t moved = bits ? (std::int64_t{1} << bits) + 1 : 0;
      const SideClock clock{{1000 / 1.0002}, {{moved + 7}, 0.3}, {3 * moved / 2}};
      Session session(spec_with(how), {{side_format(1000_Hz), clock}, {side_format(148.148_Hz)}}, moved);
      Samples there = timed;
      for (auto& time : there.times) time.at = time.at + moved;
      std::vector<double> x(10);
      for (std::int64_t n = 0; n < 4000; n += 20) {
        session.frames(20);
        for (std::size_t i = 0; i < 10; ++i) x[i] = std::sin(static_cast<double>(n) / 2 + static_cast<double>(i));
        ASSERT_EQ(
            session.aligner.push_side(0, SampleIndex{3 * moved / 2 + n / 2}, {x.data(), 10, 1}, session.out.taker()),
            (Consumed{Status::ok, 10}));
        session.samples(1, there, 1 + static_cast<std::int64_t>(n % 40 == 0));
      }
      session.finish();
      ASSERT_EQ(session.gone(), 4000);
      if (!first) first = session;
      ASSERT_TRUE(session.out.x == first->out.x && session.out.marks == first->out.marks) << bits << " bits";
    }
  }
}

// Truth: the clocks simulated. Both streams arrive with 1 ms of jitter, 30 ms late, at a receiver whose clock is 150
// ppm fast of the EMG's; the side's is 200 ppm fast.
TEST(Aligner, TakesTheClockOfADeviceFromItsArrivals) {
  std::mt19937 random(12);
  std::normal_distribution<double> jitter(0.03, 0.001);
  auto emg_clock = start(ArrivalClock{}, emg), angle_clock = start(ArrivalClock{}, plain.format);
  const double true_rate = 100 * (1 + 200e-6), receiver = 1 + 150e-6, begun = 0.0371;  // s
  Session session({.wait = 300_ms}, {plain});
  double worst_time = 0, worst_value = 0, late = 0, last = -1;
  std::int64_t sent = 0;
  bool set = false;
  for (std::int64_t second = 0, heard = 0; second < 120; ++second) {
    for (int i = 0; i < 50; ++i) {
      heard += 40;
      emg_clock.add({heard},
                    {late = std::fmax(late, receiver * static_cast<double>(heard - 1) / 2000 + jitter(random))});
      session.frames(40);
      for (; begun + static_cast<double>(sent) / true_rate < static_cast<double>(heard) / 2000; ++sent) {
        const double taken = begun + static_cast<double>(sent) / true_rate;
        angle_clock.add({sent + 1}, {last = std::fmax(last, receiver * taken + jitter(random))});
        if (!set) continue;
        ASSERT_EQ(session.aligner.push_side(0, SampleIndex{sent}, {&taken, 1, 1}, session.out.taker()).frames, 1);
      }
    }
    if (const auto clock = side_clock(emg_clock, emg.rate, {heard}, angle_clock, {sent}); clock && second >= 30) {
      const double truth = begun + static_cast<double>(sent) / true_rate;
      worst_time = std::fmax(worst_time, std::fabs(samples_between({}, clock->origin) / 2000 - truth));
      EXPECT_NEAR(clock->rate.value, true_rate, 2e-3);
      ASSERT_EQ(session.aligner.set_clock(0, *clock), Status::ok);
      set = true;
    }
  }
  session.finish();
  std::int64_t known = 0;
  for (std::int64_t n = 40 * 2000; n < 119 * 2000; ++n)
    if (session.marks(n, 2) == mark::none) {
      ++known;
      worst_value = std::fmax(worst_value, std::fabs(session.value(n, 2) - static_cast<double>(n) / 2000));
    }
  std::printf("[ MEASURED ] clock from arrivals: off by %.2f ms at most, values by %.2f ms\n", 1e3 * worst_time,
              1e3 * worst_value);
  // A line through n arrivals ends within 2 sigma / sqrt(n): for the two, of 1,500 and more, 0.06 ms, and five times
  // that.
  EXPECT_LT(worst_time, 3e-4);
  EXPECT_LT(worst_value, 3e-4);
  EXPECT_EQ(known, 79 * 2000);
}

TEST(Aligner, FollowsAClockThatIsSetAndTakesNoTimeTwice) {
  Session session(Aligner{}, {plain});
  const auto side = hundred_hertz(100);
  session.samples(0, side, 10);  // up to frame 180
  // Set back by 50 frames: samples 10 and 11 would lie at 150 and 170.
  ASSERT_EQ(session.aligner.set_clock(0, {100_Hz, {{150}}, {10}}), Status::ok);
  EXPECT_EQ(session.samples(0, side, 5), (Consumed{Status::wrong_time, 5}));
  EXPECT_EQ(session.aligner.side(0).counts().out_of_order, 2);
  EXPECT_EQ(session.aligner.side(0).counts().taken, 13);
  // Set forward: a number that was taken stays taken.
  ASSERT_EQ(session.aligner.set_clock(0, {100_Hz, {{250}}, {10}}), Status::ok);
  session.sent[0] = 14;
  EXPECT_EQ(session.samples(0, side, 1), (Consumed{Status::wrong_time, 1}));
  EXPECT_EQ(session.aligner.side(0).counts().duplicate, 1);
  for (const SideClock& bad : {SideClock{0_Hz}, SideClock{{NAN}}, SideClock{{INFINITY}}, SideClock{100_Hz, {{0}, NAN}},
                               SideClock{100_Hz, {{0}, 1}}, SideClock{100_Hz, {{std::int64_t{1} << 62}}}})
    EXPECT_EQ(session.aligner.set_clock(0, bad), Status::wrong_time);
  EXPECT_EQ(session.aligner.side(0).clock(), (SideClock{100_Hz, {{250}}, {10}}));
  EXPECT_EQ(session.aligner.set_clock(1, *plain.clock), Status::wrong_channels);
}

TEST(Aligner, GoesOnBehindFramesThatWereLeftOut) {
  Session session(Aligner{}, {plain});
  const auto side = hundred_hertz(200);
  session.samples(0, side, 6);
  session.frames(110);
  EXPECT_EQ(session.aligner.skip_to({109}, session.out.taker()), Status::wrong_time);
  EXPECT_EQ(session.aligner.skip_to({2005}, session.out.taker()), Status::ok);
  EXPECT_EQ(session.gone(), 110);
  session.out.next = 2005;
  session.heard = 2005;
  session.sent[0] = 99;
  session.samples(0, side, 10);
  session.frames(30);
  EXPECT_EQ(session.out.next, 2035);
  EXPECT_EQ(session.marks(110, 2), mark::none);
  EXPECT_DOUBLE_EQ(session.value(110, 2), 100.25);
}

TEST(Aligner, AnswersWrongShapesAndGoesOn) {
  Session session(Aligner{}, {plain, {side_format(100_Hz, 2)}});
  const auto none = [](SampleIndex, std::span<const ConstBlock>) { FAIL(); };
  const std::vector<double> x(10);
  const std::vector<SampleTime> times(5);
  auto& aligner = session.aligner;
  EXPECT_EQ(aligner.push({x.data(), 5, 1}, none), Status::wrong_channels);
  EXPECT_EQ(aligner.push({x.data(), -1, 2}, none), Status::wrong_frames);
  EXPECT_EQ(aligner.push({nullptr, 5, 2}, none), Status::missing_data);
  EXPECT_EQ(aligner.push({nullptr, 0, 2}, none), Status::ok);
  for (const int side : {-1, 2}) {
    EXPECT_EQ(aligner.push_side(side, SampleIndex{}, {x.data(), 5, 1}, none).status, Status::wrong_channels);
    EXPECT_EQ(aligner.push_side(side, times, {x.data(), 5, 1}, none).status, Status::wrong_channels);
  }
  EXPECT_EQ(aligner.push_side(0, SampleIndex{}, {x.data(), 5, 2}, none), (Consumed{Status::wrong_channels, 0}));
  EXPECT_EQ(aligner.push_side(0, SampleIndex{}, {x.data(), -5, 1}, none), (Consumed{Status::wrong_frames, 0}));
  EXPECT_EQ(aligner.push_side(0, SampleIndex{}, {nullptr, 5, 1}, none), (Consumed{Status::missing_data, 0}));
  EXPECT_EQ(aligner.push_side(0, times, {x.data(), 5, 1}, none), (Consumed{Status::wrong_time, 0}));
  EXPECT_EQ(aligner.push_side(1, SampleIndex{}, {x.data(), 5, 2}, none), (Consumed{Status::wrong_time, 0}));
  EXPECT_EQ(aligner.push_side(1, times, {x.data(), 4, 2}, none), (Consumed{Status::wrong_frames, 0}));
  EXPECT_EQ(aligner.set_clock(1, *plain.clock), Status::wrong_time);
  session.frames(400);
  EXPECT_EQ(session.gone(), 100);
  session.finish();
  EXPECT_EQ(session.gone(), 400);
  EXPECT_EQ(aligner.push({x.data(), 5, 2}, none), Status::ended);
  EXPECT_EQ(aligner.push_side(0, SampleIndex{}, {x.data(), 5, 1}, none), (Consumed{Status::ended, 0}));
  EXPECT_EQ(aligner.skip_to({1000}, none), Status::ended);
  aligner.reset();
  for (const std::int64_t far : {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
    EXPECT_EQ(aligner.push_side(0, SampleIndex{far}, {x.data(), 5, 1}, none), (Consumed{Status::wrong_time, 5}));
  EXPECT_EQ(aligner.push_side(0, SampleIndex{}, {x.data(), 5, 1}, none), (Consumed{Status::ok, 5}));
}

// Truth: the books balance, and every frame goes out once, with finite values.
TEST(Aligner, SurvivesAnyTimesAndValues) {
  for (const auto how : interpolations) {
    std::mt19937_64 random(21);
    Session session(spec_with(how), {{side_format(100_Hz)}, plain});
    const std::array<double, 6> odd{NAN, INFINITY, -INFINITY, 1e300, -1e-300, 0.999999999999999999};
    std::int64_t received = 0;
    for (int i = 0; i < 20000; ++i) {
      const double x = random() % 4 ? static_cast<double>(random() % 100) : odd[random() % 6];
      const auto near = session.heard + static_cast<std::int64_t>(random() % 400) - 300;
      const std::int64_t at = random() % 8 ? near : static_cast<std::int64_t>(random());
      const double fraction = random() % 8 ? static_cast<double>(random() % 1000) / 1000 : odd[random() % 6];
      const std::array times{SampleTime{{at}, fraction}};
      const Consumed got = random() % 2
                               ? session.aligner.push_side(0, times, {&x, 1, 1}, session.out.taker())
                               : session.aligner.push_side(1, SampleIndex{at / 20}, {&x, 1, 1}, session.out.taker());
      received += got.frames;
      if (random() % 64 == 0)
        session.aligner.set_clock(1,
                                  {{100 + static_cast<double>(random() % 9)}, {{session.heard}}, {session.heard / 20}});
      session.frames(static_cast<std::int64_t>(random() % 20));
      std::int64_t sum = 0;
      for (int s = 0; s < 2; ++s) {
        const auto& c = session.aligner.side(s).counts();
        ASSERT_EQ(c.received, c.taken + c.duplicate + c.out_of_order);
        ASSERT_LE(c.late, c.taken);
        sum += c.received;
      }
      ASSERT_EQ(sum, received);
      ASSERT_LE(session.aligner.waiting(), 300);
    }
    session.finish();
    EXPECT_EQ(session.out.next, session.heard);
    EXPECT_GT(session.aligner.side(0).counts().taken, 1000);
    EXPECT_GT(session.aligner.side(1).counts().taken, 500);
  }
}

TEST(Aligner, IsPureInRealTime) {
  const Devices devices(8);
  for (const auto how : interpolations) {
    auto aligner = start(spec_with(how), emg, devices.inputs);
    const auto saved = aligner.save();
    const std::vector<double> x(2 * 4000);
    double sum = 0;
    const auto add = [&](SampleIndex, std::span<const ConstBlock> all) {
      for (const auto& block : all) sum += block(0, 0) + block.marks[0];
    };
    laws::expect_pure([&] {
      std::array<std::int64_t, 3> sent{};
      for (std::int64_t n = 0; n < 4000; n += 100) {
        aligner.push({x.data() + 2 * n, 100, 2}, add);
        for (std::size_t s = 0; s < 2; ++s)
          for (int again = 0; again < 2; ++again) {
            const auto& side = devices.sides[s];
            const std::int64_t most = std::min<std::int64_t>(side.count() - sent[s], 10);
            const auto times =
                std::span(side.times).subspan(static_cast<std::size_t>(sent[s]), static_cast<std::size_t>(most));
            const auto got = aligner.push_side(static_cast<int>(s), times, side.part(sent[s], most), add);
            if (again) sent[s] += got.frames;
          }
        sent[2] += aligner.push_side(2, SampleIndex{sent[2]}, devices.sides[2].part(sent[2], 40), add).frames;
        aligner.set_clock(2, *devices.inputs[2].clock);
      }
      aligner.skip_to({5000}, add);
      aligner.finish(add);
      aligner.reset();
      aligner.load(saved);
    });
    EXPECT_GT(sum, 0);
  }
}

TEST(Aligner, RefusesByName) {
  const auto with = [](const Aligner& spec, SideInput side = plain) { return why(try_start(spec, emg, {side})); };
  EXPECT_EQ(with({}), "accepted");
  EXPECT_EQ(with({.bridge = 160_ms}), "bridge is 0.16 s: expected at most wait, 0.15 s, for linear (Aligner.bridge)");
  EXPECT_EQ(with({.interpolation = Interpolation::hold, .bridge = 160_ms}), "accepted");
  EXPECT_EQ(with({.bridge = 0_s, .wait = 14_ms}),
            "wait is 0.014 s: expected at least one and a half periods of every input, 0.015 s, for linear "
            "(Aligner.wait)");
  EXPECT_EQ(with({.interpolation = Interpolation::hold, .wait = 0_s}), "accepted");
  EXPECT_EQ(with({}, {side_format(0_Hz)}),
            "rate is 0 Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)");
  EXPECT_EQ(with({}, {side_format(100_Hz), SideClock{}}),
            "rate is 0 Hz: expected a number above 0 Hz, at most 1000000 Hz (SideClock.rate)");
  EXPECT_EQ(with({}, {side_format(100_Hz), SideClock{100_Hz, {{0}, 1}}}),
            "origin.fraction is 1: expected a number from 0 to below 1 (SideClock.origin.fraction)");
  EXPECT_EQ(with({}, {side_format(100_Hz), SideClock{100_Hz, {}, {std::int64_t{1} << 62}}}),
            "first is sample 4611686018427387904: expected at most 2^61 from sample 0 (SideClock.first)");
  EXPECT_EQ(why(try_start(Aligner{}, emg, {})), "sides is 0 inputs: expected 1 to 64 inputs (LiveAligner.sides)");
  EXPECT_EQ(why(try_start(Aligner{}, StreamFormat{.rate = {-1}, .channels = Channels::unnamed(1)}, {plain})),
            "rate is -1 Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)");
}

TEST(SampleTime, IsExactWhereADoubleIsNot) {
  const SampleTime far{{(std::int64_t{1} << 60) + 1}, 0.25};
  EXPECT_EQ(*later(far, 0.5), (SampleTime{far.at, 0.75}));
  EXPECT_EQ(*later(far, 1e6 + 0.75), (SampleTime{far.at + 1000001, 0}));
  EXPECT_EQ(*later(far, -0.5), (SampleTime{far.at - 1, 0.75}));
  EXPECT_EQ(samples_between(far, *later(far, 12345.5)), 12345.5);
  EXPECT_EQ(*later({{5}}, -1e-20), (SampleTime{{5}, 0}));
  for (const double none : {std::nan(""), HUGE_VAL, -HUGE_VAL, 0x1p61, 0x1p80, -0x1p62})
    EXPECT_FALSE(later(far, none)) << none;
  EXPECT_FALSE(later({{std::numeric_limits<std::int64_t>::max()}}, 0));
  EXPECT_FALSE(later({{std::numeric_limits<std::int64_t>::min()}}, 0));
}

}  // namespace
}  // namespace unguard
