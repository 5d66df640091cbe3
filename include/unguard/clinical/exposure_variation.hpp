// SPDX-License-Identifier: Apache-2.0
// How monotonous a muscle's load is: which share of the time it spends in which class of level, in stretches of which
// length, without leaving the class (exposure variation analysis: Mathiassen & Winkel 1991,
// Ergonomics 34:1455). One number of it: the standard deviation over the cells; the more even, the more
// varied. Cost: O(log classes) a level.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "unguard/clinical/sampling_rate.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Both lists ascend; a class is from one edge to below the next, the first from 0 and the last without an end.
struct ExposureVariation {
  std::vector<double> levels{1, 3, 7, 15, 31};  // % of the reference
  std::vector<Seconds> lengths{{1}, {3}, {7}, {15}, {31}};

  friend bool operator==(const ExposureVariation&, const ExposureVariation&) = default;
};
constexpr SpecInfo info(const ExposureVariation*) {
  return {"ExposureVariation", "time by class of level and length of stretch",
          "Mathiassen & Winkel 1991, Ergonomics 34:1455"};
}
constexpr auto fields(const ExposureVariation*) {
  using E = ExposureVariation;
  return field_list(field<&E::levels>("levels", "edges between classes of level, ascending", positive),
                    field<&E::lengths>("lengths", "edges between classes of length, ascending", positive));
}

// Of one channel, while its levels come. add() is for the real-time thread.
class ExposureVariationCounter {
 public:
  ExposureVariationCounter(const ExposureVariation& spec, Hertz rate)
      : levels_(spec.levels), rate_(rate), samples_((levels_.size() + 1) * (spec.lengths.size() + 1)) {
    for (const Seconds s : spec.lengths) lengths_.push_back(samples_in(s, rate));
  }

  // What has no value, NaN, ends a stretch.
  void add(double level) noexcept {
    const auto now = std::isnan(level) ? no_class : class_of(level);
    if (now != class_) {
      end_stretch();
      class_ = now;
    }
    ++length_;
  }
  std::size_t level_classes() const noexcept { return levels_.size() + 1; }
  std::size_t length_classes() const noexcept { return lengths_.size() + 1; }
  // Share of the time so far, the stretch under way included; 0 while there is none.
  double share(std::size_t level_class, std::size_t length_class) const noexcept {
    const auto all = static_cast<double>(total());
    return all > 0 ? static_cast<double>(cell(level_class, length_class)) / all : 0;
  }
  Seconds observed() const noexcept { return {static_cast<double>(total()) / rate_.value}; }
  // Over all cells, in shares.
  double deviation() const noexcept {
    const auto cells = static_cast<double>(samples_.size()), mean = 1 / cells;
    double squares = 0;
    for (std::size_t l = 0; l < level_classes(); ++l)
      for (std::size_t t = 0; t < length_classes(); ++t) squares += (share(l, t) - mean) * (share(l, t) - mean);
    return std::sqrt(squares / cells);
  }

 private:
  static constexpr std::size_t no_class = static_cast<std::size_t>(-1);

  std::size_t class_of(double level) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(levels_.begin(), levels_.end(), level) - levels_.begin());
  }
  std::size_t length_class(std::int64_t length) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(lengths_.begin(), lengths_.end(), length) - lengths_.begin());
  }
  std::int64_t cell(std::size_t level_class, std::size_t length_class_of) const noexcept {
    const bool under_way = class_ == level_class && length_ > 0 && length_class(length_) == length_class_of;
    return samples_[level_class * length_classes() + length_class_of] + (under_way ? length_ : 0);
  }
  std::int64_t total() const noexcept {
    std::int64_t all = class_ == no_class ? 0 : length_;
    for (const auto n : samples_) all += n;
    return all;
  }
  void end_stretch() noexcept {
    if (class_ != no_class && length_ > 0) samples_[class_ * length_classes() + length_class(length_)] += length_;
    length_ = 0;
  }

  std::vector<double> levels_;
  std::vector<std::int64_t> lengths_{};
  Hertz rate_;
  std::vector<std::int64_t> samples_;  // by class of level, then of length
  std::size_t class_ = no_class;       // of the stretch under way
  std::int64_t length_ = 0;
};

inline Result<ExposureVariationCounter> try_start(const ExposureVariation& spec, Hertz rate) {
  using E = ExposureVariation;
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = refuse_rate("ExposureVariation", rate)) return *fault;
  const auto rises = [](const auto& list) {
    return !list.empty() && std::adjacent_find(list.begin(), list.end(),
                                               [](const auto& a, const auto& b) { return !(a < b); }) == list.end();
  };
  if (!rises(spec.levels)) return fault_of<E>("levels", spec.levels, "one edge or several that ascend");
  if (!rises(spec.lengths)) return fault_of<E>("lengths", spec.lengths, "one edge or several that ascend");
  return ExposureVariationCounter(spec, rate);
}

}  // namespace unguard
