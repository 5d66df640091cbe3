// SPDX-License-Identifier: Apache-2.0
// A power spectrum: the one-sided density, uV^2/Hz for a signal in uV, at equally spaced frequencies from 0 Hz to half
// the rate. All but 0 Hz and half the rate stand for their negative frequency too, so that the sum of density x step is
// the power. Latency: none; cost: memory alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

// The density of one channel, owned by somebody else.
struct Density {
  std::span<const double> values;  // first that at 0 Hz
  Hertz step;                      // from one to the next
  Hertz end;                       // half the rate: the last value stands there or half a step below
};

struct PowerSpectrum {
  Hertz step{};
  Hertz end{};
  int transform = 0;  // samples of the transform: step = rate / transform
  int bins = 0;
  int channels = 0;
  std::vector<std::int64_t> segments{};  // a channel each: transforms that were averaged, each with all its tapers
  std::vector<double> density{};         // channel after channel, each 0 Hz first

  Density channel(int c) const {
    return {std::span(density).subspan(static_cast<std::size_t>(c) * static_cast<std::size_t>(bins),
                                       static_cast<std::size_t>(bins)),
            step, end};
  }
};

}  // namespace unguard
