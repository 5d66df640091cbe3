// SPDX-License-Identifier: Apache-2.0
// The laws every processor is held to, their exemptions, and what the law tests share: seeded signals and random cuts.
// Registering a processor is one line in its station's registration file; an exemption stands in that line and is
// printed.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/block.hpp"

namespace unguard::laws {

enum class Law { any_cut, pure, finite, fresh, latency, one_engine, fail_safe, channels_equal, linear, causal };
constexpr std::array<std::string_view, 10> names(const Law*) {
  return {"AnyCutGivesTheSameBits", "IsPureInRealTime", "StaysFinite",         "StartsFresh",
          "LatencyTellsTheTruth",   "IsOneEngine",      "IsFailSafeAndUseful", "ChannelsAreEqual",
          "IsLinearWhereLinear",    "IsCausal"};
}

// Which laws do not bind a processor, and why.
using Exemptions = std::map<Law, std::string>;

// Random cuts a law is tried with: 50, or UNGUARD_CUTS (1000 in the slow tier).
inline int cuts() {
  const char* text = std::getenv("UNGUARD_CUTS");
  if (!text) return 50;
  int count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  if (count < 1) ADD_FAILURE() << "UNGUARD_CUTS is '" << text << "': expected a number of cuts, 1 or more";
  return count;
}

// Trunk EMG as far as the laws care: coloured noise of some 30 uV on an electrode offset of some millivolts.
inline std::vector<double> signal(std::int64_t frames, int channels, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0, 30);
  std::vector<double> x(static_cast<std::size_t>(frames * channels)), last(static_cast<std::size_t>(channels));
  for (std::int64_t i = 0; i < frames; ++i)
    for (int c = 0; c < channels; ++c) {
      auto& l = last[static_cast<std::size_t>(c)];
      l = 0.7 * l + normal(generator);
      x[static_cast<std::size_t>(i * channels + c)] = l + 3000.0 * (c + 1);
    }
  return x;
}

// Frame counts that add up to `frames`: the whole, all ones, or a mix of 0, 1, primes and random lengths.
inline std::vector<std::int64_t> cut(std::int64_t frames, int which) {
  if (which == 0) return {frames};
  if (which == 1) return std::vector<std::int64_t>(static_cast<std::size_t>(frames), 1);
  std::mt19937 generator(static_cast<unsigned>(which));
  constexpr std::array<std::int64_t, 10> primes = {0, 1, 2, 3, 7, 31, 37, 61, 251, 509};
  std::vector<std::int64_t> pieces;
  for (std::int64_t left = frames; left > 0;) {
    const std::int64_t n =
        generator() % 2 ? primes[generator() % primes.size()] : static_cast<std::int64_t>(generator() % 400);
    pieces.push_back(std::min(n, left));
    left -= pieces.back();
  }
  return pieces;
}

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

// A test of one law on one processor; an exempt law prints why instead of passing in silence.
class LawTest : public testing::Test {
 public:
  LawTest(std::function<void()> body, std::string exemption)
      : body_(std::move(body)), exemption_(std::move(exemption)) {}
  void TestBody() override {
    if (!exemption_.empty()) {
      std::printf("[ EXEMPT   ] %s\n", exemption_.c_str());
      RecordProperty("exempt", exemption_);
      return;
    }
    body_();
  }

 private:
  std::function<void()> body_;
  std::string exemption_;
};

// One law brought to one processor.
struct Trial {
  Law law;
  std::function<void()> body;
};
using Trials = std::vector<Trial>;

inline std::string name_of(Law law) {
  return std::string(names(static_cast<const Law*>(nullptr))[static_cast<std::size_t>(law)]);
}

inline void add(const std::string& processor, Law law, const Exemptions& exemptions, std::function<void()> body) {
  const auto name = name_of(law);
  const auto found = exemptions.find(law);
  const std::string exemption = found == exemptions.end() ? "" : processor + " " + name + ": " + found->second;
  testing::RegisterTest(processor.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [=]() -> LawTest* { return new LawTest(body, exemption); });
}
// Law 6 for a kind the Python package has no processor of yet: registering one takes an exemption until it has.
inline Trial no_python_yet() {
  return {Law::one_engine, [] { FAIL() << "Python's answer is not asked for: that takes an exemption"; }};
}
inline bool add_all(const std::string& processor, const Exemptions& exemptions, const Trials& trials) {
  for (const auto& trial : trials) add(processor, trial.law, exemptions, trial.body);
  return true;
}

}  // namespace unguard::laws
