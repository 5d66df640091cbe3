// SPDX-License-Identifier: Apache-2.0
// The one-sided power density of one stretch under one window, or the mean under several tapers: what periodogram,
// Welch, multitaper, spectrogram and the sliding spectrum are made of. Welch 1967, doi:10.1109/TAU.1967.1161901;
// Thomson 1982, doi:10.1109/PROC.1982.12433. Cost: one transform a taper. Allocates at the start only.
#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/real_fft.hpp"
#include "unguard/core/units.hpp"
#include "unguard/spectrum/detrend.hpp"
#include "unguard/spectrum/tapers.hpp"

namespace unguard {

class TaperedPower {
 public:
  // Tapers of one length, which `transform` is not below: zeros fill it up.
  TaperedPower(std::vector<Taper> tapers, int transform, Hertz rate, Detrend off)
      : tapers_(std::move(tapers)),
        off_(off),
        fft_(transform),
        stretch_(tapers_.front().size()),
        padded_(static_cast<std::size_t>(transform)),
        bins_(static_cast<std::size_t>(fft_.bins())) {
    for (const Taper& taper : tapers_) {
      double energy = 0;
      for (const double w : taper) energy += w * w;
      scale_.push_back(1 / (rate.value * energy * static_cast<double>(tapers_.size())));
    }
  }

  int length() const noexcept { return static_cast<int>(stretch_.size()); }
  int bins() const noexcept { return fft_.bins(); }
  // To be filled with the next stretch.
  std::span<double> stretch() noexcept { return stretch_; }
  // Adds the density of what stretch() was filled with, which is used up, to `bins` values.
  void add_to(std::span<double> density) noexcept {
    detrend(stretch_, off_);
    for (std::size_t t = 0; t < tapers_.size(); ++t) {
      for (std::size_t n = 0; n < stretch_.size(); ++n) padded_[n] = stretch_[n] * tapers_[t][n];
      std::fill(padded_.begin() + static_cast<std::ptrdiff_t>(stretch_.size()), padded_.end(), 0.0);
      fft_.forward(padded_.data(), bins_.data());
      // 0 Hz, and half the rate of an even length, have no negative frequency beside them.
      const std::size_t alone = padded_.size() % 2 == 0 ? bins_.size() - 1 : bins_.size();
      for (std::size_t k = 0; k < bins_.size(); ++k) {
        const double re = bins_[k].real(), im = bins_[k].imag();
        const double sides = k == 0 || k == alone ? 1 : 2;
        density[k] += (re * re + im * im) * (sides * scale_[t]);
      }
    }
  }

 private:
  std::vector<Taper> tapers_;
  Detrend off_;
  RealFft fft_;
  std::vector<double> stretch_, padded_, scale_{};
  std::vector<std::complex<double>> bins_;
};

}  // namespace unguard
