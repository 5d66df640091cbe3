// SPDX-License-Identifier: Apache-2.0
// A processor's state as bytes: versioned, bound to its spec and format, checksummed. Every kernel lists its state
// once, in `state(archive)`; writing, reading and measuring all go through that list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

using SavedState = std::vector<std::byte>;

namespace state_detail {

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

// No sample index or count lies further from 0, so that two or three of them add up without overflow.
inline constexpr std::int64_t furthest_count = (std::int64_t{1} << 61) + 1;

// Whether these bytes can be a value of its type: no other bool than 0 or 1 may even be looked at.
template <Plain T>
bool is_one(const std::byte* bytes) noexcept {
  if constexpr (std::is_same_v<T, bool>) {
    return *bytes <= std::byte{1};
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    T value{};
    std::memcpy(&value, bytes, sizeof value);
    return value >= -furthest_count && value <= furthest_count;
  } else if constexpr (requires { names(static_cast<const T*>(nullptr)).size(); }) {
    std::underlying_type_t<T> value{};
    std::memcpy(&value, bytes, sizeof value);
    return std::cmp_greater_equal(value, 0) && std::cmp_less(value, names(static_cast<const T*>(nullptr)).size());
  } else {
    return true;
  }
}

class Writer {
 public:
  template <Plain T>
  void operator()(T& value) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
  }
  template <Plain T, class A>
  void operator()(std::vector<T, A>& values) {
    std::uint64_t size = values.size();
    (*this)(size);
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    bytes_.insert(bytes_.end(), bytes, bytes + size * sizeof(T));
  }
  std::size_t size() const { return bytes_.size(); }
  SavedState take() { return std::move(bytes_); }

 private:
  SavedState bytes_;
};

// Never allocates: a vector keeps the size it has, and a state that says otherwise is refused, as is one with what no
// value can be. A rehearsal goes through the same list and changes nothing.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes, bool rehearsal = false) : bytes_(bytes), rehearsal_(rehearsal) {}
  template <Plain T>
  void operator()(T& value) noexcept {
    take(&value, 1, rehearsal_);
  }
  template <Plain T, class A>
  void operator()(std::vector<T, A>& values) noexcept {
    std::uint64_t size = 0;
    take(&size, 1, false);
    if (size != values.size()) {
      good_ = false;
      return;
    }
    take(values.data(), values.size(), rehearsal_);
  }
  bool good() const noexcept { return good_ && bytes_.empty(); }

 private:
  template <Plain T>
  void take(T* to, std::size_t count, bool skip) noexcept {
    const std::size_t size = count * sizeof(T);
    good_ = good_ && bytes_.size() >= size;
    for (std::size_t i = 0; good_ && i < count; ++i) good_ = is_one<T>(bytes_.data() + i * sizeof(T));
    if (!good_) return;
    if (size && !skip) std::memcpy(to, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }
  std::span<const std::byte> bytes_;
  bool rehearsal_;
  bool good_ = true;
};

struct Header {
  std::uint64_t magic = 0x6475617267u;  // "guard"
  std::uint32_t version = 6;
  std::uint32_t reserved = 0;
  std::uint64_t belongs_to = 0;  // hash of spec and format
  std::uint64_t size = 0;        // of what follows
  std::uint64_t checksum = 0;    // of what follows
};

inline std::uint64_t checksum(std::span<const std::byte> bytes) noexcept {
  return hash_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace state_detail

// What a state belongs to: a spec as it prints, the rate of the stream and how many channels it has.
inline std::uint64_t hash_of(const std::string& spec, const StreamFormat& format) {
  return hash_text(spec, hash_text(to_text(format.rate), static_cast<std::uint64_t>(format.channels.count())));
}

// The state of anything with a member `state(archive)`.
template <class P>
SavedState save_state(P& processor, std::uint64_t belongs_to) {
  state_detail::Writer body;
  processor.state(body);
  const SavedState bytes = body.take();
  state_detail::Header header;
  header.belongs_to = belongs_to;
  header.size = bytes.size();
  header.checksum = state_detail::checksum(bytes);
  SavedState all(sizeof header + bytes.size());
  std::memcpy(all.data(), &header, sizeof header);
  if (!bytes.empty()) std::memcpy(all.data() + sizeof header, bytes.data(), bytes.size());
  return all;
}

// `wrong_state`, and the processor as it was, when the bytes belong elsewhere or are damaged.
template <class P>
Status load_state(P& processor, std::span<const std::byte> bytes, std::uint64_t belongs_to) noexcept {
  state_detail::Header found, expected;
  if (bytes.size() < sizeof found) return Status::wrong_state;
  std::memcpy(&found, bytes.data(), sizeof found);
  const auto body = bytes.subspan(sizeof found);
  if (found.magic != expected.magic || found.version != expected.version || found.reserved != 0 ||
      found.belongs_to != belongs_to || found.size != body.size() || found.checksum != state_detail::checksum(body))
    return Status::wrong_state;
  state_detail::Reader rehearsal(body, true);
  processor.state(rehearsal);
  if (!rehearsal.good()) return Status::wrong_state;
  state_detail::Reader reader(body);
  processor.state(reader);
  return Status::ok;
}

}  // namespace unguard
