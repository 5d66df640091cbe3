// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <clocale>
#include <cmath>
#include <limits>
#include <random>

namespace unguard {
namespace {

using namespace literals;

enum class Colour { red, green };
constexpr std::array<std::string_view, 2> names(const Colour*) { return {"red", "dark green"}; }

// Truth: the texts a person expects.
TEST(Text, PrintsEveryKindOfValue) {
  EXPECT_EQ(to_text(0.1), "0.1");
  EXPECT_EQ(to_text(-2.5), "-2.5");
  EXPECT_EQ(to_text(1e308), "1e+308");
  EXPECT_EQ(to_text(0.0002), "0.0002");
  EXPECT_EQ(to_text(1e6), "1000000");
  EXPECT_EQ(to_text(1e7), "1e+07");
  EXPECT_EQ(to_text(1e-6), "1e-06");
  EXPECT_EQ(to_text(-0.0), "-0");
  EXPECT_EQ(to_text(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(to_text(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(to_text(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(to_text(7), "7");
  EXPECT_EQ(to_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(to_text(true), "true");
  EXPECT_EQ(to_text(false), "false");
  EXPECT_EQ(to_text(std::string("L4")), "\"L4\"");
  EXPECT_EQ(to_text(2000_Hz), "2000 Hz");
  EXPECT_EQ(to_text(125_ms), "0.125 s");
  EXPECT_EQ(to_text(1.5_uV), "1.5 uV");
  EXPECT_EQ(to_text(30_deg), "30 deg");
  EXPECT_EQ(to_text(0.5_dB), "0.5 dB");
  EXPECT_EQ(to_text(SampleIndex{-3}), "sample -3");
  EXPECT_EQ(to_text(Colour::green), "dark green");
  EXPECT_EQ(to_text(static_cast<Colour>(5)), "unnamed 5");
  EXPECT_EQ(to_text(std::optional<Hertz>()), "none");
  EXPECT_EQ(to_text(std::optional<Hertz>(50_Hz)), "50 Hz");
  EXPECT_EQ(to_text(std::vector<double>{}), "[]");
  EXPECT_EQ(to_text(std::vector<Seconds>{1_s, 2_s}), "[1 s, 2 s]");
}

// Truth: the literal itself; a pointer would convert to bool.
TEST(Text, PrintsALiteralAsText) {
  EXPECT_EQ(to_text("flat"), "\"flat\"");
  EXPECT_EQ(to_text(std::string_view("flat")), "\"flat\"");
}

// Truth: std::from_chars. Seed 1.
TEST(Text, PrintsNumbersThatReadBackEqual) {
  std::mt19937_64 generator(1);
  for (int i = 0; i < 20000; ++i) {
    const auto value = std::bit_cast<double>(generator());
    if (!std::isfinite(value)) continue;
    const std::string text = to_text(value);
    double back = 0;
    ASSERT_EQ(std::from_chars(text.data(), text.data() + text.size(), back).ptr, text.data() + text.size());
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(value)) << text;
  }
}

// Truth: the same text as before; a decimal comma would break every plan.
TEST(Text, DoesNotDependOnTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* locale : {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C.UTF-8"}) {
    std::setlocale(LC_ALL, locale);
    EXPECT_EQ(to_text(1234.5), "1234.5") << locale;
  }
  std::setlocale(LC_ALL, before.c_str());
}

}  // namespace
}  // namespace unguard
