// SPDX-License-Identifier: Apache-2.0
// Is an input open? Then it is mostly mains hum, and much of it: what repeats with a period between those of 65 and 45
// Hz, whatever its harmonics. The correlation with the signal one period ago, over that of either with itself, as pitch
// is found: de Cheveigne & Kawahara 2002, doi:10.1121/1.1458024. Cost: 8 operations a sample, channel and period tried,
// of which there are six. Latency: about two periods and the time constant.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/simd.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class OpenCheck {
 public:
  // Mostly hum: more than `share` of the power above about 20 Hz, and `least` RMS of it. Powers forget with `memory`.
  OpenCheck(int channels, double share, Microvolts least, Seconds memory, Hertz rate)
      : channels_(channels),
        share_(share),
        least_(2 * least.value * least.value),
        leak_(-std::expm1(-1 / (memory * rate))),
        follow_(-std::expm1(-2 * std::numbers::pi * (slow / rate))) {
    for (const double f : tried)
      if (const auto lag = std::llround(rate.value / f); lag > 1 && (lags_.empty() || lags_.back() != lag))
        lags_.push_back(lag);
    rows_ = lags_.empty() ? 1 : lags_.front() + 1;
    // The two levels that come off take some of the hum with them.
    const double w = slow.value / 50;
    gain_ = 1 + w * w;
    const auto n = static_cast<std::size_t>(channels);
    past_.resize(static_cast<std::size_t>(rows_) * n);
    first_.resize(n);
    second_.resize(n);
    excess_.resize(n);
    unknown_.assign(n, 1);
    together_.resize(lags_.size() * n);
    alone_.resize(lags_.size() * n);
  }

  // Takes one value a channel. Positive, by channel, where it is mostly hum now.
  const double* take(const double* x) noexcept {
    if (any_unknown_) begin(x);
    int c = 0;
    for (; c + 4 <= channels_; c += 4) listen<Four>(x + c, c);
    for (; c < channels_; ++c) listen<One>(x + c, c);
    row_ = row_ + 1 == rows_ ? 0 : row_ + 1;
    return excess_.data();
  }
  // What comes next has nothing to do with what came.
  void forget(int channel) noexcept {
    unknown_[at(channel)] = 1;
    any_unknown_ = true;
  }
  void reset() noexcept {
    for (int c = 0; c < channels_; ++c) forget(c);
    row_ = 0;
  }
  // How much of a tone is taken for hum: 1 where its period is one of those tried.
  double share_at(Hertz f, Hertz rate) const {
    double most = 0;
    for (const std::int64_t lag : lags_)
      most = std::max(most, std::cos(2 * std::numbers::pi * (f / rate) * static_cast<double>(lag)));
    return most;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(first_);
    archive(second_);
    archive(unknown_);
    archive(any_unknown_);
    archive(past_);
    archive(row_);
    archive(together_);
    archive(alone_);
    for (auto& flag : unknown_) flag = flag != 0;
    if (row_ < 0 || row_ >= rows_) row_ = 0;  // a state from elsewhere must not point outside
  }

 private:
  // Each covers 3 % to either side to where a tone is hum by 0.98 and its third harmonic by 0.83.
  static constexpr double tried[] = {47, 50, 53.2, 56.5, 60, 63.8};
  static constexpr Hertz slow{20};  // electrode wander repeats itself, too, and must be gone

  struct One {
    static double load(const double* p) { return *p; }
    static void store(double* p, double v) { *p = v; }
    static double fill(double v) { return v; }
    static double most(double a, double b) { return a > b ? a : b; }
  };
  struct Four {
    static f64x4 load(const double* p) { return load4(p); }
    static void store(double* p, const f64x4& v) { store4(p, v); }
    static f64x4 fill(double v) { return fill4(v); }
    static f64x4 most(const f64x4& a, const f64x4& b) { return max4(a, b); }
  };
  static std::size_t at(std::int64_t i) noexcept { return static_cast<std::size_t>(i); }

  template <class L>
  void listen(const double* x, int c) noexcept {
    const auto leak = L::fill(leak_), follow = L::fill(follow_), none = L::fill(0);
    auto v = L::load(x);
    for (auto* level : {&first_[at(c)], &second_[at(c)]}) {
      const auto before = L::load(level), now = before + follow * (v - before);
      L::store(level, now);
      v = v - now;
    }
    v = L::fill(gain_) * v;
    L::store(&past_[at(row_ * channels_ + c)], v);
    auto most = L::fill(-1);
    for (std::size_t k = 0; k < lags_.size(); ++k) {
      const std::int64_t row = row_ >= lags_[k] ? row_ - lags_[k] : row_ - lags_[k] + rows_;
      const auto p = L::load(&past_[at(row * channels_ + c)]);
      double* sum = &together_[k * at(channels_) + at(c)];
      double* sum_alone = &alone_[k * at(channels_) + at(c)];
      const auto cross = v * p, own = v * v + p * p, sum_before = L::load(sum), alone_before = L::load(sum_alone);
      const auto both = sum_before + leak * (cross + cross - sum_before);
      const auto each = alone_before + leak * (own - alone_before);
      L::store(sum, both);
      L::store(sum_alone, each);
      const auto lacking = L::most(L::fill(share_) * each - both, L::fill(least_) - both);
      most = L::most(most, none - lacking);
    }
    L::store(&excess_[at(c)], most);
  }
  void begin(const double* x) noexcept {
    for (int c = 0; c < channels_; ++c) {
      if (!unknown_[at(c)]) continue;
      unknown_[at(c)] = 0;
      first_[at(c)] = x[c];
      second_[at(c)] = 0;
      for (std::int64_t row = 0; row < rows_; ++row) past_[at(row * channels_ + c)] = 0;
      for (std::size_t k = 0; k < lags_.size(); ++k)
        together_[k * at(channels_) + at(c)] = alone_[k * at(channels_) + at(c)] = 0;
    }
    any_unknown_ = false;
  }

  int channels_;
  double share_, least_, leak_, follow_, gain_ = 1;
  std::vector<std::int64_t> lags_;  // in samples, the longest first
  std::int64_t rows_ = 1, row_ = 0;
  std::vector<double> past_;  // frames, the last at row_ - 1
  std::vector<double> first_, second_, excess_;
  std::vector<std::uint8_t> unknown_;
  bool any_unknown_ = true;
  std::vector<double> together_, alone_;  // by period tried, then channel
};

}  // namespace unguard
