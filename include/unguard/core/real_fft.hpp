// SPDX-License-Identifier: Apache-2.0
// The discrete Fourier transform of real samples, X[k] = sum of x[n] exp(-2 pi i k n / N), and its inverse, as
// numpy.fft.rfft and irfft have them. Cooley & Tukey 1965, doi:10.1090/S0025-5718-1965-0178586-1. By Eigen's kissfft;
// by FFTW where a program links unguard::fftw, which puts the program under FFTW's GPL. A program is built with one of
// them throughout: their last bits differ.
// Planned at the start; forward() and inverse() allocate nothing at lengths that are fast (fast_length.hpp).
#pragma once

#if defined(UNGUARD_USE_FFTW)
#include "unguard/core/real_fft_fftw.hpp"
#else
#include "unguard/core/real_fft_eigen.hpp"
#endif

namespace unguard {

#if defined(UNGUARD_USE_FFTW)
using RealFft = FftwRealFft;
#else
using RealFft = EigenRealFft;
#endif

}  // namespace unguard
