// SPDX-License-Identifier: Apache-2.0
// The second-order-section filter as a kernel: coefficients, state, and the inner loops chosen once.
// Cost: 9 operations a section, sample and channel; see docs/performance.md for what that comes to.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/linear_part.hpp"
#include "unguard/filter/ringing.hpp"
#include "unguard/filter/sos_run.hpp"
#include "unguard/filter/worst_gain.hpp"

namespace unguard {

class SosKernel {
 public:
  SosKernel(std::string name, Sections sections, const StreamFormat& format, DelayKind delay = DelayKind::group_delay)
      : made_of_{std::move(sections), {}},
        rate_(format.rate),
        parts_{{std::move(name), delay, static_cast<std::ptrdiff_t>(made_of_.sections.size())}},
        channels_(format.channels.count()),
        run_(best_sos_run()) {
    for (const auto& s : made_of_.sections) rows_.insert(rows_.end(), {s.b0, s.b1, s.b2, s.a1, s.a2});
    state_.resize(static_cast<std::size_t>(sos_state_size(count(), channels_)));
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    run_({rows_.data(), count(), rectified_}, channels_, state_.data(), x, y, n);
  }
  void reset() noexcept { std::fill(state_.begin(), state_.end(), 0.0); }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    put_states(channel, [&](int q) {
      if (q == rectified_) level = std::fabs(level);
      return steady(made_of_.sections[static_cast<std::size_t>(q)], level);
    });
    return level;
  }
  // One channel's states: of(0), of(1), ... of its sections.
  template <class Of>
  void put_states(int channel, Of&& of) noexcept {
    double* state = state_.data();
    int first = 0, group = sos_group(channels_);
    for (; first + group <= channel; group = sos_group(channels_ - first)) {
      state += 2 * count() * group;
      first += group;
    }
    for (int q = 0; q < count(); ++q, state += 2 * group) {
      const SectionState s = of(q);
      state[channel - first] = s.s1;
      state[group + channel - first] = s.s2;
    }
  }
  bool adopt(const SosKernel& other) noexcept {
    if (other.rows_ != rows_ || other.rectified_ != rectified_ || other.state_.size() != state_.size()) return false;
    std::copy(other.state_.begin(), other.state_.end(), state_.begin());
    return true;
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return unguard::ringing(made_of_.sections, ratios); }
  double error_gain() const { return unguard::error_gain(made_of_.sections); }
  double reach(double level) const {
    for (const auto& s : made_of_.sections)
      if (!((level *= worst_gain(s)) < largest_value)) return std::numeric_limits<double>::infinity();
    return level;
  }
  // Takes the sections of the next stage into this sweep; only before the first sample. Operation for operation the
  // same as one stage after the other, so the bits stay.
  // Where the signal is rectified between the two, this kernel only runs: what it does is asked of its parts.
  bool absorb(const SosKernel& next, bool rectified = false) {
    if (rectified && rectified_ >= 0) return false;
    if (rectified) rectified_ = count();
    parts_.insert(parts_.end(), next.parts_.begin(), next.parts_.end());
    auto& sections = made_of_.sections;
    sections.insert(sections.end(), next.made_of_.sections.begin(), next.made_of_.sections.end());
    rows_.insert(rows_.end(), next.rows_.begin(), next.rows_.end());
    state_.assign(static_cast<std::size_t>(sos_state_size(count(), channels_)), 0.0);
    return true;
  }
  // A smoother's delay is that at 0 Hz, the centroid of its impulse response.
  StageLatency delay(Hertz at) const {
    const auto all = delays(at);
    StageLatency sum = all.front();
    for (std::size_t i = 1; i < all.size(); ++i) sum.samples += all[i].samples;
    return sum;
  }
  std::vector<StageLatency> delays(Hertz at) const {
    std::vector<StageLatency> all;
    auto first = made_of_.sections.begin();
    for (const auto& part : parts_) {
      const Hertz f = part.kind == DelayKind::centroid ? Hertz{0} : at;
      const auto last = first + part.sections;
      all.push_back({part.name, part.kind, group_delay(Sections(first, last), f, rate_), f});
      first = last;
    }
    return all;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(state_);
  }

  const LinearPart* linear() const noexcept { return rectified_ < 0 ? &made_of_ : nullptr; }

 private:
  int count() const noexcept { return static_cast<int>(made_of_.sections.size()); }

  // The stages whose sections these are.
  struct Part {
    std::string name;
    DelayKind kind;
    std::ptrdiff_t sections;
  };

  LinearPart made_of_;
  Hertz rate_;
  std::vector<Part> parts_;
  int channels_;
  int rectified_ = -1;  // the section that |x| goes into
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
