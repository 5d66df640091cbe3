// SPDX-License-Identifier: Apache-2.0
#include "convert.hpp"

namespace unguard::python {

void raise_argument(const std::string& argument, const std::string& found, const std::string& expected) {
  const auto error = py::module_::import("unguard.errors").attr("ConfigError");
  PyErr_SetObject(error.ptr(), error(argument, found, expected).ptr());
  throw py::error_already_set();
}

void raise(const Fault& fault) {
  raise_argument(fault.parameter, fault.found, fault.expected + " (" + fault.owner + "." + fault.parameter + ")");
}

Samples samples(const py::handle& x) {
  using Array = py::array_t<double, py::array::c_style | py::array::forcecast>;
  Array array;
  if (py::array_t<double, py::array::c_style>::check_(x)) {
    array = py::reinterpret_borrow<Array>(x);  // the common case, without asking NumPy anything
  } else {
    if (py::isinstance<py::array>(x)) {
      const auto dtype = py::reinterpret_borrow<py::array>(x).dtype();
      if (dtype.kind() != 'f' && dtype.kind() != 'i' && dtype.kind() != 'u')
        raise_argument("x", "an array of dtype " + std::string(py::str(dtype)),
                       "real numbers (float64; float32 and integers are converted)");
    }
    array = Array::ensure(x);
  }
  if (!array) {
    PyErr_Clear();
    raise_argument("x", std::string(py::str(py::type::of(x))),
                   "an array of samples, (samples,) or (samples, channels)");
  }
  Samples s;
  if (array.ndim() != 1 && array.ndim() != 2)
    raise_argument("x", std::to_string(array.ndim()) + "-dimensional",
                   "an array of shape (samples,) or (samples, channels)");
  s.flat = array.ndim() == 1;
  s.frames = array.shape(0);
  if (!s.flat && (array.shape(1) < 1 || array.shape(1) > 256))
    raise_argument("x", "of shape (" + std::to_string(array.shape(0)) + ", " + std::to_string(array.shape(1)) + ")",
                   "(samples, channels) with 1 to 256 channels; transpose an array of shape (channels, samples)");
  s.channels = s.flat ? 1 : static_cast<int>(array.shape(1));
  s.array = std::move(array);
  return s;
}

py::array_t<double> like(const Samples& s) {
  if (s.flat) return py::array_t<double>(s.frames);
  return py::array_t<double>({s.frames, static_cast<std::int64_t>(s.channels)});
}

StreamFormat stream_format(double fs, int channels) {
  StreamFormat format{.rate = {fs}, .channels = Channels::unnamed(channels), .converter = {}};
  if (!(fs > 0 && fs < 1e9)) raise_argument("fs", to_text(fs), "a sampling rate above 0 Hz");
  if (auto fault = validate(format)) raise(*fault);
  return format;
}

StreamFormat stream_format(double fs, const py::object& channels) {
  if (py::isinstance<py::int_>(channels)) return stream_format(fs, channels.cast<int>());
  if (py::isinstance<py::str>(channels) || !py::isinstance<py::sequence>(channels))
    raise_argument("channels", std::string(py::repr(channels)), "a number of channels or a list of their names");
  StreamFormat format = stream_format(fs, 1);
  std::vector<Channel> list;
  for (const auto& name : channels) {
    if (!py::isinstance<py::str>(name))
      raise_argument("channels", std::string(py::repr(name)), "names of channels, as text");
    list.push_back(Channel{.name = name.cast<std::string>()});
  }
  format.channels = Channels(std::move(list));
  if (auto fault = validate(format)) raise(*fault);
  return format;
}

MarkArray mark_array(const py::object& marks, const Samples& s) {
  if (marks.is_none()) return {};
  MarkArray m;
  const auto refuse = [](const std::string& found) {
    raise_argument("marks", found, "an array of uint16 of the shape of x");
  };
  if (!py::isinstance<py::array>(marks)) refuse(std::string(py::str(py::type::of(marks))));
  const py::array given = py::reinterpret_borrow<py::array>(marks);
  const bool same = s.flat ? given.ndim() == 1 && given.shape(0) == s.frames
                           : given.ndim() == 2 && given.shape(0) == s.frames && given.shape(1) == s.channels;
  if (!same) refuse("an array of shape " + std::string(py::str(given.attr("shape"))));
  if (!given.dtype().is(py::dtype::of<Marks>()) && !given.dtype().equal(py::dtype::of<Marks>()))
    refuse("an array of " + std::string(py::str(given.dtype())));
  m.array = py::array_t<Marks, py::array::c_style | py::array::forcecast>::ensure(given);
  m.data = m.array.data();
  return m;
}

py::list mark_names(Marks marks) {
  py::list all;
  for (int b = 0; b < mark::bits; ++b)
    if (marks & (1 << b)) all.append(std::string(mark::names[static_cast<std::size_t>(b)]));
  return all;
}

}  // namespace unguard::python
