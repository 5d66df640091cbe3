// SPDX-License-Identifier: Apache-2.0
// Onset by threshold as Hodges & Bui 1996 tested it, doi:10.1016/S0013-4694(96)95190-5: EMG is rectified and low-passed
// (10, 50 or 500 Hz); active when the mean over 20, 50 or 100 ms exceeds the mean at rest by 1, 2 or 3 standard
// deviations of the *samples* of that low-passed signal, not of the window's mean. The reported onset is the window's
// first sample, which at high SNR lies before the true one. Cost: one section, one moving sum a sample.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_channel.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/onset_baseline.hpp"
#include "unguard/envelope/moving_sum.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/one_channel_sections.hpp"

namespace unguard {

struct HodgesBui {
  Hertz lowpass{50};  // second order; the paper tells no order
  Seconds window{0.025};
  double spreads = 3;
  OnsetBaseline baseline{};  // empty: learnt from the first `learn` of the stream, which must be rest
  Seconds learn{2};
  Seconds leave_for{0.05};  // the paper knows no offset; this long below is one
  Seconds shortest{0};
  OnMarks on_marks{};

  friend bool operator==(const HodgesBui&, const HodgesBui&) = default;
};
constexpr SpecInfo info(const HodgesBui*) {
  return {"HodgesBui", "onset where the mean of the rectified, low-passed EMG exceeds rest by h SD",
          "Hodges & Bui 1996, doi:10.1016/S0013-4694(96)95190-5"};
}
constexpr auto fields(const HodgesBui*) {
  using S = HodgesBui;
  return field_list(
      field<&S::lowpass>("lowpass", "second-order low-pass of the rectified EMG", positive),
      field<&S::window>("window", "whose mean is compared", between(1e-3, 10)),
      field<&S::spreads>("spreads", "threshold above the mean at rest, in SD of the low-passed samples",
                         between(0.1, 1000)),
      field<&S::baseline>("baseline", "mean and SD at rest; none: learnt from the first stretch"),
      field<&S::learn>("learn", "unmarked first stretch to learn them from, if none are given", between(0.1, 600)),
      field<&S::leave_for>("leave_for", "so long below the threshold ends an event", between(0.0, 10)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}

class HodgesBuiStatistic {
 public:
  HodgesBuiStatistic(Sections lowpass, std::int64_t window, std::int64_t settle)
      : lowpass_(std::move(lowpass)), window_(window, 1), warm_up_(window + settle) {}

  StatisticValue step(double x) noexcept {
    const double smooth = lowpass_.step(std::fabs(x));
    double sum = 0;
    window_.add(&smooth, &sum);
    return {sum / static_cast<double>(window_.window()), smooth};
  }
  std::int64_t warm_up() const noexcept { return warm_up_; }
  void reset() noexcept {
    lowpass_.reset();
    window_.reset();
  }
  // Set up alike.
  friend bool operator==(const HodgesBuiStatistic& a, const HodgesBuiStatistic& b) noexcept {
    return a.lowpass_.sections() == b.lowpass_.sections() && a.window_.window() == b.window_.window();
  }
  template <class Archive>
  void state(Archive& archive) {
    lowpass_.state(archive);
    window_.state(archive);
  }

 private:
  OneChannelSections lowpass_;
  MovingSum window_;
  std::int64_t warm_up_;
};

// What decides how often it alarms falsely.
inline double& threshold_of(HodgesBui& spec) { return spec.spreads; }
// What the mean and SD at rest are of.
inline std::string statistic_of(const HodgesBui& spec) {
  return "rectified EMG, low-pass " + to_text(spec.lowpass) + ", sample by sample";
}
inline Result<HodgesBuiStatistic> try_statistic(const HodgesBui& spec, Hertz rate) {
  auto sections = design(Lowpass{spec.lowpass, 2}, rate);
  if (!sections) return fault_of<HodgesBui>("lowpass", spec.lowpass, "below half the rate, " + to_text(rate / 2));
  const std::int64_t window = samples_in(spec.window, rate);
  if (window < 1)
    return fault_of<HodgesBui>("window", spec.window, "at least one sample, " + to_text(Seconds{1 / rate.value}));
  // One period of the low-pass's corner: its answer to the first sample has then fallen below 1 %.
  return HodgesBuiStatistic(std::move(*sections), window, samples_in({1 / spec.lowpass.value}, rate));
}
inline CrossingRule crossing_rule(const HodgesBui& spec, Hertz rate) {
  CrossingRule rule;
  rule.spreads = spec.spreads;
  rule.leave_for = std::max<std::int64_t>(1, samples_in(spec.leave_for, rate));
  rule.onset_back = samples_in(spec.window, rate) - 1;
  rule.shortest = samples_in(spec.shortest, rate);
  rule.learn = samples_in(spec.learn, rate);
  return rule;
}

}  // namespace unguard
