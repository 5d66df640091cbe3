// SPDX-License-Identifier: Apache-2.0
// Linear least squares by Householder reflections with column pivoting, in whatever floating point is asked for.
// Businger & Golub 1965, doi:10.1007/BF01436084. Cost: 2 rows x columns^2, offline only. Latency: none.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace unguard {

template <class Real>
class LeastSquares {
 public:
  using Column = std::vector<Real>;

  // At least as many rows as columns, all of one length. Columns are scaled to length 1, so that their units do not
  // matter; one that is a mixture of the others to the last digit takes no part.
  explicit LeastSquares(std::vector<Column> columns) : columns_(std::move(columns)), order_(columns_.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (auto& column : columns_) {
      const Real length = norm(column, 0);
      scale_.push_back(length > 0 ? 1 / length : Real(0));
      for (auto& v : column) v *= scale_.back();
    }
    while (rank_ < columns_.size() && reflect_next()) ++rank_;
  }

  // x with the least sum of squares of A x - b.
  Column solve(Column b) const {
    for (std::size_t k = 0; k < rank_; ++k) apply(k, b);
    Column x(columns_.size(), 0);
    for (std::size_t k = rank_; k-- > 0;) {
      Real sum = b[k];
      for (std::size_t j = k + 1; j < rank_; ++j) sum -= columns_[j][k] * x[order_[j]];
      x[order_[k]] = sum / diagonal_[k];
    }
    for (std::size_t j = 0; j < x.size(); ++j) x[j] *= scale_[j];
    return x;
  }
  std::size_t rank() const { return rank_; }

 private:
  static Real norm(const Column& column, std::size_t from) {
    Real sum = 0;
    for (std::size_t i = from; i < column.size(); ++i) sum += column[i] * column[i];
    using std::sqrt;
    return sqrt(sum);
  }
  // The longest of what is left of the columns becomes the next axis; its place keeps the reflection, from the diagonal
  // on.
  bool reflect_next() {
    const std::size_t k = rank_;
    std::size_t longest = k;
    Real length = 0;
    for (std::size_t j = k; j < columns_.size(); ++j)
      if (const Real n = norm(columns_[j], k); n > length) longest = j, length = n;
    if (!(length > 16 * std::numeric_limits<Real>::epsilon())) return false;
    std::swap(columns_[k], columns_[longest]);
    std::swap(order_[k], order_[longest]);
    Column& v = columns_[k];
    const Real diagonal = v[k] > 0 ? -length : length;
    v[k] -= diagonal;
    diagonal_.push_back(diagonal);
    const Real size = norm(v, k);
    for (std::size_t i = k; i < v.size(); ++i) v[i] /= size;
    for (std::size_t j = k + 1; j < columns_.size(); ++j) apply(k, columns_[j]);
    return true;
  }
  void apply(std::size_t k, Column& to) const {
    const Column& v = columns_[k];
    Real along = 0;
    for (std::size_t i = k; i < v.size(); ++i) along += v[i] * to[i];
    for (std::size_t i = k; i < v.size(); ++i) to[i] -= 2 * along * v[i];
  }

  std::vector<Column> columns_;
  std::vector<std::size_t> order_;
  Column scale_{}, diagonal_{};
  std::size_t rank_ = 0;
};

}  // namespace unguard
