// SPDX-License-Identifier: Apache-2.0
// Truth: random faults put at known samples, 1 to 6 a minute, into simulated EMG; the same EMG without them. Seeds
// fixed beforehand. UNGUARD_SCHEDULES sets how many minutes are tried: 10,000 in the slow tier.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "quality/schedules.hpp"
#include "stream/usual_session.hpp"
#include "stream/whole_session.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/levels.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/quality/signal_check.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/digitiser.hpp"

namespace unguard {
namespace {

using namespace literals;
using namespace faults;

enum class Kind { flat, open, rail, step, lost, not_finite, out_of_range };
constexpr int kinds = 7;
constexpr const char* kind_names[kinds] = {"flat", "open", "rail", "step", "lost", "not finite", "out of range"};

struct Fault {
  Kind kind;
  std::int64_t begin, end;
  std::int64_t bound;  // samples within which it is found
  double size;         // uV
  double frequency = 0;
};

// What they are put into, and what of a stream.
struct Scene {
  const char* what;
  double most_off;          // of what the run without faults says
  bool leaves_out = false;  // see below
  bool heart = false;       // in the signal, and taken off
  int share_of_all = 1;     // one of so many schedules
  Seconds after{2};         // which a heart needs to be known, say
  std::int64_t late = 0;    // samples by which what is said is of before
};

// One to six a minute, no two at a time.
std::vector<Fault> draw(RandomStream& random, Seconds after) {
  std::vector<Fault> faults;
  const double mean = 60 / random.uniform(1, 6);
  for (double t = after.value + random.exponential(mean); t < after.value + 53;) {
    const Kind kind = static_cast<Kind>(static_cast<int>(random.uniform(0, kinds)));
    const bool contact = kind == Kind::flat || kind == Kind::open;
    const double lasts = kind == Kind::step ? 0 : contact ? random.log_uniform(0.35, 4) : random.log_uniform(0.002, 1);
    Fault f{kind, samples_in({t}, rate), 0, 0, random.log_uniform(1000, 300000)};
    f.end = f.begin + std::max<std::int64_t>(samples_in({lasts}, rate), 1);
    if (kind == Kind::flat) f.bound = samples_in(150_ms, rate);
    if (kind == Kind::open) {
      f.bound = samples_in(300_ms, rate);
      f.size = random.log_uniform(200, 2000) * std::numbers::sqrt2;
      f.frequency = (random.uniform() < 0.5 ? 50 : 60) + random.uniform(-0.2, 0.2);
    }
    if (random.uniform() < 0.5) f.size = -f.size;
    faults.push_back(f);
    t += lasts + random.exponential(mean);
  }
  return faults;
}

// The checks before one chain, whose marks spread; and the session, which leaves out what it must.
class ChainPath {
 public:
  ChainPath(const Scene&, const StreamFormat& format)
      : check_(start(SignalCheck{}, format)),
        chain_(start(Chain{Bandpass{}, Rms{.window = 250_ms}}, format)),
        levels_(start(Levels{}, format)) {}
  std::vector<Reading> read(std::vector<double> x, std::vector<Marks> marks) {
    const auto n = static_cast<std::int64_t>(x.size());
    const Block block{x.data(), n, 1, marks.data()};
    EXPECT_EQ(check_.process(block, block), Status::ok);
    EXPECT_EQ(chain_.process(block, block), Status::ok);
    Sink<Reading> sink(x.size());
    EXPECT_EQ(levels_.process(block, sink), (Consumed{Status::ok, n}));
    return {sink.items().begin(), sink.items().end()};
  }

 private:
  LiveSignalCheck check_;
  LiveFilter<Chain<Bandpass, Rms>> chain_;
  LiveLevels levels_;
};

class SessionPath {
 public:
  SessionPath(const Scene& scene, const StreamFormat& format) : live_(start(plan(scene), format)) {}
  std::vector<Reading> read(std::vector<double> x, std::vector<Marks> marks) {
    return sessions::readings_of(live_, {x.data(), static_cast<std::int64_t>(x.size()), 1, marks.data()});
  }

 private:
  static Pipeline<Chain<Priming, Bandpass>> plan(const Scene& scene) {
    Pipeline plan{Chain{Priming{20_ms}, Bandpass{}}};
    if (scene.heart) plan.heart = EcgSubtraction{};
    return plan;
  }
  LivePipeline<Chain<Priming, Bandpass>> live_;
};

struct Score {
  long readings = 0, invalid = 0, fooled = 0;  // beyond the detection bound
  long believable = 0, spoken = 0;             // valid for 0.5 s or more
  long without_reason = 0;
  double off = 0;  // of the undisturbed level, beyond the bound, as a share of it or of 1 uV
  std::map<std::string, long> fooled_by{};
};

void score(const Scene& scene, std::vector<Fault> faults, const std::vector<Reading>& clean,
           const std::vector<Reading>& found, Score& s) {
  for (Fault& f : faults) {
    f.begin += scene.late;
    f.end += scene.late;
  }
  ASSERT_EQ(clean.size(), found.size());
  auto next = faults.begin();
  std::int64_t good_from = scene.heart ? samples_in(scene.after, rate) : 0, undetected_until = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Reading& r = found[i];
    while (next != faults.end() && next->end <= r.at().value) {
      good_from = next->end;
      undetected_until = std::min(next->begin + next->bound, next->end);
      ++next;
    }
    const bool during = next != faults.end() && next->begin <= r.at().value;
    const bool beyond = during && r.at().value >= next->begin + next->bound;
    ++s.readings;
    s.invalid += beyond;
    if (beyond && r.value()) {
      ++s.fooled;
      ++s.fooled_by[kind_names[static_cast<int>(next->kind)]];
    }
    s.without_reason += !r.value() && r.reasons() == mark::none;
    const bool long_good = !during && r.at().value - good_from >= samples_in(500_ms, rate);
    s.believable += long_good;
    s.spoken += long_good && r.value();
    if (r.value() && clean[i].value() && (!during || beyond) && r.at().value >= undetected_until)
      s.off = std::max(s.off, std::fabs(*r.value() - *clean[i].value()) / (scene.leaves_out ? *clean[i].value() : 1));
  }
}

// Where a session leaves out: a level over fewer samples of steady EMG, compared with that of the run without faults
// that lacks the same ones; the bar is then a share of it: half a window of EMG spreads by a tenth, and the largest of
// a million readings lies within five of these.
template <class Path>
void expect_no_value_that_is_not_muscle(const Scene& scene) {
  const StreamFormat format = faults::format();
  Score s;
  const int count = schedules() / scene.share_of_all;
  const auto length = static_cast<std::size_t>(samples_in(scene.after + Seconds{58}, rate));
  for (int n = 0; n < count; ++n) {
    RandomStream random(71, "faults", n);
    const auto faults = draw(random, scene.after);
    Carrier carrier(corners(CarrierPreset::trunk), rate, RandomStream(71, "emg", n));
    std::vector<double> clean(length), x(length);
    double level = 2, offset = random.uniform(-5000, 5000);
    for (std::size_t i = 0; i < x.size() && !scene.heart; ++i) {
      if (i % 4000 == 0 && (i == 0 || !scene.leaves_out)) level = random.log_uniform(1, 40);
      clean[i] = digitise(converter, offset + level * carrier.next());
    }
    if (scene.heart) {
      // R stands 13 times above the RMS of the heart; of 0.4 mV at most, as far from the heart as the back is.
      const double emg = random.log_uniform(2, 40), ratio = random.uniform(-10, 10);
      const auto m = hearts::mix({.rate = rate,
                                  .duration = scene.after + Seconds{58},
                                  .emg_over_ecg_dB = std::max(ratio, 20 * std::log10(13 * emg / 400)),
                                  .emg = {emg},
                                  .seed = static_cast<std::uint64_t>(7100 + n)});
      for (std::size_t i = 0; i < x.size(); ++i) clean[i] = digitise(converter, offset + m.x[i]);
    }
    x = clean;
    std::vector<Marks> marks(x.size());
    double moved = 0;
    std::size_t from = 0;
    for (const Fault& f : faults) {
      for (; from < static_cast<std::size_t>(f.begin); ++from) x[from] = digitise(converter, clean[from] + moved);
      for (; from < static_cast<std::size_t>(f.end); ++from) {
        const double t = static_cast<double>(from) / rate.value, turn = 2 * std::numbers::pi * f.frequency * t;
        switch (f.kind) {
          case Kind::flat:
            x[from] =
                digitise(converter, f.size > 0 ? 0 : offset) + converter.step.value * std::floor(random.uniform(-1, 2));
            break;
          case Kind::open:
            x[from] = digitise(converter, f.size * (std::sin(turn) + 0.2 * std::sin(3 * turn)) + random.normal());
            break;
          case Kind::rail:
            x[from] = f.size > 0 ? 400000 : -400000;
            break;
          case Kind::step:
            // Not beyond the rails.
            moved = std::fabs(moved + f.size) < 350000 ? moved + f.size : moved - f.size;
            x[from] = digitise(converter, clean[from] + moved);
            break;
          case Kind::lost:
            x[from] = 0;
            marks[from] = mark::missing;
            break;
          case Kind::not_finite:
            x[from] = random.uniform() < 0.5 ? std::numeric_limits<double>::quiet_NaN()
                                             : std::numeric_limits<double>::infinity();
            break;
          case Kind::out_of_range:
            x[from] = 1e6;
            break;
        }
      }
    }
    for (; from < x.size(); ++from) x[from] = digitise(converter, clean[from] + moved);
    std::vector<Marks> lacking(x.size());
    for (const Fault& f : faults)
      if (scene.leaves_out) std::fill(lacking.begin() + f.begin, lacking.begin() + f.end, mark::missing);
    score(scene, faults, Path(scene, format).read(clean, lacking), Path(scene, format).read(x, marks), s);
  }
  const double useful = static_cast<double>(s.spoken) / static_cast<double>(s.believable);
  std::printf(
      "[ MEASURED ] %s, %d schedules: %ld of %ld readings beyond the detection bound have a value; %.2f %% of "
      "those valid for 0.5 s have one, at most %.3f %s from the run without faults\n",
      scene.what, count, s.fooled, s.invalid, 100 * useful, s.off, scene.leaves_out ? "of itself" : "uV");
  for (const auto& [kind, n] : s.fooled_by) std::printf("[ MEASURED ] fooled by %s: %ld\n", kind.c_str(), n);
  EXPECT_EQ(s.fooled, 0);
  EXPECT_EQ(s.without_reason, 0);
  EXPECT_GE(useful, 0.95);
  EXPECT_GT(s.invalid, 100);
  EXPECT_LE(s.off, scene.most_off);
}

TEST(FaultSchedules, GiveNoValueThatIsNotMuscle) { expect_no_value_that_is_not_muscle<ChainPath>({"a chain", 1}); }
TEST(FaultSchedules, GiveNoneInASessionEither) {
  expect_no_value_that_is_not_muscle<SessionPath>({"a session", 0.5, true});
}
// Of what it says 60 ms later.
TEST(FaultSchedules, GiveNoneWhereAHeartIsTakenOff) {
  expect_no_value_that_is_not_muscle<SessionPath>({"a session that takes a heart off", 0.5, true, true, 10, 30_s});
}

}  // namespace
}  // namespace unguard
