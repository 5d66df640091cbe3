// SPDX-License-Identifier: Apache-2.0
#include "io/continuity.hpp"

#include <algorithm>
#include <cmath>

#include "unguard/core/text.hpp"

namespace unguard::edf {

void check_continuity(const std::vector<double>& record_onsets, Header& header, const std::string& shown) {
  const auto unknown =
      std::count_if(record_onsets.begin(), record_onsets.end(), [](double onset) { return std::isnan(onset); });
  if (unknown > 0)
    header.remarks.push_back(to_text(unknown) +
                             " data records do not state when they begin: gaps there would not be seen");
  int fastest = 0;
  for (const SignalHeader& signal : header.signals)
    if (!signal.annotations) fastest = std::max(fastest, signal.samples_per_record);
  const double tolerance = 0.5 / std::max(fastest / header.record_seconds, 1e-9);
  std::size_t jumps = 0, first = 0;
  for (std::size_t i = 1; i < record_onsets.size(); ++i) {
    const double step = record_onsets[i] - record_onsets[i - 1] - header.record_seconds;
    if (std::fabs(step) > tolerance && jumps++ == 0) first = i;  // false where an onset is not stated
  }
  if (jumps == 0) return;
  if (header.discontinuous)
    throw FormatError({shown, "data record " + to_text(first + 1), "onset",
                       to_text(Seconds{record_onsets[first]}) + " in a discontinuous recording",
                       to_text(Seconds{record_onsets[first - 1] + header.record_seconds}) +
                           ", when the one before ends, as gaps are not read"});
  header.remarks.push_back("the header says the recording is continuous, but " + to_text(jumps) +
                           " records begin at another time than the one before ends (first: record " +
                           to_text(first + 1) + "); the header is believed");
}

}  // namespace unguard::edf
