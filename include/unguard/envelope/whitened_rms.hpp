// SPDX-License-Identifier: Apache-2.0
// RMS of EMG that was whitened first: more independent values in the same window, so a steadier level at the same
// delay. Fixed: the prediction error of the calibrated contraction; Clancy & Hogan 1994, IEEE Trans. Biomed. Eng.
// 41:159. Adaptive: only as far as the noise allows at the present level, the noise subtracted in power; Clancy & Farry
// 2000, IEEE Trans. Biomed. Eng. 47:709. Several channels of one effort: PooledLevel behind it. Latency: half the
// window, and some samples. Cost: two short filters a sample.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/core/simd.hpp"
#include "unguard/envelope/moving_average.hpp"
#include "unguard/envelope/moving_sum.hpp"
#include "unguard/envelope/whitening_bank.hpp"
#include "unguard/filter/recent.hpp"
#include "unguard/filter/whitening.hpp"

namespace unguard {

enum class WhiteningKind { fixed, adaptive };
constexpr std::array<std::string_view, 2> names(const WhiteningKind*) { return {"fixed", "adaptive"}; }

// In microvolts of the input. `fixed` reads the RMS of all that comes in, noise too, if its spectrum is that of the
// contraction; noise of another is read too high. `adaptive` reads the RMS of the EMG alone and marks it `low_snr`
// where it is below the noise's; 0 means "not above the noise", not "no muscle", as in NoiseSubtracted.
struct WhitenedRms {
  Seconds window{0.125};
  WhiteningKind kind = WhiteningKind::adaptive;
  WhiteningCalibration whitening{};

  friend bool operator==(const WhitenedRms&, const WhitenedRms&) = default;
};
constexpr SpecInfo info(const WhitenedRms*) {
  return {"WhitenedRms", "moving RMS of whitened EMG, causal",
          "Clancy & Hogan 1994, IEEE Trans. Biomed. Eng. 41:159; Clancy & Farry 1999, doi:10.1109/IEMBS.1999.802650"};
}
constexpr auto fields(const WhitenedRms*) {
  return field_list(
      field<&WhitenedRms::window>("window", "length of the window", between(1e-6, 3600)),
      field<&WhitenedRms::kind>("kind", "whitened by one filter, or as far as the noise allows at the present level"),
      field<&WhitenedRms::whitening>("whitening", "what a WhiteningCalibrator found; there is none without it"));
}

class WhitenedRmsKernel {
 public:
  WhitenedRmsKernel(const WhitenedRms& spec, std::int64_t window, const StreamFormat& format)
      : channels_(format.channels.count()),
        adaptive_(spec.kind == WhiteningKind::adaptive),
        full_scale_(format.full_scale()),
        taps_(adaptive_ ? adaptive_taps : in_fours(spec.whitening.order + 1)),
        share_(1 / static_cast<double>(window)),
        past_(taps_, channels_),
        power_(window, channels_),
        whitened_(window, channels_),
        counted_(window, channels_),
        frame_(static_cast<std::size_t>(channels_)),
        input_(frame_.size()),
        counts_(frame_.size()) {
    for (int c = 0; c < channels_; ++c) {
      if (adaptive_) {
        banks_.emplace_back(spec.whitening, c, taps_);
      } else {
        const auto of_channel = spec.whitening.coefficients_of(c);
        const std::vector<double> a(of_channel.begin(), of_channel.end());
        // Its stability was looked at by make_kernel.
        WhiteningFilter filter{
            .taps = whitening_detail::keeping_rms(a, whitening_detail::power_ratio({a.begin(), a.end()}))};
        filter.taps.resize(static_cast<std::size_t>(taps_));
        std::reverse(filter.taps.begin(), filter.taps.end());
        fixed_.push_back(std::move(filter));
      }
    }
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (const double* end = x + n * channels_; x != end; x += channels_, y += channels_) {
      past_.take(x, 1);
      if (adaptive_) {
        for (int c = 0; c < channels_; ++c) input_[static_cast<std::size_t>(c)] = x[c] * x[c];
        power_.add(input_.data(), input_.data());
      }
      for (int c = 0; c < channels_; ++c) frame_[static_cast<std::size_t>(c)] = of_emg(c, share_);
      whitened_.add(frame_.data(), frame_.data());
      for (int c = 0; c < channels_; ++c) y[c] = std::sqrt(std::max(0.0, frame_[static_cast<std::size_t>(c)] * share_));
    }
  }
  // One frame of which only some channels count, for Gated: what does not is in no sum. `shares`: of the window, how
  // much counts.
  void run_where(const double* x, const std::uint8_t* counts, double* y, double* shares) noexcept {
    past_.take(x, 1);
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      counts_[i] = counts[c];
      input_[i] = counts[c] ? x[c] * x[c] : 0;
    }
    counted_.add(counts_.data(), counts_.data());
    if (adaptive_) power_.add(input_.data(), input_.data());
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      frame_[i] = counts[c] ? of_emg(c, 1 / counts_[i]) : 0;
    }
    whitened_.add(frame_.data(), frame_.data());
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      y[c] = counts_[i] > 0 ? std::sqrt(std::max(0.0, frame_[i] / counts_[i])) : 0;
      shares[c] = counts_[i] * share_;
    }
  }
  // Where noise is more than half of the power: as NoiseSubtracted says by default.
  Marks said_of(int channel, double level) const noexcept {
    return adaptive_ && level * level < banks_[static_cast<std::size_t>(channel)].noise() ? mark::low_snr : mark::none;
  }
  // A channel as if everything so far had been 0 and had counted, 1, or had not, 0.
  void begin(int channel, double share) noexcept {
    past_.fill(channel, 0);
    power_.settle(channel, 0);
    whitened_.settle(channel, 0);
    counted_.settle(channel, share);
  }
  std::int64_t refills_within(double) const { return counted_.window(); }
  // A sample is in as many outputs of the filter.
  std::int64_t reach_back() const { return taps_ - 1; }
  void reset() noexcept {
    past_.reset();
    power_.reset();
    whitened_.reset();
    counted_.reset();
    for (int c = 0; c < channels_; ++c) counted_.settle(c, 1);
  }
  // Recent's place in its ring is not seen in the output.
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return whitened_.period(); }
  double settle(int channel, double level) noexcept {
    past_.fill(channel, level);
    const auto c = static_cast<std::size_t>(channel);
    power_.settle(channel, level * level);
    input_[c] = level * level / share_;
    frame_[c] = of_emg(channel, share_);
    whitened_.settle(channel, frame_[c]);
    counted_.settle(channel, 1);
    return std::sqrt(std::max(0.0, frame_[c]));
  }
  bool adopt(const WhitenedRmsKernel& other) noexcept {
    if (other.share_ != share_ || other.adaptive_ != adaptive_ || !past_.adopt(other.past_)) return false;
    power_.adopt(other.power_);
    whitened_.adopt(other.whitened_);
    counted_.adopt(other.counted_);
    return true;
  }
  // Exact: the filters and both windows end.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    return rings_for(taps_ + whitened_.window() + (adaptive_ ? power_.window() : 0), ratios);
  }
  // An error may change which filters are taken, and with them all that is read.
  double error_gain() const { return reach(adaptive_ ? full_scale_ : 1); }
  double reach(double level) const {
    double most = 0;
    const auto meet = [&](const WhiteningFilter& f) {
      double sum = 0;
      for (const double tap : f.taps) sum += std::fabs(tap);
      most = std::max(most, sum * level * std::sqrt(f.scale));
    };
    for (const auto& f : fixed_) meet(f);
    for (const auto& bank : banks_)
      for (std::size_t i = 0; i < WhiteningBank::levels; ++i) meet(bank[i]);
    return most;
  }
  // The centroid of the squares, which are what is summed; of the adaptive kind that of the filter in the middle.
  StageLatency delay(Hertz) const {
    const auto& taps = adaptive_ ? banks_[0][WhiteningBank::levels / 2].taps : fixed_[0].taps;
    double sum = 0, moment = 0;
    for (std::size_t i = 0; i < taps.size(); ++i) {
      sum += taps[i] * taps[i];
      moment += taps[i] * taps[i] * static_cast<double>(taps.size() - 1 - i);
    }
    return {"WhitenedRms", DelayKind::centroid, moment / sum + static_cast<double>(whitened_.window() - 1) / 2, {}};
  }
  template <class Archive>
  void state(Archive& archive) {
    past_.state(archive);
    power_.state(archive);
    whitened_.state(archive);
    counted_.state(archive);
  }

 private:
  static constexpr int adaptive_taps = 16;

  static constexpr int in_fours(int taps) { return (taps + 3) / 4 * 4; }
  double through(const WhiteningFilter& f, const double* past) const noexcept {
    f64x4 sums = fill4(0);
    for (int i = 0; i < taps_; i += 4) sums = sums + load4(f.taps.data() + i) * load4(past + i);
    double sum[4];
    store4(sum, sums);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
  double power_by(const WhiteningFilter& f, const double* past) const noexcept {
    const double y = through(f, past);
    return (y * y - f.noise) * f.scale;
  }
  // What the last sample says of the EMG's power; `share`: of what is in the sum of the input's power.
  double of_emg(int c, double share) const noexcept {
    const auto i = static_cast<std::size_t>(c);
    const double* past = past_.last(c, taps_);
    if (!adaptive_) return power_by(fixed_[i], past);
    // Between the two filters whose levels are next, by where the present one lies.
    const WhiteningBank& bank = banks_[i];
    const auto& powers = bank.powers();
    const double now = input_[i] * share - bank.noise();
    std::size_t k = 0;
    while (k + 2 < powers.size() && powers[k + 1] < now) ++k;
    const double weight = std::clamp((now - powers[k]) / (powers[k + 1] - powers[k]), 0.0, 1.0);
    return (1 - weight) * power_by(bank[k], past) + weight * power_by(bank[k + 1], past);
  }

  int channels_;
  bool adaptive_;
  double full_scale_;
  int taps_;      // a multiple of four
  double share_;  // 1 / the window
  std::vector<WhiteningFilter> fixed_{};
  std::vector<WhiteningBank> banks_{};
  Recent past_;
  MovingSum power_, whitened_, counted_;
  std::vector<double> frame_, input_, counts_;  // of the frame: of the EMG, sums of the input's power, what counts
};

inline Result<WhitenedRmsKernel> make_kernel(const WhitenedRms& spec, const StreamFormat& format) {
  auto window = window_in_samples<WhitenedRms>(spec.window, format.rate);
  if (!window) return window.fault();
  if (spec.whitening.empty())
    return fault_in_words<WhitenedRms>("whitening", "none",
                                       "what a WhiteningCalibrator makes of a contraction and a rest");
  if (auto fault = refuse_whitening<WhitenedRms>(spec.whitening, format.channels.count(), format.rate)) return *fault;
  for (int c = 0; c < format.channels.count(); ++c)
    for (const auto a :
         {spec.whitening.coefficients_of(c), spec.whitening.contraction_of(c), spec.whitening.rest_of(c)})
      if (!(whitening_detail::power_ratio({a.begin(), a.end()}) > 0))
        return fault_of<WhitenedRms>("whitening", std::vector<double>(a.begin(), a.end()), "stable models");
  return WhitenedRmsKernel(spec, *window, format);
}

}  // namespace unguard
