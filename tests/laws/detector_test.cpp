// SPDX-License-Identifier: Apache-2.0
// Station detect/: one line a processor, and what it is told about the stream.
#include "laws/detector_laws.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/aglr.hpp"
#include "unguard/detect/bending_detector.hpp"
#include "unguard/detect/bonato.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/detect/gaussian_mixture_onset.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/detect/lidierth.hpp"
#include "unguard/detect/merlo_wavelet.hpp"
#include "unguard/detect/sample_entropy_onset.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/detect/tkeo_onset.hpp"

namespace unguard::laws {
namespace {

// The rest of bursts_in_rest: white noise of 2 uV, whose moving RMS spreads by 2 / sqrt(2 window).
SpasmDetector knowing_the_rest(int channels, bool all_rest) {
  SpasmDetector spec;
  spec.rest = rest_calibration(std::vector<RestNoise>(static_cast<std::size_t>(channels), {2, 0.1, 2, 0.2}), spec.slow,
                               spec.fast, {CalibrationSource::declared, 40000, stream_rate, "as made"});
  spec.all_rest = all_rest;
  return spec;
}
// Enters at 4 uV: a step to twice that. Every moving RMS of +a, -a, +a, ... is a.
Step step_to_8_uV() {
  Step step{std::vector<double>(8000), 4000};
  for (std::size_t i = 0; i < step.x.size(); ++i) step.x[i] = (i % 2 ? -1 : 1) * (i < 4000 ? 2.0 : 8.0);
  return step;
}
const std::vector<Marker> rest_declared{{{18000}, MarkerKind::rest_begins}, {{39000}, MarkerKind::rest_ends}};

const bool activity = detector("SpasmDetector", [](int channels) { return knowing_the_rest(channels, false); },
                               {.markers = rest_declared, .step = step_to_8_uV()});
const bool all_rest = detector("SpasmDetectorAtRest", [](int channels) { return knowing_the_rest(channels, true); },
                               {.step = step_to_8_uV()});
const bool learning =
    detector("SpasmDetectorLearning", SpasmDetector{.learn = {4}},
             {.markers = rest_declared,
              .exempt = {{Law::latency,
                          "the entering level is not known before it is learnt; stated as if the rise "
                          "alone set it"}}});

// Statistics of the rest of bursts_in_rest, white noise of 2 uV, measured over two minutes of it.
template <class S>
S knowing_the_baseline(S spec, int channels, double mean, double spread) {
  spec.baseline.mean.quantity = spec.baseline.spread.quantity = statistic_of(spec);
  spec.baseline.mean.per_channel.assign(static_cast<std::size_t>(channels), {mean, mean, mean});
  spec.baseline.spread.per_channel.assign(static_cast<std::size_t>(channels), {spread, spread, spread});
  return spec;
}
// What the least delay of an onset detector is stated for.
Step step_far_above() {
  Step step = step_to_8_uV();
  for (std::size_t i = 4000; i < step.x.size(); ++i) step.x[i] *= 10000;
  return step;
}
// The same of noise: for those that learn rest, of which a square wave has no spectrum, and for those that see nothing
// new in a stronger one.
Step noise_far_above() {
  Step step{std::vector<double>(8000), 4000};
  std::mt19937_64 generator(40);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < step.x.size(); ++i) step.x[i] = (i < 4000 ? 2 : 1e6) * normal(generator);
  return step;
}
const bool hodges_bui = detector(
    "HodgesBui", [](int channels) { return knowing_the_baseline(HodgesBui{.spreads = 5}, channels, 1.596, 0.27); },
    {.markers = rest_declared, .step = step_far_above()});
const bool tkeo_onset = detector("TkeoOnset", TkeoOnset{.spreads = 8, .learn = {1}}, {.step = noise_far_above()});
const bool lidierth = detector("Lidierth", Lidierth{.spreads = 6, .learn = {1}}, {.step = noise_far_above()});
const bool aglr = detector("Aglr", Aglr{.threshold = 25, .learn = {1}}, {.step = noise_far_above()});
const bool bonato =
    detector("Bonato", Bonato{.threshold = bonato_threshold(1e-9, 2, 5), .learn = {1}}, {.step = noise_far_above()});
// What is left of a burst behind a long mark is found, and named the middle of a window that is filled only when it is
// over: beside the burst, by no more than half a window.
const bool merlo_wavelet = detector("MerloWavelet", MerloWavelet{.spreads = 8, .learn = {1}},
                                    {.step = noise_far_above(), .most_false_alarms = 0.17});
const bool gaussian_mixture = detector("GaussianMixtureOnset", GaussianMixtureOnset{.log_odds = 20, .learn = {1}},
                                       {.step = noise_far_above(), .most_false_alarms = 0.34});
const bool sample_entropy =
    detector("SampleEntropyOnset", SampleEntropyOnset{.spreads = 10, .learn = {1}},
             {.exempt = {{Law::latency,
                          "how little of rest may be left in the window is set by the threshold, which is learnt; "
                          "stated is the most, a window"}}});

// The rest of bursts_in_rest as a model: white noise needs no coefficients but one of 0; and its alarms, ChangeBank.
NoiseModel white_noise(int channels) {
  NoiseModel noise{
      .rate = stream_rate, .order = 1, .coefficients = std::vector<double>(static_cast<std::size_t>(channels))};
  noise.level.per_channel.assign(static_cast<std::size_t>(channels), {2, 2, 2});
  return noise;
}
ActivityDetector knowing_the_noise(int channels) {
  ActivityDetector spec;
  spec.calibration.noise = white_noise(channels);
  spec.calibration.level = spec.calibration.noise.level;
  spec.calibration.log_alarms.assign(static_cast<std::size_t>(channels), -2);
  spec.calibration.decay.assign(static_cast<std::size_t>(channels), 1);
  return spec;
}
const bool quickest =
    detector("ActivityDetector", knowing_the_noise, {.markers = rest_declared, .step = step_far_above()});
ActivityDetector knowing_means_of_five(int channels) {
  ActivityDetector spec = knowing_the_noise(channels);
  spec.calibration.mean_of = 5;
  spec.calibration.noise.rate = stream_rate / 5;
  for (Calibration* level : {&spec.calibration.noise.level, &spec.calibration.level})
    for (Estimate& e : level->per_channel) e = {0.9, 0.9, 0.9};
  return spec;
}
const bool quickest_of_means =
    detector("ActivityDetectorOfMeans", knowing_means_of_five, {.markers = rest_declared, .step = step_far_above()});
EventDetector events_in(Context context, int channels) {
  return {.activity = knowing_the_noise(channels), .all_rest = context == Context::rest};
}
const bool events = detector("EventDetector", [](int channels) { return events_in(Context::none, channels); },
                             {.markers = rest_declared, .step = step_far_above()});
const bool events_at_rest = detector(
    "EventDetectorAtRest", [](int channels) { return events_in(Context::rest, channels); }, {.step = step_far_above()});

// The rest of bursts_in_rest as this person's level of bending, in which all bursts rise; and in full flexion, too, so
// that a hold with a burst in it is guarded.
BendingDetector knowing_the_bend(int channels) {
  const auto n = static_cast<std::size_t>(channels);
  BendingDetector spec;
  spec.profile = {.angles = {0}, .levels = std::vector<double>(n, 2), .movement = white_noise(channels)};
  spec.profile.movement.level.per_channel.assign(n, {1, 1, 1});
  spec.profile.holds.assign(n, 2);
  spec.profile.spreads.assign(n, 0.1);
  return spec;
}
const bool bending = detector(
    "BendingDetector", knowing_the_bend,
    {.markers = {{{0}, MarkerKind::bending}, {{26000}, MarkerKind::full_flexion}, {{32000}, MarkerKind::bending}},
     .step = step_far_above()});

}  // namespace
}  // namespace unguard::laws
