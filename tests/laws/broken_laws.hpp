// SPDX-License-Identifier: Apache-2.0
// Which laws a processor breaks: the laws themselves, with their failures caught instead of reported. What a law prints
// as measured still appears.
#pragma once

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <string>

#include "laws/law.hpp"

namespace unguard::laws {

// Their names in order, each followed by a space. Laws that do not bind the processor are left out.
inline std::string broken_laws(const Trials& trials, const std::vector<Law>& not_bound = {}) {
  std::string broken;
  for (const Trial& trial : trials) {
    if (std::find(not_bound.begin(), not_bound.end(), trial.law) != not_bound.end()) continue;
    testing::TestPartResultArray results;
    {
      testing::ScopedFakeTestPartResultReporter catcher(
          testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
      trial.body();
    }
    bool failed = false;
    for (int i = 0; i < results.size(); ++i) failed |= results.GetTestPartResult(i).failed();
    if (failed) broken += name_of(trial.law) + " ";
  }
  return broken;
}

}  // namespace unguard::laws
