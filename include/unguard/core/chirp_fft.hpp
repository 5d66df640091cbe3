// SPDX-License-Identifier: Apache-2.0
// The discrete Fourier transform of any length as a convolution with a chirp, which transforms of a fast length make:
// k n = (k^2 + n^2 - (k - n)^2) / 2. Bluestein 1970, doi:10.1109/TAU.1970.1162132.
// Cost: O(N log N), prime lengths too: two transforms of a fast length of at least 2 N. Allocates at the start only.
#pragma once

#ifndef EIGEN_MPL2_ONLY
#define EIGEN_MPL2_ONLY
#endif
#include <algorithm>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include <unsupported/Eigen/FFT>

#include "unguard/core/fast_length.hpp"

namespace unguard {

class ChirpFft {
 public:
  using Complex = std::complex<double>;

  // 1 <= length <= 2^29.
  explicit ChirpFft(int length)
      : length_(length),
        padded_(fast_length(2 * length - 1)),
        chirp_(static_cast<std::size_t>(length)),
        answer_(static_cast<std::size_t>(padded_)),
        product_(answer_.size()),
        bins_(answer_.size()) {
    for (std::int64_t n = 0; n < length; ++n) {
      // Whole turns are left out in integers, so that long chirps are as exact as short ones.
      const auto turn = static_cast<double>(n * n % (2 * std::int64_t{length}));
      chirp_[static_cast<std::size_t>(n)] = std::polar(1.0, -std::numbers::pi * turn / static_cast<double>(length));
    }
    for (std::size_t n = 0; n < chirp_.size(); ++n) {
      product_[n] = std::conj(chirp_[n]);
      if (n > 0) product_[product_.size() - n] = product_[n];
    }
    engine_.fwd(answer_.data(), product_.data(), padded_);
    // The engine does not divide on its way back.
    for (auto& a : answer_) a /= static_cast<double>(padded_);
    // Its plan of the way back is made by the first one.
    engine_.inv(product_.data(), answer_.data(), padded_);
  }

  int length() const noexcept { return length_; }

  // To be filled before run(), `length` values; and what run() makes of them, in the same place.
  Complex* values() noexcept { return product_.data(); }
  void run() noexcept {
    const auto n = chirp_.size();
    for (std::size_t i = 0; i < n; ++i) product_[i] *= chirp_[i];
    std::fill(product_.begin() + static_cast<std::ptrdiff_t>(n), product_.end(), Complex{});
    engine_.fwd(bins_.data(), product_.data(), padded_);
    for (std::size_t k = 0; k < bins_.size(); ++k) bins_[k] *= answer_[k];
    engine_.inv(product_.data(), bins_.data(), padded_);
    for (std::size_t k = 0; k < n; ++k) product_[k] *= chirp_[k];
  }

 private:
  int length_, padded_;
  std::vector<Complex> chirp_, answer_, product_, bins_;
  Eigen::internal::kissfft_impl<double> engine_;
};

}  // namespace unguard
