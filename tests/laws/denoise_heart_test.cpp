// SPDX-License-Identifier: Apache-2.0
// Station denoise/, the heart: one line a processor.
#include "laws/detector_laws.hpp"
#include "unguard/denoise/r_peaks.hpp"

namespace unguard::laws {
namespace {

const bool r_peaks =
    detector("RPeaks", RPeaks{},
             {.exempt = {{Law::one_engine, "not in the Python package yet"},
                         {Law::latency,
                          "the delay depends on where R falls in a mean of five samples and on how loud the heart is; "
                          "AreDecidedWithinTheStatedDelay measures it"},
                         {Law::fail_safe,
                          "its truth is hearts, not bursts of muscle; GoOnWhenAChannelIsLostAndStopWhenAllAre "
                          "and the bars of tests/denoise hold it"},
                         {Law::channels_equal, "one heart for all channels: the best of them decide"}},
              .seconds = 60});

}  // namespace
}  // namespace unguard::laws
