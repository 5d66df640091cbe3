// SPDX-License-Identifier: Apache-2.0
// States that no processor has written, with a checksum that is right: every value of a saved state in turn is replaced
// by ones that its type can hold and its owner would never. Truth: whatever comes of it, nothing is read out of bounds,
// nothing overflows and everything ends; under the sanitizers that is what such a test asserts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "unguard/core/state.hpp"

namespace unguard::laws {

// Where each value stands in the bytes that save() gives, and what to put there; of a vector its size, its first and
// its last value. Of what keeps its kind to itself (a kernel of a chain) all is taken for numbers.
class Places : public state_detail::Writer {
 public:
  struct Place {
    std::size_t at = 0;
    std::vector<SavedState> wild{};
  };

  template <state_detail::Plain T>
  void operator()(T& value) {
    look_back();
    note<T>(value, here());
    write(value);
  }
  template <state_detail::Plain T, class A>
  void operator()(std::vector<T, A>& values) {
    look_back();
    note<std::uint64_t>(values.size(), here());
    for (std::size_t i = 0; i < values.size(); i += std::max<std::size_t>(values.size() - 1, 1))
      note<T>(values[i], here() + sizeof(std::uint64_t) + i * sizeof(T));
    write(values);
  }
  const std::vector<Place>& all() const { return all_; }

 private:
  template <class T>
  void note(const T& value, std::size_t at) {
    Place place{at};
    const auto add = [&](auto v) {
      SavedState bytes(sizeof v);
      std::memcpy(bytes.data(), &v, sizeof v);
      place.wild.push_back(bytes);
    };
    if constexpr (std::is_same_v<T, bool>) {
      add(std::uint8_t{2});
      add(static_cast<std::uint8_t>(!value));
    } else if constexpr (std::is_floating_point_v<T>) {
      using L = std::numeric_limits<T>;
      for (const T v : {L::quiet_NaN(), L::infinity(), T(-1e300), T(1e300), T(0)}) add(v);
    } else if constexpr (std::is_enum_v<T>) {
      using U = std::underlying_type_t<T>;
      for (const int v : {-1, 1, 2, 3, 77}) add(static_cast<U>(v));
    } else {
      using L = std::numeric_limits<T>;
      for (const T v : {L::min(), L::max(), T(0), T(L::max() / 4), T(value + 1), T(value - 1)}) add(v);
      if constexpr (std::is_signed_v<T>) add(T(L::min() / 4));
    }
    all_.push_back(place);
  }

  std::size_t here() const { return sizeof(state_detail::Header) + size(); }
  template <class T>
  void write(T& value) {
    state_detail::Writer::operator()(value);
    seen_ = here();
  }
  void look_back() {
    for (; seen_ + sizeof(double) <= here(); seen_ += sizeof(double)) note<double>(0, seen_);
    seen_ = here();
  }

  std::size_t seen_ = sizeof(state_detail::Header);
  std::vector<Place> all_{};
};

// The state with these bytes in this place, and a checksum that says so.
inline SavedState with(SavedState state, std::size_t at, const SavedState& bytes) {
  std::memcpy(state.data() + at, bytes.data(), bytes.size());
  state_detail::Header header;
  std::memcpy(&header, state.data(), sizeof header);
  header.checksum = state_detail::checksum(std::span<const std::byte>(state).subspan(sizeof header));
  std::memcpy(state.data(), &header, sizeof header);
  return state;
}

}  // namespace unguard::laws
