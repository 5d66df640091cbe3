// SPDX-License-Identifier: Apache-2.0
// An angle without the leaps of a sensor that counts from 0 to 360, or from -180 to 180: a trunk does not leap. The
// first sample says what is upright. Definition. Cost: an addition a sample.
#pragma once

#include <cmath>
#include <initializer_list>

namespace unguard {

struct WholeTurns {
  double added = 0, last = 0;  // deg: whole turns so far, and the sample that they were last added to

  double undone(double degrees) noexcept {
    const double leap = degrees + added - last;
    if (std::fabs(leap) > 180) added -= 360 * std::round(leap / 360);
    return last = degrees + added;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (double* v : {&added, &last}) {
      archive(*v);
      if (!std::isfinite(*v)) *v = 0;  // not from here
    }
  }
};

}  // namespace unguard
