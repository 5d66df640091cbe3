// SPDX-License-Identifier: Apache-2.0
// A mean heartbeat over the phase of the beat, -pi to pi with R at 0, and the sum of Gaussians that comes nearest to
// it. McSharry et al. 2003, doi:10.1109/TBME.2003.808805; fitted by Levenberg & Marquardt, More 1978,
// doi:10.1007/BFb0067700, by Eigen. Cost: 1 ms a beat of 13 Gaussians. Offline.
#pragma once

#ifndef EIGEN_MPL2_ONLY
#define EIGEN_MPL2_ONLY
#endif
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include <unsupported/Eigen/NonLinearOptimization>

#include "unguard/core/median.hpp"

namespace unguard {

// To -pi up to pi.
inline double wrapped(double phase) noexcept {
  return phase - 2 * std::numbers::pi * std::floor((phase + std::numbers::pi) / (2 * std::numbers::pi));
}

// The phase of every sample: linear from R to R, and at both ends as in the beat next to it. At least two beats.
inline std::vector<double> beat_phases(std::span<const std::int64_t> beats, std::size_t samples) {
  std::vector<double> phases(samples);
  std::size_t k = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    while (k + 2 < beats.size() && static_cast<std::int64_t>(i) >= beats[k + 1]) ++k;
    const auto from = static_cast<double>(beats[k]), length = static_cast<double>(beats[k + 1] - beats[k]);
    phases[i] = wrapped(2 * std::numbers::pi * (static_cast<double>(i) - from) / length);
  }
  return phases;
}

struct MeanOverPhase {
  std::vector<double> phase{}, mean{}, deviation{}, error{};  // of every bin; the error of the mean
};
// Medians, which bursts of muscle and ectopic beats do not move, and deviations by their medians. Empty bins are left
// out.
inline MeanOverPhase mean_over_phase(std::span<const double> x, std::span<const double> phases,
                                     const std::vector<bool>& good, std::size_t bins) {
  std::vector<std::vector<double>> in(bins);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double place = (phases[i] + std::numbers::pi) / (2 * std::numbers::pi) * static_cast<double>(bins);
    if (good[i]) in[std::min(bins - 1, static_cast<std::size_t>(place))].push_back(x[i]);
  }
  MeanOverPhase m;
  for (std::size_t b = 0; b < bins; ++b) {
    if (in[b].empty()) continue;
    const double middle = median(in[b].begin(), in[b].end());
    for (auto& v : in[b]) v = std::fabs(v - middle);
    const double deviation = median(in[b].begin(), in[b].end()) / normal_median;
    m.phase.push_back((static_cast<double>(b) + 0.5) / static_cast<double>(bins) * 2 * std::numbers::pi -
                      std::numbers::pi);
    m.mean.push_back(middle);
    m.deviation.push_back(deviation);
    // That of a median is by sqrt(pi / 2) larger than that of a mean.
    m.error.push_back(1.2533 * deviation / std::sqrt(static_cast<double>(in[b].size())));
  }
  return m;
}

struct GaussianWave {
  double height, width, centre;  // width and centre in radians of phase
};
inline double value_of(std::span<const GaussianWave> waves, double phase) {
  double sum = 0;
  for (const auto& w : waves) {
    const double u = wrapped(phase - w.centre) / w.width;
    sum += w.height * std::exp(-0.5 * u * u);
  }
  return sum;
}

namespace gaussian_beat_detail {

// Heights, widths and centres one after the other, as Eigen's solver takes them.
struct Misfit {
  using Scalar = double;
  using InputType = Eigen::VectorXd;
  using ValueType = Eigen::VectorXd;
  using JacobianType = Eigen::MatrixXd;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };
  const MeanOverPhase& m;

  Eigen::Index values() const { return static_cast<Eigen::Index>(m.mean.size()); }
  int operator()(const Eigen::VectorXd& p, Eigen::VectorXd& off) const {
    for (Eigen::Index i = 0; i < off.size(); ++i) {
      const auto b = static_cast<std::size_t>(i);
      off(i) = -m.mean[b];
      for (Eigen::Index k = 0; k < p.size(); k += 3) {
        const double u = wrapped(m.phase[b] - p(k + 2)) / p(k + 1);
        off(i) += p(k) * std::exp(-0.5 * u * u);
      }
    }
    return 0;
  }
  int df(const Eigen::VectorXd& p, Eigen::MatrixXd& slopes) const {
    for (Eigen::Index i = 0; i < slopes.rows(); ++i)
      for (Eigen::Index k = 0; k < p.size(); k += 3) {
        const double u = wrapped(m.phase[static_cast<std::size_t>(i)] - p(k + 2)) / p(k + 1);
        const double e = std::exp(-0.5 * u * u);
        slopes(i, k) = e;
        slopes(i, k + 1) = p(k) * e * u * u / p(k + 1);
        slopes(i, k + 2) = p(k) * e * u / p(k + 1);
      }
    return 0;
  }
};

// Where what is left of the mean stands out of its error by most, as a wave; none where nothing does.
inline std::optional<GaussianWave> next_wave(const MeanOverPhase& m, std::span<const GaussianWave> waves) {
  const auto n = static_cast<std::int64_t>(m.mean.size());
  const auto left = [&](std::int64_t i) {
    const auto b = static_cast<std::size_t>((i + n) % n);
    return m.mean[b] - value_of(waves, m.phase[b]);
  };
  std::optional<GaussianWave> found;
  for (std::int64_t i = 0; i < n; ++i) {
    const double here = 0.2 * (left(i - 2) + left(i - 1) + left(i) + left(i + 1) + left(i + 2));
    const auto b = static_cast<std::size_t>(i);
    if (std::fabs(here) > 3 * m.error[b] && std::fabs(here) > (found ? std::fabs(found->height) : 0))
      found = GaussianWave{here, 0.04, m.phase[b]};
  }
  return found;
}

// The waves as they come nearest to the mean, from where they are.
inline void bring_nearer(const MeanOverPhase& m, std::vector<GaussianWave>& waves) {
  Eigen::VectorXd p(static_cast<Eigen::Index>(3 * waves.size()));
  for (std::size_t k = 0; k < waves.size(); ++k)
    p.segment(static_cast<Eigen::Index>(3 * k), 3) << waves[k].height, waves[k].width, waves[k].centre;
  Misfit misfit{m};
  Eigen::LevenbergMarquardt<Misfit> solver(misfit);
  solver.parameters.maxfev = 200;
  solver.parameters.ftol = solver.parameters.xtol = 1e-6;
  solver.minimize(p);
  for (std::size_t k = 0; k < waves.size(); ++k) {
    const auto at = static_cast<Eigen::Index>(3 * k);
    waves[k] = {p(at), std::fabs(p(at + 1)), wrapped(p(at + 2))};
  }
}

// A wave as it comes nearest to what others leave.
inline GaussianWave alone(const MeanOverPhase& m, std::span<const GaussianWave> others, const GaussianWave& wave) {
  MeanOverPhase left = m;
  for (std::size_t b = 0; b < m.mean.size(); ++b) left.mean[b] -= value_of(others, m.phase[b]);
  std::vector<GaussianWave> one{wave};
  bring_nearer(left, one);
  return one[0];
}

}  // namespace gaussian_beat_detail

// At most so many waves, one after the other where most is left; none where nothing stands out. All are fitted again
// with each, or the new one alone where together they would leave what a heart's may be: no narrower than two bins, no
// wider than a third of a beat and no more than three times as high as the beat.
inline std::vector<GaussianWave> fit_waves(const MeanOverPhase& m, std::size_t most) {
  using namespace gaussian_beat_detail;
  const double narrowest = 4 * std::numbers::pi / static_cast<double>(m.mean.size());
  double highest = 0;
  for (double v : m.mean) highest = std::max(highest, std::fabs(v));
  const auto a_heart_s = [&](const GaussianWave& w) {
    return w.width > narrowest && w.width < 1 && std::fabs(w.height) < 3 * highest;
  };
  std::vector<GaussianWave> waves;
  while (waves.size() < std::min(most, m.mean.size() / 6)) {
    const auto next = next_wave(m, waves);
    if (!next) break;
    std::vector<GaussianWave> more = waves;
    more.push_back(*next);
    bring_nearer(m, more);
    if (!std::all_of(more.begin(), more.end(), a_heart_s)) {
      more = waves;
      more.push_back(alone(m, waves, *next));
      if (!a_heart_s(more.back())) break;
    }
    waves = std::move(more);
  }
  return waves;
}

}  // namespace unguard
