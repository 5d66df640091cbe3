// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/format.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "refusal.hpp"

namespace unguard {
namespace {

using namespace literals;

StreamFormat good() { return {.rate = 2000_Hz, .channels = Channels{"longissimus L", "longissimus R"}}; }
StreamFormat with(auto change) {
  StreamFormat format = good();
  change(format);
  return format;
}

// Truth: the list as written.
TEST(Channels, AreFoundByName) {
  const Channels channels{"longissimus L", "longissimus R"};
  EXPECT_EQ(channels.count(), 2);
  EXPECT_EQ(channels.find("longissimus R"), 1);
  EXPECT_EQ(channels.find("Longissimus R"), std::nullopt);
  EXPECT_EQ(channels[0].unit, "uV");
  EXPECT_EQ(channels[0].side, Side::unstated);
  const Channels unnamed = Channels::unnamed(3);
  EXPECT_EQ(unnamed.find("channel 3"), 2);
  const Channels full(std::vector<Channel>{{"a", "multifidus", Side::left, "mV"}});
  EXPECT_EQ(full[0].muscle, "multifidus");
  EXPECT_FALSE(full == unnamed);
  EXPECT_EQ(Channels::unnamed(0).count(), 0);
}

// Truth: the messages; each is one defect of a good format.
TEST(StreamFormat, RefusesByName) {
  EXPECT_EQ(why(validate(good())), "accepted");
  const auto rate = [](double hz) { return why(validate(with([&](StreamFormat& f) { f.rate = {hz}; }))); };
  constexpr auto nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(rate(0), "rate is 0 Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)");
  EXPECT_EQ(rate(-5), "rate is -5 Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)");
  EXPECT_EQ(rate(nan), "rate is nan Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)");
  EXPECT_EQ(rate(inf), "rate is inf Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)");
  EXPECT_EQ(rate(2e6), "rate is 2000000 Hz: expected a number above 0 Hz, at most 1000000 Hz (StreamFormat.rate)");
  EXPECT_EQ(rate(1e6), "accepted");
  const auto channels = [](int n) {
    return why(validate(with([&](StreamFormat& f) { f.channels = Channels::unnamed(n); })));
  };
  EXPECT_EQ(channels(0), "channels is 0 channels: expected 1 to 1024 channels (StreamFormat.channels)");
  EXPECT_EQ(channels(1025), "channels is 1025 channels: expected 1 to 1024 channels (StreamFormat.channels)");
  EXPECT_EQ(channels(1024), "accepted");
  EXPECT_EQ(why(validate(with([](StreamFormat& f) {
              f.channels = {"a", "b", "a"};
            }))),
            "channels is \"a\" twice: expected every name once (StreamFormat.channels)");
}

// Truth: the messages; what is unknown is no defect.
TEST(Converter, RefusesHalfKnownAndImpossibleRails) {
  const auto converter = [](Converter c) { return why(validate(with([&](StreamFormat& f) { f.converter = c; }))); };
  EXPECT_EQ(converter({.step = 0.1_uV, .low_rail = Microvolts{-300}, .high_rail = 300_uV, .noise = 1_uV}), "accepted");
  EXPECT_EQ(converter({.step = 0_uV}),
            "step is 0 uV: expected a finite number above 0 uV, or unknown (Converter.step)");
  EXPECT_EQ(converter({.noise = Microvolts{std::numeric_limits<double>::quiet_NaN()}}),
            "noise is nan uV: expected a finite number above 0 uV, or unknown (Converter.noise)");
  EXPECT_EQ(converter({.low_rail = Microvolts{-300}}),
            "high_rail is unknown: expected both rails, or neither (Converter.high_rail)");
  EXPECT_EQ(converter({.high_rail = 300_uV}),
            "low_rail is unknown: expected both rails, or neither (Converter.low_rail)");
  EXPECT_EQ(converter({.low_rail = 5_uV, .high_rail = 5_uV}),
            "high_rail is 5 uV: expected a finite number above low_rail, 5 uV (Converter.high_rail)");
  EXPECT_EQ(converter({.low_rail = Microvolts{-HUGE_VAL}, .high_rail = 5_uV}),
            "low_rail is -inf uV: expected a finite number (Converter.low_rail)");
  EXPECT_EQ(converter({.low_rail = Microvolts{-1e300}, .high_rail = 5_uV}),
            "low_rail is -1e+300 uV: expected at least -1e+12 uV (Converter.low_rail)");
  EXPECT_EQ(converter({.low_rail = 0_uV, .high_rail = Microvolts{1.7e308}}),
            "high_rail is 1.7e+308 uV: expected at most 1e+12 uV (Converter.high_rail)");
  EXPECT_EQ(converter({.low_rail = Microvolts{-1e12}, .high_rail = Microvolts{1e12}}), "accepted");
}

// Truth: 1.05 times the larger rail; 10 V where the rails are unknown, unless a channel is no voltage.
TEST(StreamFormat, KnowsWhatNoElectrodeGives) {
  EXPECT_EQ(good().full_scale(), 10e6);
  const auto angle = with([](StreamFormat& f) {
    f.channels = Channels({{.name = "longissimus L"}, {.name = "trunk angle", .unit = "deg"}});
  });
  EXPECT_EQ(angle.full_scale(), 1e9);
  const auto known = with([](StreamFormat& f) { f.converter = {.low_rail = Microvolts{-400}, .high_rail = 300_uV}; });
  EXPECT_DOUBLE_EQ(known.full_scale(), 420);
}

}  // namespace
}  // namespace unguard
