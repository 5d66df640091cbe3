// SPDX-License-Identifier: Apache-2.0
// Surface EMG as what it is, a sum of motor units: each fires an action potential of its own shape, at its own pace.
// Pool: Fuglevand et al. 1993, doi:10.1152/jn.1993.70.6.2470: sizes spread exponentially. Shapes between biphasic and
// triphasic, as the first two Hermite-Rodriguez functions are (Lo Conte et al. 1994, doi:10.1109/10.335863), but with
// the magnitude spectrum of a carrier preset. Over many pools the sum follows P(f) within 0.6 dB from 40 to 450 Hz (0.4
// of the rate), one pool within 2 dB above 50 Hz; about the rates of firing it has 1 dB more, below 15 Hz much less.
// Cost: about 40 table look-ups a sample at 30 units and 2 kHz, 0.3 us; some milliseconds at the start.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "unguard/core/random.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/carrier_density.hpp"

namespace unguard {

struct MotorUnitPool {
  int units = 30;
  double size_range = 30;  // the largest action potential over the smallest
  Hertz slowest{8};        // each unit keeps one mean rate, drawn between the two
  Hertz fastest{25};
};

// Two waves with the square root of P(f) as magnitude: one even in time, one odd. Any mixture cos, sin of both has that
// magnitude too, and a shape of its own.
class ActionPotentials {
 public:
  static constexpr double per_second = 16000;  // points of the table

  ActionPotentials(CarrierCorners c, Hertz highest)
      : half_(0.9 / c.low.value), points_(static_cast<std::size_t>(half_ * per_second) + 1) {
    using std::numbers::pi;
    even_.assign(points_ + 1, 0.0);
    odd_.assign(points_ + 1, 0.0);
    const auto bins = static_cast<std::size_t>(highest.value / width.value) + 1;
    for (std::size_t k = 1; k < bins; ++k) {
      const double f = static_cast<double>(k) * width.value, magnitude = std::sqrt(carrier_power(c, {f}));
      each_phase(f, [&](std::size_t i, std::complex<double> z) {
        even_[i] += magnitude * z.real();
        odd_[i] += magnitude * z.imag();
      });
    }
    // Slow tails end softly, within the outer half.
    for (std::size_t i = points_ / 2; i < points_; ++i) {
      const double u = static_cast<double>(i - points_ / 2) / static_cast<double>(points_ - points_ / 2);
      even_[i] *= 0.5 + 0.5 * std::cos(pi * u);
      odd_[i] *= 0.5 + 0.5 * std::cos(pi * u);
    }
    even_[points_] = odd_[points_] = 0;
    even_power_.assign(bins + 1, 0.0);
    odd_power_.assign(bins + 1, 0.0);
    for (std::size_t k = 0; k < bins; ++k) {
      double even = 0, odd = 0;
      each_phase(static_cast<double>(k) * width.value, [&](std::size_t i, std::complex<double> z) {
        even += (i == 0 ? 1 : 2) * even_[i] * z.real();
        odd += 2 * odd_[i] * z.imag();
      });
      even_power_[k] = even * even / (per_second * per_second);
      odd_power_[k] = odd * odd / (per_second * per_second);
    }
  }

  Seconds half() const noexcept { return {half_}; }
  // The wave at t seconds from its middle.
  double at(double t, double cosine, double sine) const noexcept {
    const double place = std::fabs(t) * per_second;
    const auto i = static_cast<std::size_t>(place);
    if (i >= points_) return 0;
    const double u = place - static_cast<double>(i);
    const double even = even_[i] + u * (even_[i + 1] - even_[i]), odd = odd_[i] + u * (odd_[i + 1] - odd_[i]);
    return cosine * even + sine * (t < 0 ? -odd : odd);
  }
  // The squared magnitude of its Fourier transform; an even and an odd wave add in power.
  double power(double f, double cosine, double sine) const noexcept {
    const double place = f / width.value;
    const auto k = static_cast<std::size_t>(place);
    if (k + 2 > even_power_.size()) return 0;
    const double u = place - static_cast<double>(k);
    return cosine * cosine * (even_power_[k] + u * (even_power_[k + 1] - even_power_[k])) +
           sine * sine * (odd_power_[k] + u * (odd_power_[k + 1] - odd_power_[k]));
  }

 private:
  static constexpr Hertz width{2.5};

  template <class Visit>
  void each_phase(double f, Visit&& visit) const {
    const std::complex<double> turn = std::polar(1.0, 2 * std::numbers::pi * f / per_second);
    std::complex<double> z = 1;
    for (std::size_t i = 0; i < points_; ++i, z *= turn) visit(i, z);
  }

  double half_;
  std::size_t points_;
  std::vector<double> even_, odd_;
  std::vector<double> even_power_, odd_power_;
};

// Intervals between firings: gamma-distributed of order 30, whose coefficient of variation is 0.18.
inline constexpr int interval_order = 30;
inline double draw_interval(RandomStream& random, double mean) noexcept {
  double product = 1;
  for (int i = 0; i < interval_order; ++i) product *= 1 - random.uniform();
  return -mean / interval_order * portable_log(product);
}

// The power of such a train at frequency f over that of as many firings at random: (1 - |q|^2) / |1 - q|^2 with the
// characteristic function q of an interval. Cox & Lewis 1966, The Statistical Analysis of Series of Events, ch. 4.
inline double firing_spectrum(double f, double rate) noexcept {
  if (f > 6 * rate) return 1;  // within 2e-6
  if (f <= 0) return 1.0 / interval_order;
  const std::complex<double> one(1, -2 * std::numbers::pi * f / (rate * interval_order));
  const double size = std::pow(std::norm(one), -0.5 * interval_order);
  const std::complex<double> q = std::polar(size, -interval_order * std::arg(one));
  return (1 - size * size) / std::norm(1.0 - q);
}

// An endless stream of unit RMS. The mean over time: with few units it is loud in one moment and silent in the next.
class MotorUnitCarrier {
 public:
  MotorUnitCarrier(CarrierCorners c, Hertz rate, RandomStream random, const MotorUnitPool& pool = {})
      : random_(std::move(random)), rate_(rate), waves_(c, rate * 0.45) {
    using std::numbers::pi;
    for (int i = 0; i < pool.units; ++i) {
      const double phase = random_.uniform(0, 2 * pi);
      const double place = pool.units > 1 ? static_cast<double>(i) / (pool.units - 1) : 0.0;
      const double size = std::pow(pool.size_range, place);
      Unit u{.cosine = size * std::cos(phase),
             .sine = size * std::sin(phase),
             .speed = random_.uniform(1 / spread, spread),
             .rate = random_.uniform(pool.slowest.value, pool.fastest.value)};
      u.next = random_.uniform() * rate.value / u.rate;
      units_.push_back(u);
    }
    density_ = {std::vector<double>(static_cast<std::size_t>(rate.value / 2 / width) + 1), {width}};
    for (std::size_t k = 0; k < density_.power.size(); ++k) {
      const double f = static_cast<double>(k) * width;
      for (const Unit& u : units_)
        density_.power[k] +=
            2 * u.rate / (u.speed * u.speed) * firing_spectrum(f, u.rate) * waves_.power(f / u.speed, u.cosine, u.sine);
    }
    const double power = density_.whole();
    for (auto& p : density_.power) p /= power;
    for (auto& u : units_) {
      u.cosine /= std::sqrt(power);
      u.sine /= std::sqrt(power);
    }
    coming_.assign(static_cast<std::size_t>(2 * spread * (waves_.half() * rate)) + 2, 0.0);
    for (std::int64_t i = 0; i < samples_in({1}, rate); ++i) next();  // the first ones began before
  }

  double next() noexcept {
    for (Unit& u : units_)
      for (; u.next < 1; u.next += draw_interval(random_, rate_.value / u.rate)) add(u);
    for (Unit& u : units_) u.next -= 1;
    const double x = std::exchange(coming_[here_], 0.0);
    if (++here_ == coming_.size()) here_ = 0;
    return x;
  }
  const CarrierDensity& density() const noexcept { return density_; }
  // The mean power behind a filter, of these very units.
  double power_behind(const Sections& band) const { return density_.behind(band, rate_); }

 private:
  // Conduction is up to so many times faster or slower, and the wave as much shorter or longer.
  static constexpr double spread = 1.1;
  static constexpr double width = 0.5;  // Hz, of the density's grid

  struct Unit {
    double cosine, sine;  // size and shape
    double speed;
    double rate;
    double next = 0;  // samples from now to the next firing
  };

  void add(const Unit& u) noexcept {
    const double middle = u.next + waves_.half() * rate_ / u.speed;  // the wave begins with the firing
    const auto last = static_cast<std::size_t>(std::min(2 * middle - u.next, static_cast<double>(coming_.size() - 1)));
    std::size_t place = here_;
    for (std::size_t i = 0; i <= last; ++i) {
      coming_[place] += waves_.at((static_cast<double>(i) - middle) / rate_.value * u.speed, u.cosine, u.sine);
      if (++place == coming_.size()) place = 0;
    }
  }

  RandomStream random_;
  Hertz rate_;
  ActionPotentials waves_;
  std::vector<Unit> units_;
  CarrierDensity density_{};
  std::vector<double> coming_;  // the sum of the waves that have begun, from `here_` on
  std::size_t here_ = 0;
};

}  // namespace unguard
