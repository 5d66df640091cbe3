// SPDX-License-Identifier: Apache-2.0
// What is said of a disturbance, however large: where no mark stands, the output is the undisturbed one's to 1 uV.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/sos.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(2)};
constexpr std::int64_t frames = 16000;

// EMG of 30 uV upon an electrode's offset.
std::vector<double> emg(double offset) {
  std::mt19937 generator(21);
  std::normal_distribution<double> normal(0, 30);
  std::vector<double> x(frames * 2);
  for (double& v : x) v = offset + normal(generator);
  return x;
}

struct Output {
  std::vector<double> y;
  std::vector<Marks> marks;
};
template <class F>
void feed(F& filter, const std::vector<double>& x, const std::vector<Marks>& marks, Output& out, std::int64_t from,
          std::int64_t to) {
  auto in = marks;
  for (std::int64_t i = from; i < to; i += 37) {
    const std::int64_t n = std::min<std::int64_t>(37, to - i);
    ASSERT_EQ(filter.process({x.data() + 2 * i, n, 2, in.data() + 2 * i},
                             {out.y.data() + 2 * i, n, 2, out.marks.data() + 2 * i}),
              Status::ok);
  }
}
template <class S>
Output filtered(const S& spec, const std::vector<double>& x, const std::vector<Marks>& marks) {
  auto filter = start(spec, format);
  Output out{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  feed(filter, x, marks, out, 0, frames);
  return out;
}

struct Found {
  double worst = 0;  // uV, where no mark stands
  std::int64_t marked = 0;
};
Found compare(const Output& out, const Output& reference) {
  Found found;
  for (std::size_t i = 0; i < out.y.size(); ++i)
    if (out.marks[i])
      ++found.marked;
    else if (!(std::fabs(out.y[i] - reference.y[i]) <= found.worst))
      found.worst = std::fabs(out.y[i] - reference.y[i]);
  return found;
}

// A stretch of a second beyond the offset by `size`, marked, on the first channel.
template <class S>
void holds_for_marked_excursions(const S& spec, double offset) {
  const std::vector<Marks> none(frames * 2);
  const auto clean = emg(offset);
  const auto reference = filtered(spec, clean, none);
  for (const double size : {300.0, 3e3, 30e3, 300e3, 3e6}) {
    auto x = clean;
    auto marks = none;
    for (std::size_t i = 4000; i < 6000; ++i) {
      x[2 * i] += i % 700 < 350 ? size : -size;
      marks[2 * i] = mark::lead_off;
    }
    const Found found = compare(filtered(spec, x, marks), reference);
    EXPECT_LE(found.worst, 1) << size << " uV";
    EXPECT_LT(found.marked, 2000 + 5600) << "believing too little is a failure too, " << size << " uV";
  }
}

// Truth: the run without the excursion.
TEST(Disturbance, OfMarkedSamplesIsToldHoweverLarge) {
  holds_for_marked_excursions(Bandpass{}, 0);
  holds_for_marked_excursions(Bandpass{}, 300e3);
  holds_for_marked_excursions(Lowpass{}, 3000);
  holds_for_marked_excursions(Highpass{.cutoff = 5_Hz}, 3000);
  holds_for_marked_excursions(Bandstop{}, 3000);
  holds_for_marked_excursions(Notch{}, 3000);
  holds_for_marked_excursions(TwoPole{}, 0);
  holds_for_marked_excursions(Chain{Bandpass{}, Notch{}, Rms{}}, 3000);
}

// Truth: the run with the samples that were lost. Nothing good came before them, so only the first good one tells.
TEST(Disturbance, OfALostBeginningIsTold) {
  const std::vector<Marks> none(frames * 2);
  for (const double offset : {0.0, 3e3, 300e3}) {
    const auto clean = emg(offset);
    auto x = clean;
    for (std::size_t i = 0; i < 50; ++i) x[i] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_LE(compare(filtered(Bandpass{}, x, none), filtered(Bandpass{}, clean, none)).worst, 1) << offset;
    const Chain primed{Priming{20_ms}, Bandpass{}};
    EXPECT_LE(compare(filtered(primed, x, none), filtered(primed, clean, none)).worst, 1) << offset;
  }
}

// Truth: the run with the samples that were lost, with the electrode at another offset afterwards in both.
TEST(Disturbance, OfAGapBeforeAnotherOffsetIsTold) {
  const std::vector<Marks> none(frames * 2);
  auto clean = emg(0);
  for (std::size_t i = 2 * 4500; i < clean.size(); ++i) clean[i] += 300e3;
  auto x = clean;
  for (std::size_t i = 2 * 4000; i < 2 * 5000; ++i) x[i] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_LE(compare(filtered(Bandpass{}, x, none), filtered(Bandpass{}, clean, none)).worst, 1);
}

// Truth: the run with the samples that were lost, a second of them 990 uV away, before and behind stages with a gain.
TEST(Disturbance, IsToldThroughStagesThatAmplify) {
  const auto expect = [](const auto& spec) {
    const std::vector<Marks> none(frames * 2);
    auto clean = emg(0);
    for (std::size_t i = 2 * 4000; i < 2 * 6000; ++i) clean[i] += 990;
    auto x = clean;
    for (std::size_t i = 2 * 4000; i < 2 * 6000; ++i) x[i] = std::numeric_limits<double>::quiet_NaN();
    const Found found = compare(filtered(spec, x, none), filtered(spec, clean, none));
    EXPECT_LE(found.worst, 1) << to_text(spec);
    EXPECT_LT(found.marked, 2 * (2000 + 4000)) << to_text(spec);
  };
  for (const double gain : {2.0, 5.0, 1000.0}) {
    const Sos amplifier{{gain, 0, 0, 1, 0, 0}};
    expect(Chain{TwoPole{}, amplifier});
    expect(Chain{amplifier, TwoPole{}});
    expect(Chain{Lowpass{.cutoff = 5_Hz}, Rectify{}, amplifier});
    expect(Chain{Bandpass{}, TwoPole{}, amplifier});
    expect(RuntimeChain{{AnyFilterSpec(Bandpass{}), AnyFilterSpec(TwoPole{}), AnyFilterSpec(amplifier)}});
  }
}

// Truth: the new filter as if it had always run.
template <class From, class To>
void holds_for_change(const From& from, const To& to, double offset) {
  const auto x = emg(offset);
  const std::vector<Marks> none(frames * 2);
  Output out{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  const RuntimeChain first{{AnyFilterSpec(from)}}, second{{AnyFilterSpec(to)}};
  auto filter = start(first, format);
  feed(filter, x, none, out, 0, 8000);
  filter.change(start(second, format));
  feed(filter, x, none, out, 8000, frames);
  const auto reference = filtered(second, x, none);
  Found found;
  for (std::size_t i = 2 * 8000; i < out.y.size(); ++i)
    if (out.marks[i])
      ++found.marked;
    else
      found.worst = std::max(found.worst, std::fabs(out.y[i] - reference.y[i]));
  EXPECT_LE(found.worst, 1) << to_text(from) << " to " << to_text(to) << " on " << offset << " uV";
  EXPECT_LT(found.marked, 2 * 6000);
}
TEST(Disturbance, OfALiveChangeIsToldBetweenAnyTwoFilters) {
  for (const double offset : {0.0, 3e3, 300e3}) {
    holds_for_change(Bandpass{}, Bandpass{.low = 10_Hz}, offset);
    holds_for_change(Highpass{}, Highpass{.cutoff = 5_Hz}, offset);
    holds_for_change(Lowpass{}, Highpass{}, offset);
    holds_for_change(Highpass{}, Lowpass{}, offset);
    holds_for_change(Bandpass{}, Rms{}, offset);
    holds_for_change(Rms{}, Rms{.window = 250_ms}, offset);
    holds_for_change(Bandpass{}, Bandpass{}, offset);
  }
}

}  // namespace
}  // namespace unguard
