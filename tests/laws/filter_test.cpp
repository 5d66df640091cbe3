// SPDX-License-Identifier: Apache-2.0
// Station filter/: one line a processor.
#include "laws/filter_laws.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/sos.hpp"

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
const bool notch = filter("Notch", Notch{.frequency = {50}, .q = 10.0}, {.response = linear});
const bool sos = filter("Sos", Sos{{0.5, 0.5, 0, 1, 0, 0, 1, -1, 0, 1, -0.9, 0}}, {.response = linear});
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
