// SPDX-License-Identifier: Apache-2.0
// What a fuzzer hands over, taken from the front a value at a time; zeros when nothing is left.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace unguard::fuzz {

class BytesIn {
 public:
  BytesIn(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  bool empty() const { return left_.empty(); }
  template <class T>
  T take() {
    T value{};
    const std::size_t size = std::min(sizeof value, left_.size());
    if (size) std::memcpy(&value, left_.data(), size);
    left_ = left_.subspan(size);
    return value;
  }
  // 0 to most.
  std::int64_t up_to(std::uint32_t most) { return take<std::uint32_t>() % (most + 1); }

 private:
  std::span<const std::uint8_t> left_;
};

}  // namespace unguard::fuzz
