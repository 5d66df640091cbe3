// SPDX-License-Identifier: Apache-2.0
// How much white noise do amplifier and electrode make? The power density where EMG has next to nothing, 650 to 800 Hz,
// taken as constant over the band: Sinderby et al. 1995, doi:10.1152/jappl.1995.79.5.1803, who take the upper fifth of
// the spectrum (the band is ours); the least over some seconds, without its bias, as Martin 2001,
// doi:10.1109/89.928915, so that a burst is not taken for noise. It looks at what comes in, for behind a band-pass
// there is nothing to see. Cost: four sections a sample and channel. Latency: none; found within bounds().
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_kernel.hpp"
#include "unguard/quality/detection_bound.hpp"

namespace unguard {

struct NoiseFloor {
  Microvolts most{5};
  double snr_share = 0.5;
  Seconds memory{5};

  friend bool operator==(const NoiseFloor&, const NoiseFloor&) = default;
};
constexpr SpecInfo info(const NoiseFloor*) {
  return {"NoiseFloor", "white noise of amplifier and electrode, from above the band of the EMG",
          "Sinderby et al. 1995, doi:10.1152/jappl.1995.79.5.1803"};
}
constexpr auto fields(const NoiseFloor*) {
  return field_list(
      field<&NoiseFloor::most>("most", "RMS of noise in 20 to 450 Hz from which on it is marked", between(0.1, 1e6)),
      field<&NoiseFloor::snr_share>(
          "snr_share", "of noise in a reading's power from which on it tells little of muscle", between(0.1, 0.99)),
      field<&NoiseFloor::memory>("memory", "how far back the quietest stretch may lie", between(2, 300)));
}

// Whether the floor is known, and why not.
enum class FloorState : std::uint8_t { listening, known, falling, filtered, rate_too_low };
constexpr std::array<std::string_view, 5> names(const FloorState*) {
  return {"listening", "known", "falling: muscle, or a filter of the device", "filtered before it came in",
          "rate too low"};
}

// The rate from which on there is a band above the EMG's.
inline constexpr Hertz least_rate_for_noise_floor{1000};

namespace noise_floor_detail {

// Where the floor is measured, and a band below it that shows whether it is flat: white noise is, EMG falls with the
// fourth power of the frequency.
struct Band {
  Hertz low, high;
};
// At rates below 2 kHz as much lower, so that no anti-alias filter of the converter reaches in.
inline std::array<Band, 2> bands(Hertz rate) {
  const double scale = std::min(1.0, rate.value / 2000);
  return {{{Hertz{500 * scale}, Hertz{600 * scale}}, {Hertz{650 * scale}, Hertz{800 * scale}}}};
}

// The width in hertz that white noise sees, and degrees of freedom a second of its power behind the filter.
struct Width {
  Hertz noise{};
  double freedom = 0;
};
inline Width width_of(const Sections& sections, Hertz rate) {
  constexpr int points = 4000;
  double power = 0, square = 0;
  const double step = rate.value / 2 / points;
  for (int i = 0; i < points; ++i) {
    const double gain = std::norm(response(sections, Hertz{(i + 0.5) * step}, rate));
    power += gain * step;
    square += gain * gain * step;
  }
  return {{power}, 2 * power * power / square};
}

// The mean of the least of so many chi-squares of mean 1, or of the second least: Wilson & Hilferty 1931, at the means
// of the least of normal numbers, Blom 1958.
inline double least_of(int count, double freedom, int rank) {
  const double p = (rank - 0.375) / (count + 0.25);
  // The normal quantile, by bisection of its tail.
  double low = -8, high = 0;
  for (int i = 0; i < 60; ++i) {
    const double z = (low + high) / 2;
    (0.5 * std::erfc(-z / std::numbers::sqrt2) < p ? low : high) = z;
  }
  const double spread = 2 / (9 * freedom), root = 1 - spread + low * std::sqrt(spread);
  return root * root * root;
}

}  // namespace noise_floor_detail

// A filter that lets everything through and marks it `noise`; what is no number is held and marked. In a session it
// only listens: noise is said of a level, and takes nothing away from it.
class LiveNoiseFloor {
 public:
  using spec_type = NoiseFloor;

  // `kernels`: of both bands; none where the rate is too low.
  LiveNoiseFloor(const NoiseFloor& spec, const StreamFormat& format, std::optional<std::array<SosKernel, 2>> kernels,
                 std::array<noise_floor_detail::Width, 2> widths)
      : spec_(spec),
        format_(format),
        channels_(format.channels.count()),
        stretch_(samples_in(stretch, format.rate)),
        guard_(samples_in(ringing_for, format.rate)),
        slots_(std::max(4, static_cast<int>(std::lround(spec.memory / stretch)))),
        rounding_(rounding(format)),
        quarantine_(channels_, format.full_scale(), Ringing(0)),
        kernels_(std::move(kernels)),
        tile_(static_cast<std::size_t>(tile_frames * channels_)),
        marks_(tile_.size()),
        out_{std::vector<double>(tile_.size()), std::vector<double>(tile_.size())},
        left_(static_cast<std::size_t>(channels_), stretch_),
        skip_(left_.size()),
        at_(left_.size()),
        heard_(left_.size()),
        state_(left_.size()),
        noisy_(left_.size()),
        floor_(left_.size()),
        belongs_to_(hash_text(to_text(format.converter.step), hash_of(to_text(spec_), format_))) {
    for (std::size_t b = 0; b < 2; ++b) {
      sum_[b].resize(left_.size());
      least_[b].resize(left_.size() * static_cast<std::size_t>(slots_));
      const double seconds = static_cast<double>(stretch_) / format.rate.value;
      const double freedom = widths[b].freedom * seconds, width = widths[b].noise.value;
      if (!(width > 0)) continue;
      const double in_band = emg_band / (width * static_cast<double>(stretch_));
      const double first = noise_floor_detail::least_of(slots_, freedom, 1);
      of_least_[b] = in_band / first;
      of_two_[b] = in_band / (first + noise_floor_detail::least_of(slots_, freedom, 2));
    }
    reset();
  }

  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    if (in.frames == 0) return Status::ok;
    const FlushSubnormals guard;
    for (std::int64_t first = 0; first < in.frames; first += tile_frames) {
      const std::int64_t n = std::min(tile_frames, in.frames - first);
      const Block part = out.part(first, n);
      hear(in.part(first, n), part.marks);
      std::copy_n(tile_.data(), n * channels_, part.data);
    }
    return Status::ok;
  }
  // The same without handing anything on; of every frame and channel the power of the noise in 20 to 450 Hz, 0 where it
  // is not known, and the mark.
  void listen(ConstBlock in, double* power = nullptr, Marks* noisy = nullptr) noexcept {
    const FlushSubnormals guard;
    for (std::int64_t first = 0; first < in.frames; first += tile_frames)
      hear(in.part(first, std::min(tile_frames, in.frames - first)), nullptr,
           power ? power + first * channels_ : nullptr, noisy ? noisy + first * channels_ : nullptr);
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    quarantine_.reset(at);
    if (kernels_)
      for (auto& kernel : *kernels_) kernel.reset();
    for (auto& sum : sum_) std::fill(sum.begin(), sum.end(), 0.0);
    for (auto& least : least_) std::fill(least.begin(), least.end(), 0.0);
    std::fill(left_.begin(), left_.end(), stretch_);
    std::fill(skip_.begin(), skip_.end(), guard_);
    std::fill(at_.begin(), at_.end(), 0);
    std::fill(heard_.begin(), heard_.end(), 0);
    std::fill(state_.begin(), state_.end(), kernels_ ? FloorState::listening : FloorState::rate_too_low);
    std::fill(noisy_.begin(), noisy_.end(), mark::none);
    std::fill(floor_.begin(), floor_.end(), 0.0);
    begun_ = false;
    skipping_ = true;
    soonest_ = 1;
    position_ = at;
  }
  std::int64_t period() const noexcept { return 1; }
  // Live change at a frame boundary; `next` listens afresh. Handed back unchanged when it belongs to another format.
  LiveNoiseFloor change(LiveNoiseFloor next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    next.quarantine_.adopt(quarantine_);
    std::swap(*this, next);
    return next;
  }
  Latency latency(Hertz at = {100}) const { return {format_.rate, {{"NoiseFloor", DelayKind::group_delay, 0, at}}}; }
  SavedState save() const { return save_state(const_cast<LiveNoiseFloor&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    quarantine_.state(archive);
    if (kernels_)
      for (auto& kernel : *kernels_) kernel.state(archive);
    for (auto& sum : sum_) archive(sum);
    for (auto& least : least_) archive(least);
    archive(left_);
    archive(skip_);
    archive(at_);
    archive(heard_);
    archive(state_);
    archive(noisy_);
    archive(floor_);
    archive(begun_);
    skipping_ = true;  // or not: what follows finds out
    soonest_ = 1;
    for (std::size_t c = 0; c < left_.size(); ++c) {  // a state from elsewhere must not point outside
      if (at_[c] < 0 || at_[c] >= slots_) at_[c] = 0;
      left_[c] = std::clamp<std::int64_t>(left_[c], 1, stretch_);
      heard_[c] = std::clamp<std::int64_t>(heard_[c], 0, slots_);
      if (state_[c] > FloorState::rate_too_low) state_[c] = FloorState::listening;
      noisy_[c] &= mark::noise;
    }
  }

  const NoiseFloor& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  std::int64_t ringing() const noexcept { return 0; }
  std::int64_t replaced_non_finite() const noexcept { return quarantine_.non_finite(); }
  std::int64_t replaced_out_of_range() const noexcept { return quarantine_.out_of_range(); }

  // RMS of the noise in 20 to 450 Hz, if it is known; once known it stays what it was while muscle is louder.
  std::optional<Microvolts> floor(int channel) const noexcept {
    const double power = floor_[static_cast<std::size_t>(channel)];
    return power > 0 ? std::optional(Microvolts{std::sqrt(power)}) : std::nullopt;
  }
  // What the last look said.
  FloorState standing(int channel) const noexcept { return state_[static_cast<std::size_t>(channel)]; }
  // More of it than there should be.
  bool noisy(int channel) const noexcept { return noisy_[static_cast<std::size_t>(channel)] != 0; }

  // How soon noise is found, if nothing is wrong meanwhile: a memory, and the stretch that was under way.
  Seconds within() const { return {static_cast<double>((slots_ + 1) * stretch_ + 2 * guard_) / format_.rate.value}; }
  std::vector<DetectionBound> bounds() const {
    const auto [below, band] = noise_floor_detail::bands(format_.rate);
    if (!kernels_) {
      const std::string why = "nothing: rates below " + to_text(least_rate_for_noise_floor) + " have no band for it";
      const Seconds never{std::numeric_limits<double>::infinity()};
      return {{mark::noise, never, why}, {mark::low_snr, never, why}};
    }
    const std::string where = "as dense in " + to_text(band.low) + " to " + to_text(band.high) +
                              ", which a device that filters below does not show: the floor is then not known";
    return {{mark::noise, within(), "white noise above " + to_text(spec_.most) + " RMS in 20 to 450 Hz, " + where},
            {mark::low_snr, within(),
             "readings of which noise makes more than " + to_text(std::min(1.0, spec_.snr_share * surely)) +
                 " of the power; noise " + where}};
  }

  // How much of what is measured may be EMG: of a reading of 1 uV in 20 to 450 Hz this much goes as a floor, RMS.
  // `power` is a density of any scale.
  template <class Density>
  static double leak(Density&& power, Hertz rate) {
    const auto band = noise_floor_detail::bands(rate)[1];
    double in_band = 0, seen = 0;
    for (double f = emg_low + 0.5; f < emg_low + emg_band; ++f) in_band += power(Hertz{f});
    double count = 0;
    for (double f = band.low.value + 0.5; f < band.high.value; ++f, ++count) seen += power(Hertz{f});
    return std::sqrt(seen / count * emg_band / in_band);
  }

 private:
  static constexpr std::int64_t tile_frames = 32;
  static constexpr double emg_low = 20, emg_band = 430;  // Hz
  static constexpr Seconds ringing_for{0.04};
  // By so much the two densities may differ: those of EMG do by 0.34 to 0.39.
  static constexpr double flattest = 0.6;
  // Of the largest power there should be, from which on it is marked, and until which; the rest is what an estimate may
  // be off by.
  static constexpr double marked_from = 0.64, marked_until = 0.5;
  static constexpr double surely = 1.6;
  // RMS in the band below which no electrode on skin is: the thermal noise of 5 kOhm.
  static constexpr double least_floor = 0.2;
  // The rounding of a converter is white, too: a floor that is mostly that tells nothing of what was filtered before.
  static constexpr double above_rounding = 2;

  // Long enough that its power is known to a tenth, at 1 kHz to a sixth; short enough for a pause between two bursts.
  static constexpr Seconds stretch{0.5};
  static double rounding(const StreamFormat& format) {
    const double step = format.converter.step.value_or(Microvolts{}).value;
    return step * step / 12 * emg_band / (format.rate.value / 2);
  }

  void hear(ConstBlock in, Marks* out, double* power = nullptr, Marks* noisy = nullptr) noexcept {
    const std::int64_t n = in.frames, values = n * channels_;
    const bool clear = quarantine_.clear(in, position_);
    if (clear) {
      std::copy_n(in.data, values, tile_.begin());
      std::fill_n(marks_.begin(), values, mark::none);
      quarantine_.remember(in);
    } else {
      quarantine_.admit(in, position_, tile_.data(), marks_.data());
    }
    if (kernels_) {
      // An electrode's offset is no step.
      for (int c = 0; c < channels_ && !begun_; ++c)
        for (auto& kernel : *kernels_) kernel.settle(c, tile_[static_cast<std::size_t>(c)]);
      begun_ = true;
      for (std::size_t b = 0; b < 2; ++b) (*kernels_)[b].run(tile_.data(), out_[b].data(), n);
    }
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t row = i * channels_;
      if (kernels_) take(static_cast<std::size_t>(row), clear);
      if (power) std::copy_n(floor_.data(), channels_, power + row);
      if (noisy) std::copy_n(noisy_.data(), channels_, noisy + row);
      if (!out) continue;
      for (int c = 0; c < channels_; ++c)
        out[row + c] = marks_[static_cast<std::size_t>(row + c)] | noisy_[static_cast<std::size_t>(c)];
    }
    position_ = position_ + n;
  }
  // One frame. What was wrong rings in the bands and is left out; a stretch goes on behind it.
  void take(std::size_t row, bool clear) noexcept {
    const std::size_t channels = left_.size();
    const double *below = out_[0].data() + row, *band = out_[1].data() + row;
    if (clear && !skipping_) {
      for (std::size_t c = 0; c < channels; ++c) {
        sum_[0][c] += below[c] * below[c];
        sum_[1][c] += band[c] * band[c];
        --left_[c];
      }
    } else {
      skipping_ = false;
      for (std::size_t c = 0; c < channels; ++c) {
        if (marks_[row + c] & mark::withholding) skip_[c] = guard_;
        skipping_ |= skip_[c] > 0;
        if (skip_[c] > 0) {
          --skip_[c];
          continue;
        }
        sum_[0][c] += below[c] * below[c];
        sum_[1][c] += band[c] * band[c];
        --left_[c];
      }
    }
    if (--soonest_ > 0) return;
    soonest_ = stretch_;
    for (std::size_t c = 0; c < channels; ++c) {
      if (left_[c] <= 0) end_stretch(c);
      soonest_ = std::min(soonest_, left_[c]);
    }
  }
  void end_stretch(std::size_t c) noexcept {
    const std::size_t slots = static_cast<std::size_t>(slots_);
    for (std::size_t b = 0; b < 2; ++b) {
      least_[b][c * slots + static_cast<std::size_t>(at_[c])] = sum_[b][c];
      sum_[b][c] = 0;
    }
    at_[c] = (at_[c] + 1) % slots_;
    heard_[c] = std::min<std::int64_t>(heard_[c] + 1, slots_);
    left_[c] = stretch_;
    if (heard_[c] == slots_) look(c);
  }
  void look(std::size_t c) noexcept {
    std::array<double, 2> density{};  // by the two least stretches, as power in 20 to 450 Hz
    double floor = 0;
    for (std::size_t b = 0; b < 2; ++b) {
      const double* sums = least_[b].data() + c * static_cast<std::size_t>(slots_);
      double first = std::min(sums[0], sums[1]), second = std::max(sums[0], sums[1]);
      for (int i = 2; i < slots_; ++i) {
        second = std::min(second, std::max(first, sums[i]));
        first = std::min(first, sums[i]);
      }
      density[b] = of_two_[b] * (first + second);
      floor = of_least_[b] * first;
    }
    const bool flat = density[1] > flattest * density[0] && density[0] > flattest * density[1];
    state_[c] = floor < least_floor * least_floor || floor < above_rounding * rounding_ ? FloorState::filtered
                : flat                                                                  ? FloorState::known
                                                                                        : FloorState::falling;
    // Muscle is no reason to forget a floor; less power than that is.
    if (state_[c] == FloorState::known)
      floor_[c] = floor;
    else if (state_[c] == FloorState::filtered || floor < 0.5 * floor_[c])
      floor_[c] = 0;
    const double most = (noisy_[c] ? marked_until : marked_from) * spec_.most.value * spec_.most.value;
    noisy_[c] = floor_[c] > most ? mark::noise : mark::none;
  }

  NoiseFloor spec_;
  StreamFormat format_;
  int channels_;
  std::int64_t stretch_, guard_;  // samples
  int slots_;                     // stretches remembered
  double rounding_;               // power of the converter's in the band, uV^2
  Quarantine quarantine_;
  std::optional<std::array<SosKernel, 2>> kernels_;
  std::vector<double> tile_;
  std::vector<Marks> marks_;
  std::array<std::vector<double>, 2> out_;
  std::array<std::vector<double>, 2> sum_;       // of squares so far, per channel
  std::array<std::vector<double>, 2> least_;     // of past stretches: by channel
  std::array<double, 2> of_least_{}, of_two_{};  // from the least such sums to the power in 20 to 450 Hz
  std::vector<std::int64_t> left_;               // per channel: samples that the stretch still needs
  std::vector<std::int64_t> skip_;               // per channel: samples that are left out
  std::vector<std::int64_t> at_, heard_;         // per channel: of the stretches remembered
  std::vector<FloorState> state_;
  std::vector<Marks> noisy_;   // mark::noise, or none
  std::vector<double> floor_;  // power in the band, uV^2; 0: not known
  bool begun_ = false;
  bool skipping_ = true;      // some channel is
  std::int64_t soonest_ = 1;  // frames in which no stretch ends
  std::uint64_t belongs_to_;
  SampleIndex position_{};
};

inline Result<LiveNoiseFloor> try_start(const NoiseFloor& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  std::array<noise_floor_detail::Width, 2> widths{};
  if (format.rate < least_rate_for_noise_floor) return LiveNoiseFloor(spec, format, std::nullopt, widths);
  std::vector<SosKernel> kernels;
  for (std::size_t b = 0; b < 2; ++b) {
    const auto [low, high] = noise_floor_detail::bands(format.rate)[b];
    auto sections = design(Bandpass{.low = low, .high = high, .order = 2}, format.rate);
    if (!sections) return sections.fault();
    widths[b] = noise_floor_detail::width_of(*sections, format.rate);
    kernels.emplace_back("Bandpass", std::move(*sections), format);
  }
  return LiveNoiseFloor(spec, format, std::array{std::move(kernels[0]), std::move(kernels[1])}, widths);
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveNoiseFloor start(const NoiseFloor& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
