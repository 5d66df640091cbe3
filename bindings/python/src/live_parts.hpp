// SPDX-License-Identifier: Apache-2.0
// What live filters and live resamplers have in common in Python: marks in and out, latency, saved states.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "one_thread.hpp"
#include "unguard/core/latency.hpp"
#include "without_gil.hpp"

namespace unguard::python {

// What `marks=` asks of a block: nothing, the marks of the output, or those for marks of the input.
struct MarkChoice {
  MarkArray in;
  bool out = false;
};
inline MarkChoice mark_choice(const py::handle& marks, const Samples& in) {
  if (const auto out = as_yes_or_no(marks)) return {.in = {}, .out = *out};
  return {.in = mark_array(marks, in, "True or False"), .out = true};
}

inline void refuse_other_channels(const Samples& in, int channels, const std::string& what) {
  if (in.channels != channels)
    raise_argument(in.argument, in.flat ? "one-dimensional" : std::to_string(in.channels) + " channels wide",
                   std::to_string(channels) + " channels, as the " + what + " was started with");
}

// A block through a live filter: its output alone, or beside its marks. `what` it is, for the refusal.
template <class Live>
py::object run_filter(OneThread<Live>& one, const Samples& in, const py::handle& marks, const std::string& what) {
  const int channels = one.live().format().channels.count();
  refuse_other_channels(in, channels, what);
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
  one.alone([&](Live& live) {
    Status status;
    {
      const GilReleased released;
      status = live.process(from, to);
    }
    if (status != Status::ok) throw std::runtime_error(std::string(to_text(status)));
  });
  if (choice.out) return py::make_tuple(out, *out_marks);
  return out;
}

// As latency() answers at a frequency that is asked for.
template <class Live>
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

template <class Live>
py::bytes saved(const OneThread<Live>& one) {
  const auto bytes = one.alone([](const Live& live) { return live.save(); });
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
template <class Live>
void load(OneThread<Live>& one, const py::handle& state, const std::string& what) {
  if (!py::isinstance<py::bytes>(state)) raise_argument("state", shown(state), "the bytes save() gave");
  const auto view = static_cast<std::string_view>(py::reinterpret_borrow<py::bytes>(state));
  const Status status = one.alone([&](Live& live) {
    return live.load({reinterpret_cast<const std::byte*>(view.data()), view.size()});
  });
  if (status != Status::ok)
    raise_argument("state", std::to_string(view.size()) + " bytes",
                   "the state of the same " + what + ": " + std::string(to_text(status)));
}

// The state between two blocks, and copies. `what` it is, for the refusal.
template <class Live>
void bind_states(py::class_<OneThread<Live>>& live, const std::string& what) {
  using One = OneThread<Live>;
  define(live, "save", &saved<Live>, "The state between two blocks, as bytes.");
  define(
      live, "load", [what](One& one, const Given<given::Bytes>& state) { load(one, state, what); }, py::arg("state"),
      ("Carry on from a saved state of the same " + what + ", rate and number of channels.").c_str());
  live.def("__copy__", [](const One& one) { return std::make_unique<One>(one); })
      .def("__deepcopy__", [](const One& one, const py::dict&) { return std::make_unique<One>(one); });
}

inline std::vector<std::string> channel_names(const StreamFormat& format) {
  std::vector<std::string> all;
  for (const auto& channel : format.channels) all.push_back(channel.name);
  return all;
}

}  // namespace unguard::python
