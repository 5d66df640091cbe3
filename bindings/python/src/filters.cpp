// SPDX-License-Identifier: Apache-2.0
// Filters, envelopes and chains: specs, the live filter, whole records, and what a linear spec does.
#include <atomic>
#include <cstdio>

#include "convert.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/cascade.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/sos.hpp"
#include "unguard/filter/zero_phase.hpp"

namespace unguard::python {

namespace {

using Live = LiveFilter<RuntimeChain>;

// A live chain for one thread at a time: a second thread is told so instead of racing.
class LiveChain {
 public:
  explicit LiveChain(Live live) : live_(std::move(live)) {}
  LiveChain(const LiveChain& other) : live_(other.live_) {}

  template <class Work>
  auto alone(Work&& work) {
    if (busy_.test_and_set(std::memory_order_acquire))
      throw std::runtime_error("this chain is being used by another thread; a chain belongs to one thread at a time");
    struct Release {
      std::atomic_flag& flag;
      ~Release() { flag.clear(std::memory_order_release); }
    } release{busy_};
    return work(live_);
  }
  const Live& live() const { return live_; }

 private:
  Live live_;
  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
};

void check(Status status) {
  if (status != Status::ok) throw std::runtime_error(std::string(to_text(status)));
}

py::object process(LiveChain& chain, const py::handle& x, bool with_marks) {
  const Samples in = samples(x);
  const int channels = chain.live().format().channels.count();
  if (in.channels != channels)
    raise_argument("x", in.flat ? "one-dimensional" : std::to_string(in.channels) + " channels wide",
                   std::to_string(channels) + " channels, as the chain was started with");
  auto out = like(in);
  std::optional<py::array_t<Marks>> marks;
  Marks* mark_data = nullptr;
  if (with_marks) {
    marks =
        in.flat ? py::array_t<Marks>(in.frames) : py::array_t<Marks>({in.frames, static_cast<std::int64_t>(channels)});
    mark_data = marks->mutable_data();
  }
  const Block to{out.mutable_data(), in.frames, channels, mark_data};
  chain.alone([&](Live& live) {
    Status status;
    {
      const py::gil_scoped_release release;
      status = live.process(in.block(), to);
    }
    check(status);
  });
  if (with_marks) return py::make_tuple(out, *marks);
  return out;
}

py::object whole_record(const RuntimeChain& spec, const py::handle& x, double fs, bool with_marks) {
  const Samples in = samples(x);
  LiveChain chain(take(try_start(spec, stream_format(fs, in.channels))));
  return process(chain, in.array, with_marks);
}

py::dict latency_of(const Live& live, double at) {
  if (!(at >= 0 && at <= live.format().rate.value / 2))
    raise_argument("at", to_text(at), "a frequency from 0 Hz to half the sampling rate");
  const Latency latency = live.latency({at});
  py::list stages;
  for (const auto& s : latency.stages) {
    py::dict d;
    d["stage"] = s.stage;
    d["kind"] = to_text(s.kind);
    d["samples"] = s.samples;
    d["seconds"] = s.samples / latency.rate.value;
    d["at_hz"] = s.kind == DelayKind::group_delay ? py::object(py::float_(s.at.value)) : py::none();
    stages.append(d);
  }
  py::dict d;
  d["samples"] = latency.samples();
  d["seconds"] = latency.total().value;
  d["stages"] = stages;
  return d;
}

template <FilterSpec S>
void bind_filter(py::module_& m, py::class_<AnyFilterSpec>& any) {
  auto c = bind_spec<S>(m);
  any.def(py::init([](const S& s) { return AnyFilterSpec(s); }));
  py::implicitly_convertible<S, AnyFilterSpec>();
  if constexpr (!std::same_as<S, Priming>) {
    c.def(
        "__call__", [](const S& s, const py::object& x, double fs) { return whole_record({{s}}, x, fs, false); },
        py::arg("x"), py::kw_only(), py::arg("fs"),
        "Filter a whole record, (samples,) or (samples, channels), causally; fs in Hz.");
    c.def(
        "start",
        [](const S& s, double fs, const py::object& channels) {
          return std::make_unique<LiveChain>(take(try_start(RuntimeChain{{s}}, stream_format(fs, channels))));
        },
        py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
        "Bring the spec to life for one stream: fs in Hz, channels as a number or a list of names.");
  }
}

RuntimeChain chain_of(const py::object& spec) {
  if (py::isinstance<RuntimeChain>(spec)) return spec.cast<RuntimeChain>();
  try {
    return RuntimeChain{{spec.cast<AnyFilterSpec>()}};
  } catch (const py::cast_error&) {
    raise_argument("spec", std::string(py::repr(spec)), "a filter such as Bandpass(), or a Chain of them");
  }
}

// Digits beyond double, so that a test can see the poles before they are rounded.
std::string digits(zpk::Real v) {
  char text[64];
  std::snprintf(text, sizeof text, "%.24Lg", v);
  return text;
}

template <ButterworthSpec S>
void bind_poles(py::module_& m) {
  m.def(
      "designed_poles",
      [](const S& spec, double fs) {
        (void)stream_format(fs, 1);
        py::list all;
        for (const auto& factor : take(unrounded(spec, Hertz{fs})).factors) {
          const auto& p = factor.poles;
          py::list pair;
          pair.append(py::make_tuple(digits(p.p.real()), digits(p.p.imag())));
          if (!p.single)
            pair.append(py::make_tuple(digits(p.real ? p.second : p.p.real()), digits(p.real ? 0 : -p.p.imag())));
          all.append(pair);
        }
        return all;
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"),
      "The poles of a Butterworth design before rounding, a list for each section, as (real, imaginary) in decimal "
      "digits.");
}

Sections sections_of(const py::object& spec, double fs) {
  (void)stream_format(fs, 1);
  return take(cascade(chain_of(spec), {fs}));
}

}  // namespace

void register_filters(py::module_& m) {
  py::class_<AnyFilterSpec> any(m, "FilterSpec", "Any filter specification.");
  py::class_<LiveChain> live(m, "LiveChain",
                             "A chain brought to life for one stream. It belongs to one thread at a time.");
  py::class_<RuntimeChain> chain(
      m, "Chain",
      "Filters in a row, as one filter: Chain(Bandpass(), Notch(), Rms()). Call it on a whole record, or "
      "start() it for a stream; both run the same engine and give the same bits.");

  bind_filter<Priming>(m, any);
  bind_filter<Lowpass>(m, any);
  bind_filter<Highpass>(m, any);
  bind_filter<Bandpass>(m, any);
  bind_filter<Bandstop>(m, any);
  bind_filter<Notch>(m, any);
  bind_filter<Sos>(m, any);
  bind_filter<Rectify>(m, any);
  bind_filter<Rms>(m, any);
  bind_filter<Arv>(m, any);
  bind_filter<TwoPole>(m, any);

  bind_poles<Lowpass>(m);
  bind_poles<Highpass>(m);
  bind_poles<Bandpass>(m);
  bind_poles<Bandstop>(m);

  any.def("__repr__", [](const AnyFilterSpec& s) { return s.text(); });

  chain
      .def(py::init([](const py::args& stages) {
        RuntimeChain made;
        for (const auto& stage : stages) {
          try {
            made.stages.push_back(stage.cast<AnyFilterSpec>());
          } catch (const py::cast_error&) {
            raise_argument("stages", std::string(py::repr(stage)), "filters such as Bandpass() or Rms()");
          }
        }
        if (auto fault = validate(made)) raise(*fault);
        return made;
      }))
      .def(
          "__call__",
          [](const RuntimeChain& s, const py::object& x, double fs, bool marks) {
            return whole_record(s, x, fs, marks);
          },
          py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false,
          "Run a whole record, (samples,) or (samples, channels) in microvolts, through the chain, causally; fs in "
          "Hz.\n"
          "With marks=True also returns the reason bits of every output sample.")
      .def(
          "start",
          [](const RuntimeChain& s, double fs, const py::object& channels) {
            return std::make_unique<LiveChain>(take(try_start(s, stream_format(fs, channels))));
          },
          py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
          "Bring the chain to life for one stream: fs in Hz, channels as a number or a list of names.")
      .def("__repr__", [](const RuntimeChain& s) { return to_text(s); })
      .def("__len__", [](const RuntimeChain& s) { return s.stages.size(); })
      .def(
          "__eq__", [](const RuntimeChain& a, const RuntimeChain& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const RuntimeChain& s) { return hash_text(to_text(s)) >> 1; });

  live.def("process", &process, py::arg("block"), py::kw_only(), py::arg("marks") = false,
           "Filter the next block, (frames,) or (frames, channels) in microvolts; any number of frames.\n"
           "With marks=True also returns the reason bits of every output sample. The GIL is released meanwhile.")
      .def(
          "reset", [](LiveChain& c) { c.alone([](Live& l) { l.reset(); }); }, "As just started.")
      .def(
          "latency", [](const LiveChain& c, double at) { return latency_of(c.live(), at); }, py::kw_only(),
          py::arg("at") = 100.0,
          "Algorithmic delay by stage and in sum; group delays are those at `at` Hz. Compute time is not in it.")
      .def(
          "change",
          [](LiveChain& c, const py::object& spec) {
            auto next = take(try_start(chain_of(spec), c.live().format()));
            c.alone([&](Live& l) { l.change(std::move(next)); });
          },
          py::arg("spec"),
          "Take another spec from the next sample on; what can be carried over is, and the output is marked settling.")
      .def(
          "save",
          [](const LiveChain& c) {
            const auto bytes = c.live().save();
            return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
          },
          "The state between two blocks, as bytes.")
      .def(
          "load",
          [](LiveChain& c, const py::bytes& state) {
            const auto view = static_cast<std::string_view>(state);
            const Status status = c.alone([&](Live& l) {
              return l.load({reinterpret_cast<const std::byte*>(view.data()), view.size()});
            });
            if (status != Status::ok)
              raise_argument("state", std::to_string(view.size()) + " bytes",
                             "the state of the same chain: " + std::string(to_text(status)));
          },
          py::arg("state"), "Carry on from a saved state of the same chain, rate and number of channels.")
      .def("__copy__", [](const LiveChain& c) { return std::make_unique<LiveChain>(c); })
      .def("__deepcopy__", [](const LiveChain& c, const py::dict&) { return std::make_unique<LiveChain>(c); })
      .def_property_readonly("fs", [](const LiveChain& c) { return c.live().format().rate.value; })
      .def_property_readonly("channels",
                             [](const LiveChain& c) {
                               std::vector<std::string> all;
                               for (const auto& channel : c.live().format().channels) all.push_back(channel.name);
                               return all;
                             })
      .def_property_readonly(
          "position", [](const LiveChain& c) { return c.live().position().value; },
          "Samples processed since the start.")
      .def_property_readonly(
          "replaced",
          [](const LiveChain& c) { return c.live().replaced_non_finite() + c.live().replaced_out_of_range(); },
          "Samples that were not finite or beyond full scale, and were replaced and marked.")
      .def("__repr__", [](const LiveChain& c) {
        return "<live " + to_text(c.live().spec()) + " at " + to_text(c.live().format().rate) + ", " +
               std::to_string(c.live().format().channels.count()) + " channels>";
      });

  m.def(
      "sections",
      [](const py::object& spec, double fs) {
        const auto all = sections_of(spec, fs);
        py::array_t<double> rows({static_cast<py::ssize_t>(all.size()), py::ssize_t{6}});
        auto r = rows.mutable_unchecked<2>();
        for (py::ssize_t i = 0; i < r.shape(0); ++i) {
          const Section& s = all[static_cast<std::size_t>(i)];
          const double row[] = {s.b0, s.b1, s.b2, 1, s.a1, s.a2};
          for (py::ssize_t k = 0; k < 6; ++k) r(i, k) = row[k];
        }
        return rows;
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"),
      "The second-order sections of a linear spec or chain, (sections, 6), as scipy.signal has them.");
  m.def(
      "response",
      [](const py::object& spec, const py::array_t<double>& f, double fs) {
        const auto all = sections_of(spec, fs);
        py::array_t<std::complex<double>> h(f.size());
        for (py::ssize_t i = 0; i < f.size(); ++i) h.mutable_at(i) = response(all, {f.data()[i]}, {fs});
        return h;
      },
      py::arg("spec"), py::arg("frequencies"), py::kw_only(), py::arg("fs"),
      "Complex gain of a linear spec at each frequency in Hz.");
  m.def(
      "group_delay",
      [](const py::object& spec, const py::array_t<double>& f, double fs) {
        const auto all = sections_of(spec, fs);
        py::array_t<double> d(f.size());
        for (py::ssize_t i = 0; i < f.size(); ++i) d.mutable_at(i) = group_delay(all, {f.data()[i]}, {fs});
        return d;
      },
      py::arg("spec"), py::arg("frequencies"), py::kw_only(), py::arg("fs"),
      "Group delay of a linear spec in samples at each frequency in Hz.");
  m.def(
      "settle_time",
      [](const py::object& spec, double fs, double step, double within) {
        if (!(step > 0 && within > 0)) raise_argument("step", to_text(step), "a step and a remainder above 0 uV");
        return static_cast<double>(settle_samples(sections_of(spec, fs), step / within)) / fs;
      },
      py::arg("spec"), py::kw_only(), py::arg("fs"), py::arg("step") = 300000.0, py::arg("within") = 1.0,
      "Seconds until the answer to a step (uV) stays within so many uV of its final value.");
  m.def(
      "zero_phase",
      [](const py::object& spec, const py::object& x, double fs) {
        const Samples in = samples(x);
        const auto format = stream_format(fs, in.channels);
        const RuntimeChain c = chain_of(spec);
        auto out = like(in);
        std::optional<Result<std::vector<double>>> made;
        {
          const py::gil_scoped_release release;
          made.emplace(zero_phase(c, in.block(), format));
        }
        const auto y = take(std::move(*made));
        std::copy(y.begin(), y.end(), out.mutable_data());
        return out;
      },
      py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
      "Filter a whole record forward and backward: no delay, twice the order, offline only. Edges as "
      "scipy.signal.sosfiltfilt.\n"
      "Source: Gustafsson 1996, doi:10.1109/78.492552.");
  m.attr("MARKS") = [] {
    py::dict d;
    for (int b = 0; b < mark::bits; ++b) d[py::str(std::string(mark::names[static_cast<std::size_t>(b)]))] = 1 << b;
    return d;
  }();
}

}  // namespace unguard::python
