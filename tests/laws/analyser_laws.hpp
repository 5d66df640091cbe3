// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 for analysers. One line registers a spec:
//   const bool levels = laws::analyser("Levels", Levels{}, {.response = laws::Answer::linear});
#pragma once

#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "laws/sink_laws.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/reading.hpp"

namespace unguard::laws {

// Bursts in rest of which nothing is marked or not finite; and the same with so many samples that are not, or by far
// too large.
inline Stream unspoilt_bursts(unsigned seed, double seconds, int channels) {
  Stream clean = bursts_in_rest(seed, seconds, channels);
  for (auto& m : clean.marks) m = mark::none;
  for (auto& x : clean.x)
    if (!std::isfinite(x)) x = 2;
  return clean;
}
inline Stream spoilt(Stream s, unsigned seed, int samples) {
  std::mt19937_64 generator(seed);
  constexpr double bad[] = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1e308};
  for (int i = 0; i < samples; ++i) s.x[generator() % s.x.size()] = bad[generator() % std::size(bad)];
  return s;
}

template <>
struct ItemRule<Reading> {
  static bool finite(const Reading& r) { return !r.value() || std::isfinite(*r.value()); }
  static Reading earlier(const Reading& r, std::int64_t by) { return again(r, r.channel(), r.at() - by); }
  static int channel_of(const Reading& r) { return r.channel(); }
  static Reading on_channel(const Reading& r, int channel) { return again(r, channel, r.at()); }
  static std::optional<std::int64_t> said_at(const Reading& r) { return r.at().value; }

 private:
  static Reading again(const Reading& r, int channel, SampleIndex at) {
    return r.value() ? Reading::valid(channel, at, *r.value(), r.reasons())
                     : Reading::invalid(channel, at, r.reasons(), r.trust());
  }
};

// What an analyser's values answer linearly to: the input, or nothing.
enum class Answer { linear, none };

struct AnalyserOptions {
  Answer answer = Answer::none;
  Exemptions exempt{};
  double seconds = 12;
  std::int64_t memory = 0;  // samples behind an invalid one that may have no value either
  double useful = 1;        // least share of the readings beyond that which have one
};

template <class Live>
class AnalyserLaws : public SinkLaws<Live, Reading> {
 public:
  using Base = SinkLaws<Live, Reading>;

  AnalyserLaws(typename Base::Start start, AnalyserOptions options)
      : Base(
            std::move(start), [](Live&, std::int64_t) {}, options.seconds),
        options_(std::move(options)) {}

  // Beside finite values: where a reading has a value, samples that were replaced on the way have not changed it.
  void finite_and_undisturbed() const {
    Base::finite();
    const Stream clean = unspoilt_bursts(31, options_.seconds, Base::channels);
    const auto expected = Base::whole(clean), found = Base::whole(spoilt(clean, 31, 200));
    ASSERT_EQ(found.size(), expected.size());
    double worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
      if (found[i].value() && expected[i].value())
        worst = std::max(worst, std::fabs(*found[i].value() - *expected[i].value()));
    EXPECT_LE(worst, stated_disturbance.value);
  }

  // On a ramp that grows by 1 a sample a value is late by what it falls short of its own sample.
  void latency() const {
    auto live = Base::start_(1);
    const Latency stated = live.latency();
    for (const auto& stage : stated.stages) EXPECT_TRUE(std::isfinite(stage.samples)) << stage.stage;
    if (options_.answer == Answer::none) return;
    std::vector<double> ramp(20000);
    for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(i);
    const auto readings = drive<Reading>(live, {ramp.data(), 20000, 1}, Base::big, Base::blocks);
    ASSERT_FALSE(readings.empty());
    const Reading& last = readings.back();
    ASSERT_TRUE(last.value().has_value());
    const double measured = static_cast<double>(last.at().value) - *last.value();
    EXPECT_NEAR(stated.samples(), measured, 1e-6);
    std::printf("[ MEASURED ] delay stated %g, measured %g samples\n", stated.samples(), measured);
  }

  // No value while its sample must not be believed, and a value where nothing near forbids it. Both numbers together.
  void fail_safe() const {
    const Stream s = bursts_in_rest(32, options_.seconds, Base::channels);
    std::vector<std::int64_t> since(Base::channels);
    std::vector<bool> valid(s.x.size()), far(s.x.size());
    for (std::int64_t i = 0; i < s.frames; ++i)
      for (int c = 0; c < Base::channels; ++c) {
        const auto k = static_cast<std::size_t>(i * Base::channels + c), ch = static_cast<std::size_t>(c);
        since[ch] = s.is_invalid(i, c) ? 0 : since[ch] + 1;
        valid[k] = since[ch] > 0;
        far[k] = since[ch] > options_.memory;
      }
    long fooled = 0, unbelievable = 0, spoken = 0, believable = 0;
    for (const Reading& r : Base::whole(s)) {
      const auto k = static_cast<std::size_t>(r.at().value * Base::channels + r.channel());
      ASSERT_LT(k, s.x.size());
      EXPECT_EQ(r.value().has_value(), r.trust() == Trust::ok || r.trust() == Trust::degraded);
      EXPECT_EQ(r.reasons() == mark::none, r.trust() == Trust::ok) << "what is not wholly trusted says why";
      unbelievable += !valid[k];
      fooled += !valid[k] && r.value();
      believable += far[k];
      spoken += far[k] && r.value();
    }
    std::printf("[ MEASURED ] values on what must not be believed: %ld of %ld readings; on what may: %ld of %ld\n",
                fooled, unbelievable, spoken, believable);
    EXPECT_EQ(fooled, 0);
    EXPECT_GT(unbelievable, 20);
    EXPECT_GT(believable, 100);
    EXPECT_GE(static_cast<double>(spoken), options_.useful * static_cast<double>(believable));
  }

 private:
  AnalyserOptions options_;
};

// What laws of analysers try, whatever they read.
template <class Laws>
Trials trials_of(std::shared_ptr<const Laws> laws) {
  return {{Law::any_cut, [laws] { laws->any_cut(); }},
          {Law::pure, [laws] { laws->pure(); }},
          {Law::finite, [laws] { laws->finite_and_undisturbed(); }},
          {Law::fresh, [laws] { laws->fresh(); }},
          {Law::latency, [laws] { laws->latency(); }},
          {Law::fail_safe, [laws] { laws->fail_safe(); }},
          {Law::channels_equal, [laws] { laws->channels_equal(); }},
          {Law::causal, [laws] { laws->causal(); }}};
}
template <Analyser Live>
Trials analyser_trials(std::function<Live(int channels)> start, AnalyserOptions options = {}) {
  using L = AnalyserLaws<Live>;
  return trials_of(std::make_shared<const L>(std::move(start), std::move(options)));
}

// Registers every law for one analyser spec.
template <class S>
bool analyser(const std::string& name, S spec, AnalyserOptions options = {}) {
  const auto begin = [spec](int channels) { return start(spec, format_of(channels)); };
  const Exemptions exempt = options.exempt;
  auto trials = analyser_trials<decltype(begin(1))>(begin, std::move(options));
  trials.push_back(no_python_yet());
  return add_all(name, exempt, trials);
}

}  // namespace unguard::laws
