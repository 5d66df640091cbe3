// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 for analysers of spectra, whose readings carry several values.
#pragma once

#include <cmath>
#include <cstdio>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "laws/analyser_laws.hpp"
#include "unguard/spectrum/sliding_spectrum.hpp"

namespace unguard::laws {

template <>
struct ItemRule<SpectrumReading> {
  static bool finite(const SpectrumReading& r) {
    if (!r.values()) return true;
    const SpectrumValues& v = *r.values();
    return std::isfinite(v.mean.value) && std::isfinite(v.median.value) && std::isfinite(v.rms.value) &&
           (!v.finsm5 || std::isfinite(*v.finsm5)) && v.at_floor >= 0 && v.at_floor <= 1;
  }
  static SpectrumReading earlier(const SpectrumReading& r, std::int64_t by) {
    return again(r, r.channel(), r.at() - by);
  }
  static int channel_of(const SpectrumReading& r) { return r.channel(); }
  static SpectrumReading on_channel(const SpectrumReading& r, int channel) { return again(r, channel, r.at()); }
  static std::optional<std::int64_t> said_at(const SpectrumReading& r) { return r.at().value; }

 private:
  static SpectrumReading again(const SpectrumReading& r, int channel, SampleIndex at) {
    return r.values() ? SpectrumReading::valid(channel, at, *r.values(), r.reasons())
                      : SpectrumReading::invalid(channel, at, r.reasons(), r.trust());
  }
};

template <class Live>
class SpectrumLaws : public SinkLaws<Live, SpectrumReading> {
 public:
  using Base = SinkLaws<Live, SpectrumReading>;

  // `window` samples go into a reading.
  SpectrumLaws(typename Base::Start start, std::int64_t window)
      : Base(
            std::move(start), [](Live&, std::int64_t) {}, 12),
        window_(window) {}

  // Beside finite values: where a reading has values, samples that were replaced elsewhere have not changed them.
  void finite_and_undisturbed() const {
    Base::finite();
    const Stream clean = unspoilt_bursts(31, 12, Base::channels);
    const auto expected = Base::whole(clean), found = Base::whole(spoilt(clean, 31, 60));
    ASSERT_EQ(found.size(), expected.size());
    int compared = 0, withheld = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      withheld += expected[i].values() && !found[i].values();
      if (!found[i].values()) continue;
      EXPECT_EQ(found[i], expected[i]);
      ++compared;
    }
    EXPECT_GT(compared, 100);
    EXPECT_GT(withheld, 20);
  }

  // Of a tone whose power grows by 1 uV^2 a sample, a reading is late by what it falls short of its own sample.
  void latency() const {
    auto live = Base::start_(1);
    std::vector<double> tone(20000);
    for (std::size_t i = 0; i < tone.size(); ++i) {
      const auto n = static_cast<double>(i);
      tone[i] = std::sqrt(2 * n) * std::cos(2 * std::numbers::pi * 0.0617 * n);
    }
    const auto readings = drive<SpectrumReading>(live, {tone.data(), 20000, 1}, Base::big, Base::blocks);
    const SpectrumReading& last = readings.back();
    ASSERT_TRUE(last.values().has_value());
    const double rms = last.values()->rms.value;
    const double measured = static_cast<double>(last.at().value) - rms * rms, stated = live.latency().samples();
    EXPECT_NEAR(measured, stated, 0.03 * stated);
    std::printf("[ MEASURED ] delay stated %g, measured %g samples\n", stated, measured);
  }

  // No values while a sample of the window must not be believed, and values where none of them is such. Both together.
  void fail_safe() const {
    const Stream s = bursts_in_rest(32, 24, Base::channels);
    std::vector<std::int64_t> since(Base::channels, window_);
    std::vector<bool> whole(s.x.size());
    for (std::int64_t i = 0; i < s.frames; ++i)
      for (int c = 0; c < Base::channels; ++c) {
        const auto ch = static_cast<std::size_t>(c);
        since[ch] = s.is_invalid(i, c) ? 0 : since[ch] + 1;
        whole[static_cast<std::size_t>(i * Base::channels + c)] = since[ch] >= window_ && i + 1 >= window_;
      }
    long fooled = 0, unbelievable = 0, spoken = 0, believable = 0;
    for (const SpectrumReading& r : Base::whole(s)) {
      const auto k = static_cast<std::size_t>(r.at().value * Base::channels + r.channel());
      EXPECT_EQ(r.values().has_value(), r.trust() == Trust::ok || r.trust() == Trust::degraded);
      EXPECT_EQ(r.reasons() == mark::none, r.trust() == Trust::ok) << "what is not wholly trusted says why";
      (whole[k] ? believable : unbelievable) += 1;
      (whole[k] ? spoken : fooled) += r.values().has_value();
    }
    std::printf("[ MEASURED ] values on what must not be believed: %ld of %ld readings; on what may: %ld of %ld\n",
                fooled, unbelievable, spoken, believable);
    EXPECT_EQ(fooled, 0);
    EXPECT_GT(unbelievable, 100);
    EXPECT_GT(believable, 100);
    EXPECT_EQ(spoken, believable);
  }

 private:
  std::int64_t window_;
};

// Registers every law for one spec.
template <class S>
bool spectrum_analyser(const std::string& name, S spec, Exemptions exempt) {
  const auto begin = [spec](int channels) { return start(spec, format_of(channels)); };
  using L = SpectrumLaws<decltype(begin(1))>;
  auto trials = trials_of(std::make_shared<const L>(begin, samples_in(spec.window, stream_rate)));
  trials.push_back(no_python_yet());
  return add_all(name, exempt, trials);
}

}  // namespace unguard::laws
