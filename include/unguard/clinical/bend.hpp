// SPDX-License-Identifier: Apache-2.0
// One bend of one muscle: how strong it was in each phase, and the ratios that clinics read from that. ERR, FRR:
// Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6; silence: Mathieu & Fortin 2000, J. Electromyogr. Kinesiol.
// 10:197. All on the logarithm, with the interval that the levels leave: a ratio to nearly nothing is wide, and "at
// least" where there is nothing to tell from noise. Cost: none; values.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "unguard/core/block.hpp"
#include "unguard/core/quantiles.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// A level of one phase, the noise taken off in power.
struct PhaseLevel {
  Microvolts level{};     // at the floor: that
  double spread = 0;      // standard error of its logarithm
  double share = 0;       // of the phase that could be believed; 0: there is no level
  bool at_floor = false;  // no more than the floor above the noise

  bool known() const noexcept { return share > 0; }
  // Enough of the phase could be believed for a ratio to be made of it: contact that was lost is no silence.
  bool believed() const noexcept { return share >= 0.5; }
  friend bool operator==(const PhaseLevel&, const PhaseLevel&) = default;
};

// Why a bend may not be what it seems.
using Doubts = std::uint32_t;
namespace doubt {
inline constexpr Doubts none = 0;
inline constexpr Doubts no_hold = 1 << 0;           // came back without having hung
inline constexpr Doubts short_hold = 1 << 1;        // hung for less than a second
inline constexpr Doubts not_believed = 1 << 2;      // less than half of a phase could be
inline constexpr Doubts phases_uncertain = 1 << 3;  // they were guessed, not seen
inline constexpr Doubts angle_gap = 1 << 4;         // some of the angle was missing
inline constexpr Doubts not_remembered = 1 << 5;    // a phase longer than is looked back
inline constexpr Doubts noise_unknown = 1 << 6;     // nothing was taken off
inline constexpr Doubts not_upright = 1 << 7;       // "stood" where nobody does: the angle counts the other way?
inline constexpr Doubts too_slow = 1 << 8;          // on average below the speed from which on somebody moves
inline constexpr Doubts below_noise = 1 << 9;       // a phase quieter than electrode and amplifier are said to be
inline constexpr Doubts angle_stuck = 1 << 10;      // it stopped dead: the end of the sensor's range?
inline constexpr int bits = 11;
}  // namespace doubt
inline constexpr std::array<std::string_view, doubt::bits> doubt_names{
    "no hold",       "short hold",  "not believed", "phases uncertain", "angle gap",  "not remembered",
    "noise unknown", "not upright", "too slow",     "below noise",      "angle stuck"};

// Nobody stands bent back or forward so far.
inline Doubts doubts_of_upright(Degrees upright) noexcept {
  constexpr Degrees lowest{-25}, highest{60};
  return upright < lowest || upright > highest ? doubt::not_upright : doubt::none;
}

struct Bend {
  std::int64_t number = 0;  // of the record, from 1
  int channel = 0;
  SampleIndex bending{}, full{}, returning{}, end{};  // where phases begin, and where the last ends
  Degrees upright{}, deepest{};                       // no angle: both 0
  PhaseLevel standing{};                              // mean
  PhaseLevel flexing{};                               // the strongest second on the way down
  PhaseLevel half{};                                  // mean of a pause halfway down
  PhaseLevel flexed{};                                // mean in full flexion
  PhaseLevel extending{};                             // the strongest second on the way up
  bool silent = false;                                // flexed is below a share of extending
  bool has_silence = false;                           // where it begins and ends is known
  SampleIndex silence_begins{}, silence_ends{};
  Degrees silence_from{}, silence_to{};  // trunk angle at both
  Doubts doubts = doubt::none;
  Marks reasons = mark::none;  // met in its phases

  friend bool operator==(const Bend&, const Bend&) = default;
};

template <class Archive>
void archive_report(Archive& archive, Bend& b) {
  archive(b.number);
  archive(b.channel);
  for (SampleIndex* at : {&b.bending, &b.full, &b.returning, &b.end, &b.silence_begins, &b.silence_ends})
    archive(at->value);
  for (Degrees* angle : {&b.upright, &b.deepest, &b.silence_from, &b.silence_to}) {
    archive(angle->value);
    if (!std::isfinite(angle->value)) *angle = {};  // not from here
  }
  for (PhaseLevel* level : {&b.standing, &b.flexing, &b.half, &b.flexed, &b.extending}) {
    archive(level->level.value);
    archive(level->spread);
    archive(level->share);
    archive(level->at_floor);
    if (!(level->level.value >= 0 && std::isfinite(level->level.value) && level->spread >= 0 &&
          std::isfinite(level->spread) && level->share >= 0 && level->share <= 1))
      *level = {};
  }
  archive(b.silent);
  archive(b.has_silence);
  archive(b.doubts);
  archive(b.reasons);
}

// What two levels are to each other.
enum class BendRatio {
  extension_relaxation,  // ERR = max EXT / mean FULL
  flexion_relaxation,    // FRR = max FLEX / mean FULL
  relaxation,            // RR = mean FULL / max FLEX
  standing_full,         // SFR = mean STAND / mean FULL
  flexion_extension,     // FER = max FLEX / max EXT
  half_full,             // mean HALF / mean FULL
};
constexpr std::array<std::string_view, 6> names(const BendRatio*) { return {"ERR", "FRR", "RR", "SFR", "FER", "hFRR"}; }

// A ratio with its 95 % interval.
struct Ratio {
  double value = 0;
  double low = 0;         // 0 where it is at most the value
  double high = 0;        // infinite where it is at least that
  bool at_least = false;  // what it is over is at the floor
  bool at_most = false;   // what is over it is
  int bends = 1;          // that went into it

  friend bool operator==(const Ratio&, const Ratio&) = default;
};

namespace bend_detail {

struct Sides {
  const PhaseLevel& over;
  const PhaseLevel& under;
};
inline Sides sides(const Bend& b, BendRatio which) noexcept {
  switch (which) {
    case BendRatio::extension_relaxation:
      return {b.extending, b.flexed};
    case BendRatio::flexion_relaxation:
      return {b.flexing, b.flexed};
    case BendRatio::relaxation:
      return {b.flexed, b.flexing};
    case BendRatio::standing_full:
      return {b.standing, b.flexed};
    case BendRatio::flexion_extension:
      return {b.flexing, b.extending};
    case BendRatio::half_full:
      break;
  }
  return {b.half, b.flexed};
}

}  // namespace bend_detail

namespace bend_detail {

struct LogRatio {
  double value = 0;
  double off = 0;  // half of the 95 % interval
  bool at_least = false, at_most = false;

  Ratio ratio(int bends) const noexcept {
    return {std::exp(value),
            at_most ? 0.0 : std::exp(value - off),
            at_least ? std::numeric_limits<double>::infinity() : std::exp(value + off),
            at_least,
            at_most,
            bends};
  }
};
inline std::optional<LogRatio> log_ratio(const Bend& bend, BendRatio which) noexcept {
  const auto [over, under] = sides(bend, which);
  if (!over.believed() || !under.believed() || (over.at_floor && under.at_floor)) return std::nullopt;
  return LogRatio{std::log(over.level / under.level), normal_95 * std::hypot(over.spread, under.spread), under.at_floor,
                  over.at_floor};
}

}  // namespace bend_detail

// Of one bend; nothing where less than half of one of both phases could be believed, or both are at the floor.
inline std::optional<Ratio> ratio(const Bend& bend, BendRatio which) noexcept {
  const auto found = bend_detail::log_ratio(bend, which);
  if (!found) return std::nullopt;
  return found->ratio(1);
}

// Of several bends of one muscle: the geometric mean of those that have one, and the interval by how far they differ
// (Student's t), but no narrower than what each leaves. Nothing where none has one.
inline std::optional<Ratio> ratio(std::span<const Bend> bends, BendRatio which) noexcept {
  double sum = 0, squares = 0, within = 0;
  int count = 0;
  bend_detail::LogRatio all;
  for (const Bend& b : bends) {
    const auto one = bend_detail::log_ratio(b, which);
    if (!one) continue;
    ++count;
    all.at_least |= one->at_least;
    all.at_most |= one->at_most;
    sum += one->value;
    squares += one->value * one->value;
    within += one->off * one->off;
  }
  if (count == 0) return std::nullopt;
  const double n = count;
  all.value = sum / n;
  all.off = std::sqrt(within) / n;
  if (count > 1) {
    const double deviation = std::sqrt(std::max(0.0, squares - n * all.value * all.value) / (n - 1));
    all.off = std::max(all.off, student_95(count - 1) * deviation / std::sqrt(n));
  }
  return all.ratio(count);
}

}  // namespace unguard
