// SPDX-License-Identifier: Apache-2.0
// Second-order sections run over one channel, sample by sample: for what looks at a filtered signal inside itself, as
// detectors do. Transposed direct form II in SciPy's order, as everywhere here: the bits are those of SosKernel.
// Cost: five multiplications a section and sample.
#pragma once

#include <utility>
#include <vector>

#include "unguard/filter/section.hpp"

namespace unguard {

class OneChannelSections {
 public:
  explicit OneChannelSections(Sections sections) : sections_(std::move(sections)), states_(sections_.size()) {}

  double step(double x) noexcept {
    for (std::size_t i = 0; i < sections_.size(); ++i) x = unguard::step(sections_[i], states_[i], x);
    return x;
  }
  void reset() noexcept { states_.assign(states_.size(), {}); }
  const Sections& sections() const noexcept { return sections_; }

  template <class Archive>
  void state(Archive& archive) {
    for (SectionState& s : states_) {
      archive(s.s1);
      archive(s.s2);
    }
  }

 private:
  Sections sections_;
  std::vector<SectionState> states_;
};

}  // namespace unguard
