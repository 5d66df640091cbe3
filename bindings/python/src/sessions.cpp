// SPDX-License-Identifier: Apache-2.0
// Sessions: a plan of checks, montage, cleaning, level, readings and events, live and over whole records.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "any_chain.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "live_parts.hpp"
#include "markers.hpp"
#include "one_thread.hpp"
#include "readings.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/stream/pipeline.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

using Plan = Pipeline<RuntimeChain>;
using Live = LivePipeline<RuntimeChain>;
using LiveSession = OneThread<Live>;

RuntimeChain cleaning_of(const py::handle& given) {
  if (py::isinstance<RuntimeChain>(given)) return given.cast<RuntimeChain>();
  return RuntimeChain{{filter_of("cleaning", given, "a filter such as Bandpass(), or a Chain of them")}};
}

// The spec, or as it is by itself for None.
template <class S>
S spec_or_usual(const std::string& argument, const py::handle& given, const std::string& expected) {
  return given.is_none() ? S{} : object_of<S>(argument, given, expected + ", or None");
}

// {"left": ("L1", "L2"), "right": "R1"}: what a channel is called from here on, and which electrodes it is made of.
Montage montage_of(const py::handle& given, bool common_average) {
  Montage montage{.derivations = {}, .common_average = common_average};
  if (given.is_none()) return montage;
  const std::string expected = "names of derived channels with one electrode or a pair: {\"left\": (\"L1\", \"L2\")}";
  if (!PyDict_Check(given.ptr())) raise_argument("montage", shown(given), expected);
  for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(given)) {
    Derivation derived;
    const auto refuse = [&] { raise_argument("montage", shown(key) + ": " + shown(value), expected); };
    const auto name = as_text(key);
    if (!name) refuse();
    derived.channel.name = *name;
    if (const auto one = as_text(value)) {
      derived.plus = *one;
    } else {
      if (!(py::isinstance<py::tuple>(value) || py::isinstance<py::list>(value)) || py::len(value) != 2) refuse();
      const auto pair = py::reinterpret_borrow<py::sequence>(value);
      const auto plus = as_text(py::object(pair[0])), minus = as_text(py::object(pair[1]));
      if (!plus || !minus) refuse();
      derived.plus = *plus;
      derived.minus = *minus;
    }
    montage.derivations.push_back(std::move(derived));
  }
  return montage;
}

Plan plan_of(const Given<given::Filters>& cleaning, const Given<given::OptionalMontage>& montage,
             const Given<given::Bool>& common_average, const Given<given::OptionalCheck>& check,
             const Given<given::OptionalCanceller>& mains, const Given<given::OptionalSubtraction>& heart,
             const Given<given::OptionalResidual>& residual, const Given<given::OptionalNoiseFloor>& noise,
             const Given<given::OptionalHeartShare>& heart_share, const Given<given::OptionalLevel>& level,
             const Given<given::OptionalReadings>& readings, const Given<given::OptionalDetector>& events,
             const Given<given::OptionalWatch>& watch) {
  const auto average = as_yes_or_no(common_average);
  if (!average) raise_argument("common_average", shown(common_average), "True or False");
  Plan plan{.cleaning = cleaning_of(cleaning)};
  plan.montage = montage_of(montage, *average);
  plan.check = spec_or_usual<SignalCheck>("check", check, "a SignalCheck");
  const py::handle hum = mains;
  if (!hum.is_none()) plan.mains = Mains{object_of<LineCanceller>("mains", hum, "a LineCanceller, or None")};
  const py::handle beats = heart;
  if (py::isinstance<HeartGate>(beats))
    plan.heart = beats.cast<const HeartGate&>();
  else if (!beats.is_none())
    plan.heart = object_of<EcgSubtraction>("heart", beats, "an EcgSubtraction, a HeartGate, or None");
  plan.residual = spec_or_usual<Residual>("residual", residual, "a Residual");
  plan.noise = spec_or_usual<NoiseFloor>("noise", noise, "a NoiseFloor");
  plan.heart_share = spec_or_usual<HeartShare>("heart_share", heart_share, "a HeartShare");
  plan.level = spec_or_usual<GatedRms>("level", level, "a GatedRms");
  plan.readings = spec_or_usual<Levels>("readings", readings, "a Levels");
  const py::handle detector = events;
  if (py::isinstance<EventDetector>(detector))
    plan.events = detector.cast<const EventDetector&>();
  else if (!detector.is_none())
    plan.events = object_of<SpasmDetector>("events", detector, "a SpasmDetector, an EventDetector, or None");
  const py::handle arrivals = watch;
  if (!arrivals.is_none()) plan.watch = object_of<StreamWatch>("watch", arrivals, "a StreamWatch, or None");
  return plan;
}

// A plan as it is written down: every argument by name.
py::object montage_in(const Plan& plan) {
  if (plan.montage.derivations.empty()) return py::none();
  py::dict montage;
  for (const Derivation& d : plan.montage.derivations)
    montage[py::str(d.channel.name)] =
        d.minus ? py::object(py::make_tuple(d.plus, *d.minus)) : py::object(py::str(d.plus));
  return montage;
}
template <class... S>
py::object chosen(const std::variant<S...>& one) {
  return std::visit(
      [](const auto& s) -> py::object {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(s)>, NoTreatment>)
          return py::none();
        else
          return py::cast(s);
      },
      one);
}
py::dict written_down(const Plan& plan) {
  using namespace py::literals;
  return py::dict("cleaning"_a = plan.cleaning, "montage"_a = montage_in(plan),
                  "common_average"_a = plan.montage.common_average, "check"_a = plan.check,
                  "mains"_a = plan.mains ? py::cast(plan.mains->canceller) : py::none(), "heart"_a = chosen(plan.heart),
                  "residual"_a = plan.residual, "noise"_a = plan.noise, "heart_share"_a = plan.heart_share,
                  "level"_a = plan.level, "readings"_a = plan.readings,
                  "events"_a = plan.events ? chosen(*plan.events) : py::none(), "watch"_a = plan.watch);
}
void bind_plan_as_value(py::class_<Plan>& plan) {
  for (const char* name : {"cleaning", "montage", "common_average", "check", "mains", "heart", "residual", "noise",
                           "heart_share", "level", "readings", "events", "watch"})
    plan.def_property_readonly(name, [name](const Plan& p) { return py::object(written_down(p)[name]); });
  plan.def(
          "__eq__", [](const Plan& a, const Plan& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const py::object& p) { return hash_text(py::repr(p).cast<std::string>()) >> 1; })
      .def("__repr__",
           [](const Plan& p) {
             std::string text;
             for (const auto& [name, value] : written_down(p))
               text +=
                   (text.empty() ? "" : ", ") + name.cast<std::string>() + "=" + py::repr(value).cast<std::string>();
             return "Pipeline(" + text + ")";
           })
      .def("__reduce__", [](const Plan& p) {
        const auto call = py::module_::import("functools").attr("partial")(py::type::of<Plan>(), **written_down(p));
        return py::make_tuple(call, py::tuple());
      });
}

// What is known of the converter, beside the channels.
StreamFormat with_converter(StreamFormat format, const py::handle& step, const py::handle& rails,
                            const py::handle& noise) {
  if (!noise.is_none()) format.converter.noise = Microvolts{number("noise_uV", noise, "microvolts, or None")};
  if (!step.is_none()) format.converter.step = Microvolts{number("step_uV", step, "microvolts, or None")};
  if (rails.is_none()) return format;
  const std::string expected = "the lowest and the highest value in microvolts, or None";
  if (!py::isinstance<py::sequence>(rails) || py::len(rails) != 2) raise_argument("rails_uV", shown(rails), expected);
  const auto pair = py::reinterpret_borrow<py::sequence>(rails);
  format.converter.low_rail = Microvolts{number("rails_uV", py::object(pair[0]), expected)};
  format.converter.high_rail = Microvolts{number("rails_uV", py::object(pair[1]), expected)};
  return format;
}

struct Told {
  Readings readings{};
  std::vector<Event> events{};
};
// Empties the sinks as often as they fill.
class Listener {
 public:
  // Runs without the GIL: what is wrong is told, and raised elsewhere.
  Status feed(Live& live, ConstBlock block) {
    for (;;) {
      const Consumed done = live.process(block, readings_, events_);
      empty();
      if (done.status != Status::full) return done.status;
      block = block.part(done.frames, block.frames - done.frames);
    }
  }
  void finish(Live& live) {
    while (live.finish(readings_, events_) == Status::full) empty();
    empty();
  }
  Told take() { return std::move(told_); }

 private:
  void empty() {
    told_.readings.all.insert(told_.readings.all.end(), readings_.items().begin(), readings_.items().end());
    told_.events.insert(told_.events.end(), events_.items().begin(), events_.items().end());
    readings_.clear();
    events_.clear();
  }
  Sink<Reading> readings_{4096};
  Sink<Event> events_{256};
  Told told_;
};

void check(Status status) {
  if (status == Status::ended)
    raise_argument("the stream", "finished", "reset(), or another start(), before anything more");
  if (status != Status::ok) throw std::runtime_error(std::string(to_text(status)));
}

py::tuple listed(Told told) {
  py::list events;
  for (const auto& e : told.events) events.append(e);
  return py::make_tuple(std::move(told.readings), events);
}

py::tuple process(LiveSession& session, const Given<given::Array>& block, const Given<given::Marks>& marks) {
  const Samples in = samples("block", block, max_channels);
  refuse_other_channels(in, session.live().from().channels.count(), "session");
  const MarkArray mark = optional_mark_array(marks, in);
  return listed(session.alone([&](Live& live) {
    Listener listener;
    check(without_gil([&] { return listener.feed(live, {in.array.data(), in.frames, in.channels, mark.data}); }));
    return listener.take();
  }));
}

Live::Detector& detector_of(Live& live) {
  if (Live::Detector* detector = live.events()) return *detector;
  raise_argument("events", "None", "a detector in the Pipeline, to declare anything to");
}

template <class What>
auto of_each_channel(const LiveSession& session, What what) {
  std::vector<decltype(what(session.live().readings(), 0))> all;
  for (int c = 0; c < session.live().format().channels.count(); ++c) all.push_back(what(session.live().readings(), c));
  return all;
}

void change(LiveSession& session, const Given<given::Session>& asked) {
  const Plan plan = object_of<Plan>("plan", asked, "a Pipeline");
  if (!(plan.montage == session.live().spec().montage))
    raise_argument("plan", "a Pipeline with another montage", "one with the montage of the session");
  Live next = take(session.live().try_prepare(plan));
  session.alone([&](Live& live) { live.change(std::move(next)); });
}

void refuse_without_watch(const Live& live) {
  if (!live.watch()) raise_argument("watch", "None", "a StreamWatch in the Pipeline, to be told the time");
}

py::list bounds(const LiveSession& session) {
  py::list all;
  for (const auto& bounds : {session.live().check().bounds(), session.live().reasons().bounds()})
    for (const auto& bound : bounds) {
      py::dict d;
      d["reason"] = mark_names(bound.reason)[0];
      d["within_s"] = bound.within.value;
      d["of"] = bound.of;
      all.append(d);
    }
  return all;
}

// Of every channel, by its number.
template <class Of>
auto by_channel(const LiveSession& session, Of&& of) {
  std::vector<decltype(of(session.live().reasons(), 0))> all;
  for (int c = 0; c < session.live().format().channels.count(); ++c) all.push_back(of(session.live().reasons(), c));
  return all;
}
std::optional<double> plain(const auto& quantity) { return quantity ? std::optional(quantity->value) : std::nullopt; }

}  // namespace

void register_sessions(py::module_& m) {
  register_readings(m);
  bind_spec<SignalCheck>(m);
  bind_spec<Residual>(m);
  bind_spec<NoiseFloor>(m);
  bind_spec<HeartShare>(m);
  bind_spec<GatedRms>(m);
  bind_spec<Levels>(m);
  bind_spec<ArrivalClock>(m);
  bind_spec<StreamWatch>(m);

  py::class_<LiveSession> live(m, "LivePipeline",
                               "A session brought to life for one stream. It belongs to one thread at a time.");
  py::class_<Plan> plan(m, "Pipeline",
                        "A whole session, from what a device hands over to readings and events: checks, montage, "
                        "cleaning, a look at what is left, a gated level with its readings, and a detector.");
  define(
      plan, "__init__",
      [](py::detail::value_and_holder& self, const Given<given::Filters>& cleaning,
         const Given<given::OptionalMontage>& montage, const Given<given::Bool>& common_average,
         const Given<given::OptionalCheck>& check, const Given<given::OptionalCanceller>& mains,
         const Given<given::OptionalSubtraction>& heart, const Given<given::OptionalResidual>& residual,
         const Given<given::OptionalNoiseFloor>& noise, const Given<given::OptionalHeartShare>& heart_share,
         const Given<given::OptionalLevel>& level, const Given<given::OptionalReadings>& readings,
         const Given<given::OptionalDetector>& events, const Given<given::OptionalWatch>& watch) {
        self.value_ptr() = new Plan(plan_of(cleaning, montage, common_average, check, mains, heart, residual, noise,
                                            heart_share, level, readings, events, watch));
      },
      py::detail::is_new_style_constructor(), py::arg("cleaning"), py::kw_only(), py::arg("montage") = py::none(),
      py::arg("common_average") = false, py::arg("check") = py::none(), py::arg("mains") = py::none(),
      py::arg("heart") = py::none(), py::arg("residual") = py::none(), py::arg("noise") = py::none(),
      py::arg("heart_share") = py::none(), py::arg("level") = py::none(), py::arg("readings") = py::none(),
      py::arg("events") = py::none(), py::arg("watch") = py::none(),
      "cleaning: a filter or a Chain. montage: derived channels by name, {\"left\": (\"L1\", \"L2\")}. None takes each "
      "stage as it is by itself; without mains no hum is taken out, without heart it stays in, without events there is "
      "no detector. With heart, an EcgSubtraction that takes it off or a HeartGate that leaves beats out of the level, "
      "the level comes as much later as that looks ahead, and the detector, which does not wait, cancels within 150 ms "
      "the events that were heartbeats; those that open before a heart is known bear the reason \"heart\", for they "
      "may be beats. events: a SpasmDetector, or an EventDetector, to which beats are rest if its own had some. With "
      "watch the session is told when samples arrived, and says how its readings stand. Raises ConfigError, naming the "
      "argument.");
  define(
      plan, "start",
      [](const Plan& p, const Given<given::Float>& fs, const Given<given::Channels>& channels,
         const Given<given::OptionalFloat>& step, const Given<given::OptionalPair>& rails,
         const Given<given::OptionalFloat>& noise) {
        return std::make_unique<LiveSession>(
            take(try_start(p, with_converter(stream_format(fs, channels), step, rails, noise))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1, py::arg("step_uV") = py::none(),
      py::arg("rails_uV") = py::none(), py::arg("noise_uV") = py::none(),
      "Bring the session to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names; what "
      "is known of the converter, one code, the ends of its range and its noise, RMS, in microvolts, narrows the "
      "bounds.");
  define(
      plan, "__call__",
      [](const Plan& p, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::Marks>& marks,
         const Given<given::OptionalFloat>& step, const Given<given::OptionalPair>& rails,
         const Given<given::OptionalFloat>& noise) {
        const WholeRecord record(x, fs, channels, marks);
        Live session = take(try_start(p, with_converter(record.format, step, rails, noise)));
        Listener listener;
        check(without_gil([&] {
          const Status status = listener.feed(session, record.block());
          listener.finish(session);
          return status;
        }));
        return listed(listener.take());
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("marks") = py::none(),
      py::arg("step_uV") = py::none(), py::arg("rails_uV") = py::none(), py::arg("noise_uV") = py::none(),
      "All readings and all event reports over a whole record, (samples,) or (samples, channels) in microvolts; for an "
      "array of the readings: readings.to_array().");

  bind_plan_as_value(plan);

  define(live, "process", &process, py::arg("block"), py::kw_only(), py::arg("marks") = py::none(),
         "The next block, (frames,) or (frames, channels) in microvolts; returns the readings and the event reports it "
         "led to.\n"
         "marks: reason bits of the block, uint32 of its shape, such as MARKS[\"missing\"]. The GIL is released "
         "meanwhile. Raises ConfigError, naming the argument; also after finish().");
  define(
      live, "finish",
      [](LiveSession& s) {
        return listed(s.alone([](Live& l) {
          Listener listener;
          listener.finish(l);
          return listener.take();
        }));
      },
      "End of the stream: open events close.");
  define(
      live, "reset", [](LiveSession& s) { s.alone([](Live& l) { l.reset(); }); }, "As just started, at sample 0.");
  define(
      live, "begin_at",
      [](LiveSession& s, const Given<given::Int>& at) {
        const std::string expected = "a whole number from 0 to 2^60, the index of the next sample";
        const std::int64_t sample = whole_number("at", at, expected);
        if (sample < 0 || sample > (std::int64_t{1} << 60)) raise_argument("at", std::to_string(sample), expected);
        s.alone([&](Live& l) { l.begin_at({sample}); });
      },
      py::arg("at"),
      "As just started, with the next sample being the one of index `at`: what follows a stretch that was lost keeps "
      "its place. What was declared for later is forgotten. Raises ConfigError, naming the argument.");
  define(
      live, "declare",
      [](LiveSession& s, const Given<given::Text>& kind, const Given<given::Int>& at,
         const Given<given::Float>& value) { s.alone([&](Live& l) { declare(detector_of(l), kind, at, value); }); },
      py::arg("kind"), py::kw_only(), py::arg("at"), py::arg("value") = 0.0,
      "Declare something to the detector, from sample `at` on: \"rest begins\", \"rest ends\", \"bending\", ... "
      "Raises ConfigError, naming the argument; also without a detector, and after finish().");
  define(
      live, "latency", [](const LiveSession& s, const Given<given::Float>& at) { return latency_of(s.live(), at); },
      py::kw_only(), py::arg("at") = 100.0,
      "What each stage delays on the way to a reading, and their sum; group delays at `at` Hz.");
  define(
      live, "change", &change, py::arg("plan"),
      "Change to another Pipeline without a break. Stages that are as before go on as they are; others take over what "
      "they can; trust, counters and the ids of events go on. A level whose heart begins or ceases to be taken off "
      "begins anew. A detector that is no longer there, or is to be of the other kind, takes its open events with it. "
      "Raises ConfigError, naming the "
      "argument; also for another montage, which makes other channels.");
  define(live, "save", &saved<Live>,
         "The state between two blocks, as bytes: all stages, what was declared for later, and what waits.");
  define(
      live, "load", [](LiveSession& s, const Given<given::Bytes>& state) { load(s, state, "session"); },
      py::arg("state"),
      "Carry on from a saved state of the same Pipeline, rate, channels and converter. Raises ConfigError, naming the "
      "argument.");
  live.def("__copy__", [](const LiveSession& s) { return std::make_unique<LiveSession>(s); })
      .def("__deepcopy__", [](const LiveSession& s, const py::dict&) { return std::make_unique<LiveSession>(s); });
  define(
      live, "arrived",
      [](LiveSession& s, const Given<given::Int>& samples, const Given<given::Float>& at) {
        const std::int64_t count = whole_number("samples", samples, "a whole number of samples, since the beginning");
        const double time = number("at", at, "seconds of a steady clock");
        s.alone([&](Live& l) {
          refuse_without_watch(l);
          l.arrived({count}, {time});
        });
      },
      py::arg("samples"), py::kw_only(), py::arg("at"),
      "Tell the session that so many samples in all, since the beginning, had come from the device by `at`, in seconds "
      "of a steady clock such as time.monotonic(). Raises ConfigError, naming the argument; also without a watch.");
  define(
      live, "standing",
      [](LiveSession& s, const Given<given::Float>& now) {
        const double time = number("now", now, "seconds of the clock arrived() is told the time of");
        return s.alone([&](Live& l) {
          refuse_without_watch(l);
          Readings all;
          for (int c = 0; c < l.format().channels.count(); ++c) all.all.push_back(l.standing(c, {time}));
          return all;
        });
      },
      py::kw_only(), py::arg("now"),
      "The last reading of every channel as it stands at `now`, seconds of the clock of arrived(): without its value "
      "once nothing has come for too long (\"stale\") or while the device runs at another rate than it says "
      "(\"wrong_rate\"). Raises ConfigError, naming the argument; also without a watch.");
  define(
      live, "bounds", &bounds,
      "What the checks find on this stream for certain, and within what time; never where within_s is infinite: `of` "
      "says why.");
  live.def_property_readonly(
          "channels", [](const LiveSession& s) { return channel_names(s.live().format()); },
          "Names of the channels of readings and events: those of the montage.")
      .def_property_readonly(
          "position", [](const LiveSession& s) { return s.live().position().value; },
          "Samples processed since the start.")
      .def_property_readonly(
          "period", [](const LiveSession& s) { return s.live().readings().period(); },
          "Samples from one reading of a channel to the next.")
      .def_property_readonly(
          "noise_floor_uV",
          [](const LiveSession& s) {
            return by_channel(s, [](const LevelReasons& r, int c) { return plain(r.noise().floor(c)); });
          },
          "White noise of amplifier and electrode in each channel, microvolts RMS in 20 to 450 Hz; None where it is "
          "not "
          "known, noise_floor says why.")
      .def_property_readonly(
          "noise_floor",
          [](const LiveSession& s) {
            return by_channel(s, [](const LevelReasons& r, int c) { return to_text(r.noise().standing(c)); });
          },
          "Whether the floor of each channel is known from the last seconds, or why not.")
      .def_property_readonly(
          "snr_dB",
          [](const LiveSession& s) {
            return by_channel(s, [](const LevelReasons& r, int c) { return plain(r.snr(c)); });
          },
          "Signal-to-noise ratio of each channel's last level: what is not noise over what is, in power, dB, at least "
          "-20; None where the floor is not known.")
      .def_property_readonly(
          "heart_share",
          [](const LiveSession& s) {
            return by_channel(s, [](const LevelReasons& r, int c) { return r.heart_share(c); });
          },
          "Share of the heart in the cleaned power of some seconds, 0 to 1; None where no heart is heard.")
      .def_property_readonly(
          "trust",
          [](const LiveSession& s) {
            return of_each_channel(s, [](const LiveLevels& l, int c) { return to_text(l.trust(c)); });
          },
          "How far each channel is trusted now: WARMUP, OK, DEGRADED, HOLD or INVALID.")
      .def_property_readonly(
          "trust_since",
          [](const LiveSession& s) {
            return of_each_channel(s, [](const LiveLevels& l, int c) { return l.trust_since(c).value; });
          },
          "The sample at which each channel's state of trust began.");
}

}  // namespace unguard::python
