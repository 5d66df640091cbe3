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
    std::vector<std::uint64_t> doubted{};    // per channel: the id of the last event that may be a beat

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
        forgotten_(samples_in(forgets, rate)),
        leak_(1 / (usual_of * rate)),
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
      search_for(known, raw.part(i, 1));
      frame.searching = searching_ > 0;
      frame.unheard = !known;
      const auto* subtraction = std::get_if<Subtraction>(followed);
      for (int c = 0; c < raw.channels; ++c)
        left_[static_cast<std::size_t>(i * raw.channels + c)] = subtraction && subtraction->kernel().leaves_beat(c);
    }
    const std::int64_t none = std::min(before_, heard.frames);
    for (std::int64_t k = 0; k < none * later.channels; ++k) later.marks[k] |= mark::missing;
    before_ -= none;
  }
  // Of the same frames, cleaned: where much of a beat is left in them, they are left out of a level.
  void mark_beats(Block clean) const noexcept {
    for (std::int64_t k = 0; k < clean.frames * clean.channels; ++k)
      if (left_[static_cast<std::size_t>(k)]) clean.marks[k] |= mark::heart | mark::gated;
  }
  // Of the levels of the same frames: while a heart is looked for, while a lead is bad and the muscles' beats are not
  // believed, or while what is taken off does not fit, a heart may be in what comes now, and is as long as a level
  // holds it; and while none is heard, in levels so far below what is usual that what is louder may have drowned it.
  void doubt(Block level) noexcept {
    for (std::int64_t i = 0; i < level.frames; ++i) {
      const Frame& frame = frames_[static_cast<std::size_t>(i)];
      in_level_ = frame.doubted || frame.searching ? held_ : std::max<std::int64_t>(0, in_level_ - 1);
      for (int c = 0; c < level.channels; ++c) {
        Marks& marks = level.marks[i * level.channels + c];
        if (marks & mark::withholding) continue;
        const double power = level(i, c) * level(i, c);
        double& usual = usual_[static_cast<std::size_t>(c)];
        usual += leak_ * (power - usual);
        if (in_level_ > 0 || (frame.unheard && power < drowned_below * usual)) marks |= mark::heart;
      }
    }
  }
  // Of the detector's events: one that opens before it is known whether there is a heart, and what it looks like, may
  // be a beat, and bears its reason to the end. `at`: the frame of the tile at which it was decided.
  void doubt(Event& event, std::int64_t at) noexcept {
    const Frame& frame = frames_[static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, tile - 1))];
    const auto channel = static_cast<std::size_t>(event.channel);
    if (channel >= alarm_->doubted.size()) return;  // of a state that is not from here
    auto& doubted = alarm_->doubted[channel];
    if (event.report == Report::open && frame.unmet) doubted = event.id;
    if (event.id == doubted) event.reasons |= mark::heart;
  }
  // Whether the level goes by the beats of the lead, where there is one.
  bool by_lead() const noexcept { return spare_ && spare_->choice.followed(); }
  // The detector's.
  void listen(ConstBlock heard, ConstBlock raw, Block alarm) noexcept {
    alarm_->cleaning.process(raw, alarm);
    for (std::int64_t i = 0; i < alarm.frames; ++i) {
      const Frame& frame = frames_[static_cast<std::size_t>(i)];
      const Block now = alarm.part(i, 1);
      alarm_->marks.process(heard.part(i, 1), alarm_->own ? alarm_->aside(now, alarm_->by_lead) : now);
      if (alarm_->own) alarm_->own->process(raw.part(i, 1), alarm_->aside(now, alarm_->by_own));
      const auto& by = frame.by_lead ? alarm_->by_lead : alarm_->by_own;
      for (std::size_t c = 0; alarm_->own && c < by.size(); ++c) now.marks[c] |= by[c];
      const auto& marks = frame.by_lead || !alarm_->own ? alarm_->marks : *alarm_->own;
      frames_[static_cast<std::size_t>(i)].unmet = frame.searching || (!frame.unheard && !marks.knows_heart());
    }
  }
  void begin_at(SampleIndex at) noexcept {
    std::visit([=](auto& one) { one.begin_at(at); }, treatment_);
    before_ = late_;
    searching_ = searched_;
    without_ = in_level_ = 0;
    std::fill(usual_.begin(), usual_.end(), 0.0);
    if (spare_) {
      std::visit([=](auto& one) { one.begin_at(at); }, spare_->treatment);
      spare_->choice.reset();
    }
    if (!alarm_) return;
    alarm_->cleaning.begin_at(at);
    alarm_->marks.begin_at(at);
    if (alarm_->own) alarm_->own->begin_at(at);
    std::fill(alarm_->doubted.begin(), alarm_->doubted.end(), std::uint64_t{0});
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
    archive(in_level_);
    archive(usual_);
    searching_ = std::clamp<std::int64_t>(searching_, 0, searched_);  // not from here
    without_ = std::clamp<std::int64_t>(without_, 0, forgotten_);
    in_level_ = std::clamp<std::int64_t>(in_level_, 0, held_);
    if (spare_) {
      std::visit([&](auto& one) { one.state(archive); }, spare_->treatment);
      spare_->choice.state(archive);
    }
    if (!alarm_) return;
    alarm_->cleaning.state(archive);
    alarm_->marks.state(archive);
    if (alarm_->own) alarm_->own->state(archive);
    archive(alarm_->doubted);
  }
  void end_loading() noexcept {
    if (auto* subtraction = std::get_if<Subtraction>(&treatment_)) subtraction->end_loading();
    if (spare_)
      if (auto* subtraction = std::get_if<Subtraction>(&spare_->treatment)) subtraction->end_loading();
    if (alarm_) alarm_->cleaning.end_loading();
  }

 private:
  static constexpr double certain = 0.9;  // confidence of a beat that is one
  // Within which a heart that can be heard is, and after which a tracker that hears nothing has forgotten it.
  static constexpr Seconds search{25}, forgets{30};
  // A heart that is not heard has less than half the power of all there was for some time.
  static constexpr Seconds usual_of{10};
  static constexpr double drowned_below = 0.25;

  // What is known of one frame of a tile; `unmet`: by the detector's path.
  struct Frame {
    bool doubted = true, searching = true, unheard = true, unmet = true, by_lead = true;
  };

  static bool believed(const Subtraction& one) noexcept { return one.kernel().believable(); }
  static bool believed(const LiveHeartGate& one) noexcept { return one.believable(); }

  void search_for(bool known, ConstBlock frame) noexcept {
    if (known) {
      searching_ = without_ = 0;
      return;
    }
    searching_ = std::max<std::int64_t>(0, searching_ - 1);
    const bool nothing = frame.marks && std::all_of(frame.marks, frame.marks + frame.channels,
                                                    [](Marks m) { return (m & mark::withholding) != 0; });
    without_ = nothing ? std::min(without_ + 1, forgotten_) : 0;
    if (without_ >= forgotten_) searching_ = searched_;
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

  static bool leaves_heart(const Treatment& treatment) noexcept {
    const auto* subtraction = std::get_if<Subtraction>(&treatment);
    return subtraction && subtraction->kernel().leaves_heart();
  }

  // One frame: by the lead's beats, by the muscles', or from the one to the other. A lead that is
  // bad is not listened to, so that its heart is still known when it comes back.
  bool choose(ConstBlock heard, ConstBlock raw, Block later) noexcept {
    Spare& s = *spare_;
    const Block own{s.values.data(), 1, raw.channels, s.marks.data()};
    const bool bad = heard.marks[raw.channels] & mark::withholding;
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
  std::int64_t searching_, searched_, without_ = 0, forgotten_;
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
    (*alarm).doubted.resize(static_cast<std::size_t>(channels));
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
