// SPDX-License-Identifier: Apache-2.0
// Is what is left after cleaning still hum, or movement, or less than any connected electrode shows? A canceller needs
// time to find hum that has just begun, a high-pass rings below 30 Hz when a cable is tugged, and a dead input that
// drifts or hums is not flat before it is cleaned: that level is not the muscle's, and is marked.
// Shares of the power: of mains by HumCheck (Goertzel 1958), of what lies below 30 Hz by a low-pass; muscle has a sixth
// of its power there (De Luca et al. 2010, doi:10.1016/j.jbiomech.2010.01.027). Cost: two sections, 6 complex
// multiplications and one moving sum a sample and channel. Latency: none; found within about 0.2 s, too quiet 0.5 s.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/state.hpp"
#include "unguard/envelope/moving_sum.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/sos_kernel.hpp"
#include "unguard/quality/hum_check.hpp"
#include "unguard/quality/quiet.hpp"

namespace unguard {

struct Residual {
  double hum_share = 0.6;
  double motion_share = 0.6;
  Seconds memory{0.1};
  Microvolts least{1};
  Microvolts least_noise{1};

  friend bool operator==(const Residual&, const Residual&) = default;
};
constexpr SpecInfo info(const Residual*) {
  return {"Residual", "marks a cleaned signal that is mostly hum or movement, or too quiet to be an electrode's",
          "Goertzel 1958, doi:10.2307/2310304; De Luca et al. 2010, doi:10.1016/j.jbiomech.2010.01.027"};
}
constexpr auto fields(const Residual*) {
  return field_list(
      field<&Residual::hum_share>("hum_share", "of mains in the power from which on it is mostly hum",
                                  between(0.3, 0.99)),
      field<&Residual::motion_share>("motion_share", "below 30 Hz in the power from which on it is mostly movement",
                                     between(0.3, 0.99)),
      field<&Residual::memory>("memory", "time constant of the comparison", between(0.02, 10)),
      field<&Residual::least>("least", "RMS of hum or movement that is worth a mark", between(0, 1e6)),
      field<&Residual::least_noise>(
          "least_noise", "RMS in 20 to 450 Hz that a connected electrode never stays below; 0: not looked at",
          between(0, 1000)));
}

// A filter that lets everything through and marks it; what is no number is held and marked.
class LiveResidual {
 public:
  using spec_type = Residual;

  // `low`: what lies below the edge of movement; none where the rate is too low to tell.
  LiveResidual(const Residual& spec, const StreamFormat& format, std::optional<KernelOf<Lowpass>> low)
      : spec_(spec),
        format_(format),
        channels_(format.channels.count()),
        least_power_(spec.least.value * spec.least.value),
        quiet_power_(quiet_power(spec.least_noise, format.converter, quiet_within)),
        quarantine_(channels_, format.full_scale(), Ringing(0)),
        hum_(channels_, spec.memory, format.rate),
        low_(std::move(low)),
        leak_(-std::expm1(-1 / (spec.memory * format.rate))),
        follow_(-std::expm1(-2 * std::numbers::pi * (offset / format.rate))),
        tile_(static_cast<std::size_t>(tile_frames * channels_)),
        moved_(tile_.size()),
        slow_(tile_.size()),
        level_(static_cast<std::size_t>(channels_)),
        sums_(samples_in(quiet_within, format.rate), channels_),
        sum_(static_cast<std::size_t>(channels_)),
        good_(static_cast<std::size_t>(channels_)),
        quiet_(static_cast<std::size_t>(channels_)),
        slow_power_(static_cast<std::size_t>(channels_)),
        power_(static_cast<std::size_t>(channels_)),
        memory_(samples_in(spec.memory, format.rate)),
        young_(power_.size()),
        least_proof_(samples_in(proof, format.rate)),
        proving_(power_.size()),
        energy_(power_.size()),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    if (in.frames == 0) return Status::ok;
    const FlushSubnormals guard;
    for (std::int64_t first = 0; first < in.frames;) {
      std::int64_t n = std::min(tile_frames, in.frames - first);
      if (in.marks && found_late(in.part(first, n))) n = 1;
      hear(in.part(first, n), out.part(first, n));
      first += n;
    }
    return Status::ok;
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    quarantine_.reset(at);
    hum_.reset();
    if (low_) low_->reset();
    begun_ = false;
    sums_.reset();
    std::fill(good_.begin(), good_.end(), 0);
    std::fill(quiet_.begin(), quiet_.end(), std::uint8_t{0});
    std::fill(slow_power_.begin(), slow_power_.end(), 0.0);
    std::fill(power_.begin(), power_.end(), 0.0);
    std::fill(young_.begin(), young_.end(), 0);
    std::fill(proving_.begin(), proving_.end(), std::uint8_t{0});
    std::fill(energy_.begin(), energy_.end(), 0.0);
    position_ = at;
  }
  std::int64_t period() const noexcept { return sums_.period(); }
  // Live change at a frame boundary: what was heard goes on being compared, by the new bounds. Handed back unchanged
  // when `next` belongs to another format.
  LiveResidual change(LiveResidual next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    next.quarantine_.adopt(quarantine_);
    next.hum_.adopt(hum_);
    if (next.low_ && low_) next.low_->adopt(*low_);
    next.begun_ = begun_;
    next.sums_.adopt(sums_);
    for (auto [to, from] :
         {std::pair{&next.level_, &level_}, {&next.slow_power_, &slow_power_}, {&next.power_, &power_}})
      std::copy(from->begin(), from->end(), to->begin());
    std::copy(good_.begin(), good_.end(), next.good_.begin());
    std::copy(quiet_.begin(), quiet_.end(), next.quiet_.begin());
    std::copy(young_.begin(), young_.end(), next.young_.begin());
    std::copy(proving_.begin(), proving_.end(), next.proving_.begin());
    std::copy(energy_.begin(), energy_.end(), next.energy_.begin());
    std::swap(*this, next);
    return next;
  }
  Latency latency(Hertz at = {100}) const { return {format_.rate, {{"Residual", DelayKind::group_delay, 0, at}}}; }
  SavedState save() const { return save_state(const_cast<LiveResidual&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    quarantine_.state(archive);
    hum_.state(archive);
    if (low_) low_->state(archive);
    archive(level_);
    archive(begun_);
    sums_.state(archive);
    archive(good_);
    archive(quiet_);
    for (auto& flag : quiet_) flag = flag != 0;
    archive(slow_power_);
    archive(power_);
    archive(young_);
    for (auto& left : young_) left = std::clamp<std::int64_t>(left, 0, 2 * memory_);  // not from here
    archive(proving_);
    for (auto& flag : proving_) flag = flag != 0;
    archive(energy_);
  }

  const Residual& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  std::int64_t ringing() const noexcept { return 0; }
  std::int64_t replaced_non_finite() const noexcept { return quarantine_.non_finite(); }
  std::int64_t replaced_out_of_range() const noexcept { return quarantine_.out_of_range(); }

 private:
  static constexpr std::int64_t tile_frames = 32;
  static constexpr Hertz offset{2};
  static constexpr Seconds quiet_within{0.5};
  // What has been too quiet must come to more than that to be believed again, or it would come and go.
  static constexpr double louder = 1.4;
  // In power: twice as loud as what is too quiet, over so long.
  static constexpr double plainly = 4;
  static constexpr Seconds proof{0.03};

  // What was found to be no muscle after it had been heard: a movement, or no contact.
  static constexpr Marks late = static_cast<Marks>(mark::found_late & ~mark::hum);
  static bool found_late(ConstBlock in) noexcept {
    return std::any_of(in.marks, in.marks + in.frames * in.channels, [](Marks m) { return (m & late) != 0; });
  }
  // What was heard says nothing any more, and rings no longer.
  void begin_anew(int channel) noexcept {
    const auto k = static_cast<std::size_t>(channel);
    level_[k] = tile_[k];
    if (low_) low_->settle(channel, 0);
    power_[k] = slow_power_[k] = 0;
    young_[k] = 2 * memory_;
    proving_[k] = 1;
    energy_[k] = 0;
  }

  void hear(ConstBlock in, Block out) noexcept {
    quarantine_.admit(in, position_, tile_.data(), out.marks);
    for (int c = 0; in.marks && in.frames == 1 && c < channels_; ++c)
      if (in.marks[c] & late) begin_anew(c);
    // An offset is no movement: it comes off, from the first sample on.
    if (!begun_) std::copy_n(tile_.begin(), channels_, level_.begin());
    begun_ = true;
    for (std::int64_t i = 0, k = 0; i < in.frames; ++i)
      for (int c = 0; c < channels_; ++c, ++k) {
        double& level = level_[static_cast<std::size_t>(c)];
        level += follow(static_cast<std::size_t>(c), i) * (tile_[static_cast<std::size_t>(k)] - level);
        moved_[static_cast<std::size_t>(k)] = tile_[static_cast<std::size_t>(k)] - level;
      }
    if (low_) low_->run(moved_.data(), slow_.data(), in.frames);
    for (std::int64_t i = 0; i < in.frames; ++i) {
      const double* x = tile_.data() + i * channels_;
      const double* moved = moved_.data() + i * channels_;
      const double* slow = slow_.data() + i * channels_;
      const Hum hum = hum_.take(x);
      sums_.run(moved, sum_.data(), 1, [](const auto& v) { return v * v; });
      for (int c = 0; c < channels_; ++c) {
        const auto k = static_cast<std::size_t>(c);
        // A heartbeat that is left out is no movement.
        if (!(in.marks && in.marks[i * channels_ + c] & mark::heart)) {
          power_[k] += leak_ * (moved[c] * moved[c] - power_[k]);
          slow_power_[k] += leak_ * (slow[c] * slow[c] - slow_power_[k]);
        }
        if (!out.marks) continue;
        Marks& marks = out.marks[i * channels_ + c];
        if (too_quiet(k, marks)) marks |= mark::flat;
        if (proving_[k] && !proven(k, moved[c] * moved[c], marks)) marks |= mark::settling;
        if (mostly(hum.of_mains[c], spec_.hum_share * hum.of_all[c])) marks |= mark::hum;
        if (young_[k] <= i && mostly(slow_power_[k], spec_.motion_share * power_[k])) marks |= mark::motion;
      }
    }
    for (auto& left : young_) left = std::max<std::int64_t>(left - in.frames, 0);
    std::copy_n(tile_.data(), in.frames * channels_, out.data);
    position_ = position_ + in.frames;
  }
  // To begin with the mean so far.
  double follow(std::size_t channel, std::int64_t frame) const noexcept {
    const std::int64_t left = young_[channel] - frame;
    return left <= 0 ? follow_ : std::max(follow_, 1 / static_cast<double>(2 * memory_ - left + 1));
  }
  // Over a whole window of what may be believed.
  bool too_quiet(std::size_t channel, Marks marks) noexcept {
    good_[channel] = marks & mark::withholding ? 0 : std::min(good_[channel] + 1, sums_.window());
    if (good_[channel] == sums_.window())
      quiet_[channel] =
          sum_[channel] < quiet_power_ * (quiet_[channel] ? louder : 1) * static_cast<double>(sums_.window());
    return quiet_[channel] != 0;
  }
  // Contact may have gone with what has just moved: until it is known, only what is plainly louder than a dead input is
  // believed.
  bool proven(std::size_t channel, double square, Marks marks) noexcept {
    if (marks & mark::withholding) energy_[channel] = 0;
    if (good_[channel] == 0) return false;
    energy_[channel] += square;
    const bool loud = good_[channel] >= least_proof_ &&
                      energy_[channel] > plainly * quiet_power_ * static_cast<double>(good_[channel]);
    if (loud || good_[channel] == sums_.window()) proving_[channel] = 0;
    return !proving_[channel];
  }
  bool mostly(double power, double share) const noexcept { return power > least_power_ && power > share; }

  Residual spec_;
  StreamFormat format_;
  int channels_;
  double least_power_, quiet_power_;
  Quarantine quarantine_;
  HumCheck hum_;
  std::optional<KernelOf<Lowpass>> low_;
  double leak_, follow_;
  std::vector<double> tile_, moved_, slow_;
  std::vector<double> level_;
  bool begun_ = false;
  MovingSum sums_;
  std::vector<double> sum_;          // of squares, over a quiet window
  std::vector<std::int64_t> good_;   // per channel: samples in a row that may be believed, up to half a second
  std::vector<std::uint8_t> quiet_;  // per channel: too quiet
  std::vector<double> slow_power_, power_;
  std::int64_t memory_;
  std::vector<std::int64_t> young_;  // per channel: samples until the comparison says anything, begun anew
  std::int64_t least_proof_;
  std::vector<std::uint8_t> proving_;  // per channel: contact is yet to be proved
  std::vector<double> energy_;         // of what may be believed meanwhile
  std::uint64_t belongs_to_;
  SampleIndex position_{};
};

inline Result<LiveResidual> try_start(const Residual& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  std::optional<KernelOf<Lowpass>> low;
  if (const Lowpass edge{.cutoff = {30}, .order = 4}; edge.cutoff < format.rate * 0.4) {
    auto made = make_kernel(edge, format);
    if (!made) return made.fault();
    low = std::move(*made);
  }
  return LiveResidual(spec, format, std::move(low));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveResidual start(const Residual& spec, const StreamFormat& format) { return try_start(spec, format).take(); }
#endif

}  // namespace unguard
