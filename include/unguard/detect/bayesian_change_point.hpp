// SPDX-License-Identifier: Apache-2.0
// OFFLINE ONLY. Onsets and offsets by the posterior probability of a change: Tenan, Tweedell & Haynes 2017,
// doi:10.1371/journal.pone.0177312, after the product partition model of Barry & Hartigan 1993,
// doi:10.1080/01621459.1993.10594323. The record is cut into bins; between changes EMG is Gaussian of mean 0 and a
// variance drawn anew from an inverse gamma prior. They sample means with bcp in R; here the variance changes and the
// posterior is exact, by recursion forth and back: Fearnhead 2006, doi:10.1007/s11222-006-8450-8, with a fixed
// probability of a change for Barry & Hartigan's uniform one. Reported samples: the bins' edges. EMG whose samples are
// not independent is to be whitened first, or is cut too often. Constants but `posterior`: ours. Cost: O(bins^2).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/detect/active_stretch.hpp"

namespace unguard {

struct BayesianChangePoint {
  Seconds bin{0.005};
  double prior = 1e-4;
  double posterior = 0.75;  // the paper's best lay from 0.6 to 0.9
  double rise_dB = 3;

  friend bool operator==(const BayesianChangePoint&, const BayesianChangePoint&) = default;
};
constexpr SpecInfo info(const BayesianChangePoint*) {
  return {"BayesianChangePoint", "offline: activity between changes of the variance that are probable",
          "Tenan, Tweedell & Haynes 2017, doi:10.1371/journal.pone.0177312; Barry & Hartigan 1993, "
          "doi:10.1080/01621459.1993.10594323"};
}
constexpr auto fields(const BayesianChangePoint*) {
  using S = BayesianChangePoint;
  return field_list(
      field<&S::bin>("bin", "whose sum of squares is all that is looked at; changes lie between bins",
                     between(1e-4, 10)),
      field<&S::prior>("prior", "probability of a change between two bins, before anything is known",
                       between(1e-30, 0.5)),
      field<&S::posterior>("posterior", "probability, within a bin, that a change must have", between(0.01, 0.9999)),
      field<&S::rise_dB>("rise_dB", "active is what lies so far above the quietest stretch", between(0.1, 100)));
}
// The posterior would do, but hardly matters: a change is nearly certain or nearly none. Higher is fewer.
inline double& threshold_of(BayesianChangePoint& spec) { return spec.rise_dB; }

namespace bayes_detail {
inline constexpr std::size_t most_bins = 20000;

// ln(e^a + e^b).
inline double log_sum(double a, double b) {
  const double high = std::max(a, b);
  return std::isinf(high) ? high : high + std::log1p(std::exp(std::min(a, b) - high));
}
}  // namespace bayes_detail

// The probability of a change before each bin but the first, of bins of `samples` each with these sums of squares. The
// variance's prior is inverse gamma of shape 1 and the scale `scale`.
inline std::vector<double> change_probabilities(std::span<const double> squares, double samples, double prior,
                                                double scale) {
  const std::size_t n = squares.size();
  std::vector<double> until(n + 1), gamma(n + 1);
  for (std::size_t i = 0; i < n; ++i) until[i + 1] = until[i] + squares[i];
  for (std::size_t k = 0; k <= n; ++k) gamma[k] = std::lgamma(1 + 0.5 * samples * static_cast<double>(k));
  const double stay = std::log1p(-prior), change = std::log(prior);
  // The logarithm of the likelihood of bins [i, j) as one stretch; what all partitions share is left out.
  const auto stretch = [&](std::size_t i, std::size_t j) {
    const double shape = 1 + 0.5 * samples * static_cast<double>(j - i);
    return gamma[j - i] + std::log(scale) - shape * std::log(scale + 0.5 * (until[j] - until[i])) +
           static_cast<double>(j - i - 1) * stay;
  };
  constexpr double never = -std::numeric_limits<double>::infinity();
  // Of all before an edge, and of all behind it, when there is a change at that edge.
  std::vector<double> before(n + 1, never), behind(n + 1, never);
  before[0] = behind[n] = 0;
  for (std::size_t j = 1; j <= n; ++j)
    for (std::size_t i = 0; i < j; ++i)
      before[j] = bayes_detail::log_sum(before[j], before[i] + stretch(i, j) + (i > 0 ? change : 0));
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = i + 1; j <= n; ++j)
      behind[i] = bayes_detail::log_sum(behind[i], behind[j] + stretch(i, j) + (j < n ? change : 0));
  std::vector<double> probability(n);
  for (std::size_t k = 1; k < n; ++k) probability[k] = std::exp(before[k] + behind[k] + change - before[n]);
  return probability;
}

// One channel. An incomplete last bin is left out; activity in the last whole one lasts to the record's end.
inline Result<std::vector<ActiveStretch>> bayesian_change_points(const BayesianChangePoint& spec,
                                                                 std::span<const double> x, Hertz rate) {
  if (auto fault = validate(spec)) return *fault;
  const auto bin = static_cast<std::size_t>(std::max<std::int64_t>(0, samples_in(spec.bin, rate)));
  if (bin < 1) return fault_of<BayesianChangePoint>("bin", spec.bin, "at least one sample at " + to_text(rate));
  if (auto fault = refuse_record<BayesianChangePoint>("x", x, 2 * bin)) return *fault;
  const std::size_t n = x.size() / bin;
  if (n > bayes_detail::most_bins)
    return fault_in_words<BayesianChangePoint>("bin", std::to_string(n) + " of them",
                                               "at most " + std::to_string(bayes_detail::most_bins) + " in a record");
  std::vector<double> squares(n);
  double logs = 0, counted = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = i * bin; k < (i + 1) * bin; ++k) squares[i] += x[k] * x[k];
    if (!(squares[i] > 0)) continue;
    logs += std::log(squares[i] / static_cast<double>(bin));
    ++counted;
  }
  if (!(counted > 0)) return std::vector<ActiveStretch>{};
  const auto p = change_probabilities(squares, static_cast<double>(bin), spec.prior, std::exp(logs / counted));

  // A change may be in doubt by a bin: the neighbours' share counts with it.
  std::vector<std::size_t> edges{0};
  for (std::size_t k = 1; k < n; ++k) {
    const double last = k > 1 ? p[k - 1] : 0, next = k + 1 < n ? p[k + 1] : 0;
    if (p[k] >= last && p[k] > next && last + p[k] + next >= spec.posterior) edges.push_back(k);
  }
  edges.push_back(n);
  std::vector<double> power;
  for (std::size_t s = 0; s + 1 < edges.size(); ++s) {
    double sum = 0;
    for (std::size_t k = edges[s]; k < edges[s + 1]; ++k) sum += squares[k];
    power.push_back(sum / static_cast<double>(edges[s + 1] - edges[s]));
  }
  const double rise = *std::min_element(power.begin(), power.end()) * std::pow(10.0, spec.rise_dB / 10);
  const auto edge = [&](std::size_t k) { return SampleIndex{static_cast<std::int64_t>(k == n ? x.size() : k * bin)}; };
  std::vector<ActiveStretch> found;
  for (std::size_t s = 0; s < power.size(); ++s) {
    if (!(power[s] > rise)) continue;
    if (s > 0 && !found.empty() && found.back().offset == edge(edges[s]))
      found.back().offset = edge(edges[s + 1]);
    else
      found.push_back({edge(edges[s]), edge(edges[s + 1])});
  }
  return found;
}

}  // namespace unguard
