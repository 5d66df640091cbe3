// SPDX-License-Identifier: Apache-2.0
// Does a single motor unit fire just now? Counts the events that were a few action potentials, those of a while ago
// forgotten by and by. Where one has fired again and again, two of its action potentials in quick succession are no
// event; where none has, an activity may only have seemed to be over. Cost: an exponential when asked. Fixed memory.
#pragma once

#include <cmath>
#include <cstdint>

namespace unguard {

struct FiringRule {
  double forget = 1;        // samples in which firings are forgotten by a factor e
  double again = 1.5;       // more of them, as remembered, and a unit fires again and again
  double hardly_any = 0.5;  // fewer, and none does

  friend bool operator==(const FiringRule&, const FiringRule&) = default;
};

class RecentFirings {
 public:
  // Such an event was seen at sample `at`.
  void fired(const FiringRule& rule, std::int64_t at) noexcept {
    remembered_ = 1 + of(rule, at);
    last_ = at;
  }
  bool again(const FiringRule& rule, std::int64_t at) const noexcept { return of(rule, at) > rule.again; }
  bool hardly_any(const FiringRule& rule, std::int64_t at) const noexcept { return of(rule, at) < rule.hardly_any; }

  void reset() noexcept { *this = {}; }
  bool is_from_here() const noexcept {
    return remembered_ >= 0 && remembered_ < 1e6 && last_ >= -long_ago && last_ <= long_ago;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(remembered_);
    archive(last_);
  }

 private:
  static constexpr std::int64_t long_ago = std::int64_t{1} << 61;  // before any sample
  double of(const FiringRule& rule, std::int64_t at) const noexcept {
    return remembered_ * std::exp(-static_cast<double>(at - last_) / rule.forget);
  }

  double remembered_ = 0;  // by last_
  std::int64_t last_ = -long_ago;
};

}  // namespace unguard
