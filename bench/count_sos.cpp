// SPDX-License-Identifier: Apache-2.0
// Runs the yardstick's six sections through the public process() and nothing else, for counting instructions.
//   count_sos CHANNELS BLOCK BLOCKS
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/filter/sos.hpp"

int main(int argc, char** argv) {
  using namespace unguard;
  if (argc != 4) return std::fprintf(stderr, "usage: count_sos CHANNELS BLOCK BLOCKS\n"), 2;
  const int channels = std::atoi(argv[1]), block = std::atoi(argv[2]), blocks = std::atoi(argv[3]);
  // clang-format off
  const Sos spec{{
      0.058512708571376006,  0.11702541714275201,    0.058512708571376006,  1, -0.23229445475416327, 0.0584632902836265,
      1.0,                   2.0,                    1.0,                   1, -0.24489098121705158, 0.4773969314979959,
      1.0,                   -2.0,                   1.0,                   1, -1.8805833029749925,  0.8848214006208994,
      1.0,                   -2.0,                   1.0,                   1, -1.9516001944028154,  0.9555335061459913,
      0.9973888361673892,    -1.9702186490445686,    0.9973888361673892,    1, -1.9702186490445686,  0.9947776723347783,
      8.765554875401463e-05, 0.00017531109750802925, 8.765554875401463e-05, 1, -1.9733442497812987,  0.9736948719763148,
  }};
  // clang-format on
  auto filter = start(spec, StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 1e-4);
  std::vector<double> x(static_cast<std::size_t>(block * channels)), y(x.size());
  for (auto& v : x) v = normal(generator);
  for (int i = 0; i < blocks; ++i) filter.process({x.data(), block, channels}, {y.data(), block, channels});
  std::printf("unguard: %d blocks of %d frames, %d channels, last output %.17g\n", blocks, block, channels, y.back());
}
