// SPDX-License-Identifier: Apache-2.0
// A filter given as polynomials that starts forward and backward in the steady state of scipy.signal.lfilter_zi, to its
// bits: near z = 1 the equations for it are so ill-conditioned that a last digit shows. SciPy solves them by LAPACK,
// whose steps these are (Anderson et al. 1999, LAPACK Users' Guide, dgesv: partial pivoting, columns from left to
// right), with products and sums fused as OpenBLAS does on machines with AVX-512. On others it does not, and SciPy's
// own answers differ by up to 3e-7 of the signal at an edge of a thousandth of the rate; ours are the same everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/filter/transfer_function_kernel.hpp"

namespace unguard::zero_phase_detail {

// n equations, n at most the highest order.
struct Equations {
  std::size_t n = 0;
  std::array<std::array<double, max_polynomial_order>, max_polynomial_order> row{};
  std::array<double, max_polynomial_order> right{};
};

// I - A^T of the companion matrix A, and what one sample of 1 puts into the states.
inline Equations steady_equations(const Polynomials& p) noexcept {
  Equations e{.n = p.order()};
  for (std::size_t i = 0; i < e.n; ++i) {
    e.row[i][i] = 1;
    if (i + 1 < e.n) e.row[i][i + 1] = -1;
    e.row[i][0] += p.a[i + 1];
    e.right[i] = p.b[i + 1] - p.a[i + 1] * p.b[0];
  }
  return e;
}

// L and U in place of the rows, by columns: each is finished when the next begins, which is how it is rounded.
inline void factor(Equations& e) noexcept {
  for (std::size_t j = 0; j < e.n; ++j) {
    for (std::size_t i = 1; i < e.n; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < std::min(i, j); ++k) sum = std::fma(e.row[i][k], e.row[k][j], sum);
      e.row[i][j] -= sum;
    }
    std::size_t pivot = j;
    for (std::size_t i = j + 1; i < e.n; ++i)
      if (std::fabs(e.row[i][j]) > std::fabs(e.row[pivot][j])) pivot = i;
    std::swap(e.row[j], e.row[pivot]);
    std::swap(e.right[j], e.right[pivot]);
    const double reciprocal = 1 / e.row[j][j];
    for (std::size_t i = j + 1; i < e.n; ++i) e.row[i][j] *= reciprocal;
  }
}

// The state for an input of 1.
inline std::array<double, max_polynomial_order> solved_state(const Polynomials& p) noexcept {
  Equations e = steady_equations(p);
  factor(e);
  auto& x = e.right;
  for (std::size_t k = 0; k < e.n; ++k)
    for (std::size_t i = k + 1; i < e.n; ++i) x[i] = std::fma(-e.row[i][k], x[k], x[i]);
  for (std::size_t k = e.n; k-- > 0;) {
    x[k] /= e.row[k][k];
    for (std::size_t i = 0; i < k; ++i) x[i] = std::fma(-e.row[i][k], x[k], x[i]);
  }
  return x;
}

class ZeroPhasePolynomials {
 public:
  ZeroPhasePolynomials(const Polynomials& p, const StreamFormat& format)
      : kernel_("ZeroPhase", p, format), for_one_(solved_state(p)) {}

  void run(const double* x, double* y, std::int64_t n) noexcept { kernel_.run(x, y, n); }
  void reset() noexcept { kernel_.reset(); }
  void settle(int channel, double level) noexcept {
    kernel_.put_state(channel, [&](std::size_t k) { return for_one_[k] * level; });
  }

 private:
  TransferFunctionKernel kernel_;
  std::array<double, max_polynomial_order> for_one_;
};

}  // namespace unguard::zero_phase_detail
