// SPDX-License-Identifier: Apache-2.0
// The envelope of the Teager-Kaiser energy: two equal poles on |x[n - 1]^2 - x[n] x[n - 2]|, and the root. In
// microvolts, but not the RMS's: a tone A cos(w n) reads A sin(w), so that what is fast counts more and drift hardly.
// For finding onsets, not for comparing levels. Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z; Solnik et al.
// 2010, doi:10.1007/s00421-010-1521-8. Latency: that of the poles, 2 p / (1 - p) samples, and 1.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/tkeo.hpp"

namespace unguard {

struct TkeoEnvelope {
  Seconds window{0.125};  // of the boxcar with the same noise bandwidth

  friend bool operator==(const TkeoEnvelope&, const TkeoEnvelope&) = default;
};
constexpr SpecInfo info(const TkeoEnvelope*) {
  return {"TkeoEnvelope", "root of the smoothed Teager-Kaiser energy: a tone reads its amplitude times sin(w)",
          "Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z"};
}
constexpr auto fields(const TkeoEnvelope*) {
  return field_list(field<&TkeoEnvelope::window>("window", "length of the boxcar with the same noise bandwidth",
                                                 between(1e-6, 3600)));
}

class TkeoEnvelopeKernel {
 public:
  TkeoEnvelopeKernel(double pole, const StreamFormat& format)
      : channels_(format.channels.count()),
        full_scale_(format.full_scale()),
        energy_(format),
        smoother_(pole, Detection::rectified, channels_),
        weights_(smoother_) {
    reset();
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    energy_.run(x, y, n);
    smoother_.run(y, y, n);
    for (std::int64_t i = 0; i < n * channels_; ++i) y[i] = std::sqrt(y[i]);
  }
  // One frame of which only some channels count, for Gated. An energy is made of three samples and counts where all
  // three do; what is missing among them is bridged, so that the energies are those of the other samples. `shares`: of
  // the weights, how much counts.
  void run_where(const double* x, const std::uint8_t* counts, double* y, double* shares) noexcept {
    energy_.run(x, y, 1);
    for (int c = 0; c < channels_; ++c) {
      if (!counts[c]) y[c] = 0;
      shares[c] = counts[c];
    }
    smoother_.run(y, y, 1);
    weights_.run(shares, shares, 1);
    for (int c = 0; c < channels_; ++c) y[c] = shares[c] > 0 ? std::sqrt(y[c] / shares[c]) : 0;
  }
  // A channel as if everything so far had been 0 and had counted, 1, or had not, 0.
  void begin(int channel, double share) noexcept {
    smoother_.settle(channel, 0);
    weights_.settle(channel, share);
  }
  std::int64_t refills_within(double missing) const { return weights_.ringing({1 / missing}).lasting.front(); }
  std::int64_t reach_back() const { return 2; }
  void reset() noexcept {
    energy_.reset();
    smoother_.reset();
    for (int c = 0; c < channels_; ++c) weights_.settle(c, 1);
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    return std::sqrt(smoother_.settle(channel, energy_.settle(channel, level)));
  }
  bool adopt(const TkeoEnvelopeKernel& other) noexcept {
    return energy_.adopt(other.energy_) && smoother_.adopt(other.smoother_) && weights_.adopt(other.weights_);
  }
  // An error e makes at most 4 |x| e + 2 e^2 of an energy, the signal at full scale; and of the root at most the root.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    ErrorRatios energies = ratios;
    for (double& ratio : energies) ratio = (4 * full_scale_ + 2 * ratio) * ratio;
    RingingSamples lasts = smoother_.ringing(energies);
    for (auto* samples : {&lasts.lasting, &lasts.single})
      for (auto& n : *samples) n += 2;
    return lasts;
  }
  double error_gain() const { return std::sqrt(energy_.error_gain()); }
  double reach(double level) const { return std::sqrt(energy_.reach(level)); }
  StageLatency delay(Hertz at) const {
    return {"TkeoEnvelope", DelayKind::centroid, smoother_.delay(at).samples + 1, {}};
  }
  template <class Archive>
  void state(Archive& archive) {
    energy_.state(archive);
    smoother_.state(archive);
    weights_.state(archive);
  }

 private:
  int channels_;
  double full_scale_;
  TkeoKernel energy_;
  TwoPoleKernel smoother_, weights_;
};

inline Result<TkeoEnvelopeKernel> make_kernel(const TkeoEnvelope& spec, const StreamFormat& format) {
  const double samples = spec.window * format.rate;
  if (samples < 1)
    return fault_of<TkeoEnvelope>("window", spec.window,
                                  "at least one sample, " + to_text(Seconds{1 / format.rate.value}));
  return TkeoEnvelopeKernel(double_pole(samples), format);
}

}  // namespace unguard
