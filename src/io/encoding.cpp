// SPDX-License-Identifier: Apache-2.0
#include "io/encoding.hpp"

#include <cstddef>

namespace unguard::edf {
namespace {

std::string from_latin1(std::string_view text) {
  std::string result;
  for (char c : text) {
    const auto letter = static_cast<unsigned char>(c);
    if (letter >= 0x80) result += static_cast<char>(0xC0 | letter >> 6);
    result += letter < 0x80 ? c : static_cast<char>(0x80 | (letter & 0x3F));
  }
  return result;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) { return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u; };
    const unsigned first = byte(0);
    if (first >= 0x80 && (first < 0xC2 || first > 0xF4)) return false;
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t k = 1; k < length; ++k)
      if (byte(k) < (k == 1 ? low : 0x80) || byte(k) > (k == 1 ? high : 0xBF)) return false;
    i += length;
  }
  return true;
}

std::string as_utf8(std::string_view bytes) { return is_utf8(bytes) ? std::string(bytes) : from_latin1(bytes); }

}  // namespace unguard::edf
