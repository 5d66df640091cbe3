// SPDX-License-Identifier: Apache-2.0
// The true rate of a stream, and when each of its samples was taken, from the times at which they arrived: a straight
// line through (samples, time), by least squares on the whole past, updated as in Welford 1962, doi:10.2307/1266577.
// Samples that arrived together count once, by the last of them. Cost: a few dozen operations an arrival.
// Latency: none; the constant share of the transport's delay cannot be seen and stays in the times.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"

namespace unguard {

struct ArrivalClock {
  Seconds settle{5};
  double outlier = 8;

  friend bool operator==(const ArrivalClock&, const ArrivalClock&) = default;
};
constexpr SpecInfo info(const ArrivalClock*) {
  return {"ArrivalClock", "true rate and sample times from the times of arrival", "Welford 1962, doi:10.2307/1266577"};
}
constexpr auto fields(const ArrivalClock*) {
  return field_list(
      field<&ArrivalClock::settle>("settle", "how long it listens before it says anything", between(0.1, 3600)),
      field<&ArrivalClock::outlier>("outlier",
                                    "arrivals this many times further from the line than usual are left out: stalls of "
                                    "the receiver",
                                    between(3, 1000)));
}

// A rate and its standard error, from the scatter of the arrivals about the line.
struct EstimatedRate {
  Hertz rate{};
  Hertz standard_error{};
};

class LiveArrivalClock {
 public:
  LiveArrivalClock(const ArrivalClock& spec, const StreamFormat& format) : spec_(spec), nominal_(format.rate) {}

  const ArrivalClock& spec() const noexcept { return spec_; }
  void reset() noexcept { *this = LiveArrivalClock(spec_, nominal_); }

  // So many samples in all have come by this time of a steady clock; neither may go back, what does is left out.
  void add(SampleIndex samples, Seconds arrived) noexcept {
    if (!std::isfinite(arrived.value)) return;
    if (!pending_) {
      pending_ = Arrival{samples, arrived};
      return;
    }
    if (samples < pending_->samples || arrived < pending_->at) return;
    if (arrived > pending_->at) commit(*pending_);
    pending_ = Arrival{samples, arrived};
  }

  // Nothing before `settle`, or while all samples came at once.
  std::optional<EstimatedRate> rate() const noexcept {
    if (count_ < 8 || last_ - first_ < spec_.settle || !(nn_ > 0)) return std::nullopt;
    const double slope = 1 / nominal_.value + nt_ / nn_;
    if (!(slope > 0)) return std::nullopt;
    return EstimatedRate{{1 / slope}, {std::sqrt(scatter() / nn_) / (slope * slope)}};
  }
  // How much faster the stream runs than it says: 0.005 is half a per cent.
  std::optional<double> excess() const noexcept {
    const auto found = rate();
    if (!found) return std::nullopt;
    return found->rate / nominal_ - 1;
  }
  // When so many samples had come, on the receiver's clock.
  std::optional<Seconds> time_of(SampleIndex samples) const noexcept {
    if (!rate()) return std::nullopt;
    return origin_at_ + Seconds{on_line(static_cast<double>(samples - origin_))};
  }
  // Root mean square of the arrivals about the line.
  std::optional<Seconds> jitter() const noexcept {
    if (!rate()) return std::nullopt;
    return Seconds{std::sqrt(scatter())};
  }
  std::int64_t left_out() const noexcept { return left_out_; }

 private:
  struct Arrival {
    SampleIndex samples;
    Seconds at;
  };
  LiveArrivalClock(const ArrivalClock& spec, Hertz nominal) : spec_(spec), nominal_(nominal) {}

  // Of the arrivals about the line: mean square.
  double scatter() const noexcept { return std::fmax(tt_ - nt_ / nn_ * nt_, 0) / static_cast<double>(count_ - 2); }
  // The time, since the first arrival, at which the line has so many samples since then.
  double on_line(double n) const noexcept { return n / nominal_.value + mean_t_ + nt_ / nn_ * (n - mean_n_); }

  void commit(const Arrival& a) noexcept {
    if (count_ == 0) {
      origin_ = a.samples;
      origin_at_ = first_ = a.at;
    }
    const double n = static_cast<double>(a.samples - origin_), since = (a.at - origin_at_).value;
    if (const auto usual = jitter(); usual) {
      const double off = since - on_line(n);
      // Never less than a microsecond: a line through all points leaves no scatter to compare with. What goes on being
      // off is no outlier.
      if (std::fabs(off) > spec_.outlier * std::fmax(usual->value, 1e-6) && in_a_row_ < most_in_a_row) {
        ++in_a_row_;
        ++left_out_;
        return;
      }
    }
    in_a_row_ = 0;
    last_ = a.at;
    ++count_;
    // Times are what is left beside the nominal rate: small numbers, whose squares keep their digits for days.
    const double k = static_cast<double>(count_), t = since - n / nominal_.value;
    const double dn = n - mean_n_, dt = t - mean_t_, share = (k - 1) / k;
    mean_n_ += dn / k;
    mean_t_ += dt / k;
    nn_ += dn * dn * share;
    nt_ += dn * dt * share;
    tt_ += dt * dt * share;
  }

  static constexpr int most_in_a_row = 50;

  ArrivalClock spec_;
  Hertz nominal_;
  std::optional<Arrival> pending_{};
  SampleIndex origin_{};
  Seconds origin_at_{}, first_{}, last_{};
  std::int64_t count_ = 0, left_out_ = 0;
  int in_a_row_ = 0;
  double mean_n_ = 0, mean_t_ = 0, nn_ = 0, nt_ = 0, tt_ = 0;
};

inline Result<LiveArrivalClock> try_start(const ArrivalClock& spec, const StreamFormat& format) {
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  return LiveArrivalClock(spec, format);
}
#if defined(__cpp_exceptions)
inline LiveArrivalClock start(const ArrivalClock& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
