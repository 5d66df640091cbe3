// SPDX-License-Identifier: Apache-2.0
// Times calls one by one, with the clock read before and after, and prints "NANOSECONDS HOW_OFTEN" lines in rising
// order. A twentieth of the calls goes before and is not counted.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

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
