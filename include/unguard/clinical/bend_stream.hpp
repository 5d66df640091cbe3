// SPDX-License-Identifier: Apache-2.0
// The stream that bends are measured in: one column is the trunk angle in degrees, all others are EMG in microvolts,
// whose noise is one for all or one for each. Asked in one way by all who measure bends. Cost: none; set-up.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/bend_phases.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

struct BendStream {
  LiveBendPhases<BendPhases> phases;
  int column = 0;  // of the angle
  int muscles = 0;
};

inline Result<BendStream> bend_stream(const BendPhases& spec, const StreamFormat& format) {
  auto phases = try_start(spec, format);
  if (!phases) return phases.fault();
  const int muscles = format.channels.count() - 1;
  if (muscles < 1) return Fault{"StreamFormat", "channels", "the angle alone", "at least one channel of EMG"};
  const int column = *bend_phases_detail::angle_column(spec, format);  // phases have found it
  for (int c = 0; c < format.channels.count(); ++c)
    if (c != column && format.channels[c].unit != "uV")
      return Fault{"StreamFormat", "channels", "\"" + format.channels[c].name + "\" in " + format.channels[c].unit,
                   "EMG in uV"};
  return BendStream{std::move(*phases), column, muscles};
}

// In uV^2, one a muscle; none where none is given. The spec's field is called `noise`.
template <Spec S>
Result<std::vector<double>> noise_powers(const std::vector<Microvolts>& noise, int muscles) {
  const auto many = std::ssize(noise);
  if (many > 1 && many != muscles)
    return fault_in_words<S>("noise", std::to_string(many) + " values",
                             "none, one for all muscles, or one for each of " + std::to_string(muscles));
  std::vector<double> powers;
  for (int m = 0; m < muscles && many > 0; ++m) {
    const double rms = noise[many == 1 ? 0 : static_cast<std::size_t>(m)].value;
    powers.push_back(rms * rms);
  }
  return powers;
}

}  // namespace unguard
