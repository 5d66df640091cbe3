// SPDX-License-Identifier: Apache-2.0
// Envelopes that know marks, what smoothers and levels are worth, whitening from a contraction, and the presets.
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "calibration_parts.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "envelope_fields.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/envelope/adaptive_rms.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"
#include "unguard/envelope/gated.hpp"
#include "unguard/envelope/jump_delay.hpp"
#include "unguard/envelope/level_interval.hpp"
#include "unguard/envelope/moving_median.hpp"
#include "unguard/envelope/noise_subtracted.hpp"
#include "unguard/envelope/pooled_level.hpp"
#include "unguard/envelope/presets.hpp"
#include "unguard/envelope/smoothing.hpp"
#include "unguard/envelope/whitened_rms.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

// A gated envelope of any kind; a class of its own, for a variant alone would be read as what it holds.
struct AnyGated {
  std::variant<Gated<Rms>, Gated<Arv>, Gated<TwoPole>, Gated<LinearEnvelope>, Gated<ExponentialEnvelope>,
               Gated<TkeoEnvelope>, Gated<MovingMedian>, Gated<BayesianEnvelope>, Gated<AdaptiveRms>,
               Gated<WhitenedRms>>
      one;
  friend bool operator==(const AnyGated&, const AnyGated&) = default;
};
std::string to_text(const AnyGated& any) {
  return std::visit([](const auto& s) { return unguard::to_text(s); }, any.one);
}

// The same brought to life.
class AnyLiveGated {
 public:
  AnyLiveGated(const AnyGated& spec, const StreamFormat& format)
      : one_(std::visit([&](const auto& s) -> AnyLive { return take(try_start(s, format)); }, spec.one)) {}

  Status process(ConstBlock in, Block out) noexcept {
    return std::visit([&](auto& live) { return live.process(in, out); }, one_);
  }
  void reset() noexcept {
    std::visit([](auto& live) { live.reset(); }, one_);
  }
  Latency latency(Hertz at) const {
    return std::visit([&](const auto& live) { return live.latency(at); }, one_);
  }
  SavedState save() const {
    return std::visit([](const auto& live) { return live.save(); }, one_);
  }
  Status load(std::span<const std::byte> bytes) noexcept {
    return std::visit([&](auto& live) { return live.load(bytes); }, one_);
  }
  AnyGated spec() const {
    return std::visit([](const auto& live) { return AnyGated{live.spec()}; }, one_);
  }
  const StreamFormat& format() const {
    return std::visit([](const auto& live) -> const StreamFormat& { return live.format(); }, one_);
  }
  SampleIndex position() const {
    return std::visit([](const auto& live) { return live.position(); }, one_);
  }

 private:
  template <class... S>
  static std::variant<LiveGated<S>...> live_of(const std::variant<Gated<S>...>&);
  using AnyLive = decltype(live_of(AnyGated{}.one));

  AnyLive one_;
};

// visit() with the envelope that a Python object is.
template <class Visit>
auto with_envelope(const char* argument, const py::handle& object, Visit&& visit) {
  if (py::isinstance<Rms>(object)) return visit(object.cast<Rms>());
  if (py::isinstance<Arv>(object)) return visit(object.cast<Arv>());
  if (py::isinstance<TwoPole>(object)) return visit(object.cast<TwoPole>());
  if (py::isinstance<LinearEnvelope>(object)) return visit(object.cast<LinearEnvelope>());
  if (py::isinstance<ExponentialEnvelope>(object)) return visit(object.cast<ExponentialEnvelope>());
  if (py::isinstance<TkeoEnvelope>(object)) return visit(object.cast<TkeoEnvelope>());
  if constexpr (std::invocable<Visit, BayesianEnvelope>) {
    if (py::isinstance<MovingMedian>(object)) return visit(object.cast<MovingMedian>());
    if (py::isinstance<BayesianEnvelope>(object)) return visit(object.cast<BayesianEnvelope>());
    if (py::isinstance<AdaptiveRms>(object)) return visit(object.cast<AdaptiveRms>());
    if (py::isinstance<WhitenedRms>(object)) return visit(object.cast<WhitenedRms>());
    raise_argument(argument, shown(object),
                   "Rms, Arv, TwoPole, LinearEnvelope, ExponentialEnvelope, TkeoEnvelope, MovingMedian, "
                   "BayesianEnvelope, AdaptiveRms or WhitenedRms");
  }
  raise_argument(argument, shown(object), "Rms, Arv, TwoPole, LinearEnvelope, ExponentialEnvelope or TkeoEnvelope");
}

// What filters with marks of their own have in Python: a whole record, a stream of blocks.
template <class Live>
py::object whole(Live live, const Samples& in, const py::handle& marks) {
  OneThread<Live> one(std::move(live));
  return run_filter(one, in, marks, "envelope");
}
template <class Live>
void bind_live(py::module_& m, const char* name) {
  using One = OneThread<Live>;
  py::class_<One> live(m, name, "Brought to life for one stream. It belongs to one thread at a time.");
  define(
      live, "process",
      [](One& one, const Given<given::Array>& block, const Given<given::MarksOrBool>& marks) {
        return run_filter(one, samples("block", block, max_channels), marks, "envelope");
      },
      py::arg("block"), py::kw_only(), py::arg("marks") = false,
      "The next block, (frames,) or (frames, channels) in microvolts.\n"
      "marks: an array of reason bits of the samples, uint32 of the shape of block, gives those of the output, too; so "
      "does True. The GIL is released meanwhile. Raises ConfigError, naming the argument.");
  define(
      live, "reset", [](One& one) { one.alone([](Live& l) { l.reset(); }); }, "As just started.");
  define(
      live, "latency", [](const One& one, const Given<given::Float>& at) { return latency_of(one.live(), at); },
      py::kw_only(), py::arg("at") = 100.0, "Algorithmic delay by stage and in sum. Compute time is not in it.");
  define(live, "save", &saved<Live>, "The state between two blocks, as bytes.");
  define(
      live, "load", [](One& one, const Given<given::Bytes>& state) { load(one, state, "envelope"); }, py::arg("state"),
      "Carry on from a saved state of the same spec, rate and number of channels.");
  live.def_property_readonly("fs", [](const One& one) { return one.live().format().rate.value; })
      .def_property_readonly("channels", [](const One& one) { return channel_names(one.live().format()); })
      .def_property_readonly(
          "position", [](const One& one) { return one.live().position().value; }, "Samples processed since the start.")
      .def("__repr__", [](const One& one) {
        return "<live " + to_text(one.live().spec()) + " at " + to_text(one.live().format().rate) + ", " +
               std::to_string(one.live().format().channels.count()) + " channels>";
      });
}

constexpr auto call_doc =
    "Run a whole record, (samples,) or (samples, channels) in microvolts, causally; fs in Hz.\n"
    "marks: an array of reason bits of the samples, uint32 of the shape of x, gives those of the output, too; so does "
    "True. Raises ConfigError, naming the argument.";
constexpr auto start_doc =
    "Bring it to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names. Raises "
    "ConfigError, naming the argument.";

template <class S, class Live>
void bind_level_stage(py::module_& m, const char* live_name) {
  bind_live<Live>(m, live_name);
  auto spec = bind_spec<S>(m);
  define(
      spec, "__call__",
      [](const S& s, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::MarksOrBool>& marks) {
        const Samples in = samples("x", x);
        return whole(take(try_start(s, stream_format(fs, in.channels))), in, marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false, call_doc);
  define(
      spec, "start",
      [](const S& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<OneThread<Live>>(take(try_start(s, stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1, start_doc);
}

void bind_gated(py::module_& m) {
  bind_live<AnyLiveGated>(m, "LiveGated");
  py::class_<AnyGated> gated(
      m, "Gated",
      "An envelope that leaves marked samples out of its statistic instead of replacing them: what is left speaks for "
      "all, and is as steady as it is long. `gated` marks where some was left out, `missing` where there is no value.\n"
      "Source: Knutsson & Westin 1993, doi:10.1109/CVPR.1993.341081");
  gated.def(py::init([](const py::object& envelope, double least_share, double tail) {
              const AnyGated made = with_envelope("envelope", envelope, [&](const auto& of) -> AnyGated {
                return {Gated<std::remove_cvref_t<decltype(of)>>{of, least_share, Seconds{tail}}};
              });
              if (const auto fault = std::visit([](const auto& s) { return validate(s); }, made.one)) raise(*fault);
              return made;
            }),
            py::arg("envelope"), py::kw_only(), py::arg("least_share") = 0.5, py::arg("tail") = 0.0,
            "envelope: what is gated. least_share: of the weights that must be left for a value, 0.01 to 1. tail: how "
            "long behind a mark samples are left out, too, in seconds, 0 to 10. Raises ConfigError.");
  define(
      gated, "__call__",
      [](const AnyGated& any, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::MarksOrBool>& marks) {
        const Samples in = samples("x", x);
        return whole(AnyLiveGated(any, stream_format(fs, in.channels)), in, marks);
      },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false, call_doc);
  define(
      gated, "start",
      [](const AnyGated& any, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<OneThread<AnyLiveGated>>(AnyLiveGated(any, stream_format(fs, channels)));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1, start_doc);
  gated
      .def_property_readonly(
          "envelope",
          [](const AnyGated& any) { return std::visit([](const auto& s) { return py::cast(s.envelope); }, any.one); })
      .def_property_readonly(
          "least_share",
          [](const AnyGated& any) { return std::visit([](const auto& s) { return s.least_share; }, any.one); })
      .def_property_readonly(
          "tail", [](const AnyGated& any) { return std::visit([](const auto& s) { return s.tail.value; }, any.one); })
      .def(
          "__eq__", [](const AnyGated& a, const AnyGated& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const AnyGated& any) { return hash_text(to_text(any)) >> 1; })
      .def("__repr__",
           [](const py::object& one) {
             std::string text = "Gated(" + py::repr(one.attr("envelope")).cast<std::string>();
             for (const char* name : {"least_share", "tail"})
               text += std::string(", ") + name + "=" + py::repr(one.attr(name)).cast<std::string>();
             return text + ")";
           })
      .def("__reduce__", [](const py::object& one) {
        py::dict named;
        for (const char* name : {"least_share", "tail"}) named[name] = one.attr(name);
        const auto call = py::module_::import("functools").attr("partial")(py::type::of(one), **named);
        return py::make_tuple(call, py::make_tuple(one.attr("envelope")));
      });
}

py::dict to_dict(const WhiteningCalibration& w) {
  py::dict d;
  d["rate"] = w.rate.value;
  d["order"] = w.order;
  d["spectrum_order"] = w.spectrum_order;
  d["coefficients"] = w.coefficients;
  d["contraction"] = w.contraction;
  d["rest"] = w.rest;
  d["level"] = plain_values(w.level);
  d["noise"] = plain_values(w.noise);
  return d;
}
WhiteningCalibration whitening_from(const py::handle& d) {
  WhiteningCalibration w;
  w.rate = at_key<Hertz>(d, "rate");
  w.order = at_key<int>(d, "order");
  w.spectrum_order = at_key<int>(d, "spectrum_order");
  w.coefficients = at_key<std::vector<double>>(d, "coefficients");
  w.contraction = at_key<std::vector<double>>(d, "contraction");
  w.rest = at_key<std::vector<double>>(d, "rest");
  if (!d.contains("level") || !d.contains("noise")) throw Unfit{};
  w.level = calibration_from(py::object(d["level"]));
  w.noise = calibration_from(py::object(d["noise"]));
  return w;
}

void bind_whitening(py::module_& m) {
  py::class_<WhiteningCalibration> whitening(m, "WhiteningCalibration",
                                             "Spectra of a contraction and of the noise at rest, for WhitenedRms.");
  define(
      whitening, "to_dataframe",
      [](const WhiteningCalibration& w) {
        return long_table({&w.level, &w.noise}, {});
      },
      "Return one row per quantity and channel: channel, quantity, value, low, high (95 % interval), unit, samples, "
      "duration_s, source, how.");
  bind_plain_values<WhiteningCalibration>(whitening, &to_dict, &whitening_from);
  whitening.def("__repr__", [](const WhiteningCalibration& w) { return to_text(w.level) + "; " + to_text(w.noise); });
  bind_spec<WhiteningCalibrator>(m);
  define(
      m, "calibrate_whitening",
      [](const Given<given::Array>& contraction, const Given<given::Array>& rest, const Given<given::Float>& fs,
         const Given<given::OptionalChannels>& channels, const Given<given::Text>& band,
         const Given<given::Calibrator>& spec) {
        const WhiteningCalibrator& calibrator = object_of<WhiteningCalibrator>("spec", spec, "a WhiteningCalibrator");
        const Samples hold = samples("contraction", contraction), quiet = samples("rest", rest);
        const StreamFormat format = stream_format(fs, channels, hold);
        const std::string words = text("band", band, "what both have been through, in words");
        return take(without_gil(
            [&] { return try_calibrate_whitening(calibrator, hold.block(), quiet.block(), format, words); }));
      },
      py::arg("contraction"), py::arg("rest"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(),
      py::arg("band"), py::arg("spec") = WhiteningCalibrator{},
      "Whitening from a stretch declared to be a contraction and one declared to be rest, both band-passed, in "
      "microvolts. band: what they have been through, in words.\n"
      "Raises ConfigError, naming channel, value found and what is expected, for stretches too short, flat, at the "
      "rail, or a contraction hardly louder than the rest.");
}

}  // namespace

void register_envelopes(py::module_& m) {
  bind_gated(m);
  bind_level_stage<NoiseSubtracted, LiveNoiseSubtracted>(m, "LiveNoiseSubtracted");
  bind_level_stage<PooledLevel, LivePooledLevel>(m, "LivePooledLevel");
  bind_whitening(m);
  define(
      m, "smoothing",
      [](const py::object& envelope, const Given<given::Float>& fs) {
        return with_envelope("envelope", envelope, [&](const LinearSmoother auto& of) {
          const Smoothing s = take(smoothing(of, stream_format(fs, 1).rate));
          py::dict d;
          d["enbw_hz"] = s.enbw.value;
          d["window_s"] = s.window.value;
          d["delay_s"] = s.delay.value;
          d["t90_s"] = s.t90.value;
          d["overshoot"] = s.overshoot;
          return d;
        });
      },
      py::arg("envelope"), py::kw_only(), py::arg("fs"),
      "What an envelope's smoother is worth: noise bandwidth, the boxcar that is as smooth, delay (centroid), time to "
      "90 % of a step and its overshoot; of what roots a power, those of the power. Raises ConfigError.");
  define(
      m, "level_interval",
      [](const Given<given::Float>& degrees_of_freedom, const Given<given::Float>& confidence) {
        const auto interval =
            take(level_interval(number("degrees_of_freedom", degrees_of_freedom, "a number from 0.1 to 1e+09"),
                                number("confidence", confidence, "a number above 0 and below 1")));
        return py::make_tuple(interval.low, interval.high);
      },
      py::arg("degrees_of_freedom"), py::kw_only(), py::arg("confidence") = 0.95,
      "What to multiply an RMS of Gaussian EMG by for the ends of its interval; degrees of freedom: 2 B_s T, with the "
      "statistical bandwidth and the window. Raises ConfigError, naming the argument.");
  define(
      m, "jump_delay",
      [](const py::object& envelope, const Given<given::Float>& ratio, const Given<given::Float>& fs) {
        const auto& spec = object_of<BayesianEnvelope>("envelope", envelope, "a BayesianEnvelope");
        return take(jump_delay(spec, number("ratio", ratio, "a finite number above 0, and not 1"),
                               stream_format(fs, 1).rate))
            .value;
      },
      py::arg("envelope"), py::arg("ratio"), py::kw_only(), py::arg("fs"),
      "How long a BayesianEnvelope takes to believe a jump of the level to ratio times itself, in seconds, without "
      "what a filter in front takes: within a third from four times on; less of a smaller jump, which the drift meets "
      "half-way. Raises ConfigError.");
  py::dict presets;
  presets["feedback"] = presets::feedback;
  presets["display"] = presets::display;
  presets["measurement"] = presets::measurement;
  m.attr("ENVELOPES") = presets;
}

}  // namespace unguard::python
