// SPDX-License-Identifier: Apache-2.0
// Resamplers: specs, live and over whole records.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "live_parts.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/filter/resample_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

// What it returns is shaped as the blocks are, the tail after the last of them too.
class OneResampler : public OneThread<LiveResampler> {
 public:
  using OneThread::OneThread;

  // Before any block: one-dimensional for one channel.
  bool flat() const { return flat_.value_or(live().format().channels.count() == 1); }
  void took(bool flat) { flat_ = flat; }
  void forget() { flat_.reset(); }

 private:
  std::optional<bool> flat_{};  // how the last block was; read and written with the GIL only
};
static_assert(Resampler<LiveResampler>);

// `frames` frames shaped as the input was: one-dimensional if that was.
template <class T>
py::array_t<T> frames_like(bool flat, std::int64_t frames, int channels) {
  if (flat) return py::array_t<T>(frames);
  return py::array_t<T>({frames, static_cast<std::int64_t>(channels)});
}

// An output of at most `most` frames, with marks where they are asked for, cut to what `write` says it wrote.
template <class Write>
py::object written(bool flat, std::int64_t most, int channels, bool with_marks, Write&& write) {
  auto y = frames_like<double>(flat, most, channels);
  auto marks = frames_like<Marks>(flat, with_marks ? most : 0, channels);
  const std::int64_t frames = write({y.mutable_data(), most, channels, with_marks ? marks.mutable_data() : nullptr});
  const py::slice used(0, static_cast<py::ssize_t>(frames), 1);
  const auto cut = [&](const py::array& all) { return frames == most ? py::object(all) : all[used].attr("copy")(); };
  if (with_marks) return py::make_tuple(cut(y), cut(marks));
  return cut(y);
}

Produced checked(Produced produced) {
  if (produced.status == Status::ended)
    raise_argument("the stream", "finished", "reset(), or another start(), before anything more");
  if (produced.status != Status::ok) throw std::runtime_error(std::string(to_text(produced.status)));
  return produced;
}

py::object process(OneResampler& one, const Given<given::Array>& block, const Given<given::MarksOrBool>& marks) {
  const Samples in = samples("block", block, max_channels);
  refuse_other_channels(in, one.live().format().channels.count(), "resampler");
  const MarkChoice choice = mark_choice(marks, in);
  return one.alone([&](LiveResampler& live) {
    one.took(in.flat);
    return written(in.flat, live.most_written(in.frames), in.channels, choice.out, [&](Block out) {
      const auto process = [&] { return live.process({in.array.data(), in.frames, in.channels, choice.in.data}, out); };
      return checked(without_gil(process)).written;
    });
  });
}

py::object finish(OneResampler& one, const Given<given::Bool>& marks) {
  const auto with_marks = as_yes_or_no(marks);
  if (!with_marks) raise_argument("marks", shown(marks), "True or False");
  return one.alone([&](LiveResampler& live) {
    const int channels = live.format().channels.count();
    return written(one.flat(), live.tail(), channels, *with_marks,
                   [&](Block out) { return checked(live.finish(out)).written; });
  });
}

template <ResamplerSpec S>
py::object whole_record(const S& spec, const Given<given::Array>& x, const Given<given::Float>& fs,
                        const Given<given::MarksOrBool>& marks) {
  const Samples in = samples("x", x);
  const MarkChoice choice = mark_choice(marks, in);
  LiveResampler live = take(try_start(spec, stream_format(fs, in.channels)));
  return written(in.flat, live.most_written(in.frames), in.channels, choice.out, [&](Block out) {
    const GilReleased released;
    const std::int64_t begun = live.process({in.array.data(), in.frames, in.channels, choice.in.data}, out).written;
    return begun + live.finish(out.part(begun, out.frames - begun)).written;
  });
}

template <ResamplerSpec S>
void bind_resampler(py::module_& m) {
  auto c = bind_spec<S>(m);
  define(c, "__call__", &whole_record<S>, py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("marks") = false,
         "Resample a whole record, (samples,) or (samples, channels) in microvolts, without delay: frame 0 of the "
         "result belongs to the instant of sample 0; ceil(samples * up / down) frames, as "
         "scipy.signal.resample_poly; fs in Hz.\n"
         "marks: True also returns the reason bits of every output sample, uint32 of its shape; an array of such bits "
         "for x does too.\n"
         "Raises ConfigError, naming the argument.");
  define(
      c, "start",
      [](const S& s, const Given<given::Float>& fs, const Given<given::Channels>& channels) {
        return std::make_unique<OneResampler>(take(try_start(s, stream_format(fs, channels))));
      },
      py::kw_only(), py::arg("fs"), py::arg("channels") = 1,
      "Bring it to life for one stream: fs in Hz, channels as a number (1 to 1024) or a list of names. Raises "
      "ConfigError, naming the argument.");
}

}  // namespace

void register_resamplers(py::module_& m) {
  py::class_<OneResampler> live(m, "LiveResampler",
                                "A resampler brought to life for one stream. It belongs to one thread at a time.");
  bind_resampler<Resample>(m);
  bind_resampler<ResampleBy>(m);
  bind_resampler<Decimate>(m);

  define(live, "process", &process, py::arg("block"), py::kw_only(), py::arg("marks") = false,
         "Resample the next block, (frames,) or (frames, channels) in microvolts; returns the frames that are ready, "
         "of the other rate. The GIL is released meanwhile.\n"
         "marks: as in a call on a whole record. Raises ConfigError, naming the argument; also after finish().");
  define(live, "finish", &finish, py::kw_only(), py::arg("marks") = false,
         "End of the stream: the frames that were still to come, shaped as those of the last block; before any block, "
         "one-dimensional for one channel.");
  define(
      live, "reset",
      [](OneResampler& r) {
        r.alone([&](LiveResampler& l) {
          l.reset();
          r.forget();
        });
      },
      "As just started.");
  define(
      live, "latency", [](const OneResampler& r, const Given<given::Float>& at) { return latency_of(r.live(), at); },
      py::kw_only(), py::arg("at") = 100.0,
      "How long after its instant a frame comes, at most, in samples of the input. Compute time is not in it.");
  define(
      live, "save", [](const OneResampler& r) { return saved(r); }, "The state between two blocks, as bytes.");
  define(
      live, "load", [](OneResampler& r, const Given<given::Bytes>& state) { load(r, state, "resampler"); },
      py::arg("state"), "Carry on from a saved state of the same resampler, rate and number of channels.");
  live.def("__copy__", [](const OneResampler& r) { return std::make_unique<OneResampler>(r); })
      .def("__deepcopy__", [](const OneResampler& r, const py::dict&) { return std::make_unique<OneResampler>(r); })
      .def_property_readonly(
          "fs", [](const OneResampler& r) { return r.live().format().rate.value; }, "Rate of the input, Hz.")
      .def_property_readonly(
          "fs_out", [](const OneResampler& r) { return r.live().output_format().rate.value; },
          "Rate of the output, Hz.")
      .def_property_readonly(
          "ratio",
          [](const OneResampler& r) {
            const RateRatio ratio = r.live().design().ratio;
            return std::pair(ratio.up, ratio.down);
          },
          "(up, down): frames out for frames in, without a common divisor.")
      .def_property_readonly(
          "taps",
          [](const OneResampler& r) {
            const Taps& taps = r.live().design().taps;
            return py::array_t<double>(static_cast<py::ssize_t>(taps.size()), taps.data());
          },
          "The low-pass at `up` times the input's rate, of gain `up`.")
      .def_property_readonly("channels", [](const OneResampler& r) { return channel_names(r.live().format()); })
      .def_property_readonly(
          "position", [](const OneResampler& r) { return r.live().position().value; },
          "Samples processed since the start.")
      .def_property_readonly(
          "replaced",
          [](const OneResampler& r) { return r.live().replaced_non_finite() + r.live().replaced_out_of_range(); },
          "Samples that were not finite or beyond full scale, and were replaced and marked.")
      .def("__repr__", [](const OneResampler& r) {
        return "<live " + r.live().design().spec + " at " + to_text(r.live().format().rate) + ", " +
               std::to_string(r.live().format().channels.count()) + " channels>";
      });
}

}  // namespace unguard::python
