// SPDX-License-Identifier: Apache-2.0
// What every program that is counted and timed does: noise in blocks through one filter, nothing else.
//   PROGRAM ... CHANNELS BLOCK BLOCKS      prints the last output and the processor's time
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

struct Blocks {
  int channels, frames, blocks;

  // Of the last three of `count` arguments.
  static Blocks of(char** arguments, int count) {
    return {std::atoi(arguments[count - 3]), std::atoi(arguments[count - 2]), std::atoi(arguments[count - 1])};
  }

  // `process(x, y)` filters one block from x to y. Processor time: what others do on the machine disturbs it less.
  template <class Process>
  void run(const char* name, Process&& process) const {
    std::mt19937 generator(3);
    std::normal_distribution<double> normal(0.0, 1e-4);
    std::vector<double> x(static_cast<std::size_t>(frames) * static_cast<std::size_t>(channels)), y(x.size());
    for (auto& v : x) v = normal(generator);
    process(x.data(), y.data());
    const std::clock_t began = std::clock();
    for (int i = 1; i < blocks; ++i) process(x.data(), y.data());
    const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    const double samples = static_cast<double>(blocks - 1) * frames * channels;
    std::printf("%s: %d blocks of %d frames, %d channels, last output %.17g, %.4f ns a sample\n", name, blocks, frames,
                channels, y.back(), seconds * 1e9 / samples);
  }
};
