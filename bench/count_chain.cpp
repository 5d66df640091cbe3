// SPDX-License-Identifier: Apache-2.0
// Runs the yardstick's chain through the public process() and nothing else, for counting instructions and time.
//   count_chain compiled|runtime CHANNELS BLOCK BLOCKS      a Chain, or the RuntimeChain of plans and of Python
#include <cstdio>
#include <string_view>

#include "blocks.hpp"
#include "yardstick_chain.hpp"

int main(int argc, char** argv) {
  using namespace unguard;
  if (argc != 5) return std::fprintf(stderr, "usage: count_chain compiled|runtime CHANNELS BLOCK BLOCKS\n"), 2;
  const Blocks run = Blocks::of(argv, argc);
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(run.channels)};
  const auto filtered = [&](auto filter) {
    run.run("unguard", [&](const double* x, double* y) {
      filter.process({x, run.frames, run.channels}, {y, run.frames, run.channels});
    });
  };
  if (argv[1] == std::string_view("runtime"))
    filtered(start(runtime_yardstick_chain(), format));
  else
    filtered(start(yardstick_chain(), format));
}
