// SPDX-License-Identifier: Apache-2.0
// One argument from Python: a number, a whole number, yes or no, a text, or a refusal that names it. Nothing passes for
// a number that is none to a person: no text, no bool, no complex number, no array, no time.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <optional>
#include <string>

namespace unguard::python {

namespace py = pybind11;

// Any object, under the name of the type it should have: signatures tell that name, and the checks below what is wrong
// with another. pybind11's own conversions would accept True for a number and refuse "2000" with a list of signatures.
template <class Type>
struct Given {
  py::object value;
  operator py::handle() const { return value; }
};
namespace given {
using py::detail::const_name;
struct Float {
  static constexpr auto name = const_name("float");
};
struct Int {
  static constexpr auto name = const_name("int");
};
struct Bool {
  static constexpr auto name = const_name("bool");
};
struct Index {
  static constexpr auto name = const_name("int | slice");
};
struct OptionalInt {
  static constexpr auto name = const_name("int | None");
};
struct Text {
  static constexpr auto name = const_name("str");
};
struct Bytes {
  static constexpr auto name = const_name("bytes");
};
struct Array {
  static constexpr auto name = const_name("numpy.typing.ArrayLike");
};
struct Edges {
  static constexpr auto name = const_name("float | collections.abc.Iterable[float]");
};
struct Channels {
  static constexpr auto name = const_name("int | collections.abc.Sequence[str | tuple[str, str]]");
};
struct OptionalChannels {
  static constexpr auto name = const_name("int | collections.abc.Sequence[str | tuple[str, str]] | None");
};
struct Marks {
  static constexpr auto name = const_name("numpy.typing.NDArray[numpy.uint32] | None");
};
struct MarksOrBool {
  static constexpr auto name = const_name("bool | numpy.typing.NDArray[numpy.uint32]");
};
struct Markers {
  static constexpr auto name = const_name("collections.abc.Sequence[tuple[str, int]]");
};
struct Dict {
  static constexpr auto name = const_name("dict");
};
struct Detector {
  static constexpr auto name = const_name("unguard._core.Detector");
};
struct OnsetDetector {
  static constexpr auto name = const_name("unguard._core.OnsetDetector");
};
struct ThresholdDetector {
  static constexpr auto name = const_name("unguard._core.ThresholdDetector");
};
struct Noise {
  static constexpr auto name = const_name("unguard._core.NoiseModel");
};
struct NoiseSpec {
  static constexpr auto name = const_name("unguard._core.NoiseCalibrator");
};
struct ActivitySpec {
  static constexpr auto name = const_name("unguard._core.ActivityCalibrator");
};
struct Activity {
  static constexpr auto name = const_name("unguard._core.ActivityDetector");
};
struct KnownActivity {
  static constexpr auto name = const_name("unguard._core.ActivityCalibration");
};
struct Stretches {
  static constexpr auto name = const_name("collections.abc.Iterable[tuple[int, int]]");
};
struct Profiler {
  static constexpr auto name = const_name("unguard._core.BendingProfiler");
};
struct OptionalBeats {
  static constexpr auto name = const_name("collections.abc.Iterable[float] | None");
};
struct OptionalArray {
  static constexpr auto name = const_name("numpy.typing.ArrayLike | None");
};
struct OptionalHeartMethod {
  static constexpr auto name =
      const_name("unguard._core.PcaSubtraction | unguard._core.WaveletSubtraction | unguard._core.EkfSmoother | None");
};
struct OptionalRPeaks {
  static constexpr auto name = const_name("collections.abc.Iterable[float] | unguard._core.RPeaks | None");
};
struct OptionalRPeaksSpec {
  static constexpr auto name = const_name("unguard._core.RPeaks | None");
};
struct OptionalDetector {
  static constexpr auto name = const_name("unguard._core.SpasmDetector | unguard._core.EventDetector | None");
};
struct Filters {
  static constexpr auto name = const_name("unguard._core.Spec | unguard._core.Chain");
};
struct OptionalMontage {
  static constexpr auto name = const_name("collections.abc.Mapping[str, str | collections.abc.Sequence[str]] | None");
};
struct OptionalCanceller {
  static constexpr auto name = const_name("unguard._core.LineCanceller | None");
};
struct OptionalSubtraction {
  static constexpr auto name = const_name("unguard._core.EcgSubtraction | unguard._core.HeartGate | None");
};
struct OptionalCheck {
  static constexpr auto name = const_name("unguard._core.SignalCheck | None");
};
struct OptionalResidual {
  static constexpr auto name = const_name("unguard._core.Residual | None");
};
struct OptionalNoiseFloor {
  static constexpr auto name = const_name("unguard._core.NoiseFloor | None");
};
struct OptionalHeartShare {
  static constexpr auto name = const_name("unguard._core.HeartShare | None");
};
struct OptionalLevel {
  static constexpr auto name = const_name("unguard._core.GatedRms | None");
};
struct OptionalReadings {
  static constexpr auto name = const_name("unguard._core.Levels | None");
};
struct OptionalWatch {
  static constexpr auto name = const_name("unguard._core.StreamWatch | None");
};
struct OptionalFloat {
  static constexpr auto name = const_name("float | None");
};
struct OptionalPair {
  static constexpr auto name = const_name("collections.abc.Sequence[float] | None");
};
struct Session {
  static constexpr auto name = const_name("unguard._core.Pipeline");
};
struct Calibrator {
  static constexpr auto name = const_name("unguard._core.RestCalibrator");
};
struct ReferenceSpec {
  static constexpr auto name = const_name("unguard._core.ReferenceCalibrator");
};
struct OptionalRest {
  static constexpr auto name = const_name("unguard._core.RestCalibration | None");
};
struct Holds {
  static constexpr auto name = const_name("collections.abc.Sequence[tuple[int, int]]");
};
struct SavitzkyGolay {
  static constexpr auto name = const_name("unguard._core.SavitzkyGolay");
};
struct Simulation {
  static constexpr auto name = const_name("unguard._core.Paraspinal");
};
struct Trial {
  static constexpr auto name = const_name("unguard._core.OnsetTrial");
};
}  // namespace given

// Raises unguard.ConfigError for an argument.
[[noreturn]] void raise_argument(const std::string& argument, const std::string& found, const std::string& expected);

// What was given, in one short line: as Python writes it, arrays by shape and type.
std::string shown(const py::handle& value);
// Whether it is a NumPy masked array, whose mask the engine would not see.
bool masked(const py::handle& value);

// The value, or nothing where it is none of the kind or does not fit.
std::optional<double> as_number(const py::handle& value);
std::optional<std::int64_t> as_whole_number(const py::handle& value);
std::optional<bool> as_yes_or_no(const py::handle& value);
std::optional<std::string> as_text(const py::handle& value);

// The value, or unguard.ConfigError.
double number(const std::string& argument, const py::handle& value, const std::string& expected);
std::int64_t whole_number(const std::string& argument, const py::handle& value, const std::string& expected);
std::string text(const std::string& argument, const py::handle& value, const std::string& expected);

// The C++ object behind an argument, or unguard.ConfigError.
template <class T>
const T& object_of(const std::string& argument, const py::handle& value, const std::string& expected) {
  if (!py::isinstance<T>(value)) raise_argument(argument, shown(value), expected);
  return value.cast<const T&>();
}

}  // namespace unguard::python

template <class Type>
struct pybind11::detail::type_caster<unguard::python::Given<Type>> {
  PYBIND11_TYPE_CASTER(unguard::python::Given<Type>, Type::name);
  bool load(handle given, bool) {
    value.value = reinterpret_borrow<object>(given);
    return true;
  }
};
