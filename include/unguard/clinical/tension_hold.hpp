// SPDX-License-Identifier: Apache-2.0
// A level of tension that is to be met and held, judged while it happens: within a band around the target for so long.
// Shorter slips are forgiven, and count for neither. For the training and the test of tension_discrimination.hpp. Cost:
// a comparison and a square a level. Latency: that of the levels.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "unguard/clinical/sampling_rate.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

struct TensionHold {
  double target = 8;   // in the unit of the levels: uV, or % of one's own reference
  double band = 0.25;  // share of it, up and down on the logarithm: from 8/1.25 to 8 * 1.25
  Seconds hold{3};
  Seconds slip{0.2};     // this long outside ends no hold
  Seconds patience{20};  // by then it has to have been held

  friend bool operator==(const TensionHold&, const TensionHold&) = default;
};
constexpr SpecInfo info(const TensionHold*) {
  return {"TensionHold", "a level of tension to be met and held",
          "rule proposed here; levels: Flor et al. 1999, doi:10.1023/A:1022847131149"};
}
constexpr auto fields(const TensionHold*) {
  using T = TensionHold;
  return field_list(field<&T::target>("target", "level to be held, in uV or % of a reference", positive),
                    field<&T::band>("band", "share by which it may be missed, both ways", between(0.01, 2)),
                    field<&T::hold>("hold", "for how long", between(0.1, 600)),
                    field<&T::slip>("slip", "this long outside ends no hold", between(0, 10)),
                    field<&T::patience>("patience", "by then it has to have been held", between(0.1, 3600)));
}

enum class HoldState { waiting, holding, held, failed };
constexpr std::array<std::string_view, 4> names(const HoldState*) { return {"waiting", "holding", "held", "failed"}; }

// Of one channel, while its levels come. A value; add() is for the real-time thread. What has no value, NaN, is
// outside.
class TensionHoldJudge {
 public:
  TensionHoldJudge(const TensionHold& spec, Hertz rate)
      : low_(spec.target / (1 + spec.band)),
        high_(spec.target * (1 + spec.band)),
        rate_(rate),
        hold_(std::max<std::int64_t>(1, samples_in(spec.hold, rate))),
        slip_(samples_in(spec.slip, rate)),
        patience_(std::max(hold_, samples_in(spec.patience, rate))) {}

  // The state behind this level; held and failed stay.
  HoldState add(double level) noexcept {
    if (state_ == HoldState::held || state_ == HoldState::failed) return state_;
    ++seen_;
    if (level >= low_ && level <= high_) {
      outside_ = 0;
      ++inside_;
      squares_ += level * level;
      state_ = inside_ >= hold_ ? HoldState::held : HoldState::holding;
    } else if (++outside_ > slip_) {
      state_ = HoldState::waiting;
      inside_ = 0;
      squares_ = 0;
    }
    if (state_ != HoldState::held && seen_ >= patience_) state_ = HoldState::failed;
    return state_;
  }
  HoldState state() const noexcept { return state_; }
  // Of the hold under way, or the one that was held: how long within the band, and its RMS there; 0: there is none.
  Seconds inside() const noexcept { return {static_cast<double>(inside_) / rate_.value}; }
  double produced() const noexcept { return inside_ > 0 ? std::sqrt(squares_ / static_cast<double>(inside_)) : 0; }
  // Since it began to listen.
  Seconds seen() const noexcept { return {static_cast<double>(seen_) / rate_.value}; }

  void reset() noexcept {
    state_ = HoldState::waiting;
    seen_ = inside_ = outside_ = 0;
    squares_ = 0;
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(state_);
    archive(seen_);
    archive(inside_);
    archive(outside_);
    archive(squares_);
    // Not from here.
    if (!(inside_ >= 0 && inside_ <= hold_ && outside_ >= 0 && inside_ <= seen_ && seen_ <= patience_ &&
          squares_ >= 0 && std::isfinite(squares_)))
      reset();
  }

 private:
  double low_, high_;
  Hertz rate_;
  std::int64_t hold_, slip_, patience_;  // samples
  HoldState state_ = HoldState::waiting;
  std::int64_t seen_ = 0;
  std::int64_t inside_ = 0, outside_ = 0;  // of this hold; in a row
  double squares_ = 0;
};

inline Result<TensionHoldJudge> try_start(const TensionHold& spec, Hertz rate) {
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = refuse_rate("TensionHold", rate)) return *fault;
  if (!(spec.hold <= spec.patience))
    return fault_of<TensionHold>("hold", spec.hold, "no longer than patience, " + to_text(spec.patience));
  return TensionHoldJudge(spec, rate);
}

}  // namespace unguard
