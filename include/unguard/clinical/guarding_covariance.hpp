// SPDX-License-Identifier: Apache-2.0
// How the levels of one bend hang together, in variances of one bin: a share `shared` in which all bins rise and fall
// alike, and the rest, of which neighbouring bins of one way have `neighbours` in common, the next ones its square
// (a random intercept with first-order autoregressive rest: Laird & Ware 1982, doi:10.2307/2529876). And quantiles of
// Student's t as those of a normal number: Wallace 1959, Ann. Math. Statist. 30:1121. Cost: a table.
#pragma once

#include <array>
#include <cmath>
#include <cstdlib>

#include "unguard/clinical/bend_by_angle.hpp"

namespace unguard::guarding_detail {

class Covariance {
 public:
  Covariance(double shared, double neighbours) noexcept : shared_(shared) {
    double power = 1 - shared;
    for (double& of : by_lag_) {
      of = power;
      power *= neighbours;
    }
  }
  double shared() const noexcept { return shared_; }
  double operator()(BendWay a_way, int a, BendWay b_way, int b) const noexcept {
    return shared_ + (a_way == b_way ? by_lag_[static_cast<std::size_t>(std::abs(a - b))] : 0);
  }

 private:
  double shared_;
  std::array<double, most_angle_bins> by_lag_{};
};

// The number of normal standard deviations that is as rare as t, to 0.03 up to two of them, and beyond too few rather
// than too many; degrees of freedom 2 and more.
inline double normal_of_student(double t, double degrees) noexcept {
  const double by = (8 * degrees + 1) / (8 * degrees + 3);
  return std::copysign(by * std::sqrt(degrees * std::log1p(t * t / degrees)), t);
}
// The other way round.
inline double student_of_normal(double z, double degrees) noexcept {
  const double by = (8 * degrees + 3) / (8 * degrees + 1);
  return std::copysign(std::sqrt(degrees * std::expm1(z * z * by * by / degrees)), z);
}

// As rare as z among one, among so many: Bonferroni's bound. 0 where that is no rarer than every second.
inline double among(double z, double many) noexcept {
  const auto above = [](double at) { return 0.5 * std::erfc(at / std::sqrt(2.0)); };
  const double chance = many * above(z);
  if (!(chance < 0.5)) return 0;
  double low = 0, high = z;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (above(middle) > chance ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace unguard::guarding_detail
