// SPDX-License-Identifier: Apache-2.0
// What every offline method of taking the heart out is held to. Truth: the simulated EMG alone, through the same
// band-pass.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "denoise/heart_quality.hpp"
#include "unguard/denoise/record_beats.hpp"
#include "unguard/denoise/remove_ecg.hpp"

namespace unguard::hearts {

inline StreamFormat format_of(Hertz rate, int channels) {
  return {.rate = rate, .channels = Channels::unnamed(channels)};
}
// The heart taken out at the R peaks that are found, or at those given.
template <class M>
std::vector<double> treated(const M& method, const Mix& m, const std::vector<double>& x,
                            std::vector<double> r_peaks = {}) {
  const StreamFormat format = format_of(m.rate, m.channels);
  const ConstBlock record{x.data(), static_cast<std::int64_t>(x.size()) / m.channels, m.channels};
  if (r_peaks.empty()) r_peaks = beats_of_record(record, format).take();
  return remove_ecg(method, record, format, r_peaks).take();
}
inline std::vector<double> inside(const std::vector<double>& r_peaks, std::int64_t frames) {
  std::vector<double> some;
  for (double r : r_peaks)
    if (r >= 0 && r <= static_cast<double>(frames - 1)) some.push_back(r);
  return some;
}
inline std::vector<double> high_passed(const std::vector<double>& x, Hertz at, Hertz rate) {
  std::vector<double> y(x.size());
  auto live = start(Bandpass{.low = at, .high = {std::min(450.0, 0.45 * rate.value)}}, format_of(rate, 1));
  const auto n = static_cast<std::int64_t>(x.size());
  live.process({x.data(), n, 1}, {y.data(), n, 1});
  return y;
}

struct Beside {
  Quality treated, none, high_pass_30;
};
// Irregular rhythm, every twenty-fifth beat ectopic; the worst of four seeds.
template <class M>
Beside measured(const M& method, Microvolts emg, double ratio) {
  Beside worst;
  const auto keep_worst = [](Quality& w, const Quality& q) {
    w.error = std::max(w.error, q.error);
    w.lost = std::max(w.lost, q.lost);
  };
  for (std::uint64_t seed = 501; seed <= 504; ++seed) {
    const Mix m{.emg_over_ecg_dB = ratio, .emg = emg, .variability = 0.15, .ectopic = 0.04, .seed = seed};
    const auto mixed = mix(m);
    const auto alone = in_band(mixed.emg, 1, m.rate);
    keep_worst(worst.treated, quality(in_band(treated(method, m, mixed.x), 1, m.rate), alone, m.rate));
    keep_worst(worst.none, quality(in_band(mixed.x, 1, m.rate), alone, m.rate));
    keep_worst(worst.high_pass_30,
               quality(high_passed(mixed.x, {30}, m.rate), high_passed(mixed.emg, {30}, m.rate), m.rate));
  }
  std::printf(
      "[ MEASURED ] %s, EMG %g uV, EMG:ECG %+g dB, worst of 4: error of 250 ms RMS %.1f %% (EMG lost %.1f %%); no "
      "treatment %.0f %%; 30 Hz high-pass %.0f %%\n",
      std::string(info_of<M>().name).c_str(), emg.value, ratio, worst.treated.error, worst.treated.lost,
      worst.none.error, worst.high_pass_30.error);
  return worst;
}

// Without beats the record comes back bit for bit; with them, marked samples do.
template <class M>
void leaves_alone_what_it_must(const M& method) {
  const Mix m{.duration = {30}, .emg_over_ecg_dB = -10, .channels = 2, .seed = 521};
  auto mixed = mix(m);
  const StreamFormat format = format_of(m.rate, 2);
  std::vector<Marks> marks(mixed.x.size());
  for (std::size_t i = 20000; i < 20400; ++i) marks[2 * i] = mark::gap;
  mixed.x[2 * 20100] = std::numeric_limits<double>::quiet_NaN();
  const ConstBlock record{mixed.x.data(), mixed.frames, 2, marks.data()};
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  const auto none = remove_ecg(method, record, format, {}).take();
  const auto some = remove_ecg(method, record, format, inside(mixed.r_peaks, mixed.frames)).take();
  long changed = 0;
  for (std::size_t k = 0; k < none.size(); ++k) {
    ASSERT_TRUE(same(none[k], mixed.x[k])) << k;
    if (marks[k]) {
      ASSERT_TRUE(same(some[k], mixed.x[k])) << k;
    } else {
      ASSERT_TRUE(std::isfinite(some[k])) << k;
    }
    changed += !same(some[k], mixed.x[k]);
  }
  EXPECT_GT(changed, static_cast<long>(none.size()) / 20);
  // Nothing is learnt from marked samples: whatever they are, all others stay the same.
  for (std::size_t i = 20000; i < 20400; ++i) mixed.x[2 * i] = 5000;
  const auto other = remove_ecg(method, record, format, inside(mixed.r_peaks, mixed.frames)).take();
  for (std::size_t k = 0; k < none.size(); ++k)
    if (!marks[k]) {
      ASSERT_EQ(some[k], other[k]) << k;
    }
}

// Twice the record gives twice the result; channels are worked out one by one.
template <class M>
void scales_and_keeps_channels_apart(const M& method) {
  const Mix m{.duration = {40}, .emg_over_ecg_dB = -5, .channels = 2, .seed = 522};
  const auto mixed = mix(m);
  const auto r = inside(mixed.r_peaks, mixed.frames);
  const auto y = treated(method, m, mixed.x, r);
  std::vector<double> twice, first;
  for (double v : mixed.x) twice.push_back(2 * v);
  for (std::size_t i = 0; i < mixed.x.size(); i += 2) first.push_back(mixed.x[i]);
  const auto y2 = treated(method, m, twice, r);
  const auto y1 = treated(method, {.rate = m.rate}, first, r);
  for (std::size_t k = 0; k < y.size(); ++k) ASSERT_NEAR(y2[k], 2 * y[k], 1e-6) << k;
  for (std::size_t i = 0; i < y1.size(); ++i) ASSERT_EQ(y1[i], y[2 * i]) << i;
}

// Beats claimed where there is no heart: how much of the power of the EMG goes, in percent.
template <class M>
double lost_without_a_heart(const M& method) {
  const Mix m{.emg_over_ecg_dB = 0, .seed = 523};
  const auto mixed = mix(m);
  const auto y = in_band(treated(method, m, mixed.emg, inside(mixed.r_peaks, mixed.frames)), 1, m.rate);
  const double change = 100 * (1 - power(y) / power(in_band(mixed.emg, 1, m.rate)));
  std::printf("[ MEASURED ] %s without a heart: EMG power lost %.2f %%\n", std::string(info_of<M>().name).c_str(),
              change);
  return change;
}

}  // namespace unguard::hearts
