// SPDX-License-Identifier: Apache-2.0
// What a session does about the heart: on the level's path it is taken off, or beats are left out, both late; on the
// detector's, which does not wait, beats are marked. Where beats are those of a lead, the muscles' own stand ready
// beside them. No signal processing of its own. Cost and latency: those of EcgSubtraction or HeartGate, of both kinds
// of beats with a lead, and of HeartMarks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/heart_gate.hpp"
#include "unguard/denoise/heart_marks.hpp"
#include "unguard/stream/change_stage.hpp"
#include "unguard/stream/event_doubts.hpp"
#include "unguard/stream/lead_choice.hpp"
#include "unguard/stream/lead_column.hpp"

namespace unguard {

// The heart as it comes; or taken off; or its beats left out.
using NoTreatment = std::monostate;
using HeartTreatment = std::variant<NoTreatment, EcgSubtraction, HeartGate>;

template <FilterSpec Cleaning>
class SessionHeart {
 public:
  using Subtraction = LiveFilter<EcgSubtraction>;
  using Treatment = std::variant<Subtraction, LiveHeartGate>;

  // What cleans the detector's path and marks the beats in it, where there is a detector: those of the lead, where
  // there is one, or while it is bad those of the muscles' own channels.
  struct Alarm {
    LiveFilter<Cleaning> cleaning;
    LiveHeartMarks marks;
    std::optional<LiveHeartMarks> own{};
    std::vector<Marks> by_lead{}, by_own{};  // of a frame

    static Block aside(Block frame, std::vector<Marks>& marks) noexcept {
      std::fill(marks.begin(), marks.end(), mark::none);
      return {frame.data, 1, frame.channels, marks.data()};
    }
  };

  // The same by beats of the muscles' own channels, for when the lead, which stands behind those, is bad.
  struct Spare {
    Treatment treatment;
    LeadChoice choice;
    std::vector<double> values;  // of a frame
    std::vector<Marks> marks;
  };
  static constexpr std::int64_t tile = 32;  // frames at most

  // By how many samples the treatment delays, and for how many a level holds what came.
  struct Spans {
    std::int64_t late = 0, held = 0;
  };

  SessionHeart(Treatment treatment, Spans spans, std::optional<Spare> spare, std::optional<Alarm> alarm, int channels,
               Hertz rate)
      : treatment_(std::move(treatment)),
        late_(spans.late),
        before_(spans.late),
        held_(spans.held),
        spare_(std::move(spare)),
        frames_(static_cast<std::size_t>(tile)),
        left_(static_cast<std::size_t>(tile * channels)),
        usual_(static_cast<std::size_t>(channels)),
        searching_(samples_in(search, rate)),
        searched_(searching_),
        moved_(samples_in(moves, rate)),
        too_long_(samples_in(longest_bridge, rate) + 1),
        leak_(between_looks / (usual_of * rate)),
        alarm_(std::move(alarm)) {}

  // Whether beats are left out, which the output's marks say, instead of taken off.
  bool leaves_out() const noexcept { return std::holds_alternative<LiveHeartGate>(treatment_); }
  bool has_alarm() const noexcept { return alarm_.has_value(); }

  // The level's path; `raw`: without the lead. What stands before the beginning is no value: an electrode's offset
  // would ring behind it.
  void treat(ConstBlock heard, ConstBlock raw, Block later) noexcept {
    for (std::int64_t i = 0; i < heard.frames; ++i) {
      const ConstBlock now = heard.part(i, 1);
      Frame& frame = frames_[static_cast<std::size_t>(i)];
      bool known = false;
      const Treatment* followed = &treatment_;
      if (spare_) {
        frame.doubted = choose(now, raw.part(i, 1), later.part(i, 1));
        known = !spare_->choice.doubted();
        frame.by_lead = spare_->choice.followed();
        if (!frame.by_lead) followed = &spare_->treatment;
      } else {
        std::visit([&](auto& one) { one.process(now, later.part(i, 1)); }, treatment_);
        frame.doubted = leaves_heart(treatment_);
        known = std::visit([](const auto& one) { return believed(one); }, treatment_);
      }
      frame.known = known;
      const auto* subtraction = std::get_if<Subtraction>(followed);
      frame.leaves_beat = subtraction && subtraction->kernel().leaves_some_beat();
      for (int c = 0; frame.leaves_beat && c < raw.channels; ++c)
        left_[static_cast<std::size_t>(i * raw.channels + c)] = subtraction->kernel().leaves_beat(c);
    }
    const std::int64_t none = std::min(before_, heard.frames);
    for (std::int64_t k = 0; k < none * later.channels; ++k) later.marks[k] |= mark::missing;
    before_ -= none;
  }
  // Of the same frames, cleaned: where much of a beat is left in them, they are left out of a level.
  void mark_beats(Block clean) const noexcept {
    for (std::int64_t i = 0; i < clean.frames; ++i)
      for (int c = 0; frames_[static_cast<std::size_t>(i)].leaves_beat && c < clean.channels; ++c)
        if (left_[static_cast<std::size_t>(i * clean.channels + c)])
          clean.marks[i * clean.channels + c] |= mark::heart | mark::gated;
  }
  // Of the levels of the same frames: while a heart is looked for, while a lead is bad and the muscles' beats are not
  // believed, or while what is taken off does not fit, a heart may be in what comes now, and is as long as a level
  // holds it; and while none is heard, in levels so far below what is usual that what is louder may have drowned it.
  // And of events, until the detector's path knows the heart.
  void doubt(Block level, EventDoubts& events) noexcept {
    for (std::int64_t i = 0; i < level.frames; ++i) {
      const Frame& frame = frames_[static_cast<std::size_t>(i)];
      search_for(frame.known, level.part(i, 1));
      events.note(i, alarm_ && (searching_ > 0 || (frame.known && !frame.met)));
      in_level_ = frame.doubted || searching_ > 0 ? held_ : std::max<std::int64_t>(0, in_level_ - 1);
      const bool look = looks_++ % between_looks == 0;
      for (int c = 0; (look || in_level_ > 0 || !frame.known) && c < level.channels; ++c) {
        Marks& marks = level.marks[i * level.channels + c];
        if (marks & mark::withholding) continue;
        const double power = level(i, c) * level(i, c);
        double& usual = usual_[static_cast<std::size_t>(c)];
        if (look) usual += leak_ * (power - usual);
        if (in_level_ > 0 || (!frame.known && power < drowned_below * usual)) marks |= mark::heart;
      }
    }
  }
  // Whether the level goes by the beats of the lead, where there is one.
  bool by_lead() const noexcept { return spare_ && spare_->choice.followed(); }
  // The detector's.
  void listen(ConstBlock heard, ConstBlock raw, Block alarm) noexcept {
    alarm_->cleaning.process(raw, alarm);
    for (std::int64_t i = 0; i < alarm.frames; ++i) {
      Frame& frame = frames_[static_cast<std::size_t>(i)];
      const Block now = alarm.part(i, 1);
      if (!alarm_->own) {
        alarm_->marks.process(heard.part(i, 1), now);
        frame.met = alarm_->marks.knows_heart();
        continue;
      }
      alarm_->marks.process(heard.part(i, 1), alarm_->aside(now, alarm_->by_lead));
      alarm_->own->process(raw.part(i, 1), alarm_->aside(now, alarm_->by_own));
      const auto& by = frame.by_lead ? alarm_->by_lead : alarm_->by_own;
      for (std::size_t c = 0; c < by.size(); ++c) now.marks[c] |= by[c];
      frame.met = (frame.by_lead ? alarm_->marks : *alarm_->own).knows_heart();
    }
  }
  void begin_at(SampleIndex at) noexcept {
    std::visit([=](auto& one) { one.begin_at(at); }, treatment_);
    before_ = late_;
    searching_ = searched_;
    without_ = in_level_ = looks_ = 0;
    known_ = false;
    lost_ = 0;
    std::fill(usual_.begin(), usual_.end(), 0.0);
    if (spare_) {
      std::visit([=](auto& one) { one.begin_at(at); }, spare_->treatment);
      spare_->choice.reset();
    }
    if (!alarm_) return;
    alarm_->cleaning.begin_at(at);
    alarm_->marks.begin_at(at);
    if (alarm_->own) alarm_->own->begin_at(at);
  }
  std::int64_t period() const noexcept {
    return std::visit([](const auto& one) { return one.period(); }, treatment_);
  }
  Latency latency(Hertz at) const {
    return std::visit([=](const auto& one) { return one.latency(at); }, treatment_);
  }

  // Taken off or left out, both.
  bool alike(const SessionHeart& other) const noexcept { return treatment_.index() == other.treatment_.index(); }
  // Outside the real-time thread: this one, of a next session, for take_over() from the one that runs.
  std::optional<Fault> prepare_for(const SessionHeart& running) {
    if (auto fault = prepare(treatment_, running.treatment_)) return fault;
    if (spare_ && running.spare_)
      if (auto fault = prepare(spare_->treatment, running.spare_->treatment)) return fault;
    if (alarm_ && running.alarm_) return change_stage::prepare_filter(alarm_->cleaning, running.alarm_->cleaning);
    return std::nullopt;
  }
  // Of one that is alike; what it replaces is left in `next`.
  void change(SessionHeart& next, SampleIndex now) noexcept {
    replace(treatment_, next.treatment_);
    if (spare_ && next.spare_) {
      replace(spare_->treatment, next.spare_->treatment);
      if (next.late_ != late_) std::swap(spare_->choice, next.spare_->choice);
    }
    if (next.late_ != late_) {
      std::swap(late_, next.late_);
      before_ = std::min(before_, late_);
    }
    std::swap(held_, next.held_);
    if (alarm_ && next.alarm_) {
      change_stage::replace_filter(alarm_->cleaning, next.alarm_->cleaning);
      if (!(alarm_->marks.spec() == next.alarm_->marks.spec())) {
        change_stage::begin_anew(alarm_->marks, next.alarm_->marks, now);
        if (alarm_->own && next.alarm_->own) change_stage::begin_anew(*alarm_->own, *next.alarm_->own, now);
      }
      return;
    }
    if (next.alarm_) {
      next.alarm_->cleaning.begin_at(now);
      next.alarm_->marks.begin_at(now);
      if (next.alarm_->own) next.alarm_->own->begin_at(now);
    }
    std::swap(alarm_, next.alarm_);
  }

  template <class Archive>
  void state(Archive& archive) {
    std::visit([&](auto& one) { one.state(archive); }, treatment_);
    archive(before_);
    archive(searching_);
    archive(without_);
    archive(known_);
    archive(lost_);
    archive(in_level_);
    archive(looks_);
    archive(usual_);
    searching_ = std::clamp<std::int64_t>(searching_, 0, searched_);  // not from here
    without_ = std::clamp<std::int64_t>(without_, 0, moved_);
    lost_ = std::clamp<std::int64_t>(lost_, 0, too_long_);
    in_level_ = std::clamp<std::int64_t>(in_level_, 0, held_);
    looks_ = std::clamp<std::int64_t>(looks_, 0, std::int64_t{1} << 60);
    if (spare_) {
      std::visit([&](auto& one) { one.state(archive); }, spare_->treatment);
      spare_->choice.state(archive);
    }
    if (!alarm_) return;
    alarm_->cleaning.state(archive);
    alarm_->marks.state(archive);
    if (alarm_->own) alarm_->own->state(archive);
  }
  void end_loading() noexcept {
    if (auto* subtraction = std::get_if<Subtraction>(&treatment_)) subtraction->end_loading();
    if (spare_)
      if (auto* subtraction = std::get_if<Subtraction>(&spare_->treatment)) subtraction->end_loading();
    if (alarm_) alarm_->cleaning.end_loading();
  }

 private:
  static constexpr double certain = 0.9;  // confidence of a beat that is one
  // Within which a heart that can be heard is; and without contact for so long, electrodes may have been moved.
  static constexpr Seconds search{30}, moves{3};
  // A heart that is not heard has less than half the power of all there was for some time.
  static constexpr Seconds usual_of{10};
  static constexpr double drowned_below = 0.25;
  static constexpr std::int64_t between_looks = 16;  // frames

  // What is known of one frame of a tile: whether the heart is, and on the detector's path, and by whose beats.
  struct Frame {
    bool doubted = true, known = false, met = false, by_lead = true, leaves_beat = false;
  };

  static bool believed(const Subtraction& one) noexcept { return one.kernel().believable(); }
  static bool believed(const LiveHeartGate& one) noexcept { return one.believable(); }

  // One that is known no longer is looked for anew; and so is any where there was nothing to hear one on, for the
  // electrodes may be elsewhere now.
  void search_for(bool known, ConstBlock level) noexcept {
    const bool nothing =
        std::all_of(level.marks, level.marks + level.channels, [](Marks m) { return (m & mark::withholding) != 0; });
    without_ = nothing ? std::min(without_ + 1, moved_) : 0;
    if (known)
      searching_ = 0;
    else if (known_ || without_ == moved_)
      searching_ = searched_;
    else if (!nothing)
      searching_ = std::max<std::int64_t>(0, searching_ - 1);
    known_ = known;
  }

  static std::optional<Fault> prepare(Treatment& next, const Treatment& running) {
    auto* mine = std::get_if<Subtraction>(&next);
    const auto* theirs = std::get_if<Subtraction>(&running);
    return mine && theirs ? change_stage::prepare_filter(*mine, *theirs) : std::nullopt;
  }
  static void replace(Treatment& running, Treatment& next) noexcept {
    if (auto* subtraction = std::get_if<Subtraction>(&running))
      change_stage::replace_filter(*subtraction, *std::get_if<Subtraction>(&next));
    else
      change_stage::replace(*std::get_if<LiveHeartGate>(&running), *std::get_if<LiveHeartGate>(&next));
  }
  static LeadChoice::Said said_by_lead(const Treatment& treatment) noexcept {
    return said_by(treatment, [](const RPeak& beat) { return beat.confidence > 0; });
  }
  // A muscle that begins is taken for a beat as well, but seldom for one like the others.
  static LeadChoice::Said said_by_muscle(const Treatment& treatment) noexcept {
    return said_by(treatment, [](const RPeak& beat) {
      return beat.confidence > certain && beat.strength > 0.6 && beat.strength < 1.5;
    });
  }
  template <class Counts>
  static LeadChoice::Said said_by(const Treatment& treatment, Counts counts) noexcept {
    const Hertz rate = std::visit([](const auto& one) { return one.format().rate; }, treatment);
    const auto said = [&](const auto& one, bool believable) {
      const RPeak* beat = one.decided();
      return LeadChoice::Said{believable, beat && counts(*beat) ? std::optional(one.since(*beat)) : std::nullopt,
                              one.interval() * rate};
    };
    if (const auto* subtraction = std::get_if<Subtraction>(&treatment))
      return said(subtraction->kernel(), subtraction->kernel().knows_heart());
    const auto& gate = *std::get_if<LiveHeartGate>(&treatment);
    return said(gate, gate.believable());
  }

  // A short loss takes no heart from a lead.
  bool is_bad(Marks lead) noexcept {
    lost_ = lead & mark::lost ? std::min(lost_ + 1, too_long_) : 0;
    return lost_ == too_long_ || (lead & mark::withholding & ~mark::lost);
  }
  static bool leaves_heart(const Treatment& treatment) noexcept {
    const auto* subtraction = std::get_if<Subtraction>(&treatment);
    return subtraction && subtraction->kernel().leaves_heart();
  }

  // One frame: by the lead's beats, by the muscles', or from the one to the other. A lead that is
  // bad is not listened to, so that its heart is still known when it comes back.
  bool choose(ConstBlock heard, ConstBlock raw, Block later) noexcept {
    Spare& s = *spare_;
    const Block own{s.values.data(), 1, raw.channels, s.marks.data()};
    const bool bad = is_bad(heard.marks[raw.channels]);
    if (!bad)
      std::visit([&](auto& one) { one.process(heard, later); }, treatment_);
    else
      std::fill_n(later.marks, later.channels, mark::missing);
    std::visit([&](auto& one) { one.process(raw, own); }, s.treatment);
    s.choice.take(bad, bad ? LeadChoice::Said{} : said_by_lead(treatment_), said_by_muscle(s.treatment));
    if (s.choice.refuted()) std::visit([](auto& one) { one.begin_at(one.position()); }, treatment_);
    const bool doubted = s.choice.doubted() || leaves_heart(s.choice.followed() ? treatment_ : s.treatment);
    const double of_lead = bad ? 0 : s.choice.of_lead();
    if (of_lead == 1) return doubted;
    for (int c = 0; c < raw.channels; ++c) {
      later.data[c] = of_lead == 0 ? own.data[c] : own.data[c] + of_lead * (later.data[c] - own.data[c]);
      if (of_lead < 0.5) later.marks[c] = own.marks[c];
    }
    return doubted;
  }

  Treatment treatment_;
  std::int64_t late_;
  std::int64_t before_;               // frames until what came first comes out
  std::int64_t held_, in_level_ = 0;  // for how long what comes is in a level, and what may be a heart still is
  std::optional<Spare> spare_;
  std::vector<Frame> frames_;       // of a tile
  std::vector<std::uint8_t> left_;  // the samples of a tile in which much of a beat is left
  std::vector<double> usual_;       // power of the levels, per channel
  // Frames: until the search for a heart is over, and all of it; for how long there has been nothing to hear one on.
  std::int64_t searching_, searched_, without_ = 0, moved_;
  bool known_ = false;
  std::int64_t lost_ = 0, too_long_;  // frames of the lead that are lost, up to where it is bad
  std::int64_t looks_ = 0;
  double leak_;
  std::optional<Alarm> alarm_;
};

// What is asked for the heart, whether it is taken off or left out.
struct HeartAsked {
  std::string_view spec{};
  std::string lead{};
  double prominence = 0;
  Seconds look_ahead{0};
  Seconds reach{0};  // how far off R may be
};
inline HeartAsked heart_asked(const HeartTreatment& heart) {
  const auto asked = [](const auto& spec, Seconds reach) -> HeartAsked {
    return {info_of<std::remove_cvref_t<decltype(spec)>>().name, spec.lead, spec.prominence, spec.look_ahead, reach};
  };
  // A mean beat reaches from P to T, a gate hardly beyond the QRS complex.
  if (const auto* off = std::get_if<EcgSubtraction>(&heart)) return asked(*off, {0.055});
  if (const auto* out = std::get_if<HeartGate>(&heart)) return asked(*out, {0.025});
  return {};
}

namespace session_heart_detail {

// By the beats of its lead, or by those of the channels themselves.
template <class Treatment, class Spec>
Result<Treatment> treated(Spec spec, bool by_lead, const StreamFormat& format) {
  if (!by_lead) spec.lead.clear();
  auto started = try_start(spec, format);
  if (!started) return started.fault();
  return Treatment(std::move(*started));
}

}  // namespace session_heart_detail

// Found on `heard`; with an alarm path, which `cleaning` cleans and whose first `channels` are marked, if asked for.
// `held`: for how long a level holds what came.
template <FilterSpec Cleaning>
Result<std::optional<SessionHeart<Cleaning>>> try_start_heart(const HeartTreatment& treatment,
                                                              const StreamFormat& heard,
                                                              const LiveFilter<Cleaning>* cleaning, int channels,
                                                              Seconds held) {
  using Heart = SessionHeart<Cleaning>;
  using Started = typename Heart::Treatment;
  if (std::holds_alternative<NoTreatment>(treatment)) return std::optional<Heart>();
  const HeartAsked asked = heart_asked(treatment);
  std::optional<typename Heart::Alarm> alarm;
  if (cleaning) {
    auto beats = try_start(RPeaks{.lead = asked.lead, .prominence = asked.prominence}, heard);
    if (!beats) return beats.fault();
    alarm = {*cleaning, LiveHeartMarks(std::move(*beats), channels)};
    if (heard.channels.count() > channels) {
      auto own = try_start(RPeaks{.prominence = asked.prominence}, without_channel(heard, channels));
      if (!own) return own.fault();
      const std::vector<Marks> none(static_cast<std::size_t>(channels));
      (*alarm).own = LiveHeartMarks(std::move(*own), channels);
      (*alarm).by_lead = (*alarm).by_own = none;
    }
  }
  const auto start_it = [&](bool by_lead, const StreamFormat& format) {
    const auto* off = std::get_if<EcgSubtraction>(&treatment);
    return off ? session_heart_detail::treated<Started>(*off, by_lead, format)
               : session_heart_detail::treated<Started>(std::get<HeartGate>(treatment), by_lead, format);
  };
  auto started = start_it(true, heard);
  if (!started) return started.fault();
  std::optional<typename Heart::Spare> spare;
  if (heard.channels.count() > channels) {
    auto own = start_it(false, without_channel(heard, channels));
    if (!own) return own.fault();
    const auto wide = static_cast<std::size_t>(channels);
    spare = typename Heart::Spare{std::move(*own), LeadChoice(asked.look_ahead, asked.reach, heard.rate),
                                  std::vector<double>(wide), std::vector<Marks>(wide)};
  }
  return std::optional(Heart(std::move(*started),
                             {samples_in(asked.look_ahead, heard.rate), samples_in(held, heard.rate)}, std::move(spare),
                             std::move(alarm), channels, heard.rate));
}

}  // namespace unguard
