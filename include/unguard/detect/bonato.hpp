// SPDX-License-Identifier: Apache-2.0
// Onset by a double threshold: Bonato, D'Alessio & Knaflitz 1998, doi:10.1109/10.661154. Of the whitened EMG, of
// variance 1 at rest, successive pairs give z = w[2i]^2 + w[2i + 1]^2, which rest leaves chi-square with two degrees of
// freedom; active where at least r0 of m successive z exceed zeta. Gaps shorter than 30 ms are filled and bursts
// shorter than 30 ms are dropped (cancelled: a causal detector has opened them). The reported onset is the first sample
// of the first pair among those m that exceeds. Pairs begin at even samples. Cost: the whitening and one comparison.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_run.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/rest_whitener.hpp"

namespace unguard {

// P of at least r0 successes among m, each of probability p.
inline double at_least_of(int r0, int m, double p) noexcept {
  double sum = 0, ways = 1;
  for (int k = 0; k <= m; ++k) {
    if (k >= r0) sum += ways * std::pow(p, k) * std::pow(1 - p, m - k);
    ways *= static_cast<double>(m - k) / (k + 1);
  }
  return sum;
}
// The share of z at rest above zeta (the paper's p_gamma) with which r0 of m exceed by chance with probability `alarm`.
inline double bonato_noise_share(double alarm, int r0, int m) noexcept {
  double low = 0, high = 1;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (at_least_of(r0, m, middle) < alarm ? low : high) = middle;
  }
  return 0.5 * (low + high);
}
// zeta over the variance at rest: what Bonato::threshold is.
inline double bonato_threshold(double alarm, int r0, int m) noexcept {
  return -2 * std::log(bonato_noise_share(alarm, r0, m));
}
// The probability that r0 of m exceed when white EMG of that ratio to the noise has joined it.
inline double bonato_detection(double alarm, int r0, int m, double snr_dB) noexcept {
  const double p = bonato_noise_share(alarm, r0, m);
  return at_least_of(r0, m, std::pow(p, 1 / (1 + std::pow(10.0, snr_dB / 10))));
}

struct Bonato {
  NoiseModel noise{};        // empty: learnt from the first `learn` of the stream, which must be rest
  int order = 6;             // of the model of rest
  double threshold = 9.190;  // zeta: bonato_threshold(0.001, 2, 5)
  int at_least = 2;          // r0
  int out_of = 5;            // m
  Seconds leave_for{0.03};
  Seconds shortest{0.03};
  Seconds learn{2};
  OnMarks on_marks{};

  friend bool operator==(const Bonato&, const Bonato&) = default;
};
constexpr SpecInfo info(const Bonato*) {
  return {"Bonato", "onset where r0 of m successive pairs of the whitened EMG exceed a threshold",
          "Bonato, D'Alessio & Knaflitz 1998, doi:10.1109/10.661154"};
}
constexpr auto fields(const Bonato*) {
  using S = Bonato;
  return field_list(
      field<&S::noise>("noise", "the noise at rest that whitens; none: learnt from the first stretch"),
      field<&S::order>("order", "of the model of rest, if it is learnt; 0: only scaled", between(0, 32)),
      field<&S::threshold>("threshold", "zeta, over the variance at rest; bonato_threshold(P_FA, r0, m) gives it",
                           between(0.1, 1e6)),
      field<&S::at_least>("at_least", "r0: as many pairs must exceed it", between(1, 64)),
      field<&S::out_of>("out_of", "m: of as many in a row", between(1, 64)),
      field<&S::leave_for>("leave_for", "shorter gaps are filled", between(0.0, 10)),
      field<&S::shortest>("shortest", "shorter events are cancelled", between(0.0, 10)),
      field<&S::learn>("learn", "unmarked first stretch to learn rest from, if it is not given", between(0.1, 600)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}
inline double& threshold_of(Bonato& spec) { return spec.threshold; }

class BonatoChannel {
 public:
  BonatoChannel(RestWhitener whitener, double threshold, int at_least, int out_of, CrossingTimes times)
      : whitener_(std::move(whitener)), threshold_(threshold), at_least_(at_least), out_of_(out_of), run_(times) {}

  OnsetChange step(double x, std::int64_t at) noexcept {
    const auto white = whitener_.step(x, at);
    if (!white) return {};
    const double square = *white * *white;
    if (at % 2 == 0) {
      first_ = square;
      first_at_ = at;
      return {};
    }
    if (first_at_ != at - 1) return {};     // its other half was marked
    if (last_at_ != at - 2) exceeded_ = 0;  // not successive
    last_at_ = at;
    const bool exceeds = first_ + square > threshold_;
    exceeded_ = (exceeded_ << 1 | (exceeds ? 1u : 0u)) & (~std::uint64_t{0} >> (64 - out_of_));
    if (std::popcount(exceeded_) < at_least_) return run_.step(false, at);
    const auto oldest = static_cast<std::int64_t>(std::bit_width(exceeded_)) - 1;
    const auto newest = static_cast<std::int64_t>(std::countr_zero(exceeded_));
    return run_.step(true, at - 1 - 2 * oldest, at - 2 * newest);
  }

  bool learning() const noexcept { return whitener_.learning(); }
  std::int64_t latency() const noexcept { return 2 * at_least_ - 1; }
  const RestWhitener& whitener() const noexcept { return whitener_; }

  void reset() noexcept {
    whitener_.reset();
    restart();
  }
  void restart() noexcept {
    whitener_.restart();
    run_.reset();
    exceeded_ = 0;
    first_ = 0;
    first_at_ = last_at_ = nowhere;
  }
  // Goes on where the other one is, with this one's thresholds and times. False, and nothing done, for another rest.
  bool adopt(const BonatoChannel& other) noexcept {
    if (!(whitener_ == other.whitener_) || out_of_ != other.out_of_) return false;
    const double threshold = threshold_;
    const int at_least = at_least_;
    CrossingRun run = run_;
    run.adopt(other.run_);
    *this = other;
    threshold_ = threshold;
    at_least_ = at_least;
    run_ = run;
    return true;
  }

  template <class Archive>
  void state(Archive& archive) {
    whitener_.state(archive);
    run_.state(archive);
    archive(exceeded_);
    archive(first_);
    archive(first_at_);
    archive(last_at_);
  }

 private:
  static constexpr std::int64_t nowhere = -4;

  RestWhitener whitener_;
  double threshold_;
  int at_least_;
  int out_of_;
  CrossingRun run_;
  std::uint64_t exceeded_ = 0;  // the newest z in the lowest bit
  double first_ = 0;            // of the pair
  std::int64_t first_at_ = nowhere;
  std::int64_t last_at_ = nowhere;  // the last pair's second sample
};

inline Result<BonatoChannel> try_onset_channel(const Bonato& spec, const StreamFormat& format, int channel) {
  if (spec.at_least > spec.out_of)
    return fault_of<Bonato>("at_least", spec.at_least, "at most out_of, " + to_text(spec.out_of));
  auto whitener = try_rest_whitener(spec, format, channel);
  if (!whitener) return whitener.fault();
  const auto pairs = [&](Seconds t) { return samples_in(t / 2, format.rate); };
  CrossingTimes times;
  times.leave_for = std::max<std::int64_t>(1, pairs(spec.leave_for));
  times.shortest = samples_in(spec.shortest, format.rate);
  return BonatoChannel(std::move(*whitener), spec.threshold, spec.at_least, spec.out_of, times);
}

}  // namespace unguard
