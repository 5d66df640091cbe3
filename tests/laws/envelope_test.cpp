// SPDX-License-Identifier: Apache-2.0
// Station envelope/: one line a processor.
#include "laws/analyser_laws.hpp"
#include "laws/combiner_laws.hpp"
#include "laws/filter_laws.hpp"
#include "unguard/envelope/adaptive_rms.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"
#include "unguard/envelope/exponential_envelope.hpp"
#include "unguard/envelope/gated.hpp"
#include "unguard/envelope/gated_rms.hpp"
#include "unguard/envelope/levels.hpp"
#include "unguard/envelope/linear_envelope.hpp"
#include "unguard/envelope/moving_median.hpp"
#include "unguard/envelope/noise_subtracted.hpp"
#include "unguard/envelope/pooled_level.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/tkeo_envelope.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/envelope/whitened_rms.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/sos.hpp"

namespace unguard::laws {
namespace {

using enum Response;

// The same for every channel, so that any number of them has one.
WhitenedRms whitened(WhiteningKind kind, int channels) {
  const auto hold = signal(6000, 1, 21);
  std::vector<double> rest(hold.size()), muscle(hold.size());
  for (std::size_t i = 0; i < hold.size(); ++i) {
    muscle[i] = hold[i] - 3000;
    rest[i] = 0.1 * muscle[hold.size() - 1 - i] - (i > 0 ? 0.05 * muscle[hold.size() - i] : 0);
  }
  const auto one = *try_calibrate_whitening(WhiteningCalibrator{}, {muscle.data(), 6000, 1}, {rest.data(), 6000, 1},
                                            {.rate = {2000}, .channels = Channels::unnamed(1)}, "as it came");
  WhitenedRms spec{.window = {0.1}, .kind = kind, .whitening = one};
  for (int c = 1; c < channels; ++c) {
    auto& all = spec.whitening;
    for (const auto list :
         {&WhiteningCalibration::coefficients, &WhiteningCalibration::contraction, &WhiteningCalibration::rest})
      (all.*list).insert((all.*list).end(), (one.*list).begin(), (one.*list).end());
    all.level.per_channel.push_back(one.level.per_channel[0]);
    all.noise.per_channel.push_back(one.noise.per_channel[0]);
  }
  return spec;
}
// `spec_of(channels)`: what is calibrated is as many channels.
template <class SpecOf>
bool calibrated_filter(const std::string& name, SpecOf spec_of, FilterOptions options) {
  return add_filter(
      name, {[=](int channels) {
               return AnyFilter(start(spec_of(channels), {.rate = {2000}, .channels = Channels::unnamed(channels)}));
             },
             json(spec_of(3)), std::move(options)});
}
bool whitened_filter(const std::string& name, WhiteningKind kind, FilterOptions options) {
  return calibrated_filter(
      name, [=](int channels) { return whitened(kind, channels); }, std::move(options));
}

const bool rectify = filter("Rectify", Rectify{}, {.response = rectified});
const bool rms = filter("Rms", Rms{}, {.response = power});
const bool arv = filter("Arv", Arv{}, {.response = rectified});
const bool two_pole = filter("TwoPole", TwoPole{}, {.response = rectified});
const bool two_pole_power = filter("TwoPoleOnPower", TwoPole{.detection = Detection::power}, {.response = power});
const bool moving_median =
    filter("MovingMedian", MovingMedian{}, {.exempt = {{Law::linear, "a median is not linear"}}});
const bool bayesian =
    filter("BayesianEnvelope", BayesianEnvelope{},
           {.exempt = {{Law::linear, "Bayes' rule is not linear"},
                       {Law::latency, "adaptive: what is stated is the lag of a small, slow change"}}});
const bool linear_envelope = filter("LinearEnvelope", LinearEnvelope{}, {.response = rectified});
const bool linear_envelope_by_cutoff =
    filter("LinearEnvelopeBesselByCutoff", LinearEnvelope{.kind = SmootherKind::bessel, .order = 3, .cutoff = Hertz{6}},
           {.response = rectified});
const bool linear_envelope_power = filter(
    "LinearEnvelopeOnPower",
    LinearEnvelope{.kind = SmootherKind::critically_damped, .window = Seconds{0.1}, .detection = Detection::power},
    {.response = power});
const bool exponential_envelope = filter("ExponentialEnvelope", ExponentialEnvelope{}, {.response = power});
const bool exponential_envelope_rectified = filter(
    "ExponentialEnvelopeRectified", ExponentialEnvelope{.detection = Detection::rectified}, {.response = rectified});
const bool tkeo_envelope = filter("TkeoEnvelope", TkeoEnvelope{}, {.response = power});
const bool whitened_fixed = whitened_filter("WhitenedRms", WhiteningKind::fixed, {.response = power});
const Exemptions of_adaptive = {{Law::latency, "adaptive: the delay said is that of the filter in the middle"},
                                {Law::linear, "which filters are taken depends on the level"}};
const bool whitened_adaptive = whitened_filter("WhitenedRmsAdaptive", WhiteningKind::adaptive, {.exempt = of_adaptive});
const bool adaptive_rms = filter("AdaptiveRms", AdaptiveRms{.longest = {0.4}, .pilot = {0.2}},
                                 {.exempt = {{Law::latency, "adaptive: the delay said is that of the longest window"},
                                             {Law::linear, "how long the window is depends on the signal"}}});
const bool noise_subtracted = filter("NoiseSubtracted", NoiseSubtracted{.noise = Microvolts{5}},
                                     {.exempt = {{Law::linear, "a root of a difference of squares"}}});
const bool pooled_level =
    filter("PooledLevel", PooledLevel{.reference = Microvolts{1}},
           {.exempt = {{Law::linear, "a root of a mean of squares over the channels"},
                       {Law::channels_equal, "its channels are one effort: a channel alone reads its own level"}}});
const bool chain =
    filter("ChainOfBandpassAndRms", Chain{Bandpass{}, Rms{}},
           {.exempt = {{Law::linear, "a band-pass before a square is linear in neither the signal nor its square"}}});
const bool amplified =
    filter("ChainOfGainAndTwoPole", Chain{Sos{{1000, 0, 0, 1, 0, 0}}, TwoPole{}}, {.response = rectified});
const bool amplifier =
    filter("ChainOfTwoPoleAndGain", Chain{TwoPole{}, Sos{{1000, 0, 0, 1, 0, 0}}}, {.response = rectified});
const bool gated_rms = combiner("GatedRms", GatedRms{.window = {0.05}},
                                {.exempt = {{Law::linear, "a square in the signal; nothing in the gate"},
                                            {Law::one_engine, "not in the Python package yet"}}});
const bool gated_rms_ahead = combiner("GatedRmsAhead", GatedRms{.window = {0.05}, .ahead = {0.06}},
                                      {.exempt = {{Law::linear, "a square in the signal; nothing in the gate"},
                                                  {Law::latency,
                                                   "the impulse of this law is the first frame, of before the stream "
                                                   "where the gate is ahead; a test of its own measures it"},
                                                  {Law::one_engine, "not in the Python package yet"}}});
const bool gated_boxcar = filter("Gated", Gated<Rms>{}, {.response = power});
const bool gated_two_pole = filter("GatedTwoPole", Gated<TwoPole>{{}, 0.5, Seconds{0.005}}, {.response = rectified});
const bool gated_arv = filter("GatedArv", Gated<Arv>{}, {.response = rectified});
const bool gated_linear = filter("GatedLinearEnvelope", Gated<LinearEnvelope>{}, {.response = rectified});
const bool gated_exponential =
    filter("GatedExponentialEnvelope", Gated<ExponentialEnvelope>{{}, 0.3, {}}, {.response = power});
const bool gated_median =
    filter("GatedMovingMedian", Gated<MovingMedian>{}, {.exempt = {{Law::linear, "a median is not linear"}}});
const bool gated_bayesian =
    filter("GatedBayesianEnvelope", Gated<BayesianEnvelope>{},
           {.exempt = {{Law::linear, "Bayes' rule is not linear"},
                       {Law::latency, "adaptive: what is stated is the lag of a small, slow change"}}});
const bool gated_adaptive = filter("GatedAdaptiveRms", Gated<AdaptiveRms>{{.longest = {0.4}, .pilot = {0.2}}},
                                   {.exempt = {{Law::latency, "adaptive: the delay said is that of the longest window"},
                                               {Law::linear, "how long the window is depends on the signal"}}});
const bool gated_whitened = calibrated_filter(
    "GatedWhitenedRms", [](int channels) { return Gated<WhitenedRms>{whitened(WhiteningKind::adaptive, channels)}; },
    {.exempt = of_adaptive});
const bool gated_tkeo = filter("GatedTkeoEnvelope", Gated<TkeoEnvelope>{}, {.response = power});
const bool levels =
    analyser("Levels", Levels{},
             {.answer = Answer::linear, .exempt = {{Law::one_engine, "not in the Python package yet"}}, .memory = 501});

}  // namespace
}  // namespace unguard::laws
