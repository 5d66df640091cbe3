// SPDX-License-Identifier: Apache-2.0
// Stretches of one length out of a record, one a row, as matrices: beats in line with their R peaks, and the muscle
// just before them. The line through the means of both ends is taken off each, so that offsets and wander are no heart.
// Cost: one pass over what is taken. Offline.
#pragma once

#ifndef EIGEN_MPL2_ONLY
#define EIGEN_MPL2_ONLY
#endif
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "unguard/core/units.hpp"

namespace unguard {

class BeatRows {
 public:
  BeatRows(Seconds before, Seconds after, Hertz rate)
      : before_(samples_in(before, rate)),
        length_(before_ + samples_in(after, rate) + 1),
        edge_(std::clamp<std::int64_t>(samples_in({0.01}, rate), 1, length_ / 4)),
        stride_(std::clamp<std::int64_t>(samples_in({0.002}, rate), 1, length_ / 4)) {}

  std::int64_t before() const noexcept { return before_; }
  std::int64_t length() const noexcept { return length_; }

  // Whether the stretch from `first` on lies within the record, nothing of it marked.
  bool whole(std::int64_t first, const std::vector<bool>& good) const {
    if (first < 0 || first + length_ > static_cast<std::int64_t>(good.size())) return false;
    const auto begin = good.begin() + first;
    return std::find(begin, begin + length_, false) == begin + length_;
  }

  // The stretches that begin at these samples, one a row.
  Eigen::MatrixXd rows(std::span<const double> x, const std::vector<std::int64_t>& firsts) const {
    Eigen::MatrixXd m(static_cast<Eigen::Index>(firsts.size()), static_cast<Eigen::Index>(length_));
    for (Eigen::Index k = 0; k < m.rows(); ++k) {
      const double* from = x.data() + firsts[static_cast<std::size_t>(k)];
      m.row(k) = Eigen::Map<const Eigen::RowVectorXd>(from, m.cols());
      level(m, k);
    }
    return m;
  }

  // The energy of second differences over 2 ms of each row: muscle's, of some 100 Hz, for a heart is smoother.
  Eigen::VectorXd roughness(const Eigen::MatrixXd& rows) const {
    const Eigen::Index n = rows.cols() - 2 * stride_;
    return (rows.leftCols(n) - 2 * rows.middleCols(stride_, n) + rows.rightCols(n)).rowwise().squaredNorm();
  }

  // 1 within, falling to 0 at both ends like a cosine.
  Eigen::RowVectorXd taper() const {
    Eigen::RowVectorXd t(static_cast<Eigen::Index>(length_));
    for (std::int64_t i = 0; i < length_; ++i) {
      const double in = (static_cast<double>(std::min(i, length_ - 1 - i)) + 0.5) / static_cast<double>(edge_);
      t(i) = in >= 1 ? 1 : 0.5 - 0.5 * std::cos(std::numbers::pi * in);
    }
    return t;
  }

 private:
  void level(Eigen::MatrixXd& m, Eigen::Index k) const {
    const auto row = m.row(k);
    const double left = row.head(edge_).mean(), right = row.tail(edge_).mean();
    const double slope = (right - left) / static_cast<double>(length_ - edge_);
    for (Eigen::Index i = 0; i < m.cols(); ++i)
      m(k, i) -= left + slope * (static_cast<double>(i) - 0.5 * static_cast<double>(edge_ - 1));
  }

  std::int64_t before_, length_, edge_, stride_;
};

}  // namespace unguard
