// SPDX-License-Identifier: Apache-2.0
// The level as what all samples so far make of a prior in which it drifts slowly and jumps at times: as smooth as a
// long window while the effort is steady, and there within some ten independent samples when it changes eightfold; a
// doubling takes 50 to 80 of them (gaussian, told B_s), or 160 (by default): docs/envelope.md, jump_delay.hpp. Sanger
// 2007, doi:10.1152/jn.00936.2006. Differs from that: levels spaced evenly in their logarithm; a likelihood to the
// power min(1, 2 B_s / rate), because samples that come faster are not independent, so that the result does not depend
// on the rate; and falls are expected more often than rises, because a fall shows by small samples, a rise by one large
// one. Memory: two numbers a level and channel. Cost: some eight operations a level and sample, four channels at a
// time.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/core/simd.hpp"
#include "unguard/envelope/level_grid.hpp"

namespace unguard {

// What is said of the levels' probabilities: their mean, or the level that is most probable (maximum a posteriori).
enum class Choice { mean, most_probable };
constexpr std::array<std::string_view, 2> names(const Choice*) { return {"mean", "most probable"}; }

// A level within a step of an end is marked, for it may as well lie beyond: `low_snr` at the lowest, which is what
// silence reads too, `clipped` at the highest.
struct BayesianEnvelope {
  Likelihood likelihood = Likelihood::laplacian;
  Choice choice = Choice::mean;
  Hertz bandwidth{75};
  Hertz drift{0.015};
  Hertz rises{1e-3};
  Hertz falls{0.6};
  Microvolts lowest{0.5};
  Microvolts highest{10000};

  friend bool operator==(const BayesianEnvelope&, const BayesianEnvelope&) = default;
};
constexpr SpecInfo info(const BayesianEnvelope*) {
  return {"BayesianEnvelope", "level by Bayes' rule from a prior of drift and jumps, causal",
          "Sanger 2007, doi:10.1152/jn.00936.2006"};
}
constexpr auto fields(const BayesianEnvelope*) {
  return field_list(
      field<&BayesianEnvelope::likelihood>("likelihood",
                                           "how samples scatter at a level: gaussian (the level is an RMS) or "
                                           "laplacian (it is a mean magnitude, and outliers count less)"),
      field<&BayesianEnvelope::choice>("choice", "the mean over all levels, or the most probable one"),
      field<&BayesianEnvelope::bandwidth>("bandwidth",
                                          "statistical bandwidth B_s of what comes in: twice as many samples a second "
                                          "are independent",
                                          between(1, 1e5)),
      field<&BayesianEnvelope::drift>("drift", "half of what the variance of the level's logarithm grows by, a second",
                                      between(1e-6, 10)),
      field<&BayesianEnvelope::rises>("rises", "how often the level is expected to jump up", between(1e-9, 100)),
      field<&BayesianEnvelope::falls>("falls", "how often the level is expected to jump down", between(1e-9, 100)),
      field<&BayesianEnvelope::lowest>(
          "lowest", "lowest level, which silence reads: marked low_snr within a step of it", between(1e-3, 1e6)),
      field<&BayesianEnvelope::highest>("highest", "highest level, at least: marked clipped within a step of it",
                                        between(1e-2, 1e7)));
}

// A level with the smallest and the largest one it may be.
struct LevelBelief {
  double low = 0;
  double high = 0;
};

class BayesianEnvelopeKernel {
 public:
  BayesianEnvelopeKernel(const BayesianEnvelope& spec, const StreamFormat& format)
      : power_(std::min(1.0, 2 * (spec.bandwidth / format.rate))),
        grid_(spec.lowest, spec.highest, spec.likelihood, power_),
        most_probable_(spec.choice == Choice::most_probable),
        spreads_(spec.drift / format.rate / (LevelGrid::step() * LevelGrid::step())),
        forgets_(
            std::sqrt(2 * (spec.drift / format.rate) * power_ * (spec.likelihood == Likelihood::gaussian ? 2 : 1))),
        rises_(spec.rises / format.rate / (grid_.count() - 1)),
        falls_(spec.falls / format.rate / (grid_.count() - 1)),
        lowest_(spec.lowest),
        at_lowest_(grid_.levels()[1]),
        at_highest_(grid_.levels()[static_cast<std::size_t>(grid_.count() - 2)]),
        full_scale_(format.full_scale()),
        channels_(format.channels.count()),
        lanes_((channels_ + 3) / 4 * 4),
        now_(static_cast<std::size_t>((grid_.count() + 2) * lanes_)),
        next_(now_.size()),
        sums_(static_cast<std::size_t>(lanes_)),
        shares_(static_cast<std::size_t>(channels_), 1.0),
        likely_(sums_.size()),
        unsaid_(static_cast<std::size_t>(grid_.count()), 1.0) {
    for (int i = 0; i < grid_.count(); ++i)
      stays_.push_back(1 - rises_ * (grid_.count() - 1 - i) - falls_ * i - 2 * spreads_);
    reset();
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (; n > 0; --n, x += channels_, y += channels_) {
      for (int c = 0; c < lanes_; ++c)
        likely_[static_cast<std::size_t>(c)] = c < channels_ ? grid_.likelihoods(x[c]) : unsaid_.data();
      step(y);
    }
  }
  // One frame of which only those that count are looked at, for Gated; meanwhile the others' levels drift and may jump.
  // `shares`: of what is remembered, what counted.
  void run_where(const double* x, const std::uint8_t* counts, double* y, double* shares) noexcept {
    for (int c = 0; c < lanes_; ++c)
      likely_[static_cast<std::size_t>(c)] = c < channels_ && counts[c] ? grid_.likelihoods(x[c]) : unsaid_.data();
    step(y);
    for (int c = 0; c < channels_; ++c) {
      double& share = shares_[static_cast<std::size_t>(c)];
      share += forgets_ * (counts[c] - share);
      shares[c] = share;
    }
  }
  // Of a channel nothing is known, and all that came before the stream counted, or nothing.
  void begin(int channel, double share) noexcept {
    for (int i = 0; i < grid_.count(); ++i) now_[place(i, channel)] = 1 / static_cast<double>(grid_.count());
    sums_[static_cast<std::size_t>(channel)] = 1;
    shares_[static_cast<std::size_t>(channel)] = share;
  }
  // Samples until no more than that of what is remembered is from before.
  std::int64_t refills_within(double missing) const {
    return static_cast<std::int64_t>(std::log(missing) / std::log1p(-forgets_)) + 1;
  }
  // Nothing is known: all levels are as probable.
  void reset() noexcept {
    const auto bins = static_cast<double>(grid_.count());
    std::fill(now_.begin(), now_.end(), 1 / bins);
    std::fill(sums_.begin(), sums_.end(), 1.0);
    std::fill(shares_.begin(), shares_.end(), 1.0);
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    const int at = grid_.nearest(std::fabs(level));
    for (int i = 0; i < grid_.count(); ++i) now_[place(i, channel)] = i == at;
    sums_[static_cast<std::size_t>(channel)] = 1;
    return grid_.levels()[static_cast<std::size_t>(at)];
  }
  bool adopt(const BayesianEnvelopeKernel& other) noexcept {
    if (other.lowest_ != lowest_ || other.grid_.count() != grid_.count()) return false;
    std::copy(other.now_.begin(), other.now_.end(), now_.begin());
    std::copy(other.sums_.begin(), other.sums_.end(), sums_.begin());
    std::copy(other.shares_.begin(), other.shares_.end(), shares_.begin());
    return true;
  }
  // A wrong belief is forgotten as in a Kalman filter of the same drift and information; a jump back takes until its
  // likelihood outweighs how seldom it is. However large an error is, the level is off by no more than there are
  // levels. (Not proved: a test compares runs with errors and without.)
  RingingSamples ringing(const ErrorRatios& ratios) const {
    RingingSamples lasts = unanswered(ratios);
    const double back = (4 - std::log(std::min(rises_, falls_))) / (power_ / 2);
    const double most = std::log(std::max(ratios.back() * grid_.levels().back() / full_scale_, 1.0)) + 1;
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      if (ratios[i] < 1) continue;
      lasts.lasting[i] = lasts.single[i] =
          static_cast<std::int64_t>(back + std::min(std::log(ratios[i]) + 1, most) / forgets_) + 1;
    }
    return lasts;
  }
  double error_gain() const { return 1; }
  double reach(double) const { return grid_.levels().back(); }
  // Of a small and slow change: what the belief lags behind it. Of a jump: jump_delay.hpp.
  StageLatency delay(Hertz) const { return {"BayesianEnvelope", DelayKind::centroid, 1 / forgets_, {}}; }
  template <class Archive>
  void state(Archive& archive) {
    archive(now_);
    archive(sums_);
    archive(shares_);
    for (double& share : shares_)
      if (!(share >= 0 && share <= 1)) share = 0;
    for (const double sum : sums_)  // not from here
      if (!(sum > 0 && sum < largest_value)) return reset();
    for (const double p : now_)
      if (!(p >= 0 && p < largest_value)) return reset();
  }

  // Who believes in an end believes in all that lies beyond it.
  Marks said_of(int, double level) const noexcept {
    return level < at_lowest_ ? mark::low_snr : level > at_highest_ ? mark::clipped : mark::none;
  }
  // How many levels there are, and to which power likelihoods are taken.
  int levels() const noexcept { return grid_.count(); }
  double power() const noexcept { return power_; }
  // The levels between which a channel's lies with this probability, as many cut off at either end; between levels the
  // probability is taken to rise evenly in the logarithm. Of levels that drift and jump as the prior has it, that many
  // lie there; of one that holds still more do (at 0.95, 99.4 %), for the belief allows for a drift that is not there.
  LevelBelief belief(int channel, double probability = 0.95) const noexcept {
    const auto quantile = [&](double share) {
      double below = 0;
      const double wanted = share * sums_[static_cast<std::size_t>(channel)];
      for (int i = 0; i < grid_.count(); ++i) {
        const double p = now_[place(i, channel)];
        if (below + p >= wanted && p > 0)
          return grid_.levels()[static_cast<std::size_t>(i)] *
                 std::exp(LevelGrid::step() * ((wanted - below) / p - 0.5));
        below += p;
      }
      return grid_.levels().back();
    };
    return {quantile((1 - probability) / 2), quantile((1 + probability) / 2)};
  }

 private:
  // One frame: drift, jumps, Bayes' rule, and what is said.
  void step(double* y) noexcept {
    const int bins = grid_.count();
    for (int c = 0; c < lanes_; ++c) {  // what would drift beyond an end stays
      now_[static_cast<std::size_t>(c)] = now_[place(0, c)];
      now_[place(bins, c)] = now_[place(bins - 1, c)];
    }
    for (int first = 0; first < lanes_; first += 4) {
      const double* const* likely = likely_.data() + first;
      const double *l0 = likely[0], *l1 = likely[1], *l2 = likely[2], *l3 = likely[3];
      const double* p = now_.data() + lanes_ + first;
      double* q = next_.data() + lanes_ + first;
      double* sums = sums_.data() + first;
      const f64x4 share{1 / sums[0], 1 / sums[1], 1 / sums[2], 1 / sums[3]}, zero = fill4(0.0);
      const f64x4 spreads = share * fill4(spreads_), rises = fill4(rises_), falls = fill4(falls_);
      f64x4 below = zero, sum = zero, product = zero;
      for (int i = 0; i < bins; ++i, p += lanes_, q += lanes_) {
        const f64x4 here = share * load4(p);
        const f64x4 above = max4((fill4(1.0) - below) - here, zero);  // rounding must not leave less than nothing
        const f64x4 prior =
            (here * fill4(stays_[static_cast<std::size_t>(i)]) + spreads * (load4(p - lanes_) + load4(p + lanes_))) +
            (rises * below + falls * above);
        const f64x4 posterior = prior * f64x4{l0[i], l1[i], l2[i], l3[i]};
        store4(q, posterior);
        below = below + here;
        sum = sum + posterior;
        product = product + posterior * fill4(grid_.levels()[static_cast<std::size_t>(i)]);
      }
      double products[4];
      store4(sums, sum);
      store4(products, product);
      for (int c = first; c < std::min(first + 4, channels_); ++c) y[c] = products[c - first] / sums[c - first];
    }
    std::swap(now_, next_);
    for (int c = 0; most_probable_ && c < channels_; ++c) y[c] = most_probable(c);
  }
  // The top of the parabola through the most probable level and its neighbours.
  double most_probable(int channel) const noexcept {
    int at = 0;
    for (int i = 1; i < grid_.count(); ++i)
      if (now_[place(i, channel)] > now_[place(at, channel)]) at = i;
    const double level = grid_.levels()[static_cast<std::size_t>(at)];
    if (at == 0 || at == grid_.count() - 1) return level;
    const double before = now_[place(at - 1, channel)], top = now_[place(at, channel)],
                 after = now_[place(at + 1, channel)];
    const double bend = (top - before) + (top - after);
    const double steps = bend > 0 ? (after - before) / (2 * bend) : 0;  // within half a one
    return level * exponential(LevelGrid::step() * steps);
  }
  std::size_t place(int bin, int channel) const noexcept {
    return static_cast<std::size_t>((bin + 1) * lanes_ + channel);
  }

  double power_;
  LevelGrid grid_;
  bool most_probable_;
  double spreads_;  // share of a level's probability that goes to each neighbour with a frame
  double forgets_;  // the rate of it, a sample: a Kalman filter's of this drift, a sample's information power or twice
  double rises_, falls_;
  Microvolts lowest_;
  double at_lowest_, at_highest_;  // a step within the ends
  double full_scale_;
  int channels_, lanes_;
  std::vector<double> stays_;       // per level
  std::vector<double> now_, next_;  // probabilities by level and lane, a level more at either end
  std::vector<double> sums_;        // of the probabilities of a lane
  std::vector<double> shares_;      // per channel, of what is remembered, what counted
  std::vector<const double*> likely_;
  std::vector<double> unsaid_;  // the likelihoods of a sample that does not count
};

inline Result<BayesianEnvelopeKernel> make_kernel(const BayesianEnvelope& spec, const StreamFormat& format) {
  if (!(spec.highest.value >= 2 * spec.lowest.value))
    return fault_of<BayesianEnvelope>("highest", spec.highest, "at least twice lowest, " + to_text(spec.lowest));
  // Beyond a quarter the neighbours would get more than is left.
  const Hertz most = format.rate * (LevelGrid::step() * LevelGrid::step() / 4);
  if (spec.drift > most)
    return fault_of<BayesianEnvelope>("drift", spec.drift, "at most " + to_text(most) + " at this rate");
  const Hertz jumps = format.rate * 0.5;
  for (const auto& [name, often] : {std::pair{"rises", spec.rises}, {"falls", spec.falls}})
    if (often > jumps)
      return fault_of<BayesianEnvelope>(name, often, "below half the sampling rate, " + to_text(jumps));
  return BayesianEnvelopeKernel(spec, format);
}

}  // namespace unguard
