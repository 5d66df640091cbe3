// SPDX-License-Identifier: Apache-2.0
// How often noise at rest alone brings how much evidence of activity: counted on an hour of noise like that rest (an
// autoregressive model of high order), against models made from as short stretches of it as the rest was: what is wrong
// with a model of few coefficients from a few seconds is in the count. Tail: Pickands 1975,
// doi:10.1214/aos/1176343003, exponential (Siegmund 1985, Sequential Analysis). Cost: a second or two a channel;
// memory: some thousand peaks; allocates, so not for the real-time thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/units.hpp"
#include "unguard/detect/change_bank.hpp"
#include "unguard/detect/change_evidence.hpp"
#include "unguard/detect/model_noise.hpp"
#include "unguard/detect/noise_calibrator.hpp"
#include "unguard/detect/noise_model.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"
#include "unguard/filter/burg.hpp"

namespace unguard::activity_detail {

// How often noise alone brings how much evidence: exp(log_alarms - decay g) times a sample.
struct AlarmTail {
  double log_alarms = 0;
  double decay = 1;
};

// Largest evidence of every excursion over so many samples of noise that comes from `next`.
template <class Next>
void gather_peaks(ChangeEvidence& evidence, Next next, std::int64_t samples, std::int64_t apart,
                  std::vector<double>& peaks) {
  constexpr double low = 3;
  double peak = 0;
  std::int64_t since = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    const double now = evidence.step(next());
    evidence.rest();
    if (now > low) {
      peak = std::max(peak, now);
      since = 0;
    } else if (peak > 0 && ++since > apart) {
      peaks.push_back(peak);
      peak = 0;
    }
  }
}

// The exponential tail of the largest 1000 peaks of so many samples. Not to the safe side: how
// sure an event is depends on it, too.
inline AlarmTail tail_of(std::vector<double> peaks, std::int64_t samples) {
  const std::size_t most = std::min<std::size_t>(1000, peaks.size() / 4);
  if (most < 20) return {};  // evidence hardly ever comes: the bound of an exact model
  std::sort(peaks.begin(), peaks.end(), std::greater<>());
  const double beyond = peaks[most];
  double sum = 0;
  for (std::size_t i = 0; i < most; ++i) sum += peaks[i] - beyond;
  const auto n = static_cast<double>(most);
  AlarmTail tail;
  tail.decay = std::min(1.0, (n - 1) / sum);
  tail.log_alarms = std::log(n / static_cast<double>(samples)) + tail.decay * beyond;
  return tail;
}

// Against noise like that of one channel's rest, as a model of high order has it. All channels and persons share the
// draws, so that the same rest gives the same bits and two rests differ by what they are; since what is wrong with the
// draws is then wrong everywhere, they were chosen to be typical, and the tests hold them to it.
inline AlarmTail alarm_tail(const NoiseCalibrator& spec, ConstBlock rest, int channel, const StreamFormat& format,
                            const ChangeBank& bank, RestFollowing following) {
  constexpr int models = 4;
  constexpr std::uint64_t first_draw = 177;
  const auto pieces = whitening_detail::pieces_of(rest, channel, spec.order, format.full_scale());
  const int high =
      static_cast<int>(std::max<std::int64_t>(spec.order, std::min<std::int64_t>(pieces.samples / 20, 60)));
  NoiseModel like{.rate = format.rate, .order = high};
  const ArModel found = burg(pieces.spans(), high);
  like.coefficients = found.coefficients;
  like.level.per_channel = {{std::sqrt(found.power), 0, 0}};
  const auto samples = static_cast<std::int64_t>(3600 * format.rate.value) / models;
  std::vector<double> peaks;
  for (int m = 0; m < models; ++m) {
    ModelNoise noise(like, 0, first_draw + static_cast<std::uint64_t>(m));
    std::vector<double> stretch(static_cast<std::size_t>(pieces.samples));
    for (double& x : stretch) x = noise.next();
    const ArModel fit = burg(stretch, spec.order);
    ChangeEvidence evidence(fit.coefficients, std::sqrt(fit.error_power), bank, following, 0);
    gather_peaks(
        evidence, [&] { return noise.next(); }, samples, samples_in({0.1}, format.rate), peaks);
  }
  return tail_of(std::move(peaks), models * samples);
}

}  // namespace unguard::activity_detail
