// SPDX-License-Identifier: Apache-2.0
// The yardstick's chain as a competent programmer writes it without a library: a filter object a section and channel,
// one sample after the other. Built with the flags of a release and with those of the yardstick.
//   plain_loop CHANNELS BLOCK BLOCKS
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "blocks.hpp"

namespace {

struct Biquad {
  double b0, b1, b2, a1, a2;
  double s1 = 0, s2 = 0;

  double operator()(double x) {
    const double y = b0 * x + s1;
    s1 = b1 * x - a1 * y + s2;
    s2 = b2 * x - a2 * y;
    return y;
  }
};

struct Channel {
  std::array<Biquad, 5> bandpass_and_notch{{
      {0.058512708571376006, 0.11702541714275201, 0.058512708571376006, -0.23229445475416327, 0.0584632902836265},
      {1.0, 2.0, 1.0, -0.24489098121705158, 0.4773969314979959},
      {1.0, -2.0, 1.0, -1.8805833029749925, 0.8848214006208994},
      {1.0, -2.0, 1.0, -1.9516001944028154, 0.9555335061459913},
      {0.9973888361673892, -1.9702186490445686, 0.9973888361673892, -1.9702186490445686, 0.9947776723347783},
  }};
  Biquad lowpass{8.765554875401463e-05, 0.00017531109750802925, 8.765554875401463e-05, -1.9733442497812987,
                 0.9736948719763148};

  double operator()(double x) {
    for (auto& section : bandpass_and_notch) x = section(x);
    return lowpass(std::fabs(x));
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: plain_loop CHANNELS BLOCK BLOCKS\n"), 2;
  const Blocks run = Blocks::of(argv, argc);
  const auto channels = static_cast<std::size_t>(run.channels), frames = static_cast<std::size_t>(run.frames);
  std::vector<Channel> filters(channels);
  run.run("plain loop", [&](const double* x, double* y) {
    for (std::size_t i = 0; i < frames; ++i)
      for (std::size_t c = 0; c < channels; ++c) y[i * channels + c] = filters[c](x[i * channels + c]);
  });
}
