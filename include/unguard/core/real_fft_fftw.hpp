// SPDX-License-Identifier: Apache-2.0
// RealFft by FFTW, Frigo & Johnson 2005, doi:10.1109/JPROC.2004.840301: faster at long lengths. FFTW is under the GNU
// General Public License 2 or later, and so is a program that links it. Plans are estimated, not measured: a measured
// one has other bits every time. FFTW plans one thing at a time: making, copying and ending transforms waits for others
// that do; whoever plans with FFTW outside of this class waits for `fftw_planner()`, too.
// Cost: O(N log N) for any length, twice as much for odd ones. At lengths of factors 2, 3 and 5 it allocates at the
// start only.
#pragma once

#include <fftw3.h>

#include <algorithm>
#include <complex>
#include <cstring>
#include <mutex>
#include <utility>

namespace unguard {

// Held by whoever plans.
inline std::mutex& fftw_planner() {
  static std::mutex planner;
  return planner;
}

class FftwRealFft {
 public:
  // length >= 1.
  explicit FftwRealFft(int length) : length_(length) {
    const std::scoped_lock lock(fftw_planner());
    constexpr unsigned how = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;
    bins_ = fftw_alloc_complex(static_cast<std::size_t>(odd() ? length : bins()));
    if (odd()) {
      complex_samples_ = fftw_alloc_complex(static_cast<std::size_t>(length));
      forward_ = fftw_plan_dft_1d(length, complex_samples_, bins_, FFTW_FORWARD, how);
      inverse_ = fftw_plan_dft_1d(length, bins_, complex_samples_, FFTW_BACKWARD, how);
      return;
    }
    samples_ = fftw_alloc_real(static_cast<std::size_t>(length));
    forward_ = fftw_plan_dft_r2c_1d(length, samples_, bins_, how);
    inverse_ = fftw_plan_dft_c2r_1d(length, bins_, samples_, how);
  }
  FftwRealFft(const FftwRealFft& other) : FftwRealFft(other.length_) {}
  FftwRealFft(FftwRealFft&& other) noexcept { swap(other); }
  FftwRealFft& operator=(FftwRealFft other) noexcept {
    swap(other);
    return *this;
  }
  ~FftwRealFft() {
    if (!forward_) return;  // moved from
    const std::scoped_lock lock(fftw_planner());
    fftw_destroy_plan(forward_);
    fftw_destroy_plan(inverse_);
    fftw_free(samples_);
    fftw_free(complex_samples_);
    fftw_free(bins_);
  }

  int length() const noexcept { return length_; }
  int bins() const noexcept { return length_ / 2 + 1; }

  // `length` samples to `bins` bins, 0 Hz first. The two must not overlap.
  void forward(const double* samples, std::complex<double>* bins) noexcept {
    if (odd())
      for (int n = 0; n < length_; ++n) set(complex_samples_[n], samples[n]);
    else
      std::copy_n(samples, length_, samples_);
    fftw_execute(forward_);
    std::memcpy(static_cast<void*>(bins), bins_, static_cast<std::size_t>(this->bins()) * sizeof(fftw_complex));
  }
  // Back again, divided by the length. What is imaginary at 0 Hz, and at half the rate of an even length, is ignored.
  void inverse(const std::complex<double>* bins, double* samples) noexcept {
    std::memcpy(bins_, bins, static_cast<std::size_t>(this->bins()) * sizeof(fftw_complex));
    if (odd()) {
      bins_[0][1] = 0;
      for (int k = 1; k < this->bins(); ++k) set(bins_[length_ - k], std::conj(bins[k]));
    }
    fftw_execute(inverse_);
    const double share = 1 / static_cast<double>(length_);
    for (int n = 0; n < length_; ++n) samples[n] = (odd() ? complex_samples_[n][0] : samples_[n]) * share;
  }

 private:
  // FFTW's transforms of real samples allocate at every call where the length is odd; those of complex ones between two
  // places do not.
  bool odd() const noexcept { return length_ % 2 != 0; }
  static void set(fftw_complex& at, std::complex<double> to) noexcept {
    at[0] = to.real();
    at[1] = to.imag();
  }
  void swap(FftwRealFft& other) noexcept {
    std::swap(length_, other.length_);
    std::swap(samples_, other.samples_);
    std::swap(complex_samples_, other.complex_samples_);
    std::swap(bins_, other.bins_);
    std::swap(forward_, other.forward_);
    std::swap(inverse_, other.inverse_);
  }

  int length_ = 0;
  // Aligned as FFTW likes it. Of an odd length: `length_` bins, and the samples as complex numbers.
  fftw_complex* bins_ = nullptr;
  double* samples_ = nullptr;
  fftw_complex* complex_samples_ = nullptr;
  fftw_plan forward_ = nullptr, inverse_ = nullptr;
};

}  // namespace unguard
