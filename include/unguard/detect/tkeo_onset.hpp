// SPDX-License-Identifier: Apache-2.0
// Onset by threshold on the Teager-Kaiser energy: Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z; Solnik et al.
// 2010, doi:10.1007/s00421-010-1521-8. |TKEO| of the EMG is low-passed; active when that has exceeded its mean at rest
// by h standard deviations, of that low-passed energy at rest, for 25 ms; h is 15 (Li) or 3 (Solnik). Both band-passed
// at 30-300 Hz before; without, EMG of 5 dB in white noise was named 357 instead of 186 ms late, in 276 instead of 393
// of 400 trials. The reported onset is the energy's first sample above. Cost: one section, `order` more of the
// band-pass, two multiplications a sample. Orders: ours.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_channel.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/onset_baseline.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/one_channel_sections.hpp"

namespace unguard {

struct TkeoOnset {
  Hertz low{30};
  Hertz high{300};
  int order = 2;
  Hertz lowpass{50};
  Seconds enter_for{0.025};
  double spreads = 3;
  OnsetBaseline baseline{};  // empty: learnt from the first `learn` of the stream, which must be rest
  Seconds learn{2};
  Seconds leave_for{0.05};  // the papers know no offset; this long below is one
  Seconds shortest{0};
  OnMarks on_marks{};

  friend bool operator==(const TkeoOnset&, const TkeoOnset&) = default;
};
constexpr SpecInfo info(const TkeoOnset*) {
  return {"TkeoOnset", "onset where the low-passed Teager-Kaiser energy exceeds rest by h SD for some time",
          "Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z; Solnik et al. 2010, doi:10.1007/s00421-010-1521-8"};
}
constexpr auto fields(const TkeoOnset*) {
  using S = TkeoOnset;
  return field_list(
      field<&S::low>("low", "lower edge of the band-pass before the operator", positive),
      field<&S::high>("high", "upper edge of it", positive),
      field<&S::order>("order", "of each edge; 0: no band-pass, the stream has been filtered", between(0, 12)),
      field<&S::lowpass>("lowpass", "second-order low-pass of the rectified energy", positive),
      field<&S::enter_for>("enter_for", "so long above the threshold is an onset", between(0.0, 10)),
      field<&S::spreads>("spreads", "threshold above the mean at rest, in SD of the low-passed energy",
                         between(0.1, 1000)),
      field<&S::baseline>("baseline", "mean and SD at rest; none: learnt from the first stretch"),
      field<&S::learn>("learn", "unmarked first stretch to learn them from, if none are given", between(0.1, 600)),
      field<&S::leave_for>("leave_for", "so long below the threshold ends an event", between(0.0, 10)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}
inline double& threshold_of(TkeoOnset& spec) { return spec.spreads; }

class TkeoStatistic {
 public:
  TkeoStatistic(Sections bandpass, Sections lowpass, std::int64_t warm_up)
      : bandpass_(std::move(bandpass)), lowpass_(std::move(lowpass)), warm_up_(warm_up) {}

  StatisticValue step(double x) noexcept {
    x = bandpass_.step(x);
    const double energy = last_ * last_ - x * before_;
    before_ = last_;
    last_ = x;
    const double smooth = lowpass_.step(std::fabs(energy));
    return {smooth, smooth};
  }
  std::int64_t warm_up() const noexcept { return warm_up_; }
  void reset() noexcept {
    bandpass_.reset();
    lowpass_.reset();
    last_ = before_ = 0;
  }
  // Set up alike.
  friend bool operator==(const TkeoStatistic& a, const TkeoStatistic& b) noexcept {
    return a.bandpass_.sections() == b.bandpass_.sections() && a.lowpass_.sections() == b.lowpass_.sections();
  }
  template <class Archive>
  void state(Archive& archive) {
    bandpass_.state(archive);
    lowpass_.state(archive);
    archive(last_);
    archive(before_);
  }

 private:
  OneChannelSections bandpass_, lowpass_;
  std::int64_t warm_up_;
  double last_ = 0, before_ = 0;
};

// What the mean and SD at rest are of.
inline std::string statistic_of(const TkeoOnset& spec) {
  const std::string band = spec.order > 0 ? ", band-pass " + to_text(spec.low) + " to " + to_text(spec.high) +
                                                " of order " + to_text(spec.order)
                                          : "";
  return "|TKEO|" + band + ", low-pass " + to_text(spec.lowpass);
}
inline Result<TkeoStatistic> try_statistic(const TkeoOnset& spec, Hertz rate) {
  Sections band;
  // One period of the lowest corner: the answer to the first sample has then fallen below 1 %.
  double settle = 1 / spec.lowpass.value;
  if (spec.order > 0) {
    auto sections = design(Bandpass{spec.low, spec.high, spec.order}, rate);
    if (!sections) {
      Fault fault = sections.fault();
      fault.owner = info_of<TkeoOnset>().name;
      return fault;
    }
    band = std::move(*sections);
    settle += 1 / spec.low.value;
  }
  auto lowpass = design(Lowpass{spec.lowpass, 2}, rate);
  if (!lowpass) return fault_of<TkeoOnset>("lowpass", spec.lowpass, "below half the rate, " + to_text(rate / 2));
  return TkeoStatistic(std::move(band), std::move(*lowpass), 2 + samples_in({settle}, rate));
}
inline CrossingRule crossing_rule(const TkeoOnset& spec, Hertz rate) {
  CrossingRule rule;
  rule.spreads = spec.spreads;
  rule.enter_for = std::max<std::int64_t>(1, samples_in(spec.enter_for, rate));
  rule.leave_for = std::max<std::int64_t>(1, samples_in(spec.leave_for, rate));
  rule.onset_back = rule.offset_back = 1;  // the energy is that of the sample before
  rule.shortest = samples_in(spec.shortest, rate);
  rule.learn = samples_in(spec.learn, rate);
  return rule;
}

}  // namespace unguard
