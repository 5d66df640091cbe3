// SPDX-License-Identifier: Apache-2.0
// The settings of ActivityDetector that decide, beside the noise, how often noise alone brings how much evidence: a
// count holds for a detector that has the same ones and for no other. Cost: none.
#pragma once

#include <vector>

#include "unguard/core/fields.hpp"

namespace unguard {

struct CountedFor {
  std::vector<double> sizes{};  // dB; none: nothing was counted
  double most_a_sample = 6;
  double tracking = 0.025;
  Seconds memory{4};
  double cap = 2;
  Seconds look{0.025};  // asked for where beats are known: they are as loud as they are over a look

  bool empty() const noexcept { return sizes.empty(); }
  friend bool operator==(const CountedFor&, const CountedFor&) = default;
};
constexpr SpecInfo info(const CountedFor*) {
  return {"CountedFor", "settings of the detector that alarms on noise alone were counted for",
          "Lorden 1971, doi:10.1214/aoms/1177693055"};
}
constexpr auto fields(const CountedFor*) {
  using C = CountedFor;
  return field_list(
      field<&C::sizes>("sizes",
                       "dB of activity over rest that were looked for; none: nothing was counted, and log_alarms and "
                       "decay are a bound for whatever settings"),
      field<&C::most_a_sample>("most_a_sample", "most evidence one sample gave, nats", between(0.5, 1000)),
      field<&C::tracking>("tracking", "fastest drift of the level of rest that was followed, a second, as a fraction",
                          between(0.0, 0.5)),
      field<&C::memory>("memory", "how long the level of rest was remembered", between(0.5, 600)),
      field<&C::cap>("cap", "most the level of rest was moved at all, as a factor", between(1, 10)),
      field<&C::look>("look", "over which beats are so loud", between(0.0, 1)));
}

}  // namespace unguard
