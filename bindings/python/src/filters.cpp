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
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"

namespace unguard::python {

namespace {

using Live = LiveFilter<RuntimeChain>;

using LiveChain = OneThread<Live>;

py::object process(LiveChain& chain, const Given<given::Array>& block, const Given<given::MarksOrBool>& marks) {
  return run_filter(chain, samples("block", block, max_channels), marks, "chain");
}

py::object whole_record(const RuntimeChain& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
                        const Given<given::MarksOrBool>& marks) {
  const Samples in = samples("x", x);
  LiveChain chain(take(try_start(spec, stream_format(fs, in.channels))));
  return run_filter(chain, in, marks, "chain");
}

std::unique_ptr<LiveChain> started(const RuntimeChain& spec, const Given<given::Float>& fs,
                                   const Given<given::Channels>& channels) {
  return std::make_unique<LiveChain>(take(try_start(spec, stream_format(fs, channels))));
}

// (a, b), and (a) of one.
std::string row_of(const py::tuple& objects) {
  std::string row;
  for (const auto& one : objects) row += (row.empty() ? "" : ", ") + py::repr(one).cast<std::string>();
  return "(" + row + ")";
}

constexpr auto whole_record_doc =
    "Run a whole record, (samples,) or (samples, channels) in microvolts, through the filter, causally; fs in Hz.\n"
    "marks: True also returns the reason bits of every output sample, uint32 of the shape of x; an array of such bits "
    "for x does too, and its marks travel with the samples and spread for as long as a stage draws them out.\n"
    "Raises ConfigError, naming the argument.";
constexpr auto start_doc =
    "Bring it to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names. Raises "
    "ConfigError, naming the argument.";

// A filter alone: run on a whole record or started, as a chain of one.
void bind_running(const py::object& filter_class) {
  AnyClass c(filter_class);
  define(
      c, "__call__",
      [](const py::object& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
         const Given<given::MarksOrBool>& marks) { return whole_record(chain_of(spec), x, fs, marks); },
      py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false, whole_record_doc);
  define(
      c, "start",
      [](const py::object& spec, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return started(chain_of(spec), fs, channels);
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1, start_doc);
}

template <FilterSpec S>
void bind_filter(py::module_& m) {
  py::object c = bind_spec<S>(m);
  register_filter_class(
      c, [](const py::handle& spec) { return AnyFilterSpec(*static_cast<const S*>(spec_class<S>().behind(spec))); },
      [](const AnyFilterSpec& filter) -> py::object {
        const S* spec = filter.as<S>();
        return spec ? py::cast(*spec) : py::none();
      });
  if constexpr (!std::same_as<S, Priming>) bind_running(c);
}

}  // namespace

void register_filters(py::module_& m) {
  py::class_<LiveChain> live(m, "LiveChain",
                             "A chain brought to life for one stream. It belongs to one thread at a time.");
  py::class_<RuntimeChain> chain(
      m, "Chain",
      "Filters in a row, as one filter: Chain(Bandpass(), Notch(), Rms()). Call it on a whole record, or "
      "start() it for a stream; both run the same engine and give the same bits.");

  [&]<class... S>(Specs<S...>) { (bind_filter<S>(m), ...); }(FilterSpecs{});

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
  chain.def_property_readonly("stages", &stages_of, "The filters in it, in order: a tuple.")
      .def("__repr__", [](const RuntimeChain& s) { return "Chain" + row_of(stages_of(s)); })
      .def("__reduce__",
           [](const RuntimeChain& s) { return py::make_tuple(py::type::of<RuntimeChain>(), stages_of(s)); })
      .def("__len__", [](const RuntimeChain& s) { return s.stages.size(); })
      .def(
          "__eq__", [](const RuntimeChain& a, const RuntimeChain& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const RuntimeChain& s) { return hash_text(to_text(s)) >> 1; });

  define(live, "process", &process, py::arg("block"), py::kw_only(), py::arg("marks") = false,
         "Filter the next block, (frames,) or (frames, channels) in microvolts; any number of frames.\n"
         "marks: True also returns the reason bits of every output sample, uint32 of the shape of block; an array of "
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
        auto next = take(c.live().try_prepare(chain_of(spec)));
        c.alone([&](Live& l) { l.change(std::move(next)); });
      },
      py::arg("spec"),
      "Change to another spec without a jump: where its state cannot be carried over, the old filter is heard until "
      "the new one has settled, then both are mixed for 20 ms; `changing` counts down. A StateVariable carries its "
      "state "
      "to another cutoff or q at once. A second change while one is under way marks the output settling.");
  define(live, "save", &saved<Live>, "The state between two blocks, as bytes.");
  define(
      live, "load", [](LiveChain& c, const Given<given::Bytes>& state) { load(c, state, "chain"); }, py::arg("state"),
      "Carry on from a saved state of the same chain, rate and number of channels.");
  live.def("__copy__", [](const LiveChain& c) { return std::make_unique<LiveChain>(c); })
      .def("__deepcopy__", [](const LiveChain& c, const py::dict&) { return std::make_unique<LiveChain>(c); })
      .def_property_readonly("fs", [](const LiveChain& c) { return c.live().format().rate.value; })
      .def_property_readonly("channels", [](const LiveChain& c) { return channel_names(c.live().format()); })
      .def_property_readonly(
          "position", [](const LiveChain& c) { return c.live().position().value; },
          "Samples processed since the start.")
      .def_property_readonly(
          "changing", [](const LiveChain& c) { return c.live().changing(); },
          "Samples until a change is complete and the new spec is heard alone; 0 when none is under way.")
      .def_property_readonly(
          "replaced",
          [](const LiveChain& c) {
            const Live& l = c.live();
            return l.replaced_non_finite() + l.replaced_out_of_range() + l.replaced_missing();
          },
          "Samples that were missing, not finite or beyond full scale, and were replaced and marked.")
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
