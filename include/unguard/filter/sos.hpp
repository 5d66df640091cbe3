// SPDX-License-Identifier: Apache-2.0
// Second-order sections given from outside (SciPy, MATLAB), checked for shape, scale, stability
// and gain.
// Latency: group delay.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_kernel.hpp"

namespace unguard {

struct Sos {
  std::vector<double> rows{};  // six numbers a section: b0 b1 b2 a0 a1 a2, as scipy.signal has them; a0 = 1

  friend bool operator==(const Sos&, const Sos&) = default;
};
constexpr SpecInfo info(const Sos*) {
  return {"Sos", "second-order sections given from outside", "scipy.signal.sosfilt"};
}
constexpr auto fields(const Sos*) {
  return field_list(field<&Sos::rows>("rows", "b0 b1 b2 a0 a1 a2 of every section in turn, a0 = 1"));
}

inline Result<Sections> design(const Sos& spec, Hertz) {
  const auto& r = spec.rows;
  if (r.empty() || r.size() % 6 != 0)
    return fault_in_words<Sos>("rows", std::to_string(r.size()) + " numbers",
                               "six numbers a section, at least one section");
  Sections sections;
  for (std::size_t i = 0; i < r.size(); i += 6) {
    const std::vector<double> row(r.begin() + static_cast<std::ptrdiff_t>(i),
                                  r.begin() + static_cast<std::ptrdiff_t>(i) + 6);
    if (row[3] != 1) return fault_of<Sos>("rows", row, "a0, the fourth of six, to be 1 in every section");
    sections.push_back({row[0], row[1], row[2], row[4], row[5]});
    if (!stable(sections.back())) return fault_of<Sos>("rows", row, "sections with both poles inside the unit circle");
  }
  return sections;
}

// Coefficients from outside may come with any gain: what could overflow is refused, by the section that would.
inline Result<SosKernel> make_kernel(const Sos& spec, const StreamFormat& format) {
  auto sections = design(spec, format.rate);
  if (!sections) return sections.fault();
  double level = format.full_scale();
  for (std::size_t i = 0; i < sections->size(); ++i)
    if (!((level *= worst_gain((*sections)[i])) < largest_value))
      return fault_of<Sos>("rows",
                           std::vector<double>(spec.rows.begin() + 6 * static_cast<std::ptrdiff_t>(i),
                                               spec.rows.begin() + 6 * static_cast<std::ptrdiff_t>(i + 1)),
                           kernel_detail::expected_reach("sections", format));
  return SosKernel(std::string(info_of<Sos>().name), std::move(*sections), format);
}

}  // namespace unguard
