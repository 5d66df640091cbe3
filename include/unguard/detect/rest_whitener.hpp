// SPDX-License-Identifier: Apache-2.0
// One channel, whitened by the autoregressive model of its rest: the prediction error over its standard deviation at
// rest, white with variance 1 there. The statistics of Bonato et al. 1998, doi:10.1109/10.661154, and of Staude & Wolf
// 1999, doi:10.1016/S1350-4533(99)00067-3, are stated for that. The model is given, or learnt from the first stretch.
// Cost: p + 1 multiplications a sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "unguard/core/error.hpp"
#include "unguard/core/format.hpp"
#include "unguard/detect/newest_first.hpp"
#include "unguard/detect/noise_model.hpp"
#include "unguard/filter/levinson_learner.hpp"

namespace unguard {

class RestWhitener {
 public:
  // Learns a model of that order from its first `learn` samples.
  RestWhitener(int order, std::int64_t learn)
      : learner_(order),
        ar_(static_cast<std::size_t>(order)),
        learn_(std::max<std::int64_t>(1, learn)),
        past_(ar_.size()) {
    reset();
  }
  // a1, a2, ... of a stable model, and the mean square of its prediction error.
  RestWhitener(std::span<const double> ar, double error_power)
      : learner_(0), ar_(ar.begin(), ar.end()), given_(error_power), past_(ar_.size()) {
    reset();
  }

  // Nothing while rest is being learnt, and while the samples before are not known.
  std::optional<double> step(double x, std::int64_t at) noexcept {
    if (at != last_ + 1) interrupt();
    last_ = at;
    const bool knew = learnt_;
    if (!knew) learn(x);
    double error = x;
    const double* past = past_.data();
    for (std::size_t k = 0; k < ar_.size(); ++k) error += ar_[k] * past[k];
    past_.add(x);
    if (known_ < static_cast<std::int64_t>(ar_.size())) {
      ++known_;
      return std::nullopt;
    }
    if (!knew) return std::nullopt;
    return error * scale_;
  }

  bool learning() const noexcept { return !learnt_; }
  std::span<const double> coefficients() const noexcept { return ar_; }
  double error_power() const noexcept { return 1 / (scale_ * scale_); }

  void reset() noexcept {
    learner_.reset();
    learnt_ = given_.has_value();
    scale_ = given_ ? 1 / std::sqrt(*given_) : 0;
    restart();
  }
  void restart() noexcept { interrupt(); }

  // Set up alike.
  friend bool operator==(const RestWhitener& a, const RestWhitener& b) noexcept {
    return a.given_ == b.given_ && a.learn_ == b.learn_ && a.ar_.size() == b.ar_.size() &&
           (!a.given_ || a.ar_ == b.ar_);
  }
  template <class Archive>
  void state(Archive& archive) {
    learner_.state(archive);
    archive(ar_);
    past_.state(archive);
    archive(scale_);
    archive(learnt_);
    archive(known_);
    archive(last_);
  }

 private:
  void learn(double x) noexcept {
    learner_.add(x);
    if (learner_.count() < learn_) return;
    // What can be foretold altogether teaches nothing of noise: learn on.
    if (learner_.solve()) {
      std::copy(learner_.coefficients().begin(), learner_.coefficients().end(), ar_.begin());
      scale_ = 1 / std::sqrt(learner_.error_power());
      learnt_ = true;
    } else {
      learner_.reset();
    }
  }
  void interrupt() noexcept {
    learner_.interrupt();
    known_ = 0;
  }

  LevinsonLearner learner_;
  std::vector<double> ar_;
  std::optional<double> given_{};  // the error power
  std::int64_t learn_ = 0;
  NewestFirst past_;
  double scale_ = 0;
  bool learnt_ = false;
  std::int64_t known_ = 0;  // samples before that are, up to the order
  std::int64_t last_ = 0;
};

// Of one channel, for a spec with the fields `noise`, `order` and `learn`: of the model given, or learning one.
template <class S>
Result<RestWhitener> try_rest_whitener(const S& spec, const StreamFormat& format, int channel) {
  if (spec.noise.empty()) return RestWhitener(spec.order, samples_in(spec.learn, format.rate));
  if (auto fault = refuse_noise_model<S>(spec.noise, "noise", format.channels.count(), format.rate)) return *fault;
  const double error = spec.noise.error(channel);
  return RestWhitener(spec.noise.of(channel), error * error);
}

}  // namespace unguard
