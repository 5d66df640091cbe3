// SPDX-License-Identifier: Apache-2.0
// Station spectrum/: one line a processor.
#include "laws/spectrum_laws.hpp"

namespace unguard::laws {
namespace {

const bool sliding_spectrum = spectrum_analyser(
    "SlidingSpectrum", SlidingSpectrum{.window = {0.125}, .interval = {0.025}},
    {{Law::one_engine,
      "its answers are no Reading: the Python tests compare it with the offline multitaper, ==, which "
      "the C++ tests do too"}});

}  // namespace
}  // namespace unguard::laws
