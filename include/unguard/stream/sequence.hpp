// SPDX-License-Identifier: Apache-2.0
// Counters that wrap, made whole again: which of all numbers that leave the same remainder is meant. The nearest to the
// one expected, as in serial number arithmetic: Elz & Bush 1996, RFC 1982, doi:10.17487/RFC1982. Cost: none.
#pragma once

#include <cstdint>

namespace unguard::sequence {

// The whole number congruent to `counted` modulo 2^bits that lies nearest to `expected`: at most half a turn off. Bits
// above `bits` are ignored; `bits` from 1 to 63.
constexpr std::int64_t nearest(std::int64_t expected, std::uint64_t counted, int bits) noexcept {
  const std::uint64_t turn = std::uint64_t{1} << bits, half = turn >> 1;
  const std::uint64_t ahead = (counted - static_cast<std::uint64_t>(expected)) & (turn - 1);
  return expected + (ahead < half ? static_cast<std::int64_t>(ahead) : -static_cast<std::int64_t>(turn - ahead));
}

}  // namespace unguard::sequence
