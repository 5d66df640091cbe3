// SPDX-License-Identifier: Apache-2.0
// What detectors and analysers have in common in Python: blocks in, what they say out as a list; and what detectors
// have, live and over whole records: Event is the item of most, Bend and PhaseReport of others.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "one_thread.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/sink.hpp"
#include "without_gil.hpp"

namespace unguard::python {

// After finish() there is no next sample.
template <class Item = Event, class Live>
void refuse_ended(Live& live) {
  Sink<Item> none(1);
  if (live.process({nullptr, 0, live.format().channels.count()}, none).status == Status::ended)
    raise_argument("the stream", "finished", "reset(), or another start(), before anything more");
}

// Feeds a block to the end, emptying the sink as often as it fills.
template <class Item = Event, class Live>
std::vector<Item> feed(Live& live, ConstBlock block) {
  std::vector<Item> all;
  Sink<Item> sink(256);
  for (;;) {
    const Consumed done = live.process(block, sink);
    all.insert(all.end(), sink.items().begin(), sink.items().end());
    sink.clear();
    if (done.status == Status::ok) return all;
    if (done.status != Status::full) throw std::runtime_error(std::string(to_text(done.status)));
    block = block.part(done.frames, block.frames - done.frames);
  }
}

// The reports that were still to come; none the second time.
template <class Item = Event, class Live>
std::vector<Item> finish(Live& live) {
  std::vector<Item> all;
  Sink<Item> sink(256);
  for (Status status = Status::full; status == Status::full;) {
    status = live.finish(sink);
    all.insert(all.end(), sink.items().begin(), sink.items().end());
    sink.clear();
  }
  return all;
}

// All reports over a whole record, its end included. Runs without the GIL.
template <class Item = Event, class Live>
std::vector<Item> over_record(Live& live, ConstBlock record) {
  const GilReleased released;
  std::vector<Item> items = feed<Item>(live, record);
  const auto last = finish<Item>(live);
  items.insert(items.end(), last.begin(), last.end());
  return items;
}

template <class Item>
py::list listed(const std::vector<Item>& items) {
  py::list all;
  for (const Item& item : items) all.append(item);
  return all;
}

inline Samples of_format(const py::handle& block, const StreamFormat& format) {
  Samples in = samples("block", block, max_channels);
  const int channels = format.channels.count();
  if (in.channels != channels)
    raise_argument("block", in.flat ? "one-dimensional" : std::to_string(in.channels) + " channels wide",
                   std::to_string(channels) + " channels, as the detector was started with");
  return in;
}

// What a live detector is told, and what it answers; the documentation says of what, and what an item of it is.
template <class Item = Event, class Live>
void bind_stream(py::class_<OneThread<Live>>& live, const char* process, const char* finish_it, const char* latency) {
  using One = OneThread<Live>;
  define(
      live, "process",
      [](One& one, const Given<given::Array>& x, const Given<given::Marks>& marks) {
        const Samples in = of_format(x, one.live().format());
        const MarkArray mark = optional_mark_array(marks, in);
        return listed(one.alone([&](Live& l) {
          refuse_ended<Item>(l);
          const GilReleased released;
          return feed<Item>(l, {in.array.data(), in.frames, in.channels, mark.data});
        }));
      },
      py::arg("block"), py::kw_only(), py::arg("marks") = py::none(), process);
  define(
      live, "finish", [](One& one) { return listed(one.alone([](Live& l) { return finish<Item>(l); })); }, finish_it);
  define(
      live, "reset", [](One& one) { one.alone([](Live& l) { l.reset(); }); }, "As just started.");
  define(
      live, "latency", [](const One& one) { return one.live().latency().samples(); }, latency);
  live.def_property_readonly(
      "position", [](const One& one) { return one.live().position().value; }, "Samples processed since the start.");
}

}  // namespace unguard::python
