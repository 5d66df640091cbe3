// SPDX-License-Identifier: Apache-2.0
// A session as most tests have it, in a room with mains of 50 Hz, and all its readings of a signal.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "stream/usual_session.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard::sessions {

inline Pipeline<Chain<Priming, Bandpass>> in_a_room() {
  Pipeline plan{Chain{Priming{{0.02}}, Bandpass{}}};
  plan.mains = Mains{{.frequency = Hertz{50}}};
  plan.readings.interval = Seconds{0.01};
  return plan;
}

template <class Live>
std::vector<Reading> readings_of(Live live, ConstBlock signal) {
  Sink<Reading> readings(static_cast<std::size_t>(signal.frames * signal.channels));
  Sink<Event> none(1);
  EXPECT_EQ(live.process(signal, readings, none), (Consumed{Status::ok, signal.frames}));
  return {readings.items().begin(), readings.items().end()};
}

}  // namespace unguard::sessions
