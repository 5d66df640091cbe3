// SPDX-License-Identifier: Apache-2.0
// The chain of the yardstick as a spec: 4 sections of band-pass, 1 of notch, |x|, 1 of low-pass.
#pragma once

#include "unguard/core/chain.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"

inline unguard::Notch yardstick_notch() { return {.frequency = {50}, .width = {}, .q = 30.0}; }
inline unguard::Lowpass yardstick_lowpass() { return {.cutoff = {6}, .order = 2}; }

inline auto yardstick_chain() {
  using namespace unguard;
  return Chain{Bandpass{}, yardstick_notch(), Rectify{}, yardstick_lowpass()};
}
inline unguard::RuntimeChain runtime_yardstick_chain() {
  using namespace unguard;
  return {{Bandpass{}, yardstick_notch(), Rectify{}, yardstick_lowpass()}};
}
