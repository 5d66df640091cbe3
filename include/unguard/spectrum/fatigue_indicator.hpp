// SPDX-License-Identifier: Apache-2.0
// Fatigue while it happens: the trends of spectrum and amplitude so far, brought up to date by every window. Source as
// in jasa.hpp and core/trend_sums.hpp; ordinary least squares, whose sums are all that is kept: some 12 KiB, however
// long it runs. Cost: 5 us a window; a reading, with its intervals, 2 ms, and 16 ms of 20,000
// windows. No allocation. Latency: half the effort.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/state.hpp"
#include "unguard/core/trend_sums.hpp"
#include "unguard/core/units.hpp"
#include "unguard/spectrum/jasa.hpp"

namespace unguard {

struct FatigueIndicator {
  Seconds step{0.5};
  SpectralIndex index = SpectralIndex::median_frequency;
  int least = 20;
  double level = 0.95;
  PercentPerSecond change_limit = slope_change_limit;

  friend bool operator==(const FatigueIndicator&, const FatigueIndicator&) = default;
};
constexpr SpecInfo info(const FatigueIndicator*) {
  return {"FatigueIndicator", "trends of spectrum and amplitude while they happen",
          "Luttmann, Jaeger & Laurig 2000, Int. J. Ind. Ergon. 25:645"};
}
constexpr auto fields(const FatigueIndicator*) {
  using F = FatigueIndicator;
  return field_list(
      field<&F::step>("step", "usual time from one window to the next", between(1e-3, 3600)),
      field<&F::index>("index", "what the spectrum is summed up by"),
      field<&F::least>("least", "windows before it says anything", between(least_trend_values, 100000)),
      field<&F::level>("level", "the chance with which intervals hold the truth", between(0.5, 0.999)),
      field<&F::change_limit>("change_limit", jasa_detail::change_limit_meaning, jasa_detail::change_limits));
}

// A value: it copies, saves and loads.
class LiveFatigueIndicator {
 public:
  const FatigueIndicator& spec() const noexcept { return spec_; }

  // A window: its middle in seconds since the start, at least a thousandth of a step after the one before it, the index
  // of its spectrum and its RMS in uV. One without values (not finite, or of no size that EMG has) is left out and
  // counted.
  Status push(double seconds, double spectrum, double amplitude) noexcept {
    if (!std::isfinite(seconds) || (last_ && !(seconds - *last_ >= least_gap * spec_.step.value)))
      return Status::wrong_time;
    last_ = seconds;
    if (!is_trend_value(spectrum) || !is_trend_value(amplitude)) {
      ++left_out_;
      return Status::ok;
    }
    spectrum_.push(seconds, spectrum);
    amplitude_.push(seconds, amplitude);
    return Status::ok;
  }

  std::int64_t windows() const noexcept { return spectrum_.count(); }
  std::int64_t left_out() const noexcept { return left_out_; }

  // What can be said so far; nothing while there are too few windows.
  std::optional<Fatigue> reading() const noexcept {
    if (windows() < spec_.least) return std::nullopt;
    return jasa_detail::judged(trend_of(spectrum_), trend_of(amplitude_), spec_.index, spec_.change_limit);
  }

  void reset() noexcept {
    spectrum_ = amplitude_ = TrendSums(spec_.step.value);
    last_.reset();
    left_out_ = 0;
  }

  SavedState save() const { return save_state(const_cast<LiveFatigueIndicator&>(*this), belongs_to_); }
  // `wrong_state`, and as it was, also where the bytes tell of what no windows can have left.
  Status load(std::span<const std::byte> bytes) noexcept {
    LiveFatigueIndicator next = *this;
    if (load_state(next, bytes, belongs_to_) != Status::ok || !next.can_be()) return Status::wrong_state;
    *this = next;
    return Status::ok;
  }
  template <class Archive>
  void state(Archive& archive) {
    bool begun = last_.has_value();
    double last = last_.value_or(0);
    archive(begun);
    archive(last);
    last_ = begun ? std::optional(last) : std::nullopt;
    archive(left_out_);
    spectrum_.state(archive);
    amplitude_.state(archive);
  }

 private:
  friend Result<LiveFatigueIndicator> try_start(const FatigueIndicator& spec);
  explicit LiveFatigueIndicator(const FatigueIndicator& spec)
      : spec_(spec), belongs_to_(hash_text(to_text(spec_))), spectrum_(spec.step.value), amplitude_(spec.step.value) {}

  bool can_be() const noexcept {
    return spectrum_.is_beside(amplitude_) && left_out_ >= 0 && (!last_ || std::isfinite(*last_)) &&
           last_.has_value() == (spectrum_.count() > 0 || left_out_ > 0);
  }

  Trend trend_of(const TrendSums& sums) const noexcept {
    Trend trend = trend_detail::read(sums, sums.at_first(), sums.slope(), sums.spread(), spec_.level);
    trend.left_out = left_out_;
    return trend;
  }

  FatigueIndicator spec_;
  std::uint64_t belongs_to_;
  TrendSums spectrum_, amplitude_;
  std::optional<double> last_{};
  std::int64_t left_out_ = 0;
};

inline Result<LiveFatigueIndicator> try_start(const FatigueIndicator& spec) {
  if (auto fault = validate(spec)) return *fault;
  return LiveFatigueIndicator(spec);
}
#if defined(__cpp_exceptions)
inline LiveFatigueIndicator start(const FatigueIndicator& spec) { return try_start(spec).take(); }
#endif

}  // namespace unguard
