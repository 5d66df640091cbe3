// SPDX-License-Identifier: Apache-2.0
// What the tests of onset detectors share: one channel driven through a detector, and noise.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "unguard/core/event.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/detect/live_onset_detector.hpp"

namespace unguard::onsets {

inline StreamFormat format(Hertz rate) { return {.rate = rate, .channels = Channels::unnamed(1)}; }

// Every report, in order.
template <OnsetSpec S>
std::vector<Event> reports(const S& spec, const std::vector<double>& x, Hertz rate = {2000}) {
  auto live = start(spec, format(rate));
  Sink<Event> sink(x.size());
  live.process({x.data(), static_cast<std::int64_t>(x.size()), 1}, sink);
  live.finish(sink);
  return {sink.items().begin(), sink.items().end()};
}
// The events as they ended, those taken back left out.
template <OnsetSpec S>
std::vector<Event> events(const S& spec, const std::vector<double>& x, Hertz rate = {2000}) {
  std::map<std::uint64_t, Event> last;
  for (const Event& e : reports(spec, x, rate)) last[e.id] = e;
  std::vector<Event> kept;
  for (const auto& [id, e] : last)
    if (e.report != Report::cancel) kept.push_back(e);
  return kept;
}

inline std::vector<double> white(std::int64_t n, double rms, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0, rms);
  std::vector<double> x(static_cast<std::size_t>(n));
  for (double& v : x) v = normal(generator);
  return x;
}
// Rest of 2 uV, and activity so many times as strong from `onset` to `offset`.
inline std::vector<double> burst(std::int64_t n, std::int64_t onset, std::int64_t offset, double times,
                                 std::uint64_t seed) {
  auto x = white(n, 2, seed);
  for (std::int64_t i = onset; i < offset; ++i) x[static_cast<std::size_t>(i)] *= times;
  return x;
}

}  // namespace unguard::onsets
