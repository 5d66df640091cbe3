// SPDX-License-Identifier: Apache-2.0
// The initial states for which forward-backward and backward-forward filtering agree best: Gustafsson 1996,
// "Determining the initial states in forward-backward filtering", doi:10.1109/78.492552. On the states of the cascade
// itself, never by one high-order polynomial. Cost: least squares, 8 x frames x states^2; offline. Latency: none.
// In the widest floating point, what the states are found from being a small difference of large numbers; polynomials,
// which lose digits by themselves, in pairs of doubles.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/double_double.hpp"
#include "unguard/core/least_squares.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/zero_phase_edges.hpp"

namespace unguard::gustafsson {

template <class Real>
using Column = std::vector<Real>;

// The parts in a row, with states that can be set one by one.
template <class Real>
class WideFilter {
 public:
  explicit WideFilter(const Linear& linear) : linear_(linear) {
    for (const auto& part : linear) {
      for (const auto& s : part.sections) {
        // A section of one pole keeps one value; there is nothing to find out about the other.
        const bool second = s.b2 != 0 || s.a2 != 0, first = second || s.b1 != 0 || s.a1 != 0;
        if (first) states_.push_back(kept_.size());
        if (second) states_.push_back(kept_.size() + 1);
        kept_.resize(kept_.size() + 2);
      }
      for (std::size_t k = 0; k + 1 < part.taps.size(); ++k) states_.push_back(kept_.size() + k);
      kept_.resize(kept_.size() + part.taps.size());
      if (part.polynomials.empty()) continue;
      for (std::size_t k = 0; k < part.polynomials.order(); ++k) states_.push_back(kept_.size() + k);
      kept_.resize(kept_.size() + part.polynomials.order());
    }
  }

  std::size_t states() const { return states_.size(); }
  void begin() { std::fill(kept_.begin(), kept_.end(), Real(0)); }
  void begin_with(std::size_t state) {
    begin();
    kept_[states_[state]] = 1;
  }
  Real operator()(Real v) {
    Real* kept = kept_.data();
    for (const auto& part : linear_) {
      for (const auto& c : part.sections) {
        const Real y = c.b0 * v + kept[0];
        kept[0] = (c.b1 * v - c.a1 * y) + kept[1];
        kept[1] = c.b2 * v - c.a2 * y;
        v = y;
        kept += 2;
      }
      if (const auto length = static_cast<std::ptrdiff_t>(part.taps.size())) {
        std::shift_right(kept, kept + length, 1);
        kept[0] = v;
        v = 0;
        for (std::ptrdiff_t k = 0; k < length; ++k) v += part.taps[static_cast<std::size_t>(k)] * kept[k];
        kept += length;
      }
      if (!part.polynomials.empty()) {
        v = step(part.polynomials, kept, v);
        kept += part.polynomials.order();
      }
    }
    return v;
  }

 private:
  const Linear& linear_;
  std::vector<Real> kept_{};
  std::vector<std::size_t> states_{};
};

// What each state leaves in the output while it dies away (O), and that filtered backward (S reversed).
template <class Real>
struct Answers {
  std::vector<Column<Real>> forward, twice;
};
template <class Real>
Answers<Real> answers(const Linear& parts, std::size_t frames) {
  Answers<Real> all;
  WideFilter<Real> filter(parts);
  for (std::size_t k = 0; k < filter.states(); ++k) {
    Column<Real> once(frames), twice(frames);
    filter.begin_with(k);
    for (auto& v : once) v = filter(0);
    filter.begin();
    for (std::size_t i = frames; i-- > 0;) twice[i] = filter(once[i]);
    all.forward.push_back(std::move(once));
    all.twice.push_back(std::move(twice));
  }
  return all;
}

// There must be more to learn from than there is to find out.
inline std::optional<Fault> refuse_too_short(const Linear& parts, std::int64_t frames, const ZeroPhaseEdges& edges) {
  const auto states = static_cast<std::int64_t>(WideFilter<long double>(parts).states());
  if (frames <= 2 * states)
    return Fault{"record", "frames", std::to_string(frames),
                 "more than " + std::to_string(2 * states) + ", the states of this filter in both directions"};
  if (edges.response_length && *edges.response_length < states)
    return fault_of<ZeroPhaseEdges>("response_length", *edges.response_length,
                                    "at least " + std::to_string(states) + ", the states of this filter");
  return std::nullopt;
}

// The record filtered, frames x channels. One of more than twice `length` frames has ends that know nothing of each
// other.
template <class Real>
std::vector<double> filtered_in(const Linear& parts, ConstBlock record, std::optional<std::int64_t> length) {
  const auto wide = static_cast<std::size_t>(record.channels), frames = static_cast<std::size_t>(record.frames);
  // A third more than what is remembered of an input, for what is filtered twice.
  const auto remembered = static_cast<std::size_t>(length ? *length : memory(parts) + memory(parts) / 3);
  const bool apart = frames > 2 * remembered;
  const std::size_t rows = apart ? remembered : frames;
  const auto a = answers<Real>(parts, rows);
  const std::size_t states = a.forward.size();

  // Of the state at the start, twice - forward; of that at the end, the same turned round, with the other sign.
  std::vector<Column<Real>> columns;
  for (std::size_t k = 0; k < states; ++k) {
    columns.push_back(a.twice[k]);
    for (std::size_t i = 0; i < rows; ++i) columns.back()[i] -= a.forward[k][i];
  }
  for (std::size_t k = 0; !apart && k < states; ++k) {
    columns.emplace_back(columns[k].rbegin(), columns[k].rend());
    for (auto& v : columns.back()) v = -v;
  }
  const LeastSquares<Real> least_squares(std::move(columns));

  WideFilter<Real> filter(parts);
  const auto run = [&](auto first, auto last) {
    filter.begin();
    for (; first != last; ++first) *first = filter(*first);
  };
  std::vector<double> all(frames * wide);
  for (std::size_t c = 0; c < wide; ++c) {
    // As if nothing had been before the record, forward then backward, and backward then forward.
    Column<Real> y(frames), other;
    for (std::size_t i = 0; i < frames; ++i) y[i] = record.data[i * wide + c];
    other = y;
    run(y.begin(), y.end());
    run(y.rbegin(), y.rend());
    run(other.rbegin(), other.rend());
    run(other.begin(), other.end());

    Column<Real> first(rows), last(apart ? rows : 0);
    for (std::size_t i = 0; i < rows; ++i) first[i] = other[i] - y[i];
    for (std::size_t i = 0; i < last.size(); ++i) last[i] = y[frames - 1 - i] - other[frames - 1 - i];
    Column<Real> found = least_squares.solve(std::move(first));
    if (apart) {
      const Column<Real> at_end = least_squares.solve(std::move(last));
      found.insert(found.end(), at_end.begin(), at_end.end());
    }
    for (std::size_t k = 0; k < states; ++k)
      for (std::size_t i = 0; i < rows; ++i) {
        y[i] += a.twice[k][i] * found[k];
        y[frames - 1 - i] += a.forward[k][i] * found[states + k];
      }
    for (std::size_t i = 0; i < frames; ++i) all[i * wide + c] = static_cast<double>(y[i]);
  }
  return all;
}
inline std::vector<double> filtered(const Linear& parts, ConstBlock record, std::optional<std::int64_t> length) {
  const bool polynomials =
      std::any_of(parts.begin(), parts.end(), [](const LinearPart& part) { return !part.polynomials.empty(); });
  return polynomials ? filtered_in<DoubleDouble>(parts, record, length)
                     : filtered_in<long double>(parts, record, length);
}

}  // namespace unguard::gustafsson
