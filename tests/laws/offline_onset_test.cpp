// SPDX-License-Identifier: Apache-2.0
// Law 6 of what finds activity in whole records, one line each: what C++ answers, channel by channel. The other laws
// bind live processors.
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "laws/one_engine.hpp"
#include "unguard/detect/abbink.hpp"
#include "unguard/detect/bayesian_change_point.hpp"
#include "unguard/detect/integrated_profile.hpp"

namespace unguard::laws {
namespace {

constexpr Hertz rate{2000};
constexpr int channels = 2;
constexpr std::int64_t frames = 6000, quiet = 1500;

// Noise of 30 uV in two channels, six times as strong for a second in the first and half a second in the second.
std::vector<std::vector<double>> bursts() {
  std::mt19937_64 generator(61);
  std::normal_distribution<double> normal(0, 30);
  std::vector<std::vector<double>> all(channels);
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t n = 0; n < frames; ++n) {
      const bool active = n >= 2000 + 400 * c && n < 4000 - 600 * c;
      all[static_cast<std::size_t>(c)].push_back((active ? 6 : 1) * normal(generator));
    }
  return all;
}

// `find` gives what is found in one channel.
template <class S, class Find>
void one_engine(const std::string& name, const S& spec, bool told_of_rest, Find find) {
  const auto x = bursts();
  std::vector<double> together;
  for (std::size_t n = 0; n < frames; ++n)
    for (const auto& channel : x) together.push_back(channel[n]);
  std::string stretches;
  for (int c = 0; c < channels; ++c)
    for (const ActiveStretch& found : find(spec, std::span(x[static_cast<std::size_t>(c)])))
      stretches += (stretches.empty() ? "[" : ",[") + json(c) + "," + json(found.onset.value) + "," +
                   json(found.offset.value) + "]";
  ASSERT_FALSE(stretches.empty());
  answer(name, "\"spec\":" + json(spec) + ",\"fs\":" + json(rate) + ",\"channels\":" + json(channels) + ",\"rest\":" +
                   json(told_of_rest ? quiet : 0) + ",\"x\":" + json(together) + ",\"stretches\":[" + stretches + "]");
}

TEST(Abbink, IsOneEngine) {
  one_engine("Abbink", Abbink{.spreads = 4, .share = 0.8}, true, [](const Abbink& spec, std::span<const double> x) {
    return abbink(spec, x, rate, x.first(quiet)).take();
  });
}

TEST(IntegratedProfile, IsOneEngine) {
  one_engine("IntegratedProfile", IntegratedProfile{.threshold = 3}, false,
             [](const IntegratedProfile& spec, std::span<const double> x) {
               return std::vector{integrated_profile(spec, x).take().value()};
             });
}

TEST(BayesianChangePoint, IsOneEngine) {
  one_engine("BayesianChangePoint", BayesianChangePoint{.bin = {0.01}, .posterior = 0.6}, false,
             [](const BayesianChangePoint& spec, std::span<const double> x) {
               return bayesian_change_points(spec, x, rate).take();
             });
}

}  // namespace
}  // namespace unguard::laws
