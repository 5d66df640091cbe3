// SPDX-License-Identifier: Apache-2.0
// A live filter of any kind, so that a law is compiled once and not once for every filter it binds.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "unguard/core/chain.hpp"
#include "unguard/core/processor.hpp"

namespace unguard::laws {

class AnyFilter {
 public:
  template <Filter Live>
  explicit AnyFilter(Live filter) : held_(std::make_unique<Of<Live>>(std::move(filter))) {}
  AnyFilter(const AnyFilter& other) : held_(other.held_->copy()) {}
  AnyFilter(AnyFilter&&) = default;
  AnyFilter& operator=(AnyFilter other) {
    held_ = std::move(other.held_);
    return *this;
  }

  Status process(ConstBlock in, Block out) noexcept { return held_->process(in, out); }
  void reset() noexcept { held_->reset(); }
  void begin_at(SampleIndex at) noexcept { held_->begin_at(at); }
  // `next`, of the same spec, takes over; what it replaces is in its place afterwards.
  void change(AnyFilter& next) noexcept { held_->change(*next.held_); }
  SavedState save() const { return held_->save(); }
  Status load(std::span<const std::byte> bytes) noexcept { return held_->load(bytes); }
  Latency latency(Hertz at = {100}) const { return held_->latency(at); }
  std::int64_t period() const noexcept { return held_->period(); }
  std::int64_t ringing() const noexcept { return held_->ringing(); }
  std::int64_t replaced_non_finite() const noexcept { return held_->replaced_non_finite(); }
  std::int64_t replaced_out_of_range() const noexcept { return held_->replaced_out_of_range(); }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual std::unique_ptr<Held> copy() const = 0;
    virtual Status process(ConstBlock in, Block out) noexcept = 0;
    virtual void reset() noexcept = 0;
    virtual void begin_at(SampleIndex at) noexcept = 0;
    virtual void change(Held& next) noexcept = 0;
    virtual SavedState save() const = 0;
    virtual Status load(std::span<const std::byte> bytes) noexcept = 0;
    virtual Latency latency(Hertz at) const = 0;
    virtual std::int64_t period() const noexcept = 0;
    virtual std::int64_t ringing() const noexcept = 0;
    virtual std::int64_t replaced_non_finite() const noexcept = 0;
    virtual std::int64_t replaced_out_of_range() const noexcept = 0;
  };
  template <Filter Live>
  struct Of final : Held {
    explicit Of(Live live) : filter(std::move(live)) {}
    std::unique_ptr<Held> copy() const override { return std::make_unique<Of>(filter); }
    Status process(ConstBlock in, Block out) noexcept override { return filter.process(in, out); }
    void reset() noexcept override { filter.reset(); }
    void begin_at(SampleIndex at) noexcept override { filter.begin_at(at); }
    void change(Held& next) noexcept override {
      auto& other = static_cast<Of&>(next).filter;
      other = filter.change(std::move(other));
    }
    SavedState save() const override { return filter.save(); }
    Status load(std::span<const std::byte> bytes) noexcept override { return filter.load(bytes); }
    Latency latency(Hertz at) const override { return filter.latency(at); }
    std::int64_t period() const noexcept override { return filter.period(); }
    std::int64_t ringing() const noexcept override { return filter.ringing(); }
    std::int64_t replaced_non_finite() const noexcept override { return filter.replaced_non_finite(); }
    std::int64_t replaced_out_of_range() const noexcept override { return filter.replaced_out_of_range(); }

    Live filter;
  };

  std::unique_ptr<Held> held_;
};

}  // namespace unguard::laws
