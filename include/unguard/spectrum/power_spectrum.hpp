// SPDX-License-Identifier: Apache-2.0
// A power spectrum: the one-sided density, uV^2/Hz for a signal in uV, at equally spaced frequencies from 0 Hz to half
// the rate. All but 0 Hz and half the rate stand for their negative frequency too, so that the sum of density x step is
// the power. Latency: none; cost: memory alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "unguard/core/all_within.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/format.hpp"
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
  std::int64_t segments = 0;      // transforms that were averaged, each with all its tapers
  std::vector<double> density{};  // channel after channel, each 0 Hz first

  Density channel(int c) const {
    return {std::span(density).subspan(static_cast<std::size_t>(c) * static_cast<std::size_t>(bins),
                                       static_cast<std::size_t>(bins)),
            step, end};
  }
};

namespace power_spectrum_detail {

// What no spectrum can be made of.
inline std::optional<Fault> refuse_record(ConstBlock record, const StreamFormat& format) {
  if (auto fault = validate(format)) return fault;
  if (record.channels != format.channels.count())
    return Fault{"record", "channels", std::to_string(record.channels), std::to_string(format.channels.count())};
  if (record.frames < 1 || !record.data)
    return Fault{"record", "samples", std::to_string(record.frames) + " samples", "one sample or more"};
  if (!best_all_within()(record.data, record.frames * record.channels, format.full_scale()))
    return Fault{"record", "data", "not finite or beyond full scale", "finite values; bridge gaps first"};
  for (std::int64_t i = 0; record.marks && i < record.frames * record.channels; ++i)
    if (record.marks[i] & mark::withholding)
      return Fault{"record", "marks",
                   "sample " + std::to_string(i / record.channels) + " of channel \"" +
                       format.channels[static_cast<int>(i % record.channels)].name + "\" marked as not to be believed",
                   "a stretch without such marks"};
  return std::nullopt;
}

}  // namespace power_spectrum_detail

}  // namespace unguard
