// SPDX-License-Identifier: Apache-2.0
#include "unguard/core/fields.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "refusal.hpp"

namespace unguard {
namespace {

using namespace literals;

enum class Shape { round, square };
constexpr std::array<std::string_view, 2> names(const Shape*) { return {"round", "square"}; }

struct Inner {
  Hertz edge{5};
  friend bool operator==(const Inner&, const Inner&) = default;
};
constexpr SpecInfo info(const Inner*) { return {"Inner", "inside another", "none"}; }
constexpr auto fields(const Inner*) { return field_list(field<&Inner::edge>("edge", "an edge", positive)); }

// One field of every kind.
struct Every {
  Seconds window{0.5};
  int order = 4;
  bool on = true;
  Shape shape = Shape::round;
  std::string label = "a";
  std::optional<double> q{};
  std::vector<double> rows{1, 2};
  PerChannel<Microvolts> level{Microvolts{3}};
  Inner inner{};
  std::optional<Inner> spare{};
  friend bool operator==(const Every&, const Every&) = default;
};
constexpr SpecInfo info(const Every*) { return {"Every", "one of every kind", "none"}; }
constexpr auto fields(const Every*) {
  return field_list(field<&Every::window>("window", "a duration", between(0.1, 2)),
                    field<&Every::order>("order", "a whole number", between(1, 12)),
                    field<&Every::on>("on", "a switch"), field<&Every::shape>("shape", "a choice"),
                    field<&Every::label>("label", "words"), field<&Every::q>("q", "perhaps a number", above(0.5)),
                    field<&Every::rows>("rows", "a list"), field<&Every::level>("level", "one a channel", not_negative),
                    field<&Every::inner>("inner", "a spec"), field<&Every::spare>("spare", "perhaps a spec"));
}

struct NoSpec {};
static_assert(Spec<Every> && Spec<Inner> && !Spec<NoSpec> && !Spec<int>);
static_assert(fields(static_cast<const Every*>(nullptr))([](const auto&... f) { return sizeof...(f); }) == 10);

Every with(auto change) {
  Every spec;
  change(spec);
  return spec;
}

// Truth: the description above, in its order.
TEST(Fields, PrintAsTheyAreDescribed) {
  EXPECT_EQ(
      to_text(Every{}),
      "Every{window = 0.5 s, order = 4, on = true, shape = round, label = \"a\", q = none, rows = [1, 2], level = 3 "
      "uV, inner = Inner{edge = 5 Hz}, spare = none}");
  std::string visited;
  const Every spec;
  for_each_field(spec, [&](const auto& f, const auto&) { visited += std::string(f.name) + " "; });
  EXPECT_EQ(visited, "window order on shape label q rows level inner spare ");
}

// Truth: the description's limits, in the voice of every message.
TEST(Fields, RefuseByNameValueAndLimits) {
  EXPECT_EQ(why(validate(Every{})), "accepted");
  EXPECT_EQ(why(validate(with([](Every& s) { s.window = 3_s; }))), "window is 3 s: expected 0.1 to 2 s (Every.window)");
  EXPECT_EQ(why(validate(with([](Every& s) { s.window = {std::nan("")}; }))),
            "window is nan s: expected 0.1 to 2 s (Every.window)");
  EXPECT_EQ(why(validate(with([](Every& s) { s.order = 0; }))), "order is 0: expected 1 to 12 (Every.order)");
  EXPECT_EQ(why(validate(with([](Every& s) { s.shape = static_cast<Shape>(2); }))),
            "shape is unnamed 2: expected one of round square (Every.shape)");
  EXPECT_EQ(why(validate(with([](Every& s) { s.q = 0.5; }))), "q is 0.5: expected a finite number above 0.5 (Every.q)");
  EXPECT_EQ(why(validate(with([](Every& s) {
              s.rows = {1, HUGE_VAL};
            }))),
            "rows is [1, inf]: expected every value to be a finite number (Every.rows)");
  EXPECT_EQ(why(validate(with([](Every& s) {
              s.level = {1_uV, Microvolts{-2}};
            }))),
            "level is [1 uV, -2 uV]: expected every value to be a finite number of at least 0 uV (Every.level)");
  EXPECT_EQ(why(validate(with([](Every& s) { s.level = Microvolts{-2}; }))),
            "level is -2 uV: expected a finite number of at least 0 uV (Every.level)");
  EXPECT_EQ(why(validate(with([](Every& s) { s.level = PerChannel<Microvolts>(std::vector<Microvolts>{}); }))),
            "level is []: expected one value for all channels or one for each (Every.level)");
}

// Truth: a nested spec answers under its own name.
TEST(Fields, NestedSpecsAnswerForThemselves) {
  EXPECT_EQ(why(validate(with([](Every& s) { s.inner.edge = 0_Hz; }))),
            "edge is 0 Hz: expected a finite number above 0 Hz (Inner.edge)");
  EXPECT_EQ(why(validate(with([](Every& s) { s.spare = Inner{.edge = {-1}}; }))),
            "edge is -1 Hz: expected a finite number above 0 Hz (Inner.edge)");
}

// Truth: the order of the description.
TEST(Fields, TheFirstFaultIsTheOneNamed) {
  EXPECT_EQ(validate(with([](Every& s) {
              s.order = 99;
              s.q = -1;
            }))->parameter,
            "order");
}

// Truth: every single change gives another text, so another hash.
TEST(Fields, EqualityTextAndHashTellSpecsApart) {
  std::set<std::uint64_t> hashes{hash_text(to_text(Every{}))};
  const auto differs = [&](const Every& spec) {
    EXPECT_FALSE(spec == Every{});
    EXPECT_TRUE(hashes.insert(hash_text(to_text(spec))).second) << to_text(spec);
  };
  differs(with([](Every& s) { s.window = {std::nextafter(0.5, 1)}; }));
  differs(with([](Every& s) { s.order = 5; }));
  differs(with([](Every& s) { s.on = false; }));
  differs(with([](Every& s) { s.shape = Shape::square; }));
  differs(with([](Every& s) { s.label = "b"; }));
  differs(with([](Every& s) { s.q = 1; }));
  differs(with([](Every& s) { s.rows = {12}; }));
  differs(with([](Every& s) { s.level = {3_uV, 4_uV}; }));
  differs(with([](Every& s) { s.inner.edge = 6_Hz; }));
  differs(with([](Every& s) { s.spare = Inner{}; }));
  EXPECT_EQ(Every{}, Every{});
}

// Truth: the published FNV-1a values.
TEST(Fields, HashIsFnv1a) {
  EXPECT_EQ(hash_text(""), 0xcbf29ce484222325u);
  EXPECT_EQ(hash_text("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(hash_text("foobar"), 0x85944171f73967e8u);
}

// Truth: one value stands for all channels, a list for each.
TEST(PerChannel, OneValueIsBroadcast) {
  const PerChannel<Microvolts> one = 3_uV, many{1_uV, 2_uV};
  EXPECT_EQ(one.at(0), 3_uV);
  EXPECT_EQ(one.at(7), 3_uV);
  EXPECT_EQ(many.at(1), 2_uV);
  EXPECT_EQ(to_text(one), "3 uV");
  EXPECT_EQ(to_text(many), "[1 uV, 2 uV]");
}

// Truth: intervals of the reals; NaN lies in none.
TEST(Limits, HoldWhatTheySay) {
  const double nan = std::nan(""), inf = HUGE_VAL;
  EXPECT_TRUE(between(1, 2).hold(1) && between(1, 2).hold(2) && !between(1, 2).hold(2.1) && !between(1, 2).hold(0.9));
  EXPECT_TRUE(!positive.hold(0) && positive.hold(5e-324) && !positive.hold(-1) && !positive.hold(inf));
  EXPECT_TRUE(not_negative.hold(0) && not_negative.hold(-0.0) && !not_negative.hold(-5e-324));
  EXPECT_TRUE(finite.hold(-1e308) && !finite.hold(inf) && !finite.hold(-inf));
  EXPECT_TRUE(at_least(2).hold(2) && !above(2).hold(2));
  for (const Limits& l : {between(1, 2), positive, not_negative, finite, at_least(1), above(1)})
    EXPECT_FALSE(l.hold(nan));
}

}  // namespace
}  // namespace unguard
