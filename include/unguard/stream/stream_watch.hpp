// SPDX-License-Identifier: Apache-2.0
// Does the stream still come, and at the rate it says? Watches samples, not sockets: a connection that is open and
// silent is as stale as one that is cut. The rate is that of the arrivals (ArrivalClock), judged with its standard
// error. Only a steady clock is asked, so a change of the time of day changes nothing. Cost: a few dozen operations an
// arrival. Latency: `hold` for silence; for a rate that is wrong from the start the clock's `settle`, 5 s; one that
// goes wrong later is found the later the longer the past is.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/reading.hpp"
#include "unguard/stream/arrival_clock.hpp"

namespace unguard {

struct StreamWatch {
  Seconds hold{0.1};
  Seconds invalid{0.5};
  double rate_tolerance = 0.005;
  ArrivalClock clock{};

  friend bool operator==(const StreamWatch&, const StreamWatch&) = default;
};
constexpr SpecInfo info(const StreamWatch*) {
  return {"StreamWatch", "whether a stream still comes, and at the rate it says", "unguard"};
}
constexpr auto fields(const StreamWatch*) {
  return field_list(
      field<&StreamWatch::hold>("hold", "silence after which the last value no longer stands", between(0.001, 60)),
      field<&StreamWatch::invalid>("invalid", "silence after which the stream is invalid; at least hold",
                                   between(0.001, 3600)),
      field<&StreamWatch::rate_tolerance>(
          "rate_tolerance", "difference from the stated rate that is no error, as a share", between(1e-6, 0.5)),
      field<&StreamWatch::clock>("clock", "how the rate is found"));
}

class LiveStreamWatch {
 public:
  LiveStreamWatch(const StreamWatch& spec, LiveArrivalClock clock) : spec_(spec), clock_(std::move(clock)) {}

  // So many samples in all have come by now, on a steady clock.
  void arrived(SampleIndex samples, Seconds now) noexcept {
    clock_.add(samples, now);
    if (!std::isfinite(now.value) || (last_ && (now < *last_ || samples <= samples_))) return;
    last_ = now;
    samples_ = samples;
  }
  // Since the last sample came; nothing before the first.
  std::optional<Seconds> silent_for(Seconds now) const noexcept {
    if (!last_) return std::nullopt;
    return now - *last_;
  }
  // Beyond its tolerance by more than three standard errors.
  bool at_wrong_rate() const noexcept {
    const auto rate = clock_.rate();
    const auto excess = clock_.excess();
    if (!rate || !excess) return false;
    const double error = rate->standard_error / rate->rate;
    return std::fabs(*excess) - 3 * error > spec_.rate_tolerance;
  }
  Marks reasons(Seconds now) const noexcept {
    Marks all = mark::none;
    const auto silent = silent_for(now);
    // A clock that is no number, or has gone back, vouches for nothing.
    if (!silent || !(*silent >= Seconds{0} && *silent <= spec_.hold)) all |= mark::stale;
    if (at_wrong_rate()) all |= mark::wrong_rate;
    return all;
  }
  Trust trust(Seconds now) const noexcept {
    const auto silent = silent_for(now);
    if (!silent) return Trust::warmup;
    if (!(*silent >= Seconds{0} && *silent <= spec_.invalid) || at_wrong_rate()) return Trust::invalid;
    return *silent > spec_.hold ? Trust::hold : Trust::ok;
  }
  // A reading as it stands now: without its value once that has grown old, or while the rate is wrong.
  Reading standing(const Reading& reading, Seconds now) const noexcept {
    const Marks why = reasons(now);
    if (why == mark::none) return reading;
    const auto all = static_cast<Marks>(reading.reasons() | why);
    const Trust mine = trust(now);
    return Reading::invalid(reading.channel(), reading.at(), all,
                            reading.value() ? mine : std::max(reading.trust(), mine));
  }

  void reset() noexcept {
    clock_.reset();
    last_.reset();
    samples_ = {};
  }
  const StreamWatch& spec() const noexcept { return spec_; }
  const LiveArrivalClock& clock() const noexcept { return clock_; }

 private:
  StreamWatch spec_;
  LiveArrivalClock clock_;
  std::optional<Seconds> last_{};
  SampleIndex samples_{};
};

inline Result<LiveStreamWatch> try_start(const StreamWatch& spec, const StreamFormat& format) {
  if (auto fault = validate(spec)) return *fault;
  if (spec.invalid < spec.hold)
    return fault_of<StreamWatch>("invalid", spec.invalid, "at least hold, " + to_text(spec.hold));
  auto clock = try_start(spec.clock, format);
  if (!clock) return clock.fault();
  return LiveStreamWatch(spec, std::move(*clock));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveStreamWatch start(const StreamWatch& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
