// SPDX-License-Identifier: Apache-2.0
// Is what is left after cleaning still hum? Behind a notch or a canceller, which need time to find what has just begun:
// until they have, the level is the room's and not the muscle's, and is marked. Behind nothing it says that something
// is missing. The check is HumCheck's (Goertzel 1958) with a longer memory, for it listens to EMG of any size. Cost: 6
// complex multiplications a sample and channel. Latency: none; found within about 0.2 s.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/state.hpp"
#include "unguard/quality/hum_check.hpp"

namespace unguard {

struct ResidualHum {
  double share = 0.6;
  Seconds memory{0.1};
  Microvolts least{1};

  friend bool operator==(const ResidualHum&, const ResidualHum&) = default;
};
constexpr SpecInfo info(const ResidualHum*) {
  return {"ResidualHum", "marks a cleaned signal that is still mostly hum", "Goertzel 1958, doi:10.2307/2310304"};
}
constexpr auto fields(const ResidualHum*) {
  return std::tuple{
      field<&ResidualHum::share>("share", "of hum in the power from which on it is mostly hum", between(0.3, 0.99)),
      field<&ResidualHum::memory>("memory", "time constant of the comparison", between(0.02, 10)),
      field<&ResidualHum::least>("least", "RMS of hum that is worth a mark", between(0, 1e6))};
}

// A filter that lets everything through and marks it; what is no number is held and marked.
class LiveResidualHum {
 public:
  using spec_type = ResidualHum;

  LiveResidualHum(const ResidualHum& spec, const StreamFormat& format)
      : spec_(spec),
        format_(format),
        channels_(format.channels.count()),
        least_power_(spec.least.value * spec.least.value),
        quarantine_(channels_, format.full_scale(), Ringing(0)),
        hum_(channels_, spec.memory, format.rate),
        frame_(static_cast<std::size_t>(channels_)),
        belongs_to_(
            hash_text(to_text(spec_), hash_text(to_text(format_.rate), static_cast<std::uint64_t>(channels_)))) {}

  Status process(ConstBlock in, Block out) noexcept {
    if (in.channels != channels_ || out.channels != channels_) return Status::wrong_channels;
    if (in.frames != out.frames || in.frames < 0) return Status::wrong_frames;
    if (in.frames == 0) return Status::ok;
    if (!in.data || !out.data) return Status::missing_data;
    const FlushSubnormals guard;
    for (std::int64_t i = 0; i < in.frames; ++i) {
      const Block to = out.part(i, 1);
      quarantine_.admit(in.part(i, 1), position_ + i, frame_.data(), to.marks);
      const Hum hum = hum_.take(frame_.data());
      std::copy(frame_.begin(), frame_.end(), to.data);
      for (int c = 0; c < channels_ && to.marks; ++c)
        if (hum.of_mains[c] > least_power_ && hum.of_mains[c] > spec_.share * hum.of_all[c]) to.marks[c] |= mark::hum;
    }
    position_ = position_ + in.frames;
    return Status::ok;
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    quarantine_.reset(at);
    hum_.reset();
    position_ = at;
  }
  std::int64_t period() const noexcept { return 1; }
  // Live change at a frame boundary; `next` listens afresh. Handed back unchanged when it belongs to another format.
  LiveResidualHum change(LiveResidualHum next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    next.quarantine_.adopt(quarantine_);
    std::swap(*this, next);
    return next;
  }
  Latency latency(Hertz at = {100}) const { return {format_.rate, {{"ResidualHum", DelayKind::group_delay, 0, at}}}; }
  SavedState save() const { return save_state(const_cast<LiveResidualHum&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    quarantine_.state(archive);
    hum_.state(archive);
  }

  const ResidualHum& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  std::int64_t ringing() const noexcept { return 0; }
  std::int64_t replaced_non_finite() const noexcept { return quarantine_.non_finite(); }
  std::int64_t replaced_out_of_range() const noexcept { return quarantine_.out_of_range(); }

 private:
  ResidualHum spec_;
  StreamFormat format_;
  int channels_;
  double least_power_;
  Quarantine quarantine_;
  HumCheck hum_;
  std::vector<double> frame_;
  std::uint64_t belongs_to_;
  SampleIndex position_{};
};

inline Result<LiveResidualHum> try_start(const ResidualHum& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  return LiveResidualHum(spec, format);
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveResidualHum start(const ResidualHum& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
