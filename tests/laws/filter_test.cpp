// SPDX-License-Identifier: Apache-2.0
// Station filter/: one line a processor.
#include "laws/filter_laws.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/chebyshev1.hpp"
#include "unguard/filter/chebyshev2.hpp"
#include "unguard/filter/comb.hpp"
#include "unguard/filter/critically_damped.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/one_pole.hpp"
#include "unguard/filter/peak.hpp"
#include "unguard/filter/sos.hpp"
#include "unguard/filter/state_variable.hpp"

namespace unguard::laws {
namespace {

using enum Response;

const bool lowpass = filter("Lowpass", Lowpass{}, {.response = linear});
const bool lowpass_odd = filter("LowpassOrder5", Lowpass{.cutoff = {300}, .order = 5}, {.response = linear});
const bool highpass = filter("Highpass", Highpass{}, {.response = linear});
const bool highpass_one = filter("HighpassOrder1", Highpass{.order = 1}, {.response = linear});
const bool bandpass = filter("Bandpass", Bandpass{}, {.response = linear});
const bool bandpass_12 = filter("BandpassOrder12", Bandpass{.order = 12}, {.response = linear});
const bool bandstop = filter("Bandstop", Bandstop{}, {.response = linear});
const bool chebyshev1_lowpass = filter("Chebyshev1Lowpass", Chebyshev1Lowpass{}, {.response = linear});
const bool chebyshev1_highpass_odd =
    filter("Chebyshev1HighpassOrder3", Chebyshev1Highpass{.order = 3}, {.response = linear});
const bool chebyshev1_bandpass = filter("Chebyshev1Bandpass", Chebyshev1Bandpass{}, {.response = linear});
const bool chebyshev1_bandstop_odd =
    filter("Chebyshev1BandstopOrder3", Chebyshev1Bandstop{.order = 3}, {.response = linear});
const bool chebyshev2_lowpass_odd =
    filter("Chebyshev2LowpassOrder5", Chebyshev2Lowpass{.order = 5}, {.response = linear});
const bool chebyshev2_highpass = filter("Chebyshev2Highpass", Chebyshev2Highpass{}, {.response = linear});
const bool chebyshev2_bandpass_odd =
    filter("Chebyshev2BandpassOrder3", Chebyshev2Bandpass{.order = 3}, {.response = linear});
const bool chebyshev2_bandstop = filter("Chebyshev2Bandstop", Chebyshev2Bandstop{}, {.response = linear});
const bool bessel_lowpass = filter("BesselLowpass", BesselLowpass{}, {.response = linear});
const bool bessel_lowpass_12 =
    filter("BesselLowpassOrder12", BesselLowpass{.cutoff = {300}, .order = 12}, {.response = linear});
const bool bessel_highpass_odd = filter("BesselHighpassOrder5", BesselHighpass{.order = 5}, {.response = linear});
const bool bessel_bandpass = filter("BesselBandpass", BesselBandpass{.norm = BesselNorm::phase}, {.response = linear});
const bool bessel_bandstop_odd = filter("BesselBandstopOrder3", BesselBandstop{.order = 3}, {.response = linear});
const bool notch = filter("Notch", Notch{.frequency = {50}, .q = 10.0}, {.response = linear});
const bool peak = filter("Peak", Peak{.frequency = {100}, .width = Hertz{20}}, {.response = linear});
const bool comb = filter("Comb", Comb{.width = {4}, .notches = 3}, {.response = linear});
const bool comb_up_to =
    filter("CombUpTo250Hz", Comb{.frequency = {60}, .width = {4}, .highest = Hertz{250}}, {.response = linear});
const bool one_pole = filter("OnePole", OnePole{.time_constant = Seconds{0.02}}, {.response = linear});
const bool one_pole_cutoff = filter("OnePoleByCutoff", OnePole{.cutoff = Hertz{6}}, {.response = linear});
const bool critically_damped = filter("CriticallyDamped", CriticallyDamped{}, {.response = linear});
const bool critically_damped_odd =
    filter("CriticallyDampedOrder5", CriticallyDamped{.order = 5, .passes = 2}, {.response = linear});
const bool sos = filter("Sos", Sos{{0.5, 0.5, 0, 1, 0, 0, 1, -1, 0, 1, -0.9, 0}}, {.response = linear});
const bool state_variable = filter("StateVariable", StateVariable{}, {.response = linear});
const bool state_variable_odd =
    filter("StateVariableOrder5", StateVariable{.mode = StateVariableMode::lowpass, .cutoff = {300}, .order = 5},
           {.response = linear});
const bool state_variable_band =
    filter("StateVariableBandpass", StateVariable{.mode = StateVariableMode::bandpass, .cutoff = {100}, .q = 2.0},
           {.response = linear});
const bool state_variable_notch =
    filter("StateVariableNotch", StateVariable{.mode = StateVariableMode::notch, .cutoff = {50}, .q = 10.0},
           {.response = linear});
const bool chain =
    filter("ChainOfBandpassAndNotch", Chain{Bandpass{}, Notch{.frequency = {50}, .q = 10.0}}, {.response = linear});
const bool runtime =
    filter("RuntimeChain", RuntimeChain{{Bandpass{}, Notch{.frequency = {50}, .q = 10.0}}},
           {.response = linear,
            .exempt = {{Law::one_engine, "Python's chains are of this kind: every other line here asks one"}}});
const bool primed = filter("PrimedChain", Chain{Priming{}, Bandpass{}},
                           {.exempt = {{Law::linear, "the median of the first 20 ms is not linear in them"}}});

}  // namespace
}  // namespace unguard::laws
