// SPDX-License-Identifier: Apache-2.0
// The zero-phase twin of a record too long for memory, block by block.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "any_chain.hpp"
#include "convert.hpp"
#include "define.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/filter/zero_phase_blocks.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

struct Blocks {
  ZeroPhaseBlocks<KernelOf<RuntimeChain>> engine;
  std::string spec;
  StreamFormat format;
  bool flat = true;  // as the last block was
};
using OneRecord = OneThread<Blocks>;

// Runs `work(put)` without the GIL and returns the frames it put, shaped as the blocks are.
template <class Work>
py::array_t<double> finished(const Blocks& blocks, Work&& work) {
  std::vector<double> y;
  const std::optional<Fault> fault = without_gil(
      [&] { return work([&](ConstBlock b) { y.insert(y.end(), b.data, b.data + b.frames * b.channels); }); });
  if (fault) raise(*fault);
  const int channels = blocks.format.channels.count();
  const auto frames = static_cast<py::ssize_t>(y.size()) / channels;
  py::array_t<double> out =
      blocks.flat ? py::array_t<double>(frames) : py::array_t<double>({frames, py::ssize_t{channels}});
  std::copy(y.begin(), y.end(), out.mutable_data());
  return out;
}

}  // namespace

void register_zero_phase_blocks(py::module_& m) {
  py::class_<OneRecord> c(m, "ZeroPhaseBlocks",
                          "A record too long for memory, filtered forward and backward block by block: no delay, twice "
                          "the order, offline only. Frames come out once what follows them can change them by 1e-13 of "
                          "the largest value at most. Source: Gustafsson 1996, doi:10.1109/78.492552.");
  define(
      c, "__init__",
      [](py::detail::value_and_holder& holder, const py::object& spec, const Given<given::Float>& fs,
         const Given<given::Channels>& channels, const Given<given::Text>& padding,
         const Given<given::OptionalInt>& pad_length) {
        const RuntimeChain chain = chain_of(spec);
        const StreamFormat format = stream_format(fs, channels);
        py::dict edges;
        edges["padding"] = padding.value;
        edges["pad_length"] = pad_length.value;
        auto engine = take(zero_phase_blocks(chain, format, spec_from<ZeroPhaseEdges>(py::kwargs(edges))));
        holder.value_ptr() =
            new OneRecord(Blocks{std::move(engine), to_text(chain), format, format.channels.count() == 1});
      },
      py::detail::is_new_style_constructor(), py::arg("spec"), py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      py::arg("padding") = "odd", py::arg("pad_length") = py::none(),
      "fs in Hz, channels as a number (1 to 1024) or a list of names; padding and pad_length as zero_phase() has them. "
      "Raises ConfigError, naming the argument: for what is not linear, and what remembers for longer than can be "
      "followed.");
  define(
      c, "push",
      [](OneRecord& one, const Given<given::Array>& block) {
        const Samples in = samples("block", block, max_channels);
        refuse_other_channels(in, one.live().format.channels.count(), "record");
        return one.alone([&](Blocks& blocks) {
          blocks.flat = in.flat;
          return finished(blocks, [&](auto&& put) { return blocks.engine.push(in.block(), put); });
        });
      },
      py::arg("block"),
      "The next block, (frames,) or (frames, channels) in microvolts; returns the frames that are finished, perhaps "
      "none. The GIL is released meanwhile. Raises ConfigError for values that are not finite or beyond full scale, "
      "and has then taken nothing.");
  define(
      c, "finish",
      [](OneRecord& one) {
        return one.alone(
            [&](Blocks& blocks) { return finished(blocks, [&](auto&& put) { return blocks.engine.finish(put); }); });
      },
      "The end of the record: all frames that are left; the next record may begin. Raises ConfigError where the record "
      "was no longer than the padding.");
  c.def_property_readonly(
       "look_ahead", [](const OneRecord& one) { return one.live().engine.look_ahead(); },
       "Frames that must be known behind one before it is finished.")
      .def_property_readonly(
          "most_waiting", [](const OneRecord& one) { return one.live().engine.most_waiting(); },
          "Frames held at most, however long the record is.")
      .def("__repr__", [](const OneRecord& one) {
        const Blocks& b = one.live();
        return "<zero phase of " + b.spec + " at " + to_text(b.format.rate) + ", " +
               std::to_string(b.format.channels.count()) + " channels>";
      });
}

}  // namespace unguard::python
