// SPDX-License-Identifier: Apache-2.0
// Two equal poles on |x| or on power: the feedback smoother. As smooth as a boxcar of the same window, half its delay's
// tail, no overshoot, no window to store. Noise bandwidth (1 - p)(1 + p^2) / (1 + p)^3 per sample for a double pole p.
// Oppenheim & Schafer 2010, ch. 5. Latency: 2 p / (1 - p) samples, the centroid; about half the window.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"

namespace unguard {

enum class Detection { rectified, power };
constexpr std::array<std::string_view, 2> names(const Detection*) { return {"rectified", "power"}; }

// `rectified` smooths |x|; `power` smooths x^2 and puts out the root: an RMS that forgets.
struct TwoPole {
  Seconds window{0.125};  // of the boxcar with the same noise bandwidth
  Detection detection = Detection::rectified;

  friend bool operator==(const TwoPole&, const TwoPole&) = default;
};
constexpr SpecInfo info(const TwoPole*) {
  return {"TwoPole", "two equal poles on |x| or on power, causal",
          "Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5"};
}
constexpr auto fields(const TwoPole*) {
  return field_list(
      field<&TwoPole::window>("window", "length of the boxcar with the same noise bandwidth", between(1e-6, 3600)),
      field<&TwoPole::detection>("detection", "what is smoothed: |x| or x^2 (then rooted)"));
}

class TwoPoleKernel {
 public:
  TwoPoleKernel(double pole, Detection detection, int channels)
      : pole_(pole),
        gain_(1 - pole),
        power_(detection == Detection::power),
        channels_(channels),
        first_(static_cast<std::size_t>(channels)),
        second_(static_cast<std::size_t>(channels)) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    if (power_)
      smooth<true>(x, y, n);
    else
      smooth<false>(x, y, n);
  }
  void reset() noexcept {
    std::fill(first_.begin(), first_.end(), 0.0);
    std::fill(second_.begin(), second_.end(), 0.0);
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    first_[c] = second_[c] = power_ ? level * level : std::fabs(level);
    return std::fabs(level);
  }
  bool adopt(const TwoPoleKernel& other) noexcept {
    if (other.power_ != power_) return false;
    std::copy(other.first_.begin(), other.first_.end(), first_.begin());
    std::copy(other.second_.begin(), other.second_.end(), second_.begin());
    return true;
  }
  // The tail sum of n p^n behind sample n is below (n + 1) p^n / (1 - p) times the gain, and n p^n itself below the
  // largest from there on; on power, ratio^2 and the root's steepness at small levels are covered by squaring.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    RingingSamples lasts = unanswered(ratios);
    std::int64_t lasting = 0, single = 0;  // a larger error is felt no less long
    const double peak = std::max(0.0, -1 - 1 / std::log(pole_));
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      const double target = power_ ? ratios[i] * ratios[i] : ratios[i];
      const auto power = [&](double n) { return std::pow(pole_, n); };
      if (lasting > 0) --lasting;
      for (double left = target; left >= 1; ++lasting)
        left = target * (1 + static_cast<double>(lasting) * gain_) * power(static_cast<double>(lasting));
      if (single > 0) --single;
      for (double left = target; left >= 1; ++single) {
        const double n = std::max(peak, static_cast<double>(single));
        left = target * gain_ * gain_ * (n + 1) * power(n);
      }
      lasts.lasting[i] = lasting;
      lasts.single[i] = std::min(single, lasting);
    }
    return lasts;
  }
  double error_gain() const { return 1; }
  double reach(double level) const { return level; }  // both poles are means
  StageLatency delay(Hertz) const { return {"TwoPole", DelayKind::centroid, 2 * pole_ / gain_, {}}; }
  template <class Archive>
  void state(Archive& archive) {
    archive(first_);
    archive(second_);
  }

 private:
  template <bool Power>
  void smooth(const double* x, double* y, std::int64_t n) noexcept {
    double *a = first_.data(), *b = second_.data();
    for (std::int64_t i = 0; i < n; ++i, x += channels_, y += channels_)
      for (int c = 0; c < channels_; ++c) {
        const double v = Power ? x[c] * x[c] : std::fabs(x[c]);
        a[c] = gain_ * v + pole_ * a[c];
        b[c] = gain_ * a[c] + pole_ * b[c];
        y[c] = Power ? std::sqrt(b[c]) : b[c];
      }
  }

  double pole_;
  double gain_;
  bool power_;
  int channels_;
  std::vector<double> first_, second_;
};

// The double pole whose noise bandwidth is that of a boxcar of `samples`: sum of h^2 = 1 / samples.
inline double double_pole(double samples) {
  long double low = 0, high = 1;
  for (int i = 0; i < 80; ++i) {
    const long double p = (low + high) / 2;
    const long double energy = (1 - p) * (1 + p * p) / ((1 + p) * (1 + p) * (1 + p));
    (energy > 1 / static_cast<long double>(samples) ? low : high) = p;
  }
  return static_cast<double>((low + high) / 2);
}

inline Result<TwoPoleKernel> make_kernel(const TwoPole& spec, const StreamFormat& format) {
  const double samples = spec.window * format.rate;
  if (samples < 1)
    return fault_of<TwoPole>("window", spec.window, "at least one sample, " + to_text(Seconds{1 / format.rate.value}));
  return TwoPoleKernel(double_pole(samples), spec.detection, format.channels.count());
}

}  // namespace unguard
