// SPDX-License-Identifier: Apache-2.0
// The answer of linear parts in a row to an impulse and to a step, from its first sample that is not zero for certain.
// Linear time-invariant parts may be taken in any order, Oppenheim & Schafer 2010, Discrete-Time Signal Processing,
// ch. 2.4: the finite responses first, for they are their own answer to an impulse, and summed up to a step. Cost: one
// run of the recursive parts, and of every finite response but the first over the others.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "unguard/core/floating_point.hpp"
#include "unguard/filter/fir_kernel.hpp"
#include "unguard/filter/linear_part.hpp"
#include "unguard/filter/polynomials_ringing.hpp"
#include "unguard/filter/ringing.hpp"

namespace unguard {

// The response of one finite response after the other.
inline Taps convolved(Taps a, Taps b) {
  if (a.size() < b.size()) std::swap(a, b);
  FirKernel shorter("", b, {.rate = {1}, .channels = Channels::unnamed(1)});
  a.resize(a.size() + b.size() - 1);
  shorter.run(a.data(), a.data(), static_cast<std::int64_t>(a.size()));
  return a;
}

class LinearAnswer {
 public:
  explicit LinearAnswer(const Linear& linear) {
    for (const auto& part : linear) {
      if (!part.taps.empty()) {
        const std::int64_t zeros = leading_zeros(part.taps);
        delay_ += zeros;
        taps_ = convolved(std::move(taps_), Taps(part.taps.begin() + zeros, part.taps.end()));
      } else if (!part.polynomials.empty()) {
        recursive_.emplace_back(polynomials_detail::InPlace(part.polynomials));
      } else if (!part.sections.empty()) {
        recursive_.emplace_back(ringing_detail::Sweeps(part.sections));
      }
    }
  }

  // Samples for which every answer is zero before visit() sees any.
  std::int64_t delay() const noexcept { return delay_; }
  // visit(sample) for `length` samples after the delay.
  template <class Visit>
  void to_impulse(std::int64_t length, Visit&& visit) const {
    follow(length, visit, [](double tap) { return tap; });
  }
  template <class Visit>
  void to_step(std::int64_t length, Visit&& visit) const {
    follow(length, visit, [sum = 0.0](double tap) mutable { return sum += tap; });
  }

 private:
  using Recursive = std::variant<ringing_detail::Sweeps, polynomials_detail::InPlace>;

  template <class Visit, class Feed>
  void follow(std::int64_t length, Visit& visit, Feed feed) const {
    const FlushSubnormals guard;  // the tail of a fast section in front of a slow one
    auto recursive = recursive_;
    const auto count = static_cast<std::int64_t>(taps_.size());
    std::array<double, 1024> tile;
    for (std::int64_t done = 0, n; done < length; done += n) {
      n = std::min(length - done, static_cast<std::int64_t>(tile.size()));
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t k = done + i;
        tile[static_cast<std::size_t>(i)] = feed(k < count ? taps_[static_cast<std::size_t>(k)] : 0.0);
      }
      for (auto& part : recursive) std::visit([&](auto& run) { run(tile.data(), n); }, part);
      for (std::int64_t i = 0; i < n; ++i) visit(tile[static_cast<std::size_t>(i)]);
    }
  }

  std::int64_t delay_ = 0;
  Taps taps_{1};  // of all finite responses, but for the zeros they begin with
  std::vector<Recursive> recursive_{};
};

}  // namespace unguard
