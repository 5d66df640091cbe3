// SPDX-License-Identifier: Apache-2.0
// Mains canceller: follows the hum's frequency, takes out each of its harmonics with one constant width, and steps
// aside where there is none. Widrow et al. 1975, doi:10.1109/PROC.1975.10036; Glover 1977,
// doi:10.1109/TASSP.1977.1162997. Cost: a fixed comb's, and once a mains cycle some 50 operations a line. No latency.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/denoise/line_canceller_kernel.hpp"

namespace unguard {

struct LineCanceller {
  Hertz frequency{50};
  std::vector<int> harmonics{};
  Hertz width{1};

  friend bool operator==(const LineCanceller&, const LineCanceller&) = default;
};
constexpr SpecInfo info(const LineCanceller*) {
  return {"LineCanceller", "mains hum and its harmonics, followed and subtracted while there are any",
          "Widrow et al. 1975, doi:10.1109/PROC.1975.10036; Glover 1977, doi:10.1109/TASSP.1977.1162997"};
}
constexpr auto fields(const LineCanceller*) {
  return std::tuple{
      field<&LineCanceller::frequency>("frequency", "nominal frequency of the mains; followed 1 Hz to either side",
                                       between(45, 65)),
      field<&LineCanceller::harmonics>("harmonics",
                                       "multiples of the frequency to take out, 1 being itself; all up to 450 Hz and "
                                       "below half the rate when none are given",
                                       between(1, 32)),
      field<&LineCanceller::width>("width", "-3 dB width of what is taken out at every harmonic", between(0.2, 5))};
}

inline Result<LineCancellerKernel> make_kernel(const LineCanceller& spec, const StreamFormat& format) {
  constexpr Hertz highest{450};
  const Hertz most = spec.frequency + MainsLoop::pulled_in, nyquist = format.rate / 2;
  std::vector<int> orders = spec.harmonics;
  for (int k = 1; spec.harmonics.empty() && spec.frequency * k <= highest && most * k < nyquist; ++k)
    orders.push_back(k);
  if (orders.empty())
    return fault_of<LineCanceller>("frequency", spec.frequency,
                                   "1 Hz or more below half the sampling rate, " + to_text(nyquist));
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (!(most * orders[i] < nyquist))
      return fault_of<LineCanceller>("harmonics", spec.harmonics,
                                     "multiples of up to " + to_text(most) + " that lie below half the sampling rate, " +
                                         to_text(nyquist));
    if (i > 0 && !(orders[i - 1] < orders[i]))
      return fault_of<LineCanceller>("harmonics", spec.harmonics, "multiples in ascending order, every one once");
  }
  return LineCancellerKernel(spec.frequency, std::move(orders), spec.width, format);
}

}  // namespace unguard
