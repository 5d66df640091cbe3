// SPDX-License-Identifier: Apache-2.0
// RealFft by the kissfft that comes with Eigen: permissive (BSD-3-Clause), header-only, the default.
// Cost: O(N log N) for lengths of factors 2, 3 and 5; about half for multiples of 4. Allocates at the start only.
#pragma once

#ifndef EIGEN_MPL2_ONLY
#define EIGEN_MPL2_ONLY
#endif
#include <algorithm>
#include <complex>
#include <vector>

#include <unsupported/Eigen/FFT>

namespace unguard {

class EigenRealFft {
 public:
  // length >= 1.
  explicit EigenRealFft(int length) : length_(length) {
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
    if (length_ == 1)
      bins[0] = samples[0];
    else
      engine_.fwd(bins, samples, length_);
  }
  // Back again, divided by the length. What is imaginary at 0 Hz, and at half the rate of an even length, is ignored.
  void inverse(const std::complex<double>* bins, double* samples) noexcept {
    if (length_ == 1) {
      samples[0] = bins[0].real();
      return;
    }
    engine_.inv(samples, bins, length_);
    const double share = 1 / static_cast<double>(length_);
    for (int n = 0; n < length_; ++n) samples[n] *= share;
  }

 private:
  int length_;
  Eigen::internal::kissfft_impl<double> engine_;
};

}  // namespace unguard
