// SPDX-License-Identifier: Apache-2.0
// Truth: faults as rooms and people make them, also several at a time, put at known samples into simulated EMG with hum
// and a baseline that wanders, through a whole session; the same without them. Seeds fixed beforehand.
// UNGUARD_SCHEDULES sets how many minutes are tried.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "quality/schedules.hpp"
#include "stream/whole_session.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/digitiser.hpp"

namespace unguard {
namespace {

using namespace literals;
using namespace faults;

constexpr double pi = std::numbers::pi;

// A step through a slow input filter; a half sine of movement; a stimulator; a dead amplifier with noise and drift; an
// open input in any mains; a rail; a packet that did not come.
enum class Kind { slow_step, tug, pulses, dead, open, rail, lost };
constexpr int kinds = 7;
constexpr const char* kind_names[kinds] = {"slow step", "tug", "pulses", "dead", "open", "rail", "lost"};
// Under a movement and between pulses there is muscle, and a level that leaves the rest out is one.
constexpr bool no_muscle(Kind kind) { return kind >= Kind::dead; }
// Within which each is found, from its beginning. A dead input: half a second of what a level is made of, which it is
// when the filters have settled; so again where another fault begins or ends in it, which moves it.
constexpr Seconds bounds[kinds] = {{0.07}, {0.15}, {0.1}, {0.7}, {0.3}, {0}, {0}};
constexpr double shortest[kinds] = {0.0005, 0.05, 0.5, 1, 0.5, 0.002, 0.005};
constexpr double longest[kinds] = {0.02, 0.3, 2, 4, 4, 0.5, 0.1};

struct Fault {
  Kind kind;
  std::size_t begin, end;
  double size, period, noise, f;
  std::array<double, 5> heights;
};

// Two to eight a minute; where one begins has nothing to do with where another does.
std::vector<Fault> draw(RandomStream& random) {
  std::vector<Fault> faults(static_cast<std::size_t>(random.uniform(2, 9)));
  for (Fault& f : faults) {
    const auto k = static_cast<std::size_t>(random.uniform(0, kinds));
    f.kind = static_cast<Kind>(k);
    f.begin = static_cast<std::size_t>(samples_in({random.uniform(3, 54)}, rate));
    f.end = f.begin + std::max<std::size_t>(
                          static_cast<std::size_t>(samples_in({random.log_uniform(shortest[k], longest[k])}, rate)), 1);
    f.size = random.log_uniform(1000, f.kind == Kind::slow_step ? 100000 : f.kind == Kind::tug ? 20000 : 5000);
    if (random.uniform() < 0.5) f.size = -f.size;
    f.period = random.uniform(0.008, 0.02) * rate.value;
    f.noise = random.uniform(0, 0.5);
    f.f = random.uniform(46, 64.5);
    f.heights[0] = random.log_uniform(220, 2000) * std::numbers::sqrt2;
    for (std::size_t h = 1; h < 5; ++h) f.heights[h] = f.heights[0] * random.uniform(0, 0.3);
  }
  return faults;
}

// What the device hands over instead of x[i].
double disturbed(const Fault& f, std::size_t i, double x, RandomStream& random) {
  const double since = static_cast<double>(i - f.begin), lasts = static_cast<double>(f.end - f.begin);
  switch (f.kind) {
    case Kind::slow_step:
      return x + f.size * std::min(1.0, since / lasts);
    case Kind::tug:
      return x + f.size * std::sin(pi * since / lasts);
    case Kind::pulses: {
      // Biphasic, half a millisecond each way.
      const double phase = std::fmod(since, f.period);
      return x + (phase < 1 ? f.size : phase < 2 ? -f.size : 0);
    }
    case Kind::dead:
      return f.size + f.noise * random.normal() + f.size * since / rate.value;
    case Kind::open: {
      double sum = random.normal();
      for (std::size_t h = 0; h < 5; ++h)
        sum += f.heights[h] * std::sin(2 * pi * f.f * static_cast<double>(h + 1) * since / rate.value);
      return sum;
    }
    case Kind::rail:
      return f.size > 0 ? 400000 : -400000;
    case Kind::lost:
      break;
  }
  return x;
}

struct Truth {
  std::vector<std::uint8_t> invalid, beyond, excused, good_for_long;
  std::vector<int> kind;
};
bool moved_lately(const std::vector<Fault>& faults, const Fault& in, std::size_t i, std::size_t bound) {
  return std::any_of(faults.begin(), faults.end(), [&](const Fault& f) {
    return &f != &in && ((f.begin <= i && i < f.begin + bound) || (f.end <= i && i < f.end + bound));
  });
}
Truth truth_of(const std::vector<Fault>& faults) {
  Truth t;
  for (auto* flags : {&t.invalid, &t.beyond, &t.excused, &t.good_for_long}) flags->assign(frames, 0);
  t.kind.assign(frames, 0);
  for (const Fault& f : faults) {
    const auto k = static_cast<std::size_t>(f.kind);
    const auto bound = static_cast<std::size_t>(samples_in(bounds[k], rate));
    for (std::size_t i = f.begin; i < std::min(f.end, frames); ++i) t.invalid[i] = 1;
    for (std::size_t i = f.begin; i < std::min(f.begin + bound, frames); ++i) t.excused[i] = 1;
    for (std::size_t i = f.begin + bound; i < std::min(f.end, frames); ++i) {
      if (f.kind == Kind::dead && moved_lately(faults, f, i, bound)) continue;
      t.beyond[i] = 1;
      t.kind[i] = static_cast<int>(k);
    }
  }
  std::size_t good = frames;
  for (std::size_t i = 0; i < frames; ++i) {
    good = t.invalid[i] ? 0 : good + 1;
    t.good_for_long[i] = good >= 1000;
  }
  return t;
}

std::vector<Reading> read(const StreamFormat& format, const std::vector<double>& x, const std::vector<Marks>& marks) {
  return sessions::readings_of(start(sessions::in_a_room(), format),
                               {x.data(), static_cast<std::int64_t>(x.size()), 1, marks.data()});
}

TEST(HardFaults, GiveNoValueThatIsNotMuscle) {
  const StreamFormat format = faults::format();
  const int count = std::max(1, schedules() / 3);
  long fooled = 0, invalid = 0, believable = 0, spoken = 0, compared = 0, far = 0;
  double most_off = 0;
  std::map<std::string, long> fooled_by;
  for (int n = 0; n < count; ++n) {
    RandomStream random(72, "faults", n);
    const auto faults = draw(random);
    Carrier carrier(corners(CarrierPreset::trunk), rate, RandomStream(72, "emg", n));
    const double level = random.log_uniform(1.5, 40), offset = random.uniform(-5000, 5000);
    std::vector<double> clean(frames), x(frames);
    std::vector<Marks> none(frames), marks(frames);
    for (std::size_t i = 0; i < frames; ++i) {
      const double t = static_cast<double>(i) / rate.value;
      const double room =
          20 * std::sin(2 * pi * 50.03 * t) + 200 * std::sin(2 * pi * 0.3 * t) + 20 * std::sin(2 * pi * 1.2 * t);
      clean[i] = x[i] = offset + room + level * carrier.next();
    }
    for (const Fault& f : faults) {
      for (std::size_t i = f.begin; i < std::min(f.end, frames); ++i) {
        x[i] = disturbed(f, i, x[i], random);
        if (f.kind == Kind::lost) marks[i] = mark::missing;
        if (no_muscle(f.kind)) none[i] = mark::missing;
      }
      if (f.kind == Kind::slow_step)
        for (std::size_t i = f.end; i < frames; ++i) x[i] += f.size;
    }
    for (auto* signal : {&clean, &x})
      for (double& v : *signal) v = digitise(converter, v);
    const Truth truth = truth_of(faults);
    const auto undisturbed = read(format, clean, none), found = read(format, x, marks);
    ASSERT_EQ(undisturbed.size(), found.size());
    for (std::size_t r = 0; r < found.size(); ++r) {
      const auto at = static_cast<std::size_t>(found[r].at().value);
      if (at < 4000) continue;  // the canceller is still looking for the hum
      const auto value = found[r].value(), should = undisturbed[r].value();
      invalid += truth.beyond[at];
      const bool muscle =
          !no_muscle(static_cast<Kind>(truth.kind[at])) && value && (!should || std::fabs(*value / *should - 1) < 0.5);
      if (truth.beyond[at] && value && !muscle) {
        ++fooled;
        ++fooled_by[kind_names[truth.kind[at]]];
      }
      EXPECT_TRUE(value || found[r].reasons() != mark::none);
      believable += truth.good_for_long[at];
      spoken += truth.good_for_long[at] && value;
      if (!value || !should || truth.excused[at] || truth.invalid[at]) continue;
      const double off = std::fabs(*value / *should - 1);
      ++compared;
      far += off > 0.5;
      most_off = std::max(most_off, off);
    }
  }
  const double useful = static_cast<double>(spoken) / static_cast<double>(believable);
  const double far_share = static_cast<double>(far) / static_cast<double>(compared);
  std::printf(
      "[ MEASURED ] hard faults, %d schedules: %ld of %ld readings beyond the detection bound have a value; %.2f %% of "
      "those valid for 0.5 s have one; %.5f %% of values more than half off, at most %.2f of itself\n",
      count, fooled, invalid, 100 * useful, 100 * far_share, most_off);
  for (const auto& [kind, times] : fooled_by) std::printf("[ MEASURED ] fooled by %s: %ld\n", kind.c_str(), times);
  EXPECT_EQ(fooled, 0);
  EXPECT_GT(invalid, 100);
  EXPECT_GE(useful, 0.95);
  EXPECT_LE(far_share, 1e-4);  // levels over half a window of EMG spread by a tenth, too
}

}  // namespace
}  // namespace unguard
