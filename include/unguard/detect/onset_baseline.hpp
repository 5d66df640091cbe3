// SPDX-License-Identifier: Apache-2.0
// Mean and standard deviation of a detector's own statistic at rest, as stored in a plan and given to detectors that
// compare with "mean + h SD". Which statistic is named, because the same h on another one means up to 300 times other
// false alarms. Moments: Welford 1962, doi:10.1080/00401706.1962.10490022. Cost: a division a sample, while learning.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "unguard/core/calibration.hpp"
#include "unguard/core/fields.hpp"

namespace unguard {

struct OnsetBaseline {
  Calibration mean{};    // no values: not calibrated; `quantity` names the statistic
  Calibration spread{};  // standard deviation

  bool empty() const noexcept { return mean.per_channel.empty(); }
  friend bool operator==(const OnsetBaseline&, const OnsetBaseline&) = default;
};
constexpr SpecInfo info(const OnsetBaseline*) {
  return {"OnsetBaseline", "mean and standard deviation of a statistic at rest",
          "Hodges & Bui 1996, doi:10.1016/S0013-4694(96)95190-5"};
}
constexpr auto fields(const OnsetBaseline*) {
  return field_list(field<&OnsetBaseline::mean>("mean", "of the statistic at rest"),
                    field<&OnsetBaseline::spread>("spread", "standard deviation of the statistic at rest"));
}

class BaselineMoments {
 public:
  void add(double value) noexcept {
    ++count_;
    const double off = value - mean_;
    mean_ += off / static_cast<double>(count_);
    squares_ += off * (value - mean_);
  }
  std::int64_t count() const noexcept { return count_; }
  double mean() const noexcept { return mean_; }
  double spread() const noexcept {
    return count_ > 1 ? std::sqrt(std::max(0.0, squares_) / static_cast<double>(count_ - 1)) : 0;
  }
  void reset() noexcept { *this = {}; }
  template <class Archive>
  void state(Archive& archive) {
    archive(count_);
    archive(mean_);
    archive(squares_);
    if (count_ < 0) reset();
  }

 private:
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

// Why this baseline cannot serve a spec, if it cannot.
template <Spec Owner>
std::optional<Fault> refuse_baseline(const OnsetBaseline& baseline, const std::string& statistic, int channels) {
  const std::string owner(info_of<Owner>().name);
  for (const auto& [name, c] : {std::pair{"baseline.mean", &baseline.mean}, {"baseline.spread", &baseline.spread}}) {
    if (c->quantity != statistic)
      return Fault{owner, name, "of \"" + c->quantity + "\"", "a baseline of \"" + statistic + "\""};
    if (c->per_channel.size() != static_cast<std::size_t>(channels))
      return Fault{owner, name, std::to_string(c->per_channel.size()) + " channels",
                   "one value for each of " + std::to_string(channels) + " channels"};
    for (const Estimate& e : c->per_channel)
      if (!std::isfinite(e.value) || (c == &baseline.spread && !(e.value > 0)))
        return Fault{owner, name, to_text(e.value),
                     c == &baseline.spread ? "a finite number above 0" : "a finite number"};
  }
  return std::nullopt;
}

}  // namespace unguard
