// SPDX-License-Identifier: Apache-2.0
// How far a channel can be trusted, from the marks of its level: WARMUP -> OK <-> DEGRADED -> HOLD -> INVALID ->
// WARMUP. What forbids a value holds it back at once; a short one is over with a HOLD, one that lasts, or a lost
// contact, makes the channel INVALID, and it has to warm up before it speaks again. A machine of our own after the
// alarm states of patient monitors. Cost: one comparison a sample and channel while all is well.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/reading.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class TrustMachines {
 public:
  // `hold` samples without a value are a HOLD, more are INVALID, which `warmup` good samples end.
  TrustMachines(int channels, std::int64_t hold, std::int64_t warmup)
      : hold_(hold), warmup_(warmup), machines_(static_cast<std::size_t>(channels)) {}

  // The state at this sample; every sample once, in order.
  Trust step(int channel, Marks marks, SampleIndex at) noexcept {
    Machine& m = machines_[static_cast<std::size_t>(channel)];
    if (m.state == Trust::ok && marks == mark::none) return m.state;
    const Trust next = successor(m, marks, at.value);
    if (next != m.state) m = {next, at.value};
    return next;
  }
  Trust state(int channel) const noexcept { return machines_[static_cast<std::size_t>(channel)].state; }
  // The sample at which the state began.
  SampleIndex since(int channel) const noexcept { return {machines_[static_cast<std::size_t>(channel)].since}; }

  void reset(SampleIndex at = {}) noexcept {
    for (Machine& m : machines_) m = {Trust::warmup, at.value};
  }
  // What a changed processor keeps from the one it replaces.
  void adopt(const TrustMachines& other) noexcept {
    std::copy(other.machines_.begin(), other.machines_.end(), machines_.begin());
  }
  template <class Archive>
  void state(Archive& archive) {
    for (Machine& m : machines_) {
      archive(m.state);
      archive(m.since);
      if (m.state > Trust::invalid) m.state = Trust::invalid;  // a state from elsewhere must be one of the five
    }
  }

 private:
  struct Machine {
    Trust state = Trust::warmup;
    std::int64_t since = 0;
  };

  Trust successor(Machine& m, Marks marks, std::int64_t at) const noexcept {
    const bool withheld = marks & mark::withholding;
    const Trust good = marks & mark::degrading ? Trust::degraded : Trust::ok;
    if (marks & mark::contact_lost) return Trust::invalid;
    switch (m.state) {
      case Trust::ok:
      case Trust::degraded:
        return withheld ? Trust::hold : good;
      case Trust::hold:
        if (!withheld) return good;
        return at - m.since < hold_ ? Trust::hold : Trust::invalid;
      case Trust::warmup:
        if (withheld) m.since = at + 1;
        return at + 1 - m.since > warmup_ ? good : Trust::warmup;
      case Trust::invalid:
        break;
    }
    return withheld ? Trust::invalid : warmup_ > 0 ? Trust::warmup : good;
  }

  std::int64_t hold_, warmup_;
  std::vector<Machine> machines_;
};

}  // namespace unguard
