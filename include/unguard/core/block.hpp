// SPDX-License-Identifier: Apache-2.0
// A non-owning view of frames x channels, interleaved (row-major): what a NumPy array of shape (samples, channels) is.
// Beside the values a block may carry marks: reason bits per sample and channel. No marks array means all good.
// From the call of process() to its return a block belongs to it: what another thread writes meanwhile, nothing can
// vouch for.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace unguard {

// Why a sample cannot be taken as it stands. Bits; several may hold at once.
using Marks = std::uint32_t;

namespace mark {
inline constexpr Marks none = 0;
inline constexpr Marks settling = 1 << 0;      // start-up, or a change of parameters still rings
inline constexpr Marks gap = 1 << 1;           // samples were lost and bridged
inline constexpr Marks non_finite = 1 << 2;    // NaN or infinity came in and was replaced
inline constexpr Marks out_of_range = 1 << 3;  // beyond full scale; replaced
inline constexpr Marks clipped = 1 << 4;       // at the converter's rail; of a level, at its end
inline constexpr Marks lead_off = 1 << 5;      // no electrode contact
inline constexpr Marks jump = 1 << 6;          // offset step, cable tug
inline constexpr Marks motion = 1 << 7;        // low-frequency artefact
inline constexpr Marks hum = 1 << 8;           // mains dominates
inline constexpr Marks heart = 1 << 9;         // heartbeat dominates
inline constexpr Marks missing = 1 << 10;      // no value came: what stands in its place means nothing
inline constexpr Marks flat = 1 << 11;         // nothing moves: no electrode, or no amplifier
inline constexpr Marks gated = 1 << 12;        // worked out from fewer samples than usual: some were left out
inline constexpr Marks stale = 1 << 13;        // nothing has come for too long
inline constexpr Marks wrong_rate = 1 << 14;   // the stream runs at another rate than it says
inline constexpr Marks noise = 1 << 15;        // amplifier or electrode give more noise than they should
inline constexpr Marks low_snr = 1 << 16;      // mostly that noise, and not the muscle
inline constexpr int bits = 17;                // how many are in use
inline constexpr std::array<std::string_view, bits> names = {
    "settling", "gap",     "non_finite", "out_of_range", "clipped", "lead_off",   "jump",  "motion", "hum",
    "heart",    "missing", "flat",       "gated",        "stale",   "wrong_rate", "noise", "low_snr"};

// Said of a level, and not of a sample: no filter or detector has to do anything about it.
inline constexpr Marks of_level = noise | low_snr;
inline constexpr Marks of_samples = ~of_level;
// Taken out behind the place where they were found, or left out of the statistic, so a value may stand; or what else
// is in it is no muscle: the reader is told.
inline constexpr Marks degrading = heart | gated | of_level;
// The electrode is off: no hold could be over soon.
inline constexpr Marks contact_lost = flat | lead_off;
// Found only after it had begun: what came just before is not to be believed either.
inline constexpr Marks found_late = contact_lost | hum | motion;
// What is lost, and not left out because of what it was: a short run of it can be bridged.
inline constexpr Marks lost = missing | gap | non_finite | out_of_range;
// All that forbids a value.
inline constexpr Marks withholding = static_cast<Marks>(((1 << bits) - 1) & ~degrading);
// All that forbids a number of a whole window: a level can leave a heartbeat out, a spectrum or a feature cannot.
inline constexpr Marks spoiling = withholding | heart | gated;
}  // namespace mark

// T is double (Block) or const double (ConstBlock).
template <class T>
struct BasicBlock {
  using MarkType = std::conditional_t<std::is_const_v<T>, const Marks, Marks>;

  T* data = nullptr;
  std::int64_t frames = 0;
  int channels = 0;
  MarkType* marks = nullptr;  // frames x channels, or null

  constexpr BasicBlock() = default;
  constexpr BasicBlock(T* d, std::int64_t f, int c, MarkType* m = nullptr)
      : data(d), frames(f), channels(c), marks(m) {}

  // A writable block may be read.
  constexpr operator BasicBlock<const T>() const requires(!std::is_const_v<T>) {
    return {data, frames, channels, marks};
  }

  constexpr T& operator()(std::int64_t frame, int channel) const { return data[frame * channels + channel]; }

  // The frames [first, first + count).
  constexpr BasicBlock part(std::int64_t first, std::int64_t count) const {
    return {data + first * channels, count, channels, marks ? marks + first * channels : nullptr};
  }
};

using Block = BasicBlock<double>;
using ConstBlock = BasicBlock<const double>;

}  // namespace unguard
