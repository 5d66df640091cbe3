// SPDX-License-Identifier: Apache-2.0
// A cascade that starts forward and backward in the steady state of scipy.signal.sosfilt_zi, to its bits: a last digit
// that differs there is noise of 1e-12 of the signal in filters of a thousandth of the rate, so near are their poles to
// z = 1. SciPy solves two equations a section by LAPACK, whose steps these are (Anderson et al. 1999, LAPACK Users'
// Guide, dgesv; with the fused multiply-add of the machines it is built for).
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/filter/sos_kernel.hpp"

namespace unguard::zero_phase_detail {

// What scipy.signal.lfilter_zi solves for one section: its state for an input of 1.
inline SectionState solved_state(const Section& s) noexcept {
  double row[2] = {1 + s.a1, s.a2}, right[2] = {-1, 1}, b[2] = {s.b1 - s.a1 * s.b0, s.b2 - s.a2 * s.b0};
  if (std::fabs(row[1]) > std::fabs(row[0])) {
    std::swap(row[0], row[1]);
    std::swap(right[0], right[1]);
    std::swap(b[0], b[1]);
  }
  const double factor = row[1] * (1 / row[0]);
  const double s2 = std::fma(-factor, b[0], b[1]) / (right[1] - factor * right[0]);
  return {(b[0] - right[0] * s2) / row[0], s2};
}

class ZeroPhaseSections {
 public:
  ZeroPhaseSections(const Sections& sections, const StreamFormat& format) : kernel_("ZeroPhase", sections, format) {
    double scale = 1;
    for (const auto& s : sections) {
      const SectionState state = solved_state(s);
      for_one_.push_back({scale * state.s1, scale * state.s2});
      scale *= (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2);
    }
  }

  void run(const double* x, double* y, std::int64_t n) noexcept { kernel_.run(x, y, n); }
  void reset() noexcept { kernel_.reset(); }
  void settle(int channel, double level) noexcept {
    kernel_.put_states(channel, [&](int q) {
      const SectionState& s = for_one_[static_cast<std::size_t>(q)];
      return SectionState{s.s1 * level, s.s2 * level};
    });
  }

 private:
  SosKernel kernel_;
  std::vector<SectionState> for_one_;
};

}  // namespace unguard::zero_phase_detail
