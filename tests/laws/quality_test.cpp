// SPDX-License-Identifier: Apache-2.0
// Station quality/: one line a processor.
#include "laws/filter_laws.hpp"
#include "unguard/quality/noise_floor.hpp"
#include "unguard/quality/residual.hpp"
#include "unguard/quality/signal_check.hpp"

namespace unguard::laws {
namespace {

const bool signal_check =
    filter("SignalCheck", SignalCheck{},
           {.response = Response::linear, .exempt = {{Law::one_engine, "not in the Python package yet"}}});
const bool residual =
    filter("Residual", Residual{},
           {.response = Response::linear, .exempt = {{Law::one_engine, "not in the Python package yet"}}});
// The streams of the laws are white noise of all sizes.
const bool noise_floor =
    filter("NoiseFloor", NoiseFloor{.most = {1e4}},
           {.response = Response::linear, .exempt = {{Law::one_engine, "not in the Python package yet"}}});

}  // namespace
}  // namespace unguard::laws
