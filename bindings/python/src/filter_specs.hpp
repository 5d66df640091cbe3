// SPDX-License-Identifier: Apache-2.0
// Every filter spec of the package. One line here is a Python class, and what the poles and zeros of a design are asked
// of.
#pragma once

#include "envelope_fields.hpp"
#include "unguard/core/priming.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/line_canceller.hpp"
#include "unguard/envelope/adaptive_rms.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"
#include "unguard/envelope/exponential_envelope.hpp"
#include "unguard/envelope/linear_envelope.hpp"
#include "unguard/envelope/moving_median.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/tkeo_envelope.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/envelope/whitened_rms.hpp"
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

namespace unguard::python {

template <class... S>
struct Specs {};

// clang-format off
using FilterSpecs = Specs<
    Priming,
    Lowpass, Highpass, Bandpass, Bandstop,
    Chebyshev1Lowpass, Chebyshev1Highpass, Chebyshev1Bandpass, Chebyshev1Bandstop,
    Chebyshev2Lowpass, Chebyshev2Highpass, Chebyshev2Bandpass, Chebyshev2Bandstop,
    BesselLowpass, BesselHighpass, BesselBandpass, BesselBandstop,
    Notch, Peak, Comb,
    EcgSubtraction,
    LineCanceller,
    OnePole, CriticallyDamped,
    Sos, TransferFunction, StateVariable,
    Fir, FirLowpass, FirHighpass, FirBandpass, FirBandstop,
    SavitzkyGolay, Differentiator, Whitening, Tkeo, Delay,
    Rectify, Rms, Arv, TwoPole,
    LinearEnvelope, ExponentialEnvelope, TkeoEnvelope, AdaptiveRms, WhitenedRms,
    MovingMedian, BayesianEnvelope>;
// clang-format on

}  // namespace unguard::python
