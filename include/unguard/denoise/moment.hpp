// SPDX-License-Identifier: Apache-2.0
// A moment between two frames: the frame before it, and how far beyond. As one double it would be coarser the longer a
// stream lasts, by the twelfth digit of a level within hours. A definition, no source. Cost: a few operations.
#pragma once

#include <cmath>
#include <cstdint>

namespace unguard {

struct Moment {
  std::int64_t frame = 0;
  double beyond = 0;  // 0 to below 1

  // So many frames from here.
  Moment operator+(double frames) const noexcept {
    const double all = beyond + frames, whole = std::floor(all);
    // What is no number, or beyond all counting, is here.
    if (!(std::fabs(whole) < 0x1p60)) return *this;
    return {frame + static_cast<std::int64_t>(whole), all - whole};
  }
  std::int64_t nearest() const noexcept { return frame + (beyond >= 0.5); }
  // From it to a frame.
  double until(std::int64_t later) const noexcept { return static_cast<double>(later - frame) - beyond; }

  template <class Archive>
  void state(Archive& archive) {
    archive(frame);
    archive(beyond);
    if (!(beyond >= 0 && beyond < 1)) beyond = 0;  // not from here
  }
};

}  // namespace unguard
