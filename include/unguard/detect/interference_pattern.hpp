// SPDX-License-Identifier: Apache-2.0
// Is it an activity or are these a few action potentials of one motor unit? An activity is an interference pattern: its
// action potentials leave nothing free between them. Whitened EMG is looked at by pieces that are as long as an action
// potential, and what brought it is what explains them best: one that lasts, or single ones, of which each costs what
// two parameters do, when and how loud (Akaike 1974, doi:10.1109/TAC.1974.1100705); where its unit has just fired, how
// loud is known. Thresholds proposed; what each decides is in the tests. Cost: one pass over the stretch.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace unguard {

struct InterferencePattern {
  std::int64_t piece = 1;   // samples that an action potential lasts
  double active = 1.55;     // least mean square of a piece that is not rest, of that of rest
  double nearly_all = 0.7;  // share of the pieces that are active in what has no gaps
  double an_impulse = 2;    // nats that each single action potential costs,
  double one_more = 1;      // and that of a unit that has just fired

  // Whether the samples from `newest` to `oldest` ago are full. `square(ago)`: of a whitened sample; `says(ago)`: its
  // log-likelihood ratio for the activity that was expected; `a_unit_fires`: it has just done so. What is no longer
  // than an action potential is not.
  template <class Square, class Says>
  bool is_full(std::int64_t newest, std::int64_t oldest, bool a_unit_fires, const Square& square,
               const Says& says) const noexcept {
    // Twice the log-likelihood ratio of a variance of its own against 1, a sample.
    const auto gain = [](double mean_square) {
      return mean_square > 1 ? mean_square - std::log(mean_square) - 1 : 0.0;
    };
    const auto n = static_cast<double>(piece);
    const double impulse = a_unit_fires ? one_more : an_impulse;
    double all = 0, now_and_then = 0, expected = 0;
    std::int64_t pieces = 0, loud = 0;
    for (std::int64_t first = newest; first + piece - 1 <= oldest; first += piece, ++pieces) {
      double sum = 0;
      for (std::int64_t ago = first; ago < first + piece; ++ago) {
        sum += square(ago);
        expected += says(ago);
      }
      all += sum;
      loud += sum > n * active;
      now_and_then += std::max(0.0, 0.5 * n * gain(sum / n) - impulse);
    }
    if (pieces < 2) return false;
    const double count = static_cast<double>(pieces), length = n * count;
    return static_cast<double>(loud) >= nearly_all * count ||
           std::max(expected, 0.5 * length * gain(all / length)) > now_and_then;
  }

  friend bool operator==(const InterferencePattern&, const InterferencePattern&) = default;
};

}  // namespace unguard
