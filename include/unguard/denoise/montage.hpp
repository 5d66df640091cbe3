// SPDX-License-Identifier: Apache-2.0
// Derived channels by name: bipolar pairs from monopolar electrodes, a chosen order, a common average taken off. Names
// only: an electrode that moved to another column cannot swap left and right. Definitions; the common average is that
// of denoise/common_average.hpp. Cost: one subtraction a channel. Latency: none.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/format.hpp"
#include "unguard/denoise/common_average.hpp"

namespace unguard {

// One channel of the result: an electrode, less another or less nothing.
struct Derivation {
  Channel channel{};  // as it is called from here on
  std::string plus{};
  std::optional<std::string> minus{};

  friend bool operator==(const Derivation&, const Derivation&) = default;
};

// Empty derivations leave the channels as they are. The common average comes off before the pairs are taken.
struct Montage {
  std::vector<Derivation> derivations{};
  bool common_average = false;

  friend bool operator==(const Montage&, const Montage&) = default;
};

class LiveMontage {
 public:
  struct Columns {
    int plus = 0, minus = -1;
  };

  LiveMontage(StreamFormat from, StreamFormat to, std::vector<Columns> columns, bool common_average)
      : from_(std::move(from)), to_(std::move(to)), columns_(std::move(columns)) {
    if (common_average) average_.emplace(from_.channels.count(), from_.full_scale());
  }

  // As many frames out as in; `out` must not overlap `in`. A derived sample bears the marks of both electrodes, and
  // those of the average where that comes off.
  Status process(ConstBlock in, Block out) noexcept {
    if (in.channels != from_.channels.count() || out.channels != to_.channels.count()) return Status::wrong_channels;
    if (in.frames != out.frames || in.frames < 0) return Status::wrong_frames;
    if (in.frames > 0 && (!in.data || !out.data)) return Status::missing_data;
    for (std::int64_t i = 0; i < in.frames; ++i) {
      const CommonAverage::Value average = average_ ? average_->take(in.part(i, 1)) : CommonAverage::Value{};
      for (int c = 0; c < out.channels; ++c) {
        const Columns& from = columns_[static_cast<std::size_t>(c)];
        // The average of a pair's two halves is one and the same.
        const bool alone = from.minus < 0;
        out(i, c) = alone ? in(i, from.plus) - average.level : in(i, from.plus) - in(i, from.minus);
        if (out.marks)
          out.marks[i * out.channels + c] =
              static_cast<Marks>(marks(in, i, from) | (alone ? average.marks : mark::none));
      }
    }
    return Status::ok;
  }
  void reset() noexcept {
    if (average_) average_->reset();
  }
  template <class Archive>
  void state(Archive& archive) {
    if (average_) average_->state(archive);
  }

  // What comes in, and what comes out.
  const StreamFormat& from() const noexcept { return from_; }
  const StreamFormat& format() const noexcept { return to_; }

 private:
  Marks mark_at(const ConstBlock& in, std::int64_t frame, int column) const noexcept {
    return in.marks ? in.marks[frame * in.channels + column] : mark::none;
  }
  Marks marks(const ConstBlock& in, std::int64_t frame, const Columns& from) const noexcept {
    const Marks plus = mark_at(in, frame, from.plus);
    return from.minus < 0 ? plus : static_cast<Marks>(plus | mark_at(in, frame, from.minus));
  }

  StreamFormat from_, to_;
  std::vector<Columns> columns_;
  std::optional<CommonAverage> average_{};
};

namespace montage_detail {

inline std::string known(const Channels& channels) {
  std::string names;
  for (const auto& c : channels) names += (names.empty() ? "" : ", ") + to_text(c.name);
  return "one of " + names;
}

}  // namespace montage_detail

inline Result<LiveMontage> try_start(const Montage& spec, const StreamFormat& format) {
  if (auto fault = validate(format)) return *fault;
  std::vector<LiveMontage::Columns> columns;
  std::vector<Channel> derived;
  const auto missing = [&](const char* which, const std::string& name) {
    return Fault{"Montage", which, to_text(name), montage_detail::known(format.channels)};
  };
  for (const auto& d : spec.derivations) {
    const auto plus = format.channels.find(d.plus);
    if (!plus) return missing("plus", d.plus);
    LiveMontage::Columns from{*plus, -1};
    if (d.minus) {
      const auto minus = format.channels.find(*d.minus);
      if (!minus) return missing("minus", *d.minus);
      if (*minus == *plus) return Fault{"Montage", "minus", to_text(*d.minus), "another electrode than plus"};
      if (format.channels[*minus].unit != format.channels[*plus].unit)
        return Fault{"Montage", "minus", to_text(format.channels[*minus].unit),
                     "the unit of " + to_text(d.plus) + ", " + format.channels[*plus].unit};
      from.minus = *minus;
    }
    columns.push_back(from);
    derived.push_back(d.channel);
    if (derived.back().name.empty()) derived.back().name = d.minus ? d.plus + " - " + *d.minus : d.plus;
    derived.back().unit = format.channels[*plus].unit;
  }
  if (spec.derivations.empty())
    for (int c = 0; c < format.channels.count(); ++c) {
      columns.push_back({c, -1});
      derived.push_back(format.channels[c]);
    }
  if (spec.common_average)
    for (const auto& c : format.channels)
      if (c.unit != format.channels[0].unit)
        return Fault{"Montage", "common_average", to_text(c.unit) + " beside " + to_text(format.channels[0].unit),
                     "channels of one unit"};
  StreamFormat to = format;
  to.channels = Channels(std::move(derived));
  if (auto fault = validate(to)) return *fault;
  // A difference reaches twice as far as its halves.
  if (to.converter.low_rail && !spec.derivations.empty()) {
    const double most = 2 * std::max(std::fabs(to.converter.low_rail->value), std::fabs(to.converter.high_rail->value));
    to.converter.low_rail = Microvolts{-most};
    to.converter.high_rail = Microvolts{most};
  }
  return LiveMontage(format, std::move(to), std::move(columns), spec.common_average);
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveMontage start(const Montage& spec, const StreamFormat& format) { return try_start(spec, format).take(); }
#endif

}  // namespace unguard
