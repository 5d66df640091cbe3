// SPDX-License-Identifier: Apache-2.0
// Runs the yardstick's six sections, over and over where more are asked for, through the public process() and nothing
// else, for counting instructions and time.
//   count_sos SECTIONS CHANNELS BLOCK BLOCKS
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "blocks.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/filter/sos.hpp"

int main(int argc, char** argv) {
  using namespace unguard;
  if (argc != 5) return std::fprintf(stderr, "usage: count_sos SECTIONS CHANNELS BLOCK BLOCKS\n"), 2;
  const Blocks run = Blocks::of(argv, argc);
  // clang-format off
  const std::vector<double> six{
      0.058512708571376006,  0.11702541714275201,    0.058512708571376006,  1, -0.23229445475416327, 0.0584632902836265,
      1.0,                   2.0,                    1.0,                   1, -0.24489098121705158, 0.4773969314979959,
      1.0,                   -2.0,                   1.0,                   1, -1.8805833029749925,  0.8848214006208994,
      1.0,                   -2.0,                   1.0,                   1, -1.9516001944028154,  0.9555335061459913,
      0.9973888361673892,    -1.9702186490445686,    0.9973888361673892,    1, -1.9702186490445686,  0.9947776723347783,
      8.765554875401463e-05, 0.00017531109750802925, 8.765554875401463e-05, 1, -1.9733442497812987,  0.9736948719763148,
  };
  // clang-format on
  const std::size_t numbers = 6 * static_cast<std::size_t>(std::atoi(argv[1]));
  Sos spec;
  for (std::size_t i = 0; i < numbers; ++i) spec.rows.push_back(six[i % six.size()]);
  auto filter = start(spec, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(run.channels)});
  run.run("unguard", [&](const double* x, double* y) {
    filter.process({x, run.frames, run.channels}, {y, run.frames, run.channels});
  });
}
