// SPDX-License-Identifier: Apache-2.0
// Events on their way to a sink (core/report_queue.hpp), and how one is saved: what could not be from here is not
// taken. Cost: a copy a report.
#pragma once

#include <cmath>

#include "unguard/core/event.hpp"
#include "unguard/core/report_queue.hpp"

namespace unguard {

template <class Archive>
void archive_report(Archive& archive, Event& e) {
  archive(e.id);
  archive(e.channel);
  archive(e.report);
  archive(e.kind);
  archive(e.context);
  archive(e.onset.value);
  archive(e.decided.value);
  archive(e.offset.value);
  archive(e.peak.value);
  archive(e.area_uV_s);
  archive(e.confidence);
  archive(e.reasons);
  archive(e.attributes.rhythm_Hz);
  archive(e.attributes.regularity);
  archive(e.attributes.single_unit);
  // Not from here.
  if (!std::isfinite(e.peak.value)) e.peak = {};
  if (!std::isfinite(e.area_uV_s)) e.area_uV_s = 0;
  if (!(e.confidence >= 0 && e.confidence <= 1)) e.confidence = 0;
  if (!std::isfinite(e.attributes.rhythm_Hz)) e.attributes.rhythm_Hz = 0;
  if (!std::isfinite(e.attributes.regularity)) e.attributes.regularity = 0;
}

using EventQueue = ReportQueue<Event>;

}  // namespace unguard
