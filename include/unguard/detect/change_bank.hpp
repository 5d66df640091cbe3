// SPDX-License-Identifier: Apache-2.0
// Has the muscle gone on, by how much is not known: cumulative sums (CUSUM) of log-likelihood ratios of activity
// against rest in whitened EMG, for a few sizes of activity side by side; the largest is the evidence. Page 1954,
// doi:10.1093/biomet/41.1-2.100; of a known size the quickest as false alarms get rare: Lorden 1971,
// doi:10.1214/aoms/1177693055;
// several sizes: Willsky & Jones 1976, doi:10.1109/TAC.1976.1101146. Cost: lags multiplications a size and sample.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "unguard/core/simd.hpp"
#include "unguard/filter/levinson.hpp"

namespace unguard {

// The prediction of a process with autocorrelation 1 + size at lag 0 and size rho at the others, white noise of
// variance 1 included, from its own past; and its log-likelihood against that noise alone.
struct ChangeSize {
  double size = 0;
  std::vector<double> predictor{};  // a1, a2, ...
  double log_scale = 0;             // -ln(v) / 2, v the variance of the prediction error
  double weight = 0.5;              // 1 / (2 v)

  friend bool operator==(const ChangeSize&, const ChangeSize&) = default;
};

// Nothing where no process has that correlation.
inline std::optional<ChangeSize> change_size(std::span<const double> correlation, double size) {
  std::vector<double> r{1 + size}, before(correlation.size());
  for (const double rho : correlation) r.push_back(size * rho);
  ChangeSize made{.size = size, .predictor = std::vector<double>(correlation.size())};
  const auto error = levinson(r, made.predictor, before);
  if (!error) return std::nullopt;
  made.log_scale = -0.5 * std::log(*error);
  made.weight = 0.5 / *error;
  return made;
}

class ChangeBank {
 public:
  static constexpr std::size_t most = 8;  // sizes

  // At least one size; all with the same number of lags. No sample gives more evidence than `most_a_sample`.
  ChangeBank(std::vector<ChangeSize> sizes, double most_a_sample)
      : sizes_(std::move(sizes)), most_a_sample_(most_a_sample), lags_(sizes_.front().predictor.size()) {
    lanes_ = (sizes_.size() + beside - 1) / beside * beside;
    taps_.resize(lags_ * lanes_);
    log_scale_.fill(never);
    for (std::size_t k = 0; k < sizes_.size(); ++k) {
      for (std::size_t j = 0; j < lags_; ++j) taps_[j * lanes_ + k] = sizes_[k].predictor[j];
      log_scale_[k] = sizes_[k].log_scale;
      weight_[k] = sizes_[k].weight;
    }
  }

  std::size_t lags() const noexcept { return lags_; }
  const std::vector<ChangeSize>& sizes() const noexcept { return sizes_; }
  double most_a_sample() const noexcept { return most_a_sample_; }

  // What the newest sample says for the size k against rest. `w` points at it; w[1], w[2], ... came before.
  double says(std::size_t k, const double* w) const noexcept {
    double error = w[0];
    for (std::size_t j = 0; j < lags_; ++j) error += taps_[j * lanes_ + k] * w[j + 1];
    return sizes_[k].log_scale + 0.5 * w[0] * w[0] - sizes_[k].weight * error * error;
  }
  // Takes the newest sample; returns the evidence.
  double step(const double* w) noexcept {
    double most_evidence = 0;
    for (std::size_t first = 0; first < lanes_; first += beside)
      most_evidence = std::max(most_evidence, step_beside(first, w));
    return most_evidence;
  }
  // A sample of which nothing is known: the evidence stands still, and is that much older.
  void skip() noexcept {
    for (std::size_t k = 0; k < sizes_.size(); ++k) since_[k] += sums_[k] > 0 ? 1 : 0;
  }
  // How many samples ago the longest of the sums began: what the evidence is of is not older.
  std::int64_t oldest() const noexcept {
    return static_cast<std::int64_t>(*std::max_element(since_.begin(), since_.end()));
  }
  void clear() noexcept {
    sums_.fill(0);
    since_.fill(0);
  }
  void limit(double most_a_sample) noexcept { most_a_sample_ = most_a_sample; }

  template <class Archive>
  void state(Archive& archive) {
    for (double& s : sums_) archive(s);
    for (double& s : since_) archive(s);
    const auto not_from_here = [](double s) { return !(s >= 0 && s <= 0x1p61); };
    if (std::any_of(since_.begin(), since_.end(), not_from_here) ||
        !std::all_of(sums_.begin(), sums_.end(), [](double s) { return std::isfinite(s); }))
      clear();
  }

 private:
  // Sizes that are worked through side by side: loops of a length that compilers know. Where there are fewer, what is
  // beside them never says anything for activity.
  static constexpr std::size_t beside = 4;
  static constexpr double never = -1e300;

  double step_beside(std::size_t first, const double* w) noexcept {
    f64x4 error = fill4(w[0]);
    const double* tap = taps_.data() + first;
    for (std::size_t j = 0; j < lags_; ++j, tap += lanes_) error = error + load4(tap) * fill4(w[j + 1]);
    const f64x4 of_size = load4(&log_scale_[first]) + fill4(0.5 * w[0] * w[0]);
    const f64x4 says = of_size - load4(&weight_[first]) * error * error;
    const f64x4 before = load4(&sums_[first]);
    store4(&since_[first], where_positive4(before, load4(&since_[first]) + fill4(1)));
    // The lesser of two is minus the larger of both turned round.
    const f64x4 less = max4(fill4(0) - says, fill4(-most_a_sample_));
    store4(&sums_[first], max4(before, fill4(0)) - less);
    const double* sums = &sums_[first];
    return std::max(std::max(sums[0], sums[1]), std::max(sums[2], sums[3]));
  }

  std::vector<ChangeSize> sizes_;
  double most_a_sample_;
  std::size_t lags_;
  std::size_t lanes_ = 0;     // sizes, and what fills up the last ones beside
  std::vector<double> taps_;  // lag after lag, of all lanes
  std::array<double, most> log_scale_{}, weight_{};
  std::array<double, most> sums_{};
  std::array<double, most> since_{};  // samples since each was 0
};

}  // namespace unguard
