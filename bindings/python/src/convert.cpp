// SPDX-License-Identifier: Apache-2.0
#include "convert.hpp"

namespace unguard::python {

void raise(const Fault& fault) {
  raise_argument(fault.parameter, fault.found, fault.expected + " (" + fault.owner + "." + fault.parameter + ")");
}

namespace {

using DoubleArray = py::array_t<double, py::array::c_style | py::array::forcecast>;

[[noreturn]] void refuse_mask(const std::string& argument, const py::handle& x) {
  raise_argument(argument, shown(x),
                 "an array without a mask: fill it with NaN, x.filled(np.nan), or hand the mask in as marks");
}

// Lists of masked arrays, or with masked values in them: NumPy would lose the masks.
void refuse_masks_inside(const std::string& argument, const py::handle& x) {
  if (!py::isinstance<py::list>(x) && !py::isinstance<py::tuple>(x)) return;
  for (const auto& item : x) {
    if (PyFloat_Check(item.ptr()) || PyLong_Check(item.ptr())) continue;
    if (masked(item)) refuse_mask(argument, item);
    refuse_masks_inside(argument, item);
  }
}

// Any object as an array of whatever type NumPy gives it; a type that is not real numbers is refused, not converted.
py::array as_array(const std::string& argument, const py::handle& x) {
  if (masked(x)) refuse_mask(argument, x);
  if (py::isinstance<py::array>(x)) return py::reinterpret_borrow<py::array>(x);
  refuse_masks_inside(argument, x);
  try {
    return py::module_::import("numpy").attr("asarray")(x);
  } catch (const py::error_already_set&) {
    raise_argument(argument, shown(x), "an array of samples, (samples,) or (samples, channels)");
  }
}

}  // namespace

Samples samples(const std::string& argument, const py::handle& x, int most_channels) {
  Samples s;
  s.argument = argument;
  const bool plain = Py_TYPE(x.ptr()) == py::detail::npy_api::get().PyArray_Type_;
  DoubleArray array;
  if (plain && py::array_t<double, py::array::c_style>::check_(x)) {
    array = py::reinterpret_borrow<DoubleArray>(x);  // the common case, without asking NumPy anything
  } else {
    const py::array given = as_array(argument, x);
    const char kind = given.dtype().kind();
    if (kind != 'f' && kind != 'i' && kind != 'u')
      raise_argument(
          argument,
          py::isinstance<py::array>(x) ? "an array of dtype " + std::string(py::str(given.dtype())) : shown(x),
          "real numbers (float64; float32 and integers are converted)");
    array = DoubleArray::ensure(given);
    if (!array) throw py::error_already_set();
  }
  if (array.ndim() != 1 && array.ndim() != 2)
    raise_argument(argument, std::to_string(array.ndim()) + "-dimensional",
                   "an array of shape (samples,) or (samples, channels)");
  s.flat = array.ndim() == 1;
  s.frames = array.shape(0);
  if (!s.flat && (array.shape(1) < 1 || array.shape(1) > most_channels))
    raise_argument(argument,
                   "of shape (" + std::to_string(array.shape(0)) + ", " + std::to_string(array.shape(1)) + ")",
                   "(samples, channels) with 1 to " + std::to_string(most_channels) +
                       " channels; transpose an array of shape (channels, samples)");
  s.channels = s.flat ? 1 : static_cast<int>(array.shape(1));
  s.array = std::move(array);
  return s;
}

py::array_t<double> like(const Samples& s) {
  if (s.flat) return py::array_t<double>(s.frames);
  return py::array_t<double>({s.frames, static_cast<std::int64_t>(s.channels)});
}

namespace {

Channels named_channels(const py::handle& channels) {
  const std::string expected =
      "a number of channels from 1 to " + std::to_string(max_channels) + ", or a list of names";
  if (const auto count = as_whole_number(channels); count && *count >= 1 && *count <= max_channels)
    return Channels::unnamed(static_cast<int>(*count));
  const bool array = py::isinstance<py::array>(channels);  // one without dimensions claims to be a sequence
  if ((array && py::reinterpret_borrow<py::array>(channels).ndim() != 1) || !py::isinstance<py::sequence>(channels) ||
      py::isinstance<py::str>(channels) || py::isinstance<py::bytes>(channels) || PyByteArray_Check(channels.ptr()))
    raise_argument("channels", shown(channels), expected);
  std::vector<Channel> all;
  for (const auto& given : channels) {
    // Behind its name a channel may say of which muscle it is: EventDetector asks whether muscles are unrelated.
    const bool pair = py::isinstance<py::tuple>(given) && py::len(given) == 2;
    const py::object name = pair ? py::object(given[py::int_(0)]) : py::reinterpret_borrow<py::object>(given);
    Channel channel{.name = text("channels", name, "names of channels, as text")};
    if (pair) channel.muscle = text("channels", given[py::int_(1)], "(name, muscle), both as text");
    all.push_back(std::move(channel));
  }
  return Channels(std::move(all));
}

StreamFormat checked_format(const py::handle& fs, Channels channels) {
  const std::string expected = "a sampling rate above 0 Hz, at most " + to_text(max_rate);
  const Hertz rate{number("fs", fs, expected)};
  if (!(rate.value > 0 && rate <= max_rate)) raise_argument("fs", to_text(rate), expected);
  StreamFormat format{.rate = rate, .channels = std::move(channels), .converter = {}};
  if (auto fault = validate(format)) raise(*fault);
  return format;
}

}  // namespace

StreamFormat stream_format(const py::handle& fs, int channels) {
  return checked_format(fs, Channels::unnamed(channels));
}

StreamFormat stream_format(const py::handle& fs, const py::handle& channels) {
  return checked_format(fs, named_channels(channels));
}

StreamFormat stream_format(const py::handle& fs, const py::handle& channels, const Samples& in) {
  const StreamFormat format = channels.is_none() ? stream_format(fs, in.channels) : stream_format(fs, channels);
  if (format.channels.count() != in.channels)
    raise_argument("channels", "for " + std::to_string(format.channels.count()) + " columns",
                   std::to_string(in.channels) + ", as x has columns");
  return format;
}

MarkArray mark_array(const py::handle& marks, const Samples& s, const std::string& other, const std::string& argument) {
  const auto refuse = [&](const std::string& found) {
    raise_argument(argument, found, "an array of uint32 of the shape of " + s.argument + ", or " + other);
  };
  if (!py::isinstance<py::array>(marks) || masked(marks)) refuse(shown(marks));
  const py::array given = py::reinterpret_borrow<py::array>(marks);
  const bool same = s.flat ? given.ndim() == 1 && given.shape(0) == s.frames
                           : given.ndim() == 2 && given.shape(0) == s.frames && given.shape(1) == s.channels;
  if (!same) refuse("an array of shape " + std::string(py::str(given.attr("shape"))));
  if (!given.dtype().is(py::dtype::of<Marks>()) && !given.dtype().equal(py::dtype::of<Marks>()))
    refuse("an array of " + std::string(py::str(given.dtype())));
  MarkArray m;
  m.array = py::array_t<Marks, py::array::c_style | py::array::forcecast>::ensure(given);
  m.data = m.array.data();
  Marks used = 0;
  for (py::ssize_t i = 0; i < m.array.size(); ++i) used |= m.data[i];
  if (used >> mark::bits)
    raise_argument(argument, "a sum of bits up to " + std::to_string(used),
                   "bits of unguard.MARKS, which add up to " + std::to_string((1 << mark::bits) - 1));
  return m;
}

MarkArray optional_mark_array(const py::handle& marks, const Samples& s, const std::string& argument) {
  if (marks.is_none()) return {};
  return mark_array(marks, s, "None", argument);
}

py::list mark_names(Marks marks) {
  py::list all;
  for (int b = 0; b < mark::bits; ++b)
    if (marks & (1 << b)) all.append(std::string(mark::names[static_cast<std::size_t>(b)]));
  return all;
}

}  // namespace unguard::python
