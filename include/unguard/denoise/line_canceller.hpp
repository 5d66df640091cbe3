// SPDX-License-Identifier: Apache-2.0
// Mains canceller: follows the hum's frequency, takes out each of its harmonics with one constant width, and steps
// aside where there is none. Widrow et al. 1975, doi:10.1109/PROC.1975.10036; Glover 1977,
// doi:10.1109/TASSP.1977.1162997. Cost: five times a fixed comb's, a quarter of it once a mains cycle. No latency.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/denoise/line_canceller_kernel.hpp"

namespace unguard {

// With no frequency each channel finds its own, 0.3 s later; with no harmonics all up to 450 Hz and below half the rate
// are taken out, or the first nine where the frequency is not known beforehand. The width holds for hum that stays: it
// is larger in the first second of a line, so that that is all it takes, and smaller while the muscle is much louder
// than in the seconds before, so that a burst leaves nothing behind.
struct LineCanceller {
  std::optional<Hertz> frequency{};
  std::vector<int> harmonics{};
  Hertz width{1};

  friend bool operator==(const LineCanceller&, const LineCanceller&) = default;
};
constexpr SpecInfo info(const LineCanceller*) {
  return {"LineCanceller", "mains hum and its harmonics, followed and subtracted while there are any",
          "Widrow et al. 1975, doi:10.1109/PROC.1975.10036; Glover 1977, doi:10.1109/TASSP.1977.1162997"};
}
constexpr auto fields(const LineCanceller*) {
  return field_list(
      field<&LineCanceller::frequency>(
          "frequency", "of the mains, followed 1 Hz to either side; looked for from 45 to 65 Hz when not given",
          between(45, 65)),
      field<&LineCanceller::harmonics>("harmonics",
                                       "multiples of the frequency to take out, 1 being itself; all up to 450 Hz and "
                                       "below half the rate when none are given",
                                       between(1, 32)),
      field<&LineCanceller::width>("width", "-3 dB width of what is taken out at every harmonic", between(0.2, 5)));
}

inline Result<LineCancellerKernel> make_kernel(const LineCanceller& spec, const StreamFormat& format) {
  constexpr Hertz last{450}, usual{50};
  const Hertz most = spec.frequency ? *spec.frequency + MainsLoop::strays : MainsLoop::highest_mains;
  const Hertz nyquist = format.rate / 2;
  if (!(most < nyquist))
    return fault_of<LineCanceller>("frequency", spec.frequency,
                                   "a mains frequency that can be followed up to " + to_text(most) +
                                       ", below half the sampling rate, " + to_text(nyquist));
  std::vector<int> orders = spec.harmonics;
  if (orders.empty())
    for (int k = 1; spec.frequency.value_or(usual) * k <= last && most * k < nyquist; ++k) orders.push_back(k);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (!(most * orders[i] < nyquist))
      return fault_of<LineCanceller>(
          "harmonics", spec.harmonics,
          "multiples of up to " + to_text(most) + " below half the sampling rate, " + to_text(nyquist));
    if (i > 0 && !(orders[i - 1] < orders[i]))
      return fault_of<LineCanceller>("harmonics", spec.harmonics, "multiples in ascending order, each once");
  }
  if (!spec.frequency && orders.front() > 3)
    return fault_of<LineCanceller>("harmonics", spec.harmonics,
                                   "one of the first three among them, by which the frequency is found, or frequency");
  return LineCancellerKernel(spec.frequency, std::move(orders), spec.width, format);
}

}  // namespace unguard
