// SPDX-License-Identifier: Apache-2.0
// Truth: a parabola, which the means of its parts tell exactly.
#include "unguard/denoise/bridge.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace unguard {
namespace {

const StreamFormat format{.rate = Hertz{2000}, .channels = Channels::unnamed(2)};
double parabola(int i, int channel) {
  const double t = i / 2000.0;
  return channel == 0 ? 400 - 3000 * t + 20000 * t * t : -7;
}

// Frame by frame; the first channel misses frames [from, to), with this mark beside.
struct Bridged {
  std::vector<double> x;
  std::vector<Marks> marks;
};
Bridged through(int frames, int from, int to, Marks beside = mark::none) {
  Bridge bridge(format);
  Bridged out;
  for (int i = 0; i < frames; ++i) {
    double frame[] = {i >= from && i < to ? 1e6 : parabola(i, 0), parabola(i, 1)};
    Marks marks[] = {i >= from && i < to ? static_cast<Marks>(mark::missing | beside) : mark::none, mark::none};
    bridge.fill({frame, 1, 2, marks});
    bridge.remember({frame, 1, 2, marks});
    out.x.insert(out.x.end(), frame, frame + 2);
    out.marks.insert(out.marks.end(), marks, marks + 2);
  }
  return out;
}

TEST(Bridge, GoesOnAsTheBaselineWent) {
  const Bridged out = through(400, 300, 340);
  for (int i = 0; i < 400; ++i) {
    ASSERT_NEAR(out.x[static_cast<std::size_t>(2 * i)], parabola(i, 0), 1e-9) << i;
    ASSERT_EQ(out.marks[static_cast<std::size_t>(2 * i)], i >= 300 && i < 340 ? mark::gap : mark::none) << i;
    ASSERT_EQ(out.x[static_cast<std::size_t>(2 * i + 1)], -7);
    ASSERT_EQ(out.marks[static_cast<std::size_t>(2 * i + 1)], mark::none);
  }
}

// 20 ms are bridged; what goes on for longer is missing from then on, and so is what comes before 80 ms were good.
TEST(Bridge, LeavesToTheFiltersWhatIsTooLongOrWhatItDoesNotKnow) {
  const Bridged too_long = through(400, 300, 380), too_early = through(400, 159, 169),
                leapt = through(400, 300, 310, mark::jump);
  for (int i = 300; i < 380; ++i)
    ASSERT_EQ((too_long.marks[static_cast<std::size_t>(2 * i)] & mark::missing) != 0, i >= 340) << i;
  for (int i = 159; i < 169; ++i) ASSERT_EQ(too_early.marks[static_cast<std::size_t>(2 * i)], mark::missing) << i;
  for (int i = 300; i < 310; ++i)
    ASSERT_EQ(leapt.marks[static_cast<std::size_t>(2 * i)], mark::missing | mark::jump) << i;
}

}  // namespace
}  // namespace unguard
