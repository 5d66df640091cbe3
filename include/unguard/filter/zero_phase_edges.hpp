// SPDX-License-Identifier: Apache-2.0
// What a zero-phase filter takes to lie beyond the ends of a record: an extension and steady state for its first value,
// as scipy.signal.sosfiltfilt has them, or the states that make both directions agree: Gustafsson 1996,
// doi:10.1109/78.492552. Cost: none. Latency: none.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unguard/core/fields.hpp"

namespace unguard {

enum class ZeroPhaseMethod { pad, gustafsson };
constexpr std::array<std::string_view, 2> names(const ZeroPhaseMethod*) { return {"pad", "gustafsson"}; }

// Turned about the end value, mirrored, the end value held, or nothing.
enum class Padding { odd, even, constant, none };
constexpr std::array<std::string_view, 4> names(const Padding*) { return {"odd", "even", "constant", "none"}; }

struct ZeroPhaseEdges {
  ZeroPhaseMethod method = ZeroPhaseMethod::pad;
  Padding padding = Padding::odd;
  std::optional<std::int64_t> pad_length{};       // frames; three times the filter's length when not given
  std::optional<std::int64_t> response_length{};  // frames; as long as the filter remembers when not given

  friend bool operator==(const ZeroPhaseEdges&, const ZeroPhaseEdges&) = default;
};
constexpr SpecInfo info(const ZeroPhaseEdges*) {
  return {"ZeroPhaseEdges", "how a zero-phase filter treats the ends of a record",
          "Gustafsson 1996, doi:10.1109/78.492552"};
}
constexpr auto fields(const ZeroPhaseEdges*) {
  using E = ZeroPhaseEdges;
  return field_list(
      field<&E::method>("method", "extend the record, or find the initial states that make both directions agree"),
      field<&E::padding>("padding", "how method \"pad\" extends the record"),
      field<&E::pad_length>("pad_length",
                            "frames of extension on either side; three times the filter's length when not given",
                            between(0, 1e9)),
      field<&E::response_length>("response_length",
                                 "frames after which method \"gustafsson\" takes the filter to have forgotten; as long "
                                 "as it remembers when not given",
                                 between(1, 1e9)));
}

// A choice that the method does not have is refused rather than passed over.
inline std::optional<Fault> refuse(const ZeroPhaseEdges& edges) {
  if (auto fault = validate(edges)) return fault;
  const bool pad = edges.method == ZeroPhaseMethod::pad;
  if (pad && edges.response_length)
    return fault_of<ZeroPhaseEdges>("response_length", *edges.response_length, "none unless method is gustafsson");
  if (!pad && edges.pad_length)
    return fault_of<ZeroPhaseEdges>("pad_length", *edges.pad_length, "none unless method is pad");
  if (!pad && edges.padding != Padding::odd)
    return fault_of<ZeroPhaseEdges>("padding", edges.padding, "odd, the default, unless method is pad");
  return std::nullopt;
}

}  // namespace unguard
