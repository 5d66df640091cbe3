// SPDX-License-Identifier: Apache-2.0
// Onset by two thresholds, of level and of time: Lidierth 1986, doi:10.1016/0013-4694(86)90163-X. Active when the
// moving average of the rectified EMG has exceeded its mean at rest by h standard deviations, of that average at rest,
// for t1, where drop-outs shorter than t2 are overlooked; it ends when it has stayed below for t2. The reported onset
// is the first sample above, by when the average's window has been filling for up to its length. Constants: ours; the
// paper's could not be looked up. Cost: one moving sum a sample.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "unguard/core/fields.hpp"
#include "unguard/detect/crossing_channel.hpp"
#include "unguard/detect/live_onset_detector.hpp"
#include "unguard/detect/onset_baseline.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

struct Lidierth {
  Seconds window{0.02};
  double spreads = 3;
  Seconds enter_for{0.03};   // t1
  Seconds drop_out{0.01};    // t2, before the onset
  Seconds leave_for{0.03};   // t2, behind it
  OnsetBaseline baseline{};  // empty: learnt from the first `learn` of the stream, which must be rest
  Seconds learn{2};
  Seconds shortest{0};
  OnMarks on_marks{};

  friend bool operator==(const Lidierth&, const Lidierth&) = default;
};
constexpr SpecInfo info(const Lidierth*) {
  return {"Lidierth",
          "onset where the moving average of the rectified EMG exceeds rest for some time, drop-outs allowed",
          "Lidierth 1986, doi:10.1016/0013-4694(86)90163-X"};
}
constexpr auto fields(const Lidierth*) {
  using S = Lidierth;
  return field_list(
      field<&S::window>("window", "of the moving average of the rectified EMG", between(1e-3, 10)),
      field<&S::spreads>("spreads", "threshold above the mean at rest, in SD of the moving average",
                         between(0.1, 1000)),
      field<&S::enter_for>("enter_for", "so long above the threshold is an onset", between(0.0, 10)),
      field<&S::drop_out>("drop_out", "drop-outs shorter than this do not interrupt it", between(0.0, 10)),
      field<&S::leave_for>("leave_for", "so long below the threshold ends an event", between(0.0, 10)),
      field<&S::baseline>("baseline", "mean and SD at rest; none: learnt from the first stretch"),
      field<&S::learn>("learn", "unmarked first stretch to learn them from, if none are given", between(0.1, 600)),
      field<&S::shortest>("shortest", "events of a shorter duration are cancelled", between(0.0, 10)),
      field<&S::on_marks>("on_marks", "what marks do to events"));
}
inline double& threshold_of(Lidierth& spec) { return spec.spreads; }

class LidierthStatistic {
 public:
  explicit LidierthStatistic(std::int64_t window) : window_(window, 1) {}

  StatisticValue step(double x) noexcept {
    double sum = 0;
    const double rectified = std::fabs(x);
    window_.add(&rectified, &sum);
    const double average = sum / static_cast<double>(window_.window());
    return {average, average};
  }
  std::int64_t warm_up() const noexcept { return window_.window() - 1; }
  void reset() noexcept { window_.reset(); }
  // Set up alike.
  friend bool operator==(const LidierthStatistic& a, const LidierthStatistic& b) noexcept {
    return a.window_.window() == b.window_.window();
  }
  template <class Archive>
  void state(Archive& archive) {
    window_.state(archive);
  }

 private:
  MovingSum window_;
};

// What the mean and SD at rest are of.
inline std::string statistic_of(const Lidierth& spec) { return "rectified EMG, mean over " + to_text(spec.window); }
inline Result<LidierthStatistic> try_statistic(const Lidierth& spec, Hertz rate) {
  const std::int64_t window = samples_in(spec.window, rate);
  if (window < 1)
    return fault_of<Lidierth>("window", spec.window, "at least one sample, " + to_text(Seconds{1 / rate.value}));
  return LidierthStatistic(window);
}
inline CrossingRule crossing_rule(const Lidierth& spec, Hertz rate) {
  CrossingRule rule;
  rule.spreads = spec.spreads;
  rule.enter_for = std::max<std::int64_t>(1, samples_in(spec.enter_for, rate));
  rule.drop_out = std::max<std::int64_t>(0, samples_in(spec.drop_out, rate) - 1);
  rule.leave_for = std::max<std::int64_t>(1, samples_in(spec.leave_for, rate));
  rule.shortest = samples_in(spec.shortest, rate);
  rule.learn = samples_in(spec.learn, rate);
  return rule;
}

}  // namespace unguard
