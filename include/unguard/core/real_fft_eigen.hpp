// SPDX-License-Identifier: Apache-2.0
// RealFft by the kissfft that comes with Eigen: permissive (BSD-3-Clause), header-only, the default.
// Cost: O(N log N); lengths of factors 2, 3 and 5 are fast, multiples of 4 among them twice as fast, and all others go
// by way of a chirp (chirp_fft.hpp), ten to fourteen times as slow. Allocates at the start only.
#pragma once

#ifndef EIGEN_MPL2_ONLY
#define EIGEN_MPL2_ONLY
#endif
#include <algorithm>
#include <complex>
#include <optional>
#include <vector>

#include <unsupported/Eigen/FFT>

#include "unguard/core/chirp_fft.hpp"
#include "unguard/core/fast_length.hpp"

namespace unguard {

class EigenRealFft {
 public:
  // length >= 1.
  explicit EigenRealFft(int length) : length_(length) {
    if (!is_fast_length(length)) {
      chirp_.emplace(length);
      return;
    }
    // The plans are made by the first transforms.
    std::vector<double> samples(static_cast<std::size_t>(length));
    std::vector<std::complex<double>> bins(static_cast<std::size_t>(this->bins()));
    forward(samples.data(), bins.data());
    inverse(bins.data(), samples.data());
  }

  int length() const noexcept { return length_; }
  int bins() const noexcept { return length_ / 2 + 1; }

  // `length` samples to `bins` bins, 0 Hz first. The two must not overlap.
  void forward(const double* samples, std::complex<double>* bins) noexcept {
    if (length_ == 1) {
      bins[0] = samples[0];
    } else if (chirp_) {
      std::copy_n(samples, length_, chirp_->values());
      chirp_->run();
      std::copy_n(chirp_->values(), this->bins(), bins);
      bins[0] = bins[0].real();
      if (length_ % 2 == 0) bins[length_ / 2] = bins[length_ / 2].real();
    } else {
      engine_.fwd(bins, samples, length_);
    }
  }
  // Back again, divided by the length. What is imaginary at 0 Hz, and at half the rate of an even length, is ignored.
  void inverse(const std::complex<double>* bins, double* samples) noexcept {
    if (length_ == 1) {
      samples[0] = bins[0].real();
      return;
    }
    const double share = 1 / static_cast<double>(length_);
    if (chirp_) {
      // Back is forward of the conjugate.
      auto* values = chirp_->values();
      values[0] = bins[0].real();
      for (int k = 1; 2 * k < length_; ++k) {
        values[k] = std::conj(bins[k]);
        values[length_ - k] = bins[k];
      }
      if (length_ % 2 == 0) values[length_ / 2] = bins[length_ / 2].real();
      chirp_->run();
      for (int n = 0; n < length_; ++n) samples[n] = values[n].real() * share;
      return;
    }
    engine_.inv(samples, bins, length_);
    for (int n = 0; n < length_; ++n) samples[n] *= share;
  }

 private:
  int length_;
  std::optional<ChirpFft> chirp_{};  // where the length is not a fast one
  Eigen::internal::kissfft_impl<double> engine_;
};

}  // namespace unguard
