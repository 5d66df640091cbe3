// SPDX-License-Identifier: Apache-2.0
// Random numbers that repeat bit for bit on every machine. std::mt19937_64 is fixed by the standard, the standard's
// distributions are not, and libm's log differs between libraries: so the transforms are spelled out here, in
// operations that IEEE 754 rounds exactly. Normal: polar method, Marsaglia & Bray 1964, doi:10.1137/1006063.
// Cost: about 15 ns a normal number.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string_view>

#include "unguard/core/fields.hpp"

namespace unguard {

// Every component draws from a stream of its own, found by name: adding one never changes another.
// The finaliser is SplitMix64's: Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195.
constexpr std::uint64_t stream_seed(std::uint64_t seed, std::string_view name, int index = 0) {
  const auto mix = [](std::uint64_t z) {
    z += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  };
  return mix(mix(mix(seed) ^ hash_text(name)) + static_cast<std::uint64_t>(index));
}

// Natural logarithm of a positive normal number from +, -, *, / alone: ln(2^e m) with m in [0.707, 1.414), and
// ln m = 2 artanh((m - 1) / (m + 1)) by its series. Within 3 ulp, or 1e-16 near 1.
inline double portable_log(double x) noexcept {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // exact
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  const double t = (m - 1) / (m + 1), t2 = t * t;
  double sum = 0;
  for (int k = 23; k >= 3; k -= 2) sum = (sum + 1.0 / k) * t2;
  return exponent * 0.69314718055994531 + 2 * t * (1 + sum);
}

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name, int index = 0) : engine_(stream_seed(seed, name, index)) {}

  // [0, 1), in steps of 2^-53.
  double uniform() noexcept { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
  // As likely in [a, 2a) as in [b, 2b).
  double log_uniform(double low, double high) noexcept {
    return low * std::exp(uniform() * std::log(high / low));  // drawn once an event and then rounded to samples
  }
  double exponential(double mean) noexcept { return -mean * portable_log(1 - uniform()); }
  // Mean 0, variance 1. Comes in pairs; the second waits.
  double normal() noexcept {
    if (waiting_) {
      waiting_ = false;
      return second_;
    }
    double u = 0, v = 0, s = 0;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s == 0);
    const double r = std::sqrt(-2 * portable_log(s) / s);
    second_ = v * r;
    waiting_ = true;
    return u * r;
  }

 private:
  std::mt19937_64 engine_;
  double second_ = 0;
  bool waiting_ = false;
};

}  // namespace unguard
