// SPDX-License-Identifier: Apache-2.0
// The life of an event as reports; that detectors keep to it is a law (tests/laws).
#include "unguard/core/event.hpp"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "unguard/core/text.hpp"

namespace unguard {
namespace {

static_assert(std::is_trivially_copyable_v<Event>, "reports are copied in real time");

// Truth: the vocabulary of the docs and of exports; a changed word breaks readers.
TEST(Event, KindsAndReportsHaveTheirWords) {
  EXPECT_EQ(to_text(EventKind::activity), "ACTIVITY");
  EXPECT_EQ(to_text(EventKind::spike), "SPIKE");
  EXPECT_EQ(to_text(EventKind::phasic_burst), "PHASIC BURST");
  EXPECT_EQ(to_text(EventKind::tonic), "TONIC");
  EXPECT_EQ(to_text(EventKind::phasic_episode), "PHASIC EPISODE");
  EXPECT_EQ(to_text(EventKind::guarding), "GUARDING");
  EXPECT_EQ(to_text(EventKind::spike_on_bending), "SPIKE ON BENDING");
  EXPECT_EQ(to_text(EventKind::heart), "ECG");
  EXPECT_EQ(to_text(EventKind::artefact), "ARTEFACT");
  EXPECT_EQ(to_text(Report::open), "OPEN");
  EXPECT_EQ(to_text(Report::update), "UPDATE");
  EXPECT_EQ(to_text(Report::close), "CLOSE");
  EXPECT_EQ(to_text(Report::cancel), "CANCEL");
  EXPECT_EQ(to_text(Context::full_flexion), "full flexion");
  EXPECT_EQ(to_text(Context::standing), "standing");
}

// Truth: the rule that without context nothing is called spasm-like; the neutral kind is the default.
TEST(Event, BeginsNeutralOpenAndWithoutContext) {
  const Event event;
  EXPECT_EQ(event.kind, EventKind::activity);
  EXPECT_EQ(event.report, Report::open);
  EXPECT_EQ(event.context, Context::none);
  EXPECT_EQ(event.confidence, 0);
  EXPECT_EQ(event.id, 0u) << "ids count from 1";
}

// Truth: one changed field at a time.
TEST(Event, EqualityLooksAtEveryField) {
  const Event base;
  int unequal = 0;
  const auto differs = [&](auto change) {
    Event e = base;
    change(e);
    EXPECT_FALSE(e == base);
    ++unequal;
  };
  differs([](Event& e) { e.id = 1; });
  differs([](Event& e) { e.channel = 1; });
  differs([](Event& e) { e.report = Report::close; });
  differs([](Event& e) { e.kind = EventKind::tonic; });
  differs([](Event& e) { e.context = Context::rest; });
  differs([](Event& e) { e.onset = {1}; });
  differs([](Event& e) { e.decided = {1}; });
  differs([](Event& e) { e.offset = {1}; });
  differs([](Event& e) { e.peak = {1}; });
  differs([](Event& e) { e.area_uV_s = 1; });
  differs([](Event& e) { e.confidence = 1; });
  differs([](Event& e) { e.reasons = mark::hum; });
  EXPECT_EQ(unequal, 12);
}

}  // namespace
}  // namespace unguard
