// SPDX-License-Identifier: Apache-2.0
// MNF, MDF, RMS and Dimitrov's index of the newest window, at a fixed pace: fatigue as it comes. The spectrum is the
// mean over sine tapers (Riedel & Sidorenko 1995, doi:10.1109/78.365298): three of them scatter MDF and MNF 1.04 to
// 1.08 times as much as the whole window unweighted does, a Hann window 1.4 times (docs/spectrum.md). Latency: half the
// window. Cost: all transforms fall on the frame of a reading, tapers x channels of them; else two stores a sample and
// channel.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/entry.hpp"
#include "unguard/core/fast_length.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/spectrum/measures.hpp"
#include "unguard/spectrum/noise_subtraction.hpp"
#include "unguard/spectrum/spectrum_reading.hpp"
#include "unguard/spectrum/tapered_power.hpp"

namespace unguard {

// Where MNF and MDF end by default.
inline constexpr Hertz usual_upper_edge{450};

struct SlidingSpectrum {
  Seconds window{0.5};
  Seconds interval{0.5};
  int tapers = 3;
  Hertz low{20};
  std::optional<Hertz> high{};
  Hertz index_low = dimitrov_band.low;
  std::optional<Hertz> index_high{};
  std::optional<Microvolts> rest{};
  std::vector<double> noise{};

  friend bool operator==(const SlidingSpectrum&, const SlidingSpectrum&) = default;
};
constexpr SpecInfo info(const SlidingSpectrum*) {
  return {"SlidingSpectrum", "MNF, MDF, RMS and Dimitrov's index of the newest window at a fixed pace",
          "Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738; Dimitrov 2006, "
          "doi:10.1249/01.mss.0000233794.31659.6d; Riedel & Sidorenko 1995, doi:10.1109/78.365298"};
}
constexpr auto fields(const SlidingSpectrum*) {
  return field_list(
      field<&SlidingSpectrum::window>("window", "how much of the signal a reading is of", between(1e-3, 60)),
      field<&SlidingSpectrum::interval>("interval", "from one reading of a channel to the next", between(1e-6, 60)),
      field<&SlidingSpectrum::tapers>("tapers", "sine tapers whose spectra are averaged", between(1, 64)),
      field<&SlidingSpectrum::low>("low", "lower edge of the band of MNF, MDF and RMS", not_negative),
      field<&SlidingSpectrum::high>(
          "high", "upper edge, at most half the sampling rate, which it is if none, or 450 Hz", positive),
      field<&SlidingSpectrum::index_low>("index_low", "lower edge of the band of FInsm5", positive),
      field<&SlidingSpectrum::index_high>(
          "index_high", "upper edge, at most half the sampling rate; none: 500 Hz, and no FInsm5 of slower streams",
          positive),
      field<&SlidingSpectrum::rest>("rest",
                                    "RMS of the band while the muscle rests: below 10 dB above it a reading says "
                                    "low_snr, below -3 dB it has no values; none: not known, or by noise",
                                    positive),
      field<&SlidingSpectrum::noise>("noise",
                                     "density to subtract, uV^2/Hz, at the multiples of rate / N up to half the rate, "
                                     "N the shortest product of 2, 3 and 5 that holds the window; none if empty",
                                     not_negative));
}

// A value: it copies, saves and loads. process() is for the real-time thread: no allocation, lock, system call or
// exception.
class LiveSlidingSpectrum {
 public:
  using spec_type = SlidingSpectrum;

  LiveSlidingSpectrum(const SlidingSpectrum& spec, StreamFormat format)
      : spec_(spec),
        format_(std::move(format)),
        channels_(format_.channels.count()),
        window_(samples_in(spec_.window, format_.rate)),
        every_(samples_in(spec_.interval, format_.rate)),
        full_scale_(format_.full_scale()),
        band_(band(spec_, format_.rate)),
        index_band_(index_band(spec_, format_.rate)),
        length_(fast_length(static_cast<int>(window_))),
        power_(sine_tapers(static_cast<int>(window_), spec_.tapers), length_, format_.rate, Detrend::constant),
        density_(static_cast<std::size_t>(power_.bins())),
        noise_power_(noise_power()),
        past_(static_cast<std::size_t>(window_ * channels_)),
        marks_(past_.size()),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  // One reading a channel at samples every - 1, 2 every - 1, ... of the stream, however it is cut and however small the
  // sink is; WARMUP until a window has come. A window with a sample that is marked as not to be believed, or that is no
  // number, or with a heartbeat, has no values, for a sample left out would smear the spectrum; what else degrades is
  // told. With a rest or a noise that is known, `low_snr` below 10 dB, and no values below -3 (noise_subtraction.hpp).
  // `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<SpectrumReading>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    for (std::int64_t i = 0; i < in.frames; ++i, position_ = position_ + 1) {
      if (taken_ <= position_.value) take(in.part(i, 1));
      if ((position_.value + 1) % every_ != 0) continue;
      // After a full sink: the channels of this frame that did not fit.
      for (; next_channel_ < channels_; ++next_channel_) {
        if (sink.room() == 0) return {Status::full, i};
        sink.push(read(next_channel_));
      }
      next_channel_ = 0;
    }
    return {Status::ok, in.frames};
  }

  // The end of the stream: nothing is held back.
  Status finish(Sink<SpectrumReading>&) noexcept {
    ended_ = true;
    return Status::ok;
  }

  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    position_ = at;
    taken_ = at.value;
    filled_ = 0;
    place_ = 0;
    next_channel_ = 0;
    ended_ = false;
    std::fill(past_.begin(), past_.end(), 0.0);
    std::fill(marks_.begin(), marks_.end(), mark::none);
  }
  std::int64_t period() const noexcept { return every_; }
  SampleIndex position() const noexcept { return position_; }
  Latency latency() const {
    return {format_.rate,
            {{std::string(info_of<SlidingSpectrum>().name),
              DelayKind::centroid,
              static_cast<double>(window_ - 1) / 2,
              {}}}};
  }

  // Live change at a frame boundary: what has come is kept, as far as the new window holds it. Handed back unchanged
  // when `next` belongs to another format.
  LiveSlidingSpectrum change(LiveSlidingSpectrum next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    const std::int64_t kept = std::min(filled_, next.window_);
    for (std::int64_t n = kept; n > 0; --n) {
      const std::int64_t from = (place_ + window_ - n % window_) % window_;
      for (int c = 0; c < channels_; ++c) next.store(c, past_[index(from, c)], marks_[index(from, c)]);
      next.advance();
    }
    next.taken_ = taken_;
    next.ended_ = ended_;
    // Of a frame that was half told: only if it has readings by the new pace, too.
    next.next_channel_ = (position_.value + 1) % next.every_ == 0 ? next_channel_ : 0;
    std::swap(*this, next);
    return next;
  }

  SavedState save() const { return save_state(const_cast<LiveSlidingSpectrum&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(taken_);
    archive(filled_);
    archive(place_);
    archive(next_channel_);
    archive(ended_);
    archive(past_);
    archive(marks_);
    filled_ = std::clamp<std::int64_t>(filled_, 0, window_);
    if (place_ < 0 || place_ >= window_) place_ = 0;
    // A frame that is due for readings may have been taken before the first of them was told.
    if (taken_ != position_.value && taken_ != position_.value + 1) taken_ = position_.value + (next_channel_ > 0);
    if (next_channel_ < 0 || next_channel_ > channels_) next_channel_ = 0;
  }

  static FrequencyBand band(const SlidingSpectrum& spec, Hertz rate) noexcept {
    return {spec.low, spec.high.value_or(std::min(usual_upper_edge, rate / 2))};
  }
  // An index over another band is another index: a stream that is too slow for the usual one has none, unless one is
  // asked for.
  static std::optional<FrequencyBand> index_band(const SlidingSpectrum& spec, Hertz rate) noexcept {
    if (!spec.index_high && dimitrov_band.high > rate / 2) return std::nullopt;
    return FrequencyBand{spec.index_low, spec.index_high.value_or(dimitrov_band.high)};
  }

  const SlidingSpectrum& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }

 private:
  std::size_t index(std::int64_t place, int channel) const noexcept {
    return static_cast<std::size_t>(static_cast<std::int64_t>(channel) * window_ + place);
  }
  void store(int channel, double value, Marks marks) noexcept {
    past_[index(place_, channel)] = value;
    marks_[index(place_, channel)] = marks;
  }
  void advance() noexcept {
    place_ = place_ + 1 == window_ ? 0 : place_ + 1;
    filled_ = std::min(filled_ + 1, window_);
  }
  // Once a frame, however often a full sink has it come again.
  void take(ConstBlock frame) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const double value = frame.data[c];
      const Marks none = no_value(value, full_scale_);
      store(c, none ? 0 : value, none | (frame.marks ? frame.marks[c] : mark::none));
    }
    advance();
    taken_ = position_.value + 1;
  }
  std::optional<double> noise_power() const noexcept {
    if (spec_.rest) return spec_.rest->value * spec_.rest->value;
    if (spec_.noise.empty()) return std::nullopt;
    return band_power({spec_.noise, format_.rate / length_, format_.rate / 2}, band_);
  }
  SpectrumReading read(int channel) noexcept {
    const Marks* marks = marks_.data() + index(0, channel);
    Marks reasons = mark::none;
    for (std::int64_t n = 0; n < filled_; ++n) reasons |= marks[filled_ < window_ ? place_before(n) : n];
    if (filled_ < window_) return SpectrumReading::invalid(channel, position_, reasons | mark::settling, Trust::warmup);
    if (reasons & mark::spoiling) return SpectrumReading::invalid(channel, position_, reasons);
    // Oldest first.
    const double* past = past_.data() + index(0, channel);
    const auto stretch = power_.stretch();
    std::copy(past + place_, past + window_, stretch.begin());
    std::copy(past, past + place_, stretch.begin() + (window_ - place_));
    std::fill(density_.begin(), density_.end(), 0.0);
    power_.add_to(density_);
    const Density density{density_, format_.rate / length_, format_.rate / 2};
    if (noise_power_) {
      const double ratio = snr(band_power(density, band_), *noise_power_);
      if (!(ratio >= least_spectral_snr)) return SpectrumReading::invalid(channel, position_, reasons | mark::low_snr);
      if (ratio < good_spectral_snr) reasons |= mark::low_snr;
      if (!spec_.noise.empty()) subtract_noise(density_, spec_.noise);
    }
    const auto mean = mean_frequency(density, band_), median = median_frequency(density, band_);
    const auto index5 = index_band_ ? fatigue_index(density, *index_band_) : std::nullopt;
    if (!mean || !median || index5.has_value() != index_band_.has_value())
      return SpectrumReading::invalid(channel, position_, reasons | mark::low_snr);
    return SpectrumReading::valid(
        channel, position_,
        {{*mean}, {*median}, {std::sqrt(band_power(density, band_))}, index5, at_floor(density, band_)}, reasons);
  }
  // Of a window that is not full: where its n-th newest is.
  std::int64_t place_before(std::int64_t n) const noexcept { return (place_ + window_ - 1 - n) % window_; }

  SlidingSpectrum spec_;
  StreamFormat format_;
  int channels_;
  std::int64_t window_, every_;
  double full_scale_;
  FrequencyBand band_;
  std::optional<FrequencyBand> index_band_;  // none where the stream is too slow for it
  int length_;                               // of the transform: fast, and then it allocates nothing
  TaperedPower power_;
  std::vector<double> density_;
  std::optional<double> noise_power_;  // of the band at rest, uV^2; none where nobody says
  std::vector<double> past_;           // channel after channel, each a ring
  std::vector<Marks> marks_;
  std::uint64_t belongs_to_;
  SampleIndex position_{};
  std::int64_t taken_ = 0;   // frames up to here have been
  std::int64_t filled_ = 0;  // how many of the window have come
  std::int64_t place_ = 0;   // where the next goes, and the oldest of a full window is
  int next_channel_ = 0;
  bool ended_ = false;
};

// The analyser for this stream, or why there is none.
inline Result<LiveSlidingSpectrum> try_start(const SlidingSpectrum& spec, const StreamFormat& format) {
  using S = SlidingSpectrum;
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  const Hertz half = format.rate / 2;
  const std::string at_most_half = "at most half the sampling rate, " + to_text(half);
  const auto [low, high] = LiveSlidingSpectrum::band(spec, format.rate);
  const auto of_index = LiveSlidingSpectrum::index_band(spec, format.rate);
  if (high > half) return fault_of<S>("high", high, at_most_half);
  if (!(low < high)) return fault_of<S>("low", low, "below high, " + to_text(high));
  if (of_index && of_index->high > half) return fault_of<S>("index_high", of_index->high, at_most_half);
  if (of_index && !(of_index->low < of_index->high))
    return fault_of<S>("index_low", of_index->low, "below index_high, " + to_text(of_index->high));
  if (spec.rest && !spec.noise.empty())
    return fault_of<S>("rest", *spec.rest, "none beside noise, which says more of the same");
  const Seconds sample{1 / format.rate.value};
  if (samples_in(spec.interval, format.rate) < 1)
    return fault_of<S>("interval", spec.interval, "at least one sample, " + to_text(sample));
  const std::int64_t window = samples_in(spec.window, format.rate);
  if (window <= spec.tapers)
    return fault_of<S>("window", spec.window, "more samples than tapers, above " + to_text(sample * spec.tapers));
  const std::int64_t length = fast_length(static_cast<int>(window)), bins = length / 2 + 1;
  if (!spec.noise.empty() && static_cast<std::int64_t>(spec.noise.size()) != bins)
    return fault_in_words<S>("noise", std::to_string(spec.noise.size()) + " numbers",
                             std::to_string(bins) + " numbers, one a multiple of " +
                                 to_text(format.rate / static_cast<double>(length)) + ", or none");
  return LiveSlidingSpectrum(spec, format);
}

#if defined(__cpp_exceptions)
// The analyser for this stream; throws ConfigError naming parameter, value found and what is allowed.
inline LiveSlidingSpectrum start(const SlidingSpectrum& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
