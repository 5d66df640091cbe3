// SPDX-License-Identifier: Apache-2.0
// The clock of another device on the sample clock of the EMG: a straight line, known beforehand or estimated from the
// times at which both streams arrive (arrival_clock.hpp). Cost: one division a sample. Latency: none; what the
// transports of the two delay differently cannot be seen and stays in the times.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "unguard/core/error.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/text.hpp"
#include "unguard/core/units.hpp"
#include "unguard/stream/arrival_clock.hpp"
#include "unguard/stream/sample_time.hpp"

namespace unguard {

// Sample `first` of the device was taken at `origin`, and from there on `rate` of them in every second of the EMG's
// clock: as many as come while that counts off its nominal rate.
struct SideClock {
  Hertz rate{};
  SampleTime origin{};
  SampleIndex first{};

  friend bool operator==(const SideClock&, const SideClock&) = default;

  // When a sample was taken; nothing where that cannot be counted.
  std::optional<SampleTime> time_of(SampleIndex sample, Hertz emg) const noexcept {
    if (!can_be_counted(sample) || !can_be_counted(first)) return std::nullopt;
    return later(origin, static_cast<double>(sample - first) * (emg / rate));
  }
};

inline std::optional<Fault> validate(const SideClock& clock) {
  if (!(clock.rate.value > 0 && clock.rate <= max_rate))
    return Fault{"SideClock", "rate", to_text(clock.rate), "a number above 0 Hz, at most " + to_text(max_rate)};
  if (!(clock.origin.fraction >= 0 && clock.origin.fraction < 1))
    return Fault{"SideClock", "origin.fraction", to_text(clock.origin.fraction), "a number from 0 to below 1"};
  for (const auto& [name, at] : {std::pair{"origin.at", clock.origin.at}, std::pair{"first", clock.first}})
    if (!can_be_counted(at)) return Fault{"SideClock", name, to_text(at), "at most 2^61 from sample 0"};
  return std::nullopt;
}

// The line through two streams' arrivals on one receiver's clock, put where `emg_now` and `side_now` have about come:
// near there it is most exact. Nothing before both clocks have settled.
inline std::optional<SideClock> side_clock(const LiveArrivalClock& emg, Hertz emg_rate, SampleIndex emg_now,
                                           const LiveArrivalClock& side, SampleIndex side_now) noexcept {
  const auto true_emg = emg.rate(), true_side = side.rate();
  // Sample n has come when there are n + 1.
  const auto emg_at = emg.time_of(emg_now + 1), side_at = side.time_of(side_now + 1);
  if (!true_emg || !true_side || !emg_at || !side_at) return std::nullopt;
  const auto origin = later({emg_now}, (*side_at - *emg_at) * true_emg->rate);
  if (!origin) return std::nullopt;
  return SideClock{true_side->rate * (emg_rate / true_emg->rate), *origin, side_now};
}

}  // namespace unguard
