// SPDX-License-Identifier: Apache-2.0
// What an envelope's smoother is worth, measured by its answer to an impulse: noise bandwidth, the boxcar that is as
// smooth, delay, and what it does with a step. Of an envelope that roots a power, the numbers are those of the power:
// a step of 10 % in power is one of 5 % in level. Harris 1978, doi:10.1109/PROC.1978.10837, for the bandwidth. At
// set-up only: the impulse response once.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>

#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/exponential_envelope.hpp"
#include "unguard/envelope/linear_envelope.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/tkeo_envelope.hpp"
#include "unguard/envelope/two_pole.hpp"

namespace unguard {

struct Smoothing {
  Hertz enbw{};        // noise bandwidth, one-sided
  Seconds window{};    // 1 / (2 enbw): the boxcar that is as smooth
  Seconds delay{};     // centroid of the impulse response
  Seconds t90{};       // from a step until 90 % of it
  double overshoot{};  // of a step, as a share

  friend bool operator==(const Smoothing&, const Smoothing&) = default;
};
inline std::string to_text(const Smoothing& s) {
  return "noise bandwidth " + to_text(s.enbw) + ", as smooth as a boxcar of " + to_text(s.window) + ", delay " +
         to_text(s.delay) + ", 90 % of a step after " + to_text(s.t90) + ", overshoot " + to_text(s.overshoot);
}

// Whether what is smoothed is a power, rooted at the end.
constexpr bool roots_power(const Rms&) { return true; }
constexpr bool roots_power(const Arv&) { return false; }
constexpr bool roots_power(const TwoPole& s) { return s.detection == Detection::power; }
constexpr bool roots_power(const LinearEnvelope& s) { return s.detection == Detection::power; }
constexpr bool roots_power(const ExponentialEnvelope& s) { return s.detection == Detection::power; }
constexpr bool roots_power(const TkeoEnvelope&) { return true; }

// An envelope that smooths |x| or a power with one and the same weights at any time.
template <class S>
concept LinearSmoother = FilterSpec<S> && requires(const S& s) {
  { roots_power(s) } -> std::same_as<bool>;
};

template <LinearSmoother S>
Result<Smoothing> smoothing(const S& spec, Hertz rate) {
  if (auto fault = validate(spec)) return *fault;
  const StreamFormat format{.rate = rate, .channels = Channels::unnamed(1)};
  if (auto fault = validate(format)) return *fault;
  auto kernel = make_kernel(spec, format);
  if (!kernel) return kernel.fault();
  const bool power = roots_power(spec);
  // Until less than 1e-9 of the weights is left.
  const double left = power ? 3.2e4 : 1e9;
  const std::int64_t length = kernel->ringing({left}).lasting.front() + 2;
  double sum = 0, squares = 0, moment = 0, highest = 0, reached = -1, last = 0;
  for (int pass = 0; pass < 2; ++pass) {
    // What 90 % of the step is, the first pass tells.
    const double whole = sum;
    kernel->reset();
    sum = squares = moment = 0;
    for (std::int64_t i = 0; i < length; ++i) {
      double h = i == 0 ? 1 : 0;
      kernel->run(&h, &h, 1);
      if (power) h *= h;
      last = sum;
      sum += h;
      squares += h * h;
      moment += h * static_cast<double>(i);
      if (pass == 0) continue;
      highest = std::max(highest, sum);
      if (reached < 0 && sum >= 0.9 * whole) reached = static_cast<double>(i) + (0.9 * whole - last) / (sum - last);
    }
  }
  Smoothing s;
  s.enbw = rate * (squares / (sum * sum) / 2);
  s.window = Seconds{1 / (2 * s.enbw.value)};
  s.delay = Seconds{moment / sum / rate.value};
  s.t90 = Seconds{reached / rate.value};
  s.overshoot = std::max(0.0, highest / sum - 1);
  return s;
}

}  // namespace unguard
