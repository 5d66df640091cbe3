// SPDX-License-Identifier: Apache-2.0
// The laws of design section 4 for filters. One line registers a spec:
//   const bool bandpass = laws::filter("Bandpass", Bandpass{}, {.response = laws::Response::linear});
// What they demand is in filter_laws.cpp, compiled once for all of them.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "laws/any_filter.hpp"
#include "laws/law.hpp"
#include "laws/one_engine.hpp"

namespace unguard::laws {

// What the filter answers linearly to: the signal, its magnitude, its square (with the root of the output), or nothing.
enum class Response { linear, rectified, power, none };

struct FilterOptions {
  Response response = Response::none;
  Exemptions exempt{};
  Hertz rate{2000};
};

// How a filter is started for so many channels, and its spec as JSON; empty where it has no fields.
struct FilterUnderTest {
  std::function<AnyFilter(int channels)> make{};
  std::string spec{};
  FilterOptions options{};
};

// A spec that starts as a filter, a kernel's or another.
template <class S>
concept StartsAsFilter = requires(const S& spec, const StreamFormat& format) {
  { start(spec, format) } -> Filter;
};

template <StartsAsFilter S>
FilterUnderTest under_test(const S& spec, FilterOptions options) {
  const Hertz rate = options.rate;
  FilterUnderTest tried{
      [=](int channels) {
        return AnyFilter(start(spec, StreamFormat{.rate = rate, .channels = Channels::unnamed(channels)}));
      },
      {},
      std::move(options)};
  if constexpr (requires { json(spec); }) tried.spec = json(spec);
  return tried;
}

// Every law but that of one engine.
Trials filter_trials(const FilterUnderTest& tried);
bool add_filter(const std::string& name, const FilterUnderTest& tried);

// Registers every law for one filter spec. Call it while the program starts up.
template <StartsAsFilter S>
bool filter(const std::string& name, const S& spec, FilterOptions options = {}) {
  return add_filter(name, under_test(spec, std::move(options)));
}

}  // namespace unguard::laws
