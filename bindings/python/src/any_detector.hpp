// SPDX-License-Identifier: Apache-2.0
// A detector, its C++ type left behind: what every live one can do, and what can be asked of its spec. Each spec class
// is registered once (detector_class.hpp); nobody else tells them apart.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "convert.hpp"
#include "one_thread.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/marker.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/detect/false_alarms.hpp"
#include "unguard/detect/noise_model.hpp"
#include "unguard/detect/onset_baseline.hpp"

namespace unguard::python {

// Any live detector, as a value.
class AnyDetector {
 public:
  template <Detector Live>
  explicit AnyDetector(Live live) : one_(std::make_unique<Holding<Live>>(std::move(live))) {}
  AnyDetector(const AnyDetector& other) : one_(other.one_->copied()) {}
  AnyDetector(AnyDetector&&) noexcept = default;
  AnyDetector& operator=(const AnyDetector&) = delete;
  AnyDetector& operator=(AnyDetector&&) = delete;
  ~AnyDetector() = default;

  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept { return one_->process(in, sink); }
  Status finish(Sink<Event>& sink) noexcept { return one_->finish(sink); }
  // Only to one that knows context.
  Status declare(const Marker& marker) noexcept { return one_->declare(marker); }
  void reset() noexcept { one_->reset(); }
  // False, and nothing done, where the other one is of another class, or of one that cannot be changed.
  bool change(AnyDetector& next) noexcept { return one_->change(*next.one_); }
  Latency latency() const { return one_->latency(); }
  SavedState save() const { return one_->save(); }
  Status load(std::span<const std::byte> bytes) noexcept { return one_->load(bytes); }
  std::string spec_text() const { return one_->spec_text(); }
  const StreamFormat& format() const noexcept { return one_->format(); }
  SampleIndex position() const noexcept { return one_->position(); }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual std::unique_ptr<Held> copied() const = 0;
    virtual Consumed process(ConstBlock in, Sink<Event>& sink) noexcept = 0;
    virtual Status finish(Sink<Event>& sink) noexcept = 0;
    virtual Status declare(const Marker& marker) noexcept = 0;
    virtual void reset() noexcept = 0;
    virtual bool change(Held& next) noexcept = 0;
    virtual Latency latency() const = 0;
    virtual SavedState save() const = 0;
    virtual Status load(std::span<const std::byte> bytes) noexcept = 0;
    virtual std::string spec_text() const = 0;
    virtual const StreamFormat& format() const noexcept = 0;
    virtual SampleIndex position() const noexcept = 0;
  };
  template <class Live>
  struct Holding final : Held {
    explicit Holding(Live l) : live(std::move(l)) {}
    std::unique_ptr<Held> copied() const override { return std::make_unique<Holding>(live); }
    Consumed process(ConstBlock in, Sink<Event>& sink) noexcept override { return live.process(in, sink); }
    Status finish(Sink<Event>& sink) noexcept override { return live.finish(sink); }
    Status declare(const Marker& marker) noexcept override {
      if constexpr (requires { live.declare(marker); })
        return live.declare(marker);
      else
        return Status::ok;
    }
    void reset() noexcept override { live.reset(); }
    bool change(Held& next) noexcept override {
      if constexpr (requires(Live n) { live.change(std::move(n)); }) {
        auto* same = dynamic_cast<Holding*>(&next);
        if (same) live.change(std::move(same->live));
        return same != nullptr;
      } else {
        return false;
      }
    }
    Latency latency() const override { return live.latency(); }
    SavedState save() const override { return live.save(); }
    Status load(std::span<const std::byte> bytes) noexcept override { return live.load(bytes); }
    std::string spec_text() const override { return to_text(live.spec()); }
    const StreamFormat& format() const noexcept override { return live.format(); }
    SampleIndex position() const noexcept override { return live.position(); }

    Live live;
  };

  std::unique_ptr<Held> one_;
};

using LiveDetector = OneThread<AnyDetector>;

// A threshold for a number of false alarms.
struct FoundThreshold {
  std::function<py::object()> spec;  // that has it
  double threshold = 0;
  double per_hour = 0;
  AlarmCount counted{};
};

// What can be asked of a detector's spec; null where it cannot. `spec` is what `behind` gives.
struct DetectorClass {
  std::string name;
  py::handle python_class;
  bool knows_context = false;
  const void* (*behind)(const py::handle& object) = nullptr;
  Result<AnyDetector> (*start)(const void* spec, const StreamFormat& format) = nullptr;
  Result<OnsetBaseline> (*baseline)(const void* spec, ConstBlock rest, const StreamFormat& format) = nullptr;
  Result<AlarmCount> (*count_alarms)(const void* spec, const NoiseModel& noise, int channel, double hours,
                                     std::uint64_t seed) = nullptr;
  Result<FoundThreshold> (*for_alarms)(const void* spec, const NoiseModel& noise, int channel, double per_hour,
                                       std::uint64_t seed) = nullptr;
};
void register_detector_class(const DetectorClass& detector);
// The class of a detector's spec; raises ConfigError for anything else.
const DetectorClass& detector_class_of(const std::string& argument, const py::handle& spec);

}  // namespace unguard::python
