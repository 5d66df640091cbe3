// SPDX-License-Identifier: Apache-2.0
// Electrodes that lose contact: for a while the channel shows nothing (flat, to the code) or mains (an open input).
// The hum carries its third and fifth harmonic. Fault model of our own. Cost: a comparison a sample.
#pragma once

#include <array>
#include <string_view>

#include "unguard/core/fields.hpp"
#include "unguard/simulate/mains_artefact.hpp"
#include "unguard/simulate/stretches.hpp"

namespace unguard {

enum class LeadOffForm { flat, hum, alternating };
constexpr std::array<std::string_view, 3> names(const LeadOffForm*) { return {"flat", "hum", "alternating"}; }

struct LeadOff {
  LeadOffForm form = LeadOffForm::alternating;
  double per_hour = 60;
  Seconds shortest{1};
  Seconds longest{4};
  Microvolts hum{500};
  Hertz frequency{50};
  Seconds after{20};

  friend bool operator==(const LeadOff&, const LeadOff&) = default;
};
constexpr SpecInfo info(const LeadOff*) { return {"LeadOff", "stretches without electrode contact", "unguard"}; }
constexpr auto fields(const LeadOff*) {
  return field_list(field<&LeadOff::form>("form", "flat, hum, or one after the other"),
                    field<&LeadOff::per_hour>("per_hour", "mean number an hour and channel", between(0, 3600)),
                    field<&LeadOff::shortest>("shortest", "shortest stretch", between(0.01, 3600)),
                    field<&LeadOff::longest>("longest", "longest stretch", between(0.01, 3600)),
                    field<&LeadOff::hum>("hum", "RMS of the fundamental of an open input", between(0, 100000)),
                    field<&LeadOff::frequency>("frequency", "mains frequency", between(45, 65)),
                    field<&LeadOff::after>("after", "none begins before", between(0, 86400)));
}

inline std::vector<Stretch> draw_lead_offs(const LeadOff& spec, RandomStream random, SampleIndex end, Hertz rate) {
  if (spec.per_hour == 0) return {};
  return draw_stretches({spec.after, {3600 / spec.per_hour}, spec.shortest, spec.longest}, std::move(random), end,
                        rate);
}

// Whether the n-th stretch of a channel hums.
constexpr bool hums(LeadOffForm form, std::size_t n) {
  return form == LeadOffForm::hum || (form == LeadOffForm::alternating && n % 2 == 1);
}

}  // namespace unguard
