// SPDX-License-Identifier: Apache-2.0
// What goes wrong at set-up, said in one voice: which parameter, what was found, what was expected.
// `Result` carries it where exceptions are switched off; `ConfigError` where they are on.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace unguard {

// One refused parameter. `owner` is the spec (or StreamFormat) the parameter belongs to.
struct Fault {
  std::string owner;
  std::string parameter;
  std::string found;
  std::string expected;
};

// The only place where a message about a refused parameter is put together.
inline std::string message(const Fault& fault) {
  return fault.parameter + " is " + fault.found + ": expected " + fault.expected + " (" + fault.owner + "." +
         fault.parameter + ")";
}

// A parameter that cannot be used. In Python a ValueError.
class ConfigError : public std::invalid_argument {
 public:
  explicit ConfigError(Fault fault) : std::invalid_argument(message(fault)), fault_(std::move(fault)) {}
  const Fault& fault() const noexcept { return fault_; }

 private:
  Fault fault_;
};

// A value or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Fault fault) : content_(std::in_place_index<1>, std::move(fault)) {}

  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  T& operator*() { return *std::get_if<0>(&content_); }
  const T& operator*() const { return *std::get_if<0>(&content_); }
  T* operator->() { return std::get_if<0>(&content_); }
  const Fault& fault() const { return *std::get_if<1>(&content_); }

#if defined(__cpp_exceptions)
  // The value, or a ConfigError.
  T take() && {
    if (!has_value()) throw ConfigError(fault());
    return std::move(**this);
  }
#endif

 private:
  std::variant<T, Fault> content_;
};

// What process() answers instead of undefined behaviour. It never throws.
enum class Status : int {
  ok = 0,
  wrong_channels,  // the block's channel count is not the stream's
  wrong_frames,    // input and output differ in length, or a length is negative
  missing_data,    // a null pointer with frames behind it
  wrong_state,     // a saved state that belongs to another spec, format or version, or is damaged
  too_late,        // a marker for a sample that has already been processed
  full,            // a fixed capacity is used up
  ended,           // the stream has been finished
  wrong_time,      // a time that is no number, or not after the one before it
};

constexpr std::string_view to_text(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::wrong_channels:
      return "the block's channel count is not the stream's";
    case Status::wrong_frames:
      return "input and output differ in length, or a length is negative";
    case Status::missing_data:
      return "a block has frames but no data";
    case Status::wrong_state:
      return "the saved state belongs to another spec, format or version, or is damaged";
    case Status::too_late:
      return "the marker's sample has already been processed";
    case Status::full:
      return "a fixed capacity is used up";
    case Status::ended:
      return "the stream has been finished";
    case Status::wrong_time:
      return "a time is no number, or not after the one before it";
  }
  return "unknown status";
}

}  // namespace unguard
