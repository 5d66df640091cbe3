// SPDX-License-Identifier: Apache-2.0
// The state of a heart as phase and voltage, driven by Gaussian waves over the phase: extended Kalman filter and
// Rauch-Tung-Striebel smoother. Sameni et al. 2007, doi:10.1109/TBME.2007.897817. Cost: an exponential for every wave
// near the phase, twice a sample. Offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "unguard/denoise/gaussian_beat.hpp"

namespace unguard {

// Variances of what drives the state, each for one sample.
struct HeartNoise {
  double height = 0;                        // of a wave, of its height squared
  double shape = 0;                         // of a wave's width and centre, rad^2
  double rate = 0;                          // of the angular velocity, (rad/s)^2
  double voltage = 0;                       // beside the model
  double phase_seen = 0, voltage_seen = 0;  // of the measurements
};

struct HeartState {
  double phase = 0, voltage = 0;
  double pp = 0, pv = 0, vv = 0;  // covariance
};

class PhaseKalman {
 public:
  PhaseKalman(std::vector<GaussianWave> waves, HeartNoise noise, double adaptation, std::int64_t window, double rate)
      : waves_(std::move(waves)),
        noise_(noise),
        adaptation_(adaptation),
        dt_(1 / rate),
        off_(static_cast<std::size_t>(std::max<std::int64_t>(1, window)), noise.voltage_seen) {}

  // The voltage at every sample, from before and behind. `phases`: as measured; `x`: the voltage with the muscle;
  // samples that are not `good` are not looked at.
  std::vector<double> smooth(std::span<const double> phases, std::span<const double> x, const std::vector<bool>& good) {
    const std::size_t n = x.size();
    std::vector<double> voltage(n);
    Memory memory = begin(phases, x);
    // Block by block, each smoothed from some way behind its end: what lies further on is forgotten.
    for (std::size_t from = 0; from < n; from += block) {
      const std::size_t end = std::min(n, from + block), until = std::min(n, end + lag);
      std::vector<Step> steps;
      steps.reserve(until - from);
      Memory ahead = memory;
      for (std::size_t i = from; i < until; ++i) {
        steps.push_back(step(ahead, phases, i, x[i], good[i]));
        if (i + 1 == end) memory = ahead;
      }
      double phase = steps.back().after.phase, volts = steps.back().after.voltage;
      for (std::size_t k = steps.size(); k-- > 0;) {
        if (k + 1 < steps.size()) back(steps[k], steps[k + 1].before, phase, volts);
        if (from + k < end) voltage[from + k] = volts;
      }
    }
    return voltage;
  }

 private:
  static constexpr std::size_t block = 100'000, lag = 20'000;

  struct Memory {
    HeartState next{};          // foretold for the next sample
    std::vector<double> off{};  // squares of what was foretold wrongly, a ring
    double off_sum = 0, seen = 0;
    std::size_t at = 0;
  };
  struct Step {
    HeartState before{}, after{};  // this sample's measurement
    double slope = 0;              // of the next voltage against this phase
  };

  Memory begin(std::span<const double> phases, std::span<const double> x) const {
    double most = 0;
    for (double v : x) most = std::max(most, std::fabs(v));
    Memory m{.off = off_, .seen = noise_.voltage_seen};
    m.next = {.phase = phases[0], .pp = noise_.phase_seen, .vv = most * most};
    m.off_sum = static_cast<double>(off_.size()) * noise_.voltage_seen;
    return m;
  }

  Step step(Memory& m, std::span<const double> phases, std::size_t i, double x, bool good) const {
    Step s{.before = m.next};
    // The phase is known to within a turn.
    s.before.phase = phases[i] + wrapped(s.before.phase - phases[i]);
    s.after = s.before;
    see_phase(s.after, phases[i]);
    if (good) {
      const double wrong = x - s.after.voltage;
      see_voltage(s.after, wrong, m.seen);
      m.off_sum += wrong * wrong - m.off[m.at];
      m.off[m.at] = wrong * wrong;
      m.at = (m.at + 1) % m.off.size();
      m.seen = adaptation_ * m.seen + (1 - adaptation_) * std::max(0.0, m.off_sum) / static_cast<double>(m.off.size());
    }
    const double turn = i + 1 < phases.size() ? wrapped(phases[i + 1] - phases[i]) : 0;
    m.next = foretell(s.after, turn / dt_, s.slope);
    return s;
  }
  void see_phase(HeartState& s, double phase) const {
    const double sum = s.pp + noise_.phase_seen;
    if (!(sum > 0)) return;
    const double kp = s.pp / sum, kv = s.pv / sum, wrong = phase - s.phase;
    s.phase += kp * wrong;
    s.voltage += kv * wrong;
    s.vv -= kv * s.pv;
    s.pv -= kp * s.pv;
    s.pp -= kp * s.pp;
  }
  static void see_voltage(HeartState& s, double wrong, double seen) {
    const double sum = s.vv + seen;
    if (!(sum > 0)) return;
    const double kp = s.pv / sum, kv = s.vv / sum;
    s.phase += kp * wrong;
    s.voltage += kv * wrong;
    s.pp -= kp * s.pv;
    s.pv -= kp * s.vv;
    s.vv -= kv * s.vv;
  }
  // The state one sample on, at this angular velocity in rad/s.
  HeartState foretell(const HeartState& s, double omega, double& slope) const {
    double rise = 0, by_rate = 0, noise = noise_.voltage;
    slope = 0;
    for (const auto& w : waves_) {
      const double off = wrapped(s.phase - w.centre), u2 = off * off / (w.width * w.width);
      if (u2 > 50) continue;
      const double unit = dt_ * std::exp(-0.5 * u2) / (w.width * w.width), lift = unit * w.height;
      rise -= omega * lift * off;
      slope -= omega * lift * (1 - u2);
      by_rate -= lift * off;
      const double by_height = omega * unit * off, by_width = omega * lift * off / w.width * (2 - u2),
                   by_centre = omega * lift * (1 - u2);
      noise += noise_.height * w.height * w.height * by_height * by_height +
               noise_.shape * (by_width * by_width + by_centre * by_centre);
    }
    HeartState next{.phase = s.phase + omega * dt_, .voltage = s.voltage + rise};
    next.pp = s.pp + dt_ * dt_ * noise_.rate;
    next.pv = s.pv + slope * s.pp + dt_ * by_rate * noise_.rate;
    next.vv = s.vv + 2 * slope * s.pv + slope * slope * s.pp + by_rate * by_rate * noise_.rate + noise;
    return next;
  }
  // From the smoothed state of the next sample to that of this one.
  static void back(const Step& s, const HeartState& foretold, double& phase, double& voltage) {
    const double det = foretold.pp * foretold.vv - foretold.pv * foretold.pv;
    const double d_phase = wrapped(phase - foretold.phase), d_voltage = voltage - foretold.voltage;
    double a = 0, b = 0;  // the inverse of what was foretold's covariance, on the differences
    if (det > 1e-12 * foretold.pp * foretold.vv) {
      a = (foretold.vv * d_phase - foretold.pv * d_voltage) / det;
      b = (foretold.pp * d_voltage - foretold.pv * d_phase) / det;
    } else if (foretold.vv > 0) {
      b = d_voltage / foretold.vv;
    }
    const HeartState& p = s.after;
    phase = p.phase + p.pp * (a + s.slope * b) + p.pv * b;
    voltage = p.voltage + p.pv * (a + s.slope * b) + p.vv * b;
  }

  std::vector<GaussianWave> waves_;
  HeartNoise noise_;
  double adaptation_, dt_;
  std::vector<double> off_;
};

}  // namespace unguard
