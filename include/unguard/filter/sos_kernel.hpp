// SPDX-License-Identifier: Apache-2.0
// The second-order-section filter as a kernel: coefficients, state, and the inner loops chosen once.
// Cost: 9 operations a section, sample and channel; see docs/performance.md for what that comes to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_run.hpp"

namespace unguard {

class SosKernel {
 public:
  SosKernel(std::string name, Sections sections, const StreamFormat& format, DelayKind delay = DelayKind::group_delay)
      : name_(std::move(name)),
        sections_(std::move(sections)),
        rate_(format.rate),
        delay_kind_(delay),
        channels_(format.channels.count()),
        run_(best_sos_run()) {
    for (const auto& s : sections_) rows_.insert(rows_.end(), {s.b0, s.b1, s.b2, s.a1, s.a2});
    state_.resize(static_cast<std::size_t>(sos_state_size(count(), channels_)));
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    run_(rows_.data(), count(), channels_, state_.data(), x, y, n);
  }
  void reset() noexcept { std::fill(state_.begin(), state_.end(), 0.0); }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  void settle(double* level) noexcept {
    double* state = state_.data();
    for (int c = 0; c < channels_;) {
      const int group = sos_group(channels_ - c);
      for (int lane = 0; lane < std::min(group, channels_ - c); ++lane)
        for (int q = 0; q < count(); ++q) {
          const SectionState s = steady(sections_[static_cast<std::size_t>(q)], level[c + lane]);
          state[(2 * q) * group + lane] = s.s1;
          state[(2 * q + 1) * group + lane] = s.s2;
        }
      state += 2 * count() * group;
      c += group;
    }
  }
  bool adopt(const SosKernel& other) noexcept {
    if (other.state_.size() != state_.size()) return false;
    std::copy(other.state_.begin(), other.state_.end(), state_.begin());
    return true;
  }
  std::int64_t ringing(double ratio) const { return unguard::ringing(sections_, ratio); }
  // A smoother's delay is that at 0 Hz, the centroid of its impulse response.
  StageLatency delay(Hertz at) const {
    const Hertz f = delay_kind_ == DelayKind::centroid ? Hertz{0} : at;
    return {name_, delay_kind_, group_delay(sections_, f, rate_), f};
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(state_);
  }

  const Sections& sections() const noexcept { return sections_; }

 private:
  int count() const noexcept { return static_cast<int>(sections_.size()); }

  std::string name_;
  Sections sections_;
  Hertz rate_;
  DelayKind delay_kind_;
  int channels_;
  SosRun run_;
  std::vector<double> rows_;
  std::vector<double> state_;
};

// Specs that are cascades of second-order sections say which: `Result<Sections> design(const Spec&, Hertz rate)`.
template <class S>
concept SosSpec = Spec<S> && requires(const S& s, Hertz rate) {
  { design(s, rate) } -> std::same_as<Result<Sections>>;
};

template <SosSpec S>
Result<SosKernel> make_kernel(const S& spec, const StreamFormat& format) {
  auto sections = design(spec, format.rate);
  if (!sections) return sections.fault();
  return SosKernel(std::string(info_of<S>().name), std::move(*sections), format);
}

}  // namespace unguard
