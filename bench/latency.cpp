// SPDX-License-Identifier: Apache-2.0
// How long each call of process() takes with one frame a call: the yardstick's chain, the clock read before and after.
//   latency CHANNELS FRAMES EVERY      EVERY: microseconds from one frame to the next, as a device sends them;
//                                      0: one after the other
//   latency clock READINGS             what two readings of the clock take with nothing between them
// Prints "NANOSECONDS HOW_OFTEN" lines in rising order. A twentieth of the frames goes before and is not counted.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

#include "yardstick_chain.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// `work(i)` is timed `count` times, the first at least `every` after its forerunner began, and so on.
template <class Work>
void time_each(std::int64_t count, std::chrono::microseconds every, Work&& work) {
  const std::int64_t before = count / 20;
  std::vector<std::int64_t> took;
  took.reserve(static_cast<std::size_t>(count));
  auto due = Clock::now();
  for (std::int64_t i = 0; i < before + count; ++i) {
    if (every.count() > 0) std::this_thread::sleep_until(due += every);
    const auto began = Clock::now();
    work(i);
    const auto ended = Clock::now();
    if (i >= before) took.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(ended - began).count());
  }
  std::sort(took.begin(), took.end());
  for (auto first = took.begin(); first != took.end();) {
    const auto last = std::upper_bound(first, took.end(), *first);
    std::printf("%lld %lld\n", static_cast<long long>(*first), static_cast<long long>(last - first));
    first = last;
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace unguard;
  if (argc == 3 && argv[1] == std::string_view("clock")) {
    time_each(std::atoll(argv[2]), {}, [](std::int64_t) {});
    return 0;
  }
  if (argc != 4) return std::fprintf(stderr, "usage: latency CHANNELS FRAMES EVERY | latency clock READINGS\n"), 2;
  const int channels = std::atoi(argv[1]);
  auto filter = start(yardstick_chain(), StreamFormat{.rate = {2000}, .channels = Channels::unnamed(channels)});
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  constexpr std::int64_t kept = 256;  // frames, again and again
  std::vector<double> x(static_cast<std::size_t>(kept * channels)), y(static_cast<std::size_t>(channels));
  for (auto& v : x) v = normal(generator);
  time_each(std::atoll(argv[2]), std::chrono::microseconds(std::atoll(argv[3])), [&](std::int64_t i) {
    filter.process({x.data() + i % kept * channels, 1, channels}, {y.data(), 1, channels});
  });
}
