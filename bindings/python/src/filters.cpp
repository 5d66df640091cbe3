// SPDX-License-Identifier: Apache-2.0
// Filters, envelopes and chains: specs, the live filter, whole records.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "any_chain.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "filter_specs.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"

namespace unguard::python {

namespace {

using Live = LiveFilter<RuntimeChain>;

using LiveChain = OneThread<Live>;

void check(Status status) {
  if (status != Status::ok) throw std::runtime_error(std::string(to_text(status)));
}

// What `marks=` asks of a chain: nothing, the marks of the output, or those for marks of the input.
struct MarkChoice {
  MarkArray in;
  bool out = false;
};
MarkChoice mark_choice(const py::handle& marks, const Samples& in) {
  if (const auto out = as_yes_or_no(marks)) return {.in = {}, .out = *out};
  return {.in = mark_array(marks, in, "True or False"), .out = true};
}

py::object run(LiveChain& chain, const Samples& in, const py::handle& marks) {
  const int channels = chain.live().format().channels.count();
  if (in.channels != channels)
    raise_argument(in.argument, in.flat ? "one-dimensional" : std::to_string(in.channels) + " channels wide",
                   std::to_string(channels) + " channels, as the chain was started with");
  const MarkChoice choice = mark_choice(marks, in);
  auto out = like(in);
  std::optional<py::array_t<Marks>> out_marks;
  Marks* mark_data = nullptr;
  if (choice.out) {
    out_marks =
        in.flat ? py::array_t<Marks>(in.frames) : py::array_t<Marks>({in.frames, static_cast<std::int64_t>(channels)});
    mark_data = out_marks->mutable_data();
  }
  const ConstBlock from{in.array.data(), in.frames, channels, choice.in.data};
  const Block to{out.mutable_data(), in.frames, channels, mark_data};
  chain.alone([&](Live& live) {
    Status status;
    {
      const py::gil_scoped_release release;
      status = live.process(from, to);
    }
    check(status);
  });
  if (choice.out) return py::make_tuple(out, *out_marks);
  return out;
}

py::object process(LiveChain& chain, const Given<given::Array>& block, const Given<given::MarksOrBool>& marks) {
  return run(chain, samples("block", block, max_channels), marks);
}

py::object whole_record(const RuntimeChain& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
                        const Given<given::MarksOrBool>& marks) {
  const Samples in = samples("x", x);
  LiveChain chain(take(try_start(spec, stream_format(fs, in.channels))));
  return run(chain, in, marks);
}

std::unique_ptr<LiveChain> started(const RuntimeChain& spec, const Given<given::Float>& fs,
                                   const Given<given::Channels>& channels) {
  return std::make_unique<LiveChain>(take(try_start(spec, stream_format(fs, channels))));
}

constexpr auto whole_record_doc =
    "Run a whole record, (samples,) or (samples, channels) in microvolts, through the filter, causally; fs in Hz.\n"
    "marks: True also returns the reason bits of every output sample, uint16 of the shape of x; an array of such bits "
    "for x does too, and its marks travel with the samples and spread for as long as a stage draws them out.\n"
    "Raises ConfigError, naming the argument.";
constexpr auto start_doc =
    "Bring it to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names. Raises "
    "ConfigError, naming the argument.";

py::dict latency_of(const Live& live, const py::handle& given) {
  const std::string expected = "a frequency from 0 Hz to half the sampling rate";
  const double at = number("at", given, expected);
  if (!(at >= 0 && at <= live.format().rate.value / 2)) raise_argument("at", to_text(at) + " Hz", expected);
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
    define(
        c, "__call__",
        [](const S& s, const Given<given::Array>& x, const Given<given::Float>& fs,
           const Given<given::MarksOrBool>& marks) { return whole_record({{s}}, x, fs, marks); },
        py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false, whole_record_doc);
    define(
        c, "start",
        [](const S& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
          return started(RuntimeChain{{s}}, fs, channels);
        },
        py::kw_only(), py::arg("fs"), py::arg("channels") = 1, start_doc);
  }
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

  [&]<class... S>(Specs<S...>) { (bind_filter<S>(m, any), ...); }(FilterSpecs{});

  any.def("__repr__", [](const AnyFilterSpec& s) { return s.text(); });

  chain.def(py::init([](const py::args& stages, const py::kwargs& names) {
    if (!names.empty())
      throw py::type_error("Chain() takes filters one after the other and no names: Chain(Bandpass(), Rms())");
    RuntimeChain made;
    for (const auto& stage : stages)
      made.stages.push_back(filter_of("stages", stage, "filters such as Bandpass() or Rms()"));
    if (auto fault = validate(made)) raise(*fault);
    return made;
  }));
  define(chain, "__call__", &whole_record, py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false,
         whole_record_doc);
  define(chain, "start", &started, py::kw_only(), py::arg("fs"), py::arg("channels") = 1, start_doc);
  chain.def("__repr__", [](const RuntimeChain& s) { return to_text(s); })
      .def("__len__", [](const RuntimeChain& s) { return s.stages.size(); })
      .def(
          "__eq__", [](const RuntimeChain& a, const RuntimeChain& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const RuntimeChain& s) { return hash_text(to_text(s)) >> 1; });

  define(live, "process", &process, py::arg("block"), py::kw_only(), py::arg("marks") = false,
         "Filter the next block, (frames,) or (frames, channels) in microvolts; any number of frames.\n"
         "marks: True also returns the reason bits of every output sample, uint16 of the shape of block; an array of "
         "such bits for the block does too, and its marks travel with the samples and spread for as long as a stage "
         "draws them out, into later blocks too. The GIL is released meanwhile.\n"
         "Raises ConfigError, naming the argument.");
  define(
      live, "reset", [](LiveChain& c) { c.alone([](Live& l) { l.reset(); }); }, "As just started.");
  define(
      live, "latency", [](const LiveChain& c, const Given<given::Float>& at) { return latency_of(c.live(), at); },
      py::kw_only(), py::arg("at") = 100.0,
      "Algorithmic delay by stage and in sum; group delays are those at `at` Hz. Compute time is not in it.");
  define(
      live, "change",
      [](LiveChain& c, const py::object& spec) {
        auto next = take(try_start(chain_of(spec), c.live().format()));
        c.alone([&](Live& l) { l.change(std::move(next)); });
      },
      py::arg("spec"),
      "Take another spec from the next sample on. Where every stage carries its state over, as a StateVariable does to "
      "another cutoff or q, nothing jumps and nothing is marked; otherwise the output is marked settling.");
  define(
      live, "save",
      [](const LiveChain& c) {
        const auto bytes = c.live().save();
        return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      },
      "The state between two blocks, as bytes.");
  define(
      live, "load",
      [](LiveChain& c, const Given<given::Bytes>& state) {
        if (!py::isinstance<py::bytes>(state.value)) raise_argument("state", shown(state), "the bytes save() gave");
        const auto view = static_cast<std::string_view>(py::reinterpret_borrow<py::bytes>(state.value));
        const Status status = c.alone([&](Live& l) {
          return l.load({reinterpret_cast<const std::byte*>(view.data()), view.size()});
        });
        if (status != Status::ok)
          raise_argument("state", std::to_string(view.size()) + " bytes",
                         "the state of the same chain: " + std::string(to_text(status)));
      },
      py::arg("state"), "Carry on from a saved state of the same chain, rate and number of channels.");
  live.def("__copy__", [](const LiveChain& c) { return std::make_unique<LiveChain>(c); })
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

  m.attr("MARKS") = [] {
    py::dict d;
    for (int b = 0; b < mark::bits; ++b) d[py::str(std::string(mark::names[static_cast<std::size_t>(b)]))] = 1 << b;
    return d;
  }();
}

}  // namespace unguard::python
