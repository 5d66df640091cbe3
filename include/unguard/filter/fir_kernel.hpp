// SPDX-License-Identifier: Apache-2.0
// The finite-impulse-response filter as a kernel: tap by tap or by overlap-save, chosen by the number of taps alone, so
// that a channel gives the same bits alone and among others. Both add no delay; they differ by rounding, about 1e-15.
// Cost: see direct_fir.hpp and overlap_save.hpp, and docs/performance.md for what they come to.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/filter/direct_fir.hpp"
#include "unguard/filter/linear_part.hpp"
#include "unguard/filter/overlap_save.hpp"
#include "unguard/filter/taps_ringing.hpp"

namespace unguard {

// 16 s at 2 kHz, 3 s at 10 kHz: longer than any response EMG is filtered with. It bounds what a stream may ask of
// memory, half a megabyte a channel.
inline constexpr int max_taps = 1 << 15;

class FirKernel {
 public:
  FirKernel(std::string name, Taps taps, const StreamFormat& format)
      : name_(std::move(name)),
        made_of_{{}, std::move(taps)},
        rate_(format.rate),
        engine_(engine(made_of_.taps, format.channels.count())) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    with([&](auto& engine) { engine.run(x, y, n); });
  }
  void reset() noexcept {
    with([](auto& engine) { engine.reset(); });
  }
  void seek(std::int64_t n) noexcept {
    with([n](auto& engine) { engine.seek(n); });
  }
  std::int64_t period() const noexcept {
    const auto* blocks = std::get_if<OverlapSave>(&engine_);
    return blocks ? blocks->period() : 1;
  }
  double settle(int channel, double level) noexcept {
    return with([=](auto& engine) { return engine.settle(channel, level); });
  }
  bool adopt(const FirKernel& other) noexcept {
    return with([&](auto& engine) {
      const auto* same = std::get_if<std::remove_cvref_t<decltype(engine)>>(&other.engine_);
      return same && engine.adopt(*same);
    });
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return unguard::ringing(made_of_.taps, ratios); }
  double error_gain() const { return absolute_sum(made_of_.taps); }
  double reach(double level) const {
    const double most = absolute_sum(made_of_.taps) * level;
    return most < largest_value ? most : std::numeric_limits<double>::infinity();
  }
  StageLatency delay(Hertz at) const {
    return {name_, DelayKind::group_delay, group_delay(made_of_.taps, at, rate_), at};
  }
  template <class Archive>
  void state(Archive& archive) {
    with([&](auto& engine) { engine.state(archive); });
  }
  const LinearPart* linear() const noexcept { return &made_of_; }

 private:
  using Engine = std::variant<DirectFir, OverlapSave>;

  template <class Do>
  auto with(Do&& act) noexcept -> decltype(act(std::declval<DirectFir&>())) {
    if (auto* direct = std::get_if<DirectFir>(&engine_)) return act(*direct);
    return act(*std::get_if<OverlapSave>(&engine_));
  }

  // The block that costs least, measured (bench/fir_bench.cpp); 0 where tap by tap does.
  static std::int64_t block_for(std::size_t taps) { return taps < 400 ? 0 : taps < 8000 ? 64 : 128; }
  static Engine engine(const Taps& taps, int channels) {
    const std::int64_t block = block_for(taps.size());
    if (block == 0) return DirectFir(taps, channels);
    return OverlapSave(taps, block, channels);
  }
  std::string name_;
  LinearPart made_of_;
  Hertz rate_;
  Engine engine_;
};

// The kernel of taps whose gain nothing bounds; those that could overflow are refused by the field they come from.
template <Spec S>
Result<FirKernel> bounded_fir(std::string_view field, Taps taps, const StreamFormat& format) {
  const double sum = absolute_sum(taps);
  if (!(sum * format.full_scale() < largest_value))
    return fault_in_words<S>(field, "of absolute sum " + to_text(sum), kernel_detail::expected_reach("taps", format));
  return FirKernel(std::string(info_of<S>().name), std::move(taps), format);
}

// Specs that are one finite impulse response say which: `Result<Taps> design_taps(const Spec&, Hertz rate)`.
template <class S>
concept FirSpec = Spec<S> && requires(const S& s, Hertz rate) {
  { design_taps(s, rate) } -> std::same_as<Result<Taps>>;
};

template <FirSpec S>
Result<FirKernel> make_kernel(const S& spec, const StreamFormat& format) {
  auto taps = design_taps(spec, format.rate);
  if (!taps) return taps.fault();
  return FirKernel(std::string(info_of<S>().name), std::move(*taps), format);
}

}  // namespace unguard
