// SPDX-License-Identifier: Apache-2.0
// Station denoise/: one line a processor.
#include "laws/filter_laws.hpp"
#include "unguard/denoise/line_canceller.hpp"
#include "unguard/denoise/mains.hpp"

namespace unguard::laws {
namespace {

const Exemptions adaptive{{Law::latency, "adaptive: what it subtracts is an estimate, and nothing is delayed"},
                          {Law::linear, "adaptive: how much is subtracted depends on the signal"}};

const bool line_canceller = filter("LineCanceller", LineCanceller{.frequency = Hertz{50}}, {.exempt = adaptive});
const bool line_canceller_not_told = filter("LineCancellerNotToldTheFrequency", LineCanceller{}, {.exempt = adaptive});
const bool mains = filter(
    "Mains", Mains{{.frequency = Hertz{50}}},
    {.exempt = {{Law::latency, adaptive.at(Law::latency)},
                {Law::linear, adaptive.at(Law::linear)},
                {Law::finite, "what a loss leaves in the lines is not marked here: Residual says whether it is hum"},
                {Law::one_engine, "in Python a part of Pipeline"}}});

}  // namespace
}  // namespace unguard::laws
