// SPDX-License-Identifier: Apache-2.0
// Station filter/: one line a processor.
#include <cmath>
#include <vector>

#include "laws/filter_laws.hpp"
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
#include "unguard/filter/peak.hpp"
#include "unguard/filter/savitzky_golay.hpp"
#include "unguard/filter/sos.hpp"
#include "unguard/filter/state_variable.hpp"
#include "unguard/filter/tkeo.hpp"
#include "unguard/filter/transfer_function.hpp"
#include "unguard/filter/whitening.hpp"

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

// scipy.signal.butter(2, [20, 450], "band", fs=2000); cheby1(3, 1, 300, fs=2000), a times 2; a gain; a numerator longer
// than the denominator.
const bool transfer_function =
    filter("TransferFunction",
           TransferFunction{{0.23130797944426512, 0, -0.46261595888853024, 0, 0.23130797944426512},
                            {1, -2.14009459826319, 1.552889335821075, -0.5922328575740206, 0.1833777832012321}},
           {.response = linear});
const bool transfer_function_odd =
    filter("TransferFunctionOrder3",
           TransferFunction{{0.034384966351816024, 0.10315489905544807, 0.10315489905544807, 0.034384966351816024},
                            {2, -3.1608098766529353, 2.5076899627100456, -0.7967206244280548}},
           {.response = linear});
const bool transfer_function_gain = filter("TransferFunctionOrder0", TransferFunction{{3}, {2}}, {.response = linear});
const bool transfer_function_long_b =
    filter("TransferFunctionLongNumerator", TransferFunction{{1, 0.5, -0.25, 0.1}, {1, -0.8}}, {.response = linear});

// Taps without symmetry, fading so that the delay has no jumps.
std::vector<double> fading(int length) {
  std::vector<double> taps;
  for (int k = 0; k < length; ++k) taps.push_back(std::cos(0.3 * k) * std::exp(-20.0 * k / length) * 20 / length);
  return taps;
}
const bool fir = filter("Fir", Fir{{0.5, 0.3, -0.1, 0.05, 0.01}}, {.response = linear});
const bool fir_one = filter("FirOneTap", Fir{{-2.0}}, {.response = linear});
const bool fir_direct = filter("FirDirect", Fir{fading(399)}, {.response = linear});
const bool fir_blocks = filter("FirOverlapSave", Fir{fading(401)}, {.response = linear});
const bool fir_long = filter("FirOverlapSaveLong", Fir{fading(1001)}, {.response = linear});
const bool fir_whole = filter("FirOverlapSaveWholeBlocks", Fir{fading(640)}, {.response = linear});
const bool fir_longest_block = filter("FirOverlapSaveBlock128", Fir{fading(8100)}, {.response = linear});
const bool fir_lowpass = filter("FirLowpass", FirLowpass{}, {.response = linear});
const bool fir_lowpass_even =
    filter("FirLowpassEven", FirLowpass{.length = 64, .window = Window::hamming}, {.response = linear});
const bool fir_highpass = filter("FirHighpass", FirHighpass{}, {.response = linear});
const bool fir_bandpass = filter("FirBandpass", FirBandpass{}, {.response = linear});
const bool fir_bandstop = filter("FirBandstop", FirBandstop{}, {.response = linear});
const bool savitzky_golay = filter("SavitzkyGolay", SavitzkyGolay{}, {.response = linear});
const bool savitzky_golay_slope =
    filter("SavitzkyGolaySlope", SavitzkyGolay{.length = 31, .order = 2, .derivative = 1}, {.response = linear});
const bool differentiator = filter("Differentiator", Differentiator{}, {.response = linear});
const bool whitening = filter("Whitening", Whitening{{-1.2, 0.6, -0.1}}, {.response = linear});
const bool delay = filter("Delay", Delay{}, {.response = linear});
const bool no_delay = filter("DelayOfNothing", Delay{.duration = {0}}, {.response = linear});
const bool tkeo =
    filter("Tkeo", Tkeo{}, {.exempt = {{Law::linear, "an energy: twice the input is four times the output"}}});
const bool fir_chain = filter("ChainOfFirAndTkeo", Chain{FirBandpass{}, Tkeo{}},
                              {.exempt = {{Law::linear, "an energy: twice the input is four times the output"}}});
const bool fir_and_sos = filter("ChainOfFirAndNotch", Chain{Fir{fading(500)}, Notch{}}, {.response = linear});
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
