// SPDX-License-Identifier: Apache-2.0
// Every field of every spec of the library refuses what lies outside its description. One line a spec.
#include "core/refusals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "unguard/clinical/activity_phases.hpp"
#include "unguard/clinical/exposure_variation.hpp"
#include "unguard/clinical/flexion_relaxation.hpp"
#include "unguard/clinical/guarding_index.hpp"
#include "unguard/clinical/guarding_profiler.hpp"
#include "unguard/clinical/levels_by_angle.hpp"
#include "unguard/clinical/movement_start.hpp"
#include "unguard/clinical/muscle_rest.hpp"
#include "unguard/clinical/response.hpp"
#include "unguard/clinical/spectral_arc_length.hpp"
#include "unguard/clinical/staircase.hpp"
#include "unguard/clinical/tension_discrimination.hpp"
#include "unguard/clinical/tension_hold.hpp"
#include "unguard/clinical/time_to_relax.hpp"
#include "unguard/clinical/trunk_angle.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/core/trend.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/ekf_smoother.hpp"
#include "unguard/denoise/heart_gate.hpp"
#include "unguard/denoise/line_canceller.hpp"
#include "unguard/denoise/mains.hpp"
#include "unguard/denoise/pca_subtraction.hpp"
#include "unguard/denoise/r_peaks.hpp"
#include "unguard/denoise/wavelet_subtraction.hpp"
#include "unguard/detect/abbink.hpp"
#include "unguard/detect/activity_calibrator.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/aglr.hpp"
#include "unguard/detect/bayesian_change_point.hpp"
#include "unguard/detect/bending_detector.hpp"
#include "unguard/detect/bending_profiler.hpp"
#include "unguard/detect/bonato.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/detect/gaussian_mixture_onset.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/detect/integrated_profile.hpp"
#include "unguard/detect/lidierth.hpp"
#include "unguard/detect/merlo_wavelet.hpp"
#include "unguard/detect/noise_calibrator.hpp"
#include "unguard/detect/reference_calibrator.hpp"
#include "unguard/detect/rest_calibrator.hpp"
#include "unguard/detect/sample_entropy_onset.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/detect/tkeo_onset.hpp"
#include "unguard/envelope/adaptive_rms.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"
#include "unguard/envelope/exponential_envelope.hpp"
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
#include "unguard/features/window_features.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/chebyshev1.hpp"
#include "unguard/filter/chebyshev2.hpp"
#include "unguard/filter/comb.hpp"
#include "unguard/filter/critically_damped.hpp"
#include "unguard/filter/delay.hpp"
#include "unguard/filter/differentiator.hpp"
#include "unguard/filter/fir.hpp"
#include "unguard/filter/fir_design.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/one_pole.hpp"
#include "unguard/filter/order.hpp"
#include "unguard/filter/peak.hpp"
#include "unguard/filter/resample.hpp"
#include "unguard/filter/savitzky_golay.hpp"
#include "unguard/filter/sos.hpp"
#include "unguard/filter/state_variable.hpp"
#include "unguard/filter/tkeo.hpp"
#include "unguard/filter/transfer_function.hpp"
#include "unguard/filter/whitening.hpp"
#include "unguard/filter/zero_phase_edges.hpp"
#include "unguard/quality/heart_share.hpp"
#include "unguard/quality/noise_floor.hpp"
#include "unguard/quality/residual.hpp"
#include "unguard/quality/signal_check.hpp"
#include "unguard/simulate/onset_record.hpp"
#include "unguard/simulate/simulator.hpp"
#include "unguard/spectrum/ar_spectrum.hpp"
#include "unguard/spectrum/fatigue_cycles.hpp"
#include "unguard/spectrum/fatigue_indicator.hpp"
#include "unguard/spectrum/multitaper.hpp"
#include "unguard/spectrum/periodogram.hpp"
#include "unguard/spectrum/sliding_spectrum.hpp"
#include "unguard/spectrum/spectrogram.hpp"
#include "unguard/spectrum/welch.hpp"
#include "unguard/stream/aligner.hpp"
#include "unguard/stream/arrival_clock.hpp"
#include "unguard/stream/packet_assembly.hpp"
#include "unguard/stream/stream_watch.hpp"

namespace unguard {
namespace {

const StreamFormat stream{.rate = {2000}, .channels = Channels::unnamed(2)};

// What a spec asks for beyond two channels of EMG.
StreamFormat stream_for(const BendPhases*) {
  return {.rate = {2000}, .channels = Channels(std::vector<Channel>{{"trunk", "", {}, "deg"}})};
}
StreamFormat stream_for(const FlexionRelaxation*) {
  return {.rate = {2000}, .channels = Channels(std::vector<Channel>{{"longissimus L"}, {"trunk", "", {}, "deg"}})};
}
StreamFormat stream_for(const LevelsByAngle*) { return stream_for(static_cast<const FlexionRelaxation*>(nullptr)); }
StreamFormat stream_for(const TrunkAngle*) {
  std::vector<Channel> all;
  for (const std::string axis : {"x", "y", "z"}) {
    all.push_back({"thorax acc " + axis, "", {}, "g"});
    all.push_back({"thorax gyro " + axis, "", {}, "deg/s"});
  }
  return {.rate = {100}, .channels = Channels(std::move(all))};
}

template <class S>
std::optional<Fault> refused_by_start(const S& spec) {
  if constexpr (std::same_as<S, Priming>) {
    return refused_by_start(RuntimeChain{{spec, Bandpass{}}});
  } else if constexpr (requires { stream_for(&spec); }) {
    const auto started = try_start(spec, stream_for(&spec));
    return started ? std::nullopt : std::optional(started.fault());
  } else if constexpr (FilterSpec<S>) {
    // A chain of it alone: the same is asked, and one kind of live filter is compiled instead of fifty.
    const auto started = try_start(RuntimeChain{{spec}}, stream);
    return started ? std::nullopt : std::optional(started.fault());
  } else if constexpr (requires { try_start(spec, stream); }) {
    const auto started = try_start(spec, stream);
    return started ? std::nullopt : std::optional(started.fault());
  } else if constexpr (requires { try_start(spec, stream, std::vector<SideInput>{}); }) {
    const auto started = try_start(spec, stream, {{stream}});
    return started ? std::nullopt : std::optional(started.fault());
  } else if constexpr (requires { try_start(spec, stream.rate); }) {
    const auto started = try_start(spec, stream.rate);
    return started ? std::nullopt : std::optional(started.fault());
  } else if constexpr (requires { try_start(spec); }) {
    const auto started = try_start(spec);
    return started ? std::nullopt : std::optional(started.fault());
  } else if constexpr (requires { try_simulator(spec); }) {
    const auto started = try_simulator(spec);
    return started ? std::nullopt : std::optional(started.fault());
  } else if constexpr (requires { try_simulate_onset(spec); }) {
    const auto made = try_simulate_onset(spec);
    return made ? std::nullopt : std::optional(made.fault());
  } else {
    return validate(spec);
  }
}
// What cannot be started alone is met inside what can.
template <class S, class Owner, class Member>
auto inside(Owner owner, Member Owner::*member) {
  return [=](const S& spec) {
    Owner outer = owner;
    outer.*member = spec;
    return refused_by_start(outer);
  };
}

// The names of the specs registered here, and what is to be tried on each.
using Trial = std::pair<std::string, std::function<int()>>;
template <class S>
Trial of(S good = {}) {
  return {std::string(info_of<S>().name),
          [good] { return refusals::try_every_bad_value(good, [](const S& s) { return refused_by_start(s); }); }};
}
template <class S, class Owner, class Member>
Trial of(Owner owner, Member Owner::*member, S good = {}) {
  return {std::string(info_of<S>().name),
          [=] { return refusals::try_every_bad_value(good, inside<S>(owner, member)); }};
}

std::vector<Trial> registered() {
  using P = Paraspinal;
  const P short_record{.duration = {5}};
  return {
      of<Priming>(),
      of<Lowpass>(),
      of<Highpass>(),
      of<Bandpass>(),
      of<Bandstop>(),
      of<Chebyshev1Lowpass>(),
      of<Chebyshev1Highpass>(),
      of<Chebyshev1Bandpass>(),
      of<Chebyshev1Bandstop>(),
      of<Chebyshev2Lowpass>(),
      of<Chebyshev2Highpass>(),
      of<Chebyshev2Bandpass>(),
      of<Chebyshev2Bandstop>(),
      of<BesselLowpass>(),
      of<BesselHighpass>(),
      of<BesselBandpass>(),
      of<BesselBandstop>(),
      of<Notch>(),
      of<Peak>(),
      of<Comb>(),
      of<LineCanceller>(),
      {"Mains", of<LineCanceller>(Mains{}, &Mains::canceller).second},
      of<OnePole>(),
      of<CriticallyDamped>(),
      of<Tolerances>(),
      of<TrendLine>(),
      of<FeatureWindows>(),
      of<CyclePoint>(),
      of<Jasa>(),
      of<FatigueIndicator>(),
      of<ArrivalClock>(),
      of<Aligner>(),
      of<PacketAssembly>(),
      of<StreamWatch>(),
      of<Sos>(),
      of<TransferFunction>(),
      of<Fir>(),
      of<FirLowpass>(),
      of<FirHighpass>(),
      of<FirBandpass>(),
      of<FirBandstop>(),
      of<SavitzkyGolay>(),
      of<Differentiator>(),
      of<Whitening>(),
      of<Tkeo>(),
      of<Delay>(),
      of<Resample>(),
      of<ResampleBy>(),
      of<Decimate>(),
      of<StateVariable>(),
      of<ZeroPhaseEdges>(),
      of<Rectify>(),
      of<Rms>(),
      of<Arv>(),
      of<TwoPole>(),
      of<LinearEnvelope>({.cutoff = Hertz{6}}),
      of<LinearEnvelope>({.window = Seconds{0.1}}),
      of<ExponentialEnvelope>(),
      of<TkeoEnvelope>(),
      of<BayesianEnvelope>(),
      of<MovingMedian>(),
      of<AdaptiveRms>(),
      of(NoiseSubtracted{.noise = Microvolts{1}}),
      of(PooledLevel{.reference = Microvolts{1}}),
      of<WhitenedRms>(),
      of<WhiteningCalibrator>(),
      of<WhiteningCalibration>(WhitenedRms{}, &WhitenedRms::whitening),
      of<GatedRms>(),
      of<Levels>(),
      of<Periodogram>(),
      of<Welch>(),
      of<Spectrogram>(),
      of<Multitaper>(),
      of<ArSpectrum>(),
      of<SlidingSpectrum>(),
      of<Residual>(),
      of<NoiseFloor>(),
      of<HeartShare>(),
      of<SignalCheck>(),
      of<RPeaks>(),
      of<PcaSubtraction>(),
      of<EkfSmoother>(),
      of<WaveletSubtraction>(),
      of<EcgSubtraction>(),
      of<HeartGate>(),
      of<RestCalibration>(SpasmDetector{}, &SpasmDetector::rest),
      of<RestCalibrator>(),
      of<ReferenceCalibration>(),
      of<ReferenceCalibrator>(),
      of<SpasmDetector>(),
      of<HodgesBui>(),
      of<OnsetBaseline>(HodgesBui{}, &HodgesBui::baseline),
      of<OnMarks>(HodgesBui{}, &HodgesBui::on_marks),
      of<NoiseModel>(),
      of<NoiseCalibrator>(),
      of<ActivityCalibration>(),
      of<CountedFor>(),
      of<ActivityCalibrator>(),
      of<ActivityDetector>(),
      of<EventDetector>(),
      of<BendingProfile>(),
      of<BendingProfiler>(),
      of<BendingDetector>(),
      of<TkeoOnset>(),
      of<Lidierth>(),
      of<MerloWavelet>(),
      of<Aglr>(),
      of<Bonato>(),
      of<SampleEntropyOnset>(),
      of<GaussianMixtureOnset>(),
      of<Abbink>(),
      of<IntegratedProfile>(),
      of<BayesianChangePoint>(),
      of<Paraspinal>(short_record),
      of<RestEvents>(short_record, &P::rest_events),
      of<Bending>(short_record, &P::bending),
      of<EcgArtefact>(short_record, &P::ecg),
      of<MainsArtefact>(short_record, &P::mains),
      of<MotionArtefact>(short_record, &P::motion),
      of<LeadOff>(short_record, &P::lead_off),
      of<RestingUnits>(short_record, &P::resting_units),
      of<LevelDrift>(short_record, &P::level_drift),
      of<Digitiser>(short_record, &P::digitiser),
      of<OnsetTrial>(),
      of<TrunkAngle>(),
      of<BendPhases>({.angle = "trunk"}),
      of<FlexionRelaxation>({.phases = {.angle = "trunk"}}),
      of<ActivityPhases>(),
      of<MuscleRest>(),
      of<ExposureVariation>(),
      of<ResponseWindows>(),
      of<SpectralArcLength>(),
      of<AngleBins>(LevelsByAngle{.phases = {.angle = "trunk"}}, &LevelsByAngle::bins),
      of<LevelsByAngle>({.phases = {.angle = "trunk"}}),
      of<GuardingProfile>(),
      of<GuardingProfiler>(),
      of<MovementStart>(),
      of<TimeToRelax>(),
      of<TensionDiscrimination>(),
      of<TensionHold>(),
      of<Staircase>(),
  };
}

// Truth: the descriptions of the fields.
TEST(Refusals, EveryFieldRefusesWhatLiesOutsideItsDescriptionByName) {
  int all = 0;
  for (const auto& [name, attempt] : registered()) {
    const int tried = attempt();
    EXPECT_TRUE(tried > 0 || name == "Rectify" || name == "Tkeo" || name == "OnsetBaseline")
        << name << " has fields, but nothing was tried on them";
    std::printf("[ MEASURED ] %s: %d values refused\n", name.c_str(), tried);
    all += tried;
  }
  EXPECT_GT(all, 700);
}

// Truth: the headers: whatever describes fields there has a line here.
TEST(Refusals, NoSpecOfTheLibraryIsForgotten) {
  std::set<std::string> described, tried;
  const std::regex description(R"(^constexpr auto fields\(const (\w+)\*\))");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(UNGUARD_HEADERS)) {
    std::ifstream file(entry.path());
    std::smatch found;
    for (std::string line; std::getline(file, line);)
      if (std::regex_search(line, found, description)) described.insert(found[1]);
  }
  EXPECT_GE(described.size(), 20u) << "the headers were not found";
  for (const auto& trial : registered()) tried.insert(trial.first);
  EXPECT_EQ(tried, described);
}

}  // namespace
}  // namespace unguard
