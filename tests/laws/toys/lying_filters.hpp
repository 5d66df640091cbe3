// SPDX-License-Identifier: Apache-2.0
// Filters that are wrong in one way each, as filters found in the wild are.
#pragma once

#include <unistd.h>

#include <cmath>
#include <mutex>

#include "laws/toys/delay.hpp"

namespace unguard::laws::toys {

// The commonest one: begins every block with an empty memory.
struct ForgetsBetweenBlocks : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    std::fill(ring_.begin(), ring_.end(), 0.0);
    Delay::run(x, y, n);
  }
};

struct Allocates : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    const std::vector<double> copy(x, x + n * channels_);
    Delay::run(copy.data(), y, n);
  }
};

struct Locks : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    Delay::run(x, y, n);
  }
};

struct CallsTheSystem : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    if (getppid() < 0) return;
    Delay::run(x, y, n);
  }
};

// A root of something that is negative only for loud input.
struct GivesNan : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    Delay::run(x, y, n);
    for (std::int64_t i = 0; i < n * channels_; ++i) y[i] *= std::sqrt(1e13 - y[i] * y[i]) > -1 ? 1 : NAN;
  }
};

// A replaced sample rings for longer than it says.
struct RingsInSecret : Delay {
  using Delay::Delay;
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(length - 1, ratios); }
};

struct KeepsStateOverReset : Delay {
  using Delay::Delay;
  void reset() noexcept { at_ = 0; }
};

struct ForgetsToSaveItsState : Delay {
  using Delay::Delay;
  template <class Archive>
  void state(Archive& archive) {
    archive(at_);
  }
};

// Right for twelve days at 2 kHz.
struct CountsIn32Bits : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (std::int64_t i = 0; i < n; ++i, x += channels_, y += channels_) {
      at_ = static_cast<std::uint32_t>(at_);
      Delay::run(x, y, 1);
    }
  }
};

struct StatesAnotherDelay : Delay {
  using Delay::Delay;
  StageLatency delay(Hertz f) const { return {"Delay", DelayKind::group_delay, length - 0.5, f}; }
};

// Cross-talk of one in ten thousand.
struct MixesChannels : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    Delay::run(x, y, n);
    for (std::int64_t i = 0; i < n; ++i, y += channels_)
      for (int c = 1; c < channels_; ++c) y[c] += 1e-4 * y[c - 1];
  }
};

struct Compresses : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    Delay::run(x, y, n);
    for (std::int64_t i = 0; i < n * channels_; ++i) y[i] /= 1 + 1e-9 * std::fabs(y[i]);
  }
};

// A fade-in: the same input gives something else later.
struct ChangesWithTime : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    Delay::run(x, y, n);
    for (std::int64_t i = 0; i < n; ++i, y += channels_) {
      const double gain = since_ < 1000 ? 1 - 1e-6 * static_cast<double>(1000 - since_) : 1.0;
      ++since_;
      for (int c = 0; c < channels_; ++c) y[c] *= gain;
    }
  }
  void reset() noexcept {
    Delay::reset();
    since_ = 0;
  }
  bool adopt(const ChangesWithTime& other) noexcept {
    since_ = other.since_;
    return Delay::adopt(other);
  }
  template <class Archive>
  void state(Archive& archive) {
    Delay::state(archive);
    archive(since_);
  }

 private:
  std::int64_t since_ = 0;
};

// The future is at hand as far as the block goes.
struct PeeksAhead : Delay {
  using Delay::Delay;
  void run(const double* x, double* y, std::int64_t n) noexcept {
    const bool in_place = x == y;
    Delay::run(x, y, n);
    if (in_place) return;
    for (std::int64_t i = 0; i + 1 < n; ++i)
      for (int c = 0; c < channels_; ++c) y[i * channels_ + c] += 1e-3 * x[(i + 1) * channels_ + c];
  }
};

}  // namespace unguard::laws::toys
