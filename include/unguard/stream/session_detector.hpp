// SPDX-License-Identifier: Apache-2.0
// What a session finds events by: SpasmDetector, whose thresholds follow the envelope of rest, or EventDetector, which
// decides sooner and has to be calibrated. No signal processing of its own. Cost and latency: the detector's.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/marker.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/detect/event_detector.hpp"
#include "unguard/detect/spasm_detector.hpp"

namespace unguard {

using SessionDetector = std::variant<SpasmDetector, EventDetector>;

inline std::string to_text(const SessionDetector& spec) {
  return std::visit([](const auto& one) { return to_text(one); }, spec);
}

// The one that was asked for, brought to life. A value; what it does is what that one does.
class LiveSessionDetector {
 public:
  using Detector = std::variant<LiveSpasmDetector<SpasmDetector>, LiveEventDetector<EventDetector>>;

  LiveSessionDetector(SessionDetector spec, Detector detector)
      : spec_(std::move(spec)), detector_(std::move(detector)) {}

  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept {
    return std::visit([&](auto& one) { return one.process(in, sink); }, detector_);
  }
  Status finish(Sink<Event>& sink) noexcept {
    return std::visit([&](auto& one) { return one.finish(sink); }, detector_);
  }
  Status declare(const Marker& marker) noexcept {
    return std::visit([&](auto& one) { return one.declare(marker); }, detector_);
  }
  void begin_at(SampleIndex at) noexcept {
    std::visit([&](auto& one) { one.begin_at(at); }, detector_);
  }

  // Whether a beat is none of its events by itself: its rest was calibrated with a heart in it.
  bool knows_heart() const noexcept {
    const auto* events = std::get_if<LiveEventDetector<EventDetector>>(&detector_);
    return events && !events->spec().activity.calibration.beat_evidence.empty();
  }
  // Whether the next one is of the same kind; only such a one takes over open events.
  bool goes_on_as(const LiveSessionDetector& next) const noexcept {
    return detector_.index() == next.detector_.index();
  }
  // Live change to one of the same kind, by its own change(); the one before comes back. One of the other kind comes
  // back unchanged.
  LiveSessionDetector change(LiveSessionDetector next) noexcept {
    std::visit(
        [&]<class Live>(Live& running) {
          auto* other = std::get_if<Live>(&next.detector_);
          if (!other) return;
          *other = running.change(std::move(*other));
          std::swap(spec_, next.spec_);
        },
        detector_);
    return next;
  }

  // Events of one session have ids of their own, whichever detector they are of.
  std::uint64_t last_id() const noexcept {
    return std::visit([](const auto& one) { return one.last_id(); }, detector_);
  }
  void number_from(std::uint64_t last) noexcept {
    std::visit([&](auto& one) { one.number_from(last); }, detector_);
  }

  template <class Archive>
  void state(Archive& archive) {
    std::visit([&](auto& one) { one.state(archive); }, detector_);
  }

  const SessionDetector& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept {
    return std::visit([](const auto& one) -> const StreamFormat& { return one.format(); }, detector_);
  }

 private:
  SessionDetector spec_;
  Detector detector_;
};

// The detector for this stream, or why there is none.
inline Result<LiveSessionDetector> try_start(const SessionDetector& spec, const StreamFormat& format) {
  return std::visit(
      [&](const auto& one) -> Result<LiveSessionDetector> {
        auto started = try_start(one, format);
        if (!started) return started.fault();
        return LiveSessionDetector(spec, std::move(*started));
      },
      spec);
}

}  // namespace unguard
