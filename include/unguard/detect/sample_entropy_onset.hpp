// SPDX-License-Identifier: Apache-2.0
// Onset by sample entropy: Zhang & Zhou 2012, doi:10.1016/j.jelekin.2012.06.005 (PMC3514830). Within a tolerance that
// is wide for rest and narrow for EMG, rest foretells itself and EMG does not, while a lone spike, which touches few of
// a window's pairs, changes nothing. The tolerance is the same all along, `tolerance` SD of rest: 2.5 is a quarter of
// the SD of EMG ten times as strong as rest; a quarter of that of rest itself, which the usual 0.2 to 0.25 may mean
// too, leaves EMG no pairs to count. Active where the entropy of a sliding window exceeds its mean at rest by h
// standard deviations. The reported onset is the window's middle. It is slow: what is left of rest in the window rules
// it. Tolerance, window and h: ours; m = 2 is the paper's. Cost: two comparisons for every sample of the window, a
// sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_channel.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/onset_baseline.hpp"

namespace unguard {

struct SampleEntropyOnset {
  Seconds window{0.05};
  int pattern = 2;         // m
  double tolerance = 2.5;  // r
  double spreads = 5;
  Seconds learn{2};  // of which the first half teaches the SD, the second the entropy
  Seconds leave_for{0.05};
  Seconds shortest{0};
  OnMarks on_marks{};

  friend bool operator==(const SampleEntropyOnset&, const SampleEntropyOnset&) = default;
};
constexpr SpecInfo info(const SampleEntropyOnset*) {
  return {"SampleEntropyOnset", "onset where the sample entropy of a window exceeds rest by h SD",
          "Zhang & Zhou 2012, doi:10.1016/j.jelekin.2012.06.005"};
}
constexpr auto fields(const SampleEntropyOnset*) {
  using S = SampleEntropyOnset;
  return field_list(
      field<&S::window>("window", "whose entropy is taken", between(1e-3, 10)),
      field<&S::pattern>("pattern", "m: stretches of so many samples are compared", between(1, 10)),
      field<&S::tolerance>("tolerance", "r: alike are samples that differ by no more, in SD of rest",
                           between(0.01, 100)),
      field<&S::spreads>("spreads", "threshold above the mean at rest, in SD of the entropy", between(0.1, 1000)),
      field<&S::learn>("learn", "unmarked first stretch that rest is learnt from", between(0.1, 600)),
      field<&S::leave_for>("leave_for", "so long below the threshold ends an event", between(0.0, 10)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}
inline double& threshold_of(SampleEntropyOnset& spec) { return spec.spreads; }

// The sample entropy of the last N samples, within a fixed tolerance: -ln(A / B), where of all pairs of the N - m
// stretches of m samples that have a sample behind them, B are alike and A stay so for that sample. Without such pairs
// it is the most that can be measured, the logarithm of the number of pairs: Richman & Moorman 2000,
// doi:10.1152/ajpheart.2000.278.6.H2039.
class SlidingSampleEntropy {
 public:
  SlidingSampleEntropy(std::int64_t window, int pattern)
      : window_(static_cast<std::size_t>(window)), m_(static_cast<std::size_t>(pattern)), past_(2 * window_) {}

  // No wider tolerance than is given before the first sample.
  void tolerate(double r) noexcept { r_ = r; }
  double tolerance() const noexcept { return r_; }

  StatisticValue step(double x) noexcept {
    // Kept twice, so that a window always lies in one piece.
    if (count_ == window_) count_pairs_of(0, -1);
    past_[next_] = past_[next_ + window_] = x;
    next_ = next_ + 1 == window_ ? 0 : next_ + 1;
    if (count_ < window_) ++count_;
    if (count_ > m_) count_pairs_of(count_ - m_ - 1, 1);
    const double entropy = value();
    return {entropy, entropy};
  }
  std::int64_t warm_up() const noexcept { return static_cast<std::int64_t>(window_) - 1; }
  void reset() noexcept {
    std::fill(past_.begin(), past_.end(), 0.0);
    next_ = count_ = 0;
    alike_ = longer_ = 0;
  }
  // Set up alike.
  friend bool operator==(const SlidingSampleEntropy& a, const SlidingSampleEntropy& b) noexcept {
    return a.window_ == b.window_ && a.m_ == b.m_;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(past_);
    archive(r_);
    archive(next_);
    archive(count_);
    archive(alike_);
    archive(longer_);
    if (next_ >= window_ || count_ > window_) reset();  // a state from elsewhere must not point outside
  }

 private:
  double value() const noexcept {
    if (longer_ > 0) return -std::log(static_cast<double>(longer_) / static_cast<double>(alike_));
    const auto stretches = static_cast<double>(window_ - m_);
    return std::log(0.5 * stretches * (stretches - 1));
  }
  // The oldest sample.
  const double* begin() const noexcept { return past_.data() + (count_ < window_ ? 0 : next_); }
  // Adds or takes away the pairs that the stretch from there on makes with all others.
  void count_pairs_of(std::size_t which, std::int64_t sign) noexcept {
    const double *x = begin(), *mine = x + which;
    for (std::size_t i = 0; i + m_ < count_; ++i) {
      if (i == which) continue;
      std::size_t same = 0;
      while (same <= m_ && std::fabs(x[i + same] - mine[same]) <= r_) ++same;
      if (same >= m_) alike_ += sign;
      if (same > m_) longer_ += sign;
    }
  }

  std::size_t window_;
  std::size_t m_;
  std::vector<double> past_;
  double r_ = 0;
  std::size_t next_ = 0, count_ = 0;
  std::int64_t alike_ = 0, longer_ = 0;  // B, A
};

class SampleEntropyChannel {
 public:
  SampleEntropyChannel(const SlidingSampleEntropy& fresh, double tolerance, std::int64_t learn, CrossingRule rule)
      : tolerance_(tolerance), learn_(learn), entropy_(fresh, rule, std::nullopt) {}

  OnsetChange step(double x, std::int64_t at) noexcept {
    if (known_) return entropy_.step(x, at);
    moments_.add(x);
    if (moments_.count() < learn_) return {};
    // A flat stretch teaches nothing: learn on.
    if (moments_.spread() > 0) {
      entropy_.statistic().tolerate(tolerance_ * moments_.spread());
      known_ = true;
    } else {
      moments_.reset();
    }
    return {};
  }

  bool learning() const noexcept { return !known_ || entropy_.learning(); }
  // When a window has been filled but for what makes no more pairs that stay alike.
  std::int64_t latency() const noexcept { return entropy_.statistic().warm_up(); }

  void reset() noexcept {
    moments_.reset();
    known_ = false;
    entropy_.reset();
  }
  void restart() noexcept { entropy_.restart(); }
  bool adopt(const SampleEntropyChannel& other) noexcept {
    if (tolerance_ != other.tolerance_ || learn_ != other.learn_ || !entropy_.adopt(other.entropy_)) return false;
    moments_ = other.moments_;
    known_ = other.known_;
    return true;
  }
  template <class Archive>
  void state(Archive& archive) {
    moments_.state(archive);
    archive(known_);
    entropy_.state(archive);
  }

 private:
  double tolerance_;
  std::int64_t learn_;
  BaselineMoments moments_{};
  bool known_ = false;
  CrossingChannel<SlidingSampleEntropy> entropy_;
};

inline Result<SampleEntropyChannel> try_onset_channel(const SampleEntropyOnset& spec, const StreamFormat& format, int) {
  const std::int64_t window = samples_in(spec.window, format.rate);
  if (window < spec.pattern + 3 || window > 4096)
    return fault_of<SampleEntropyOnset>("window", spec.window,
                                        "at least pattern + 3 and at most 4096 samples, at " + to_text(format.rate));
  const std::int64_t learn = samples_in(spec.learn, format.rate);
  CrossingRule rule;
  rule.spreads = spec.spreads;
  rule.leave_for = std::max<std::int64_t>(1, samples_in(spec.leave_for, format.rate));
  rule.onset_back = rule.offset_back = window / 2;
  rule.shortest = samples_in(spec.shortest, format.rate);
  rule.learn = std::max<std::int64_t>(1, learn - learn / 2);
  return SampleEntropyChannel(SlidingSampleEntropy(window, spec.pattern), spec.tolerance,
                              std::max<std::int64_t>(2, learn / 2), rule);
}

}  // namespace unguard
