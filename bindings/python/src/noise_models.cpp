// SPDX-License-Identifier: Apache-2.0
// What the noise at rest is like: models of it from a declared rest, and noise that is like them.
#include "noise_models.hpp"

#include <string>

#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/detect/model_noise.hpp"
#include "unguard/detect/noise_calibrator.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

py::array_t<double> model_noise(const Given<given::Noise>& given, const Given<given::Float>& seconds,
                                const Given<given::Int>& channel, const Given<given::Int>& seed) {
  const NoiseModel& noise = noise_of(given);
  const int of = channel_of(noise, channel);
  const std::string expected = "a length from 0 s to what fits into memory";
  const double length = number("seconds", seconds, expected);
  if (!(length >= 0 && length * noise.rate.value <= 1e10)) raise_argument("seconds", to_text(length) + " s", expected);
  if (auto fault = refuse_noise_model<NoiseModel>(noise, "noise", noise.channels(), noise.rate)) raise(*fault);
  const std::uint64_t from = seed_of(seed);
  py::array_t<double> x(samples_in({length}, noise.rate));
  double* out = x.mutable_data();
  const std::int64_t samples = x.size();
  const GilReleased released;
  ModelNoise source(noise, of, from);
  for (std::int64_t i = 0; i < samples; ++i) out[i] = source.next();
  return x;
}

}  // namespace

void register_noise_models(py::module_& m) {
  py::class_<NoiseModel> model(m, "NoiseModel",
                               "Spectrum and level of the noise at rest in each channel, for detectors to whiten with "
                               "and for false alarms to be counted on: an autoregressive model, Gaussian.");
  define(
      model, "to_dataframe",
      [](const NoiseModel& n) {
        py::dict more;
        more["rate_hz"] = n.rate.value;
        more["order"] = n.order;
        return long_table({&n.level}, more);
      },
      "Return one row per channel: channel, quantity, value (RMS), low, high (95 % interval), unit, samples, "
      "duration_s, source, how, rate_hz, order.");
  bind_plain_values<NoiseModel>(model, &plain_fields<NoiseModel>, &from_plain_fields<NoiseModel>);
  model
      .def_property_readonly(
          "rate", [](const NoiseModel& n) { return n.rate.value; }, "Of the samples, Hz.")
      .def_property_readonly("channels", &NoiseModel::channels, "How many it was made for.")
      .def("__repr__", [](const NoiseModel& n) {
        return to_text(n.level) + ", spectrum of order " + std::to_string(n.order) + " at " + to_text(n.rate);
      });
  bind_spec<NoiseCalibrator>(m);
  define(
      m, "calibrate_noise",
      [](const Given<given::Array>& rest, const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
         const Given<given::Text>& band, const Given<given::Marks>& marks, const Given<given::NoiseSpec>& spec) {
        const auto& calibrator = object_of<NoiseCalibrator>("spec", spec, "a NoiseCalibrator");
        const WholeRecord record(rest, fs, channels, marks, "rest");
        const std::string words = text("band", band, "what the rest has been through, in words");
        return take(without_gil([&] { return try_calibrate_noise(calibrator, record.block(), record.format, words); }));
      },
      py::arg("rest"), py::kw_only(), py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"),
      py::arg("marks") = py::none(), py::arg("spec") = NoiseCalibrator{},
      "Spectrum and level of the noise from a stretch declared to be rest, (samples,) or (samples, channels) in "
      "microvolts, after the filters the stream goes through. band: what it has been through, in words. marks: reason "
      "bits, uint32 of its shape.\n"
      "Raises ConfigError, naming the channel, the value found and what is expected, for a stretch too short, with too "
      "many marked samples, flat, of changing level, or with spikes, bursts or heartbeats in it.\n"
      "Source: Burg 1975, Maximum Entropy Spectral Analysis, Stanford.");
  define(m, "model_noise", &model_noise, py::arg("noise"), py::kw_only(), py::arg("seconds"), py::arg("channel") = 0,
         py::arg("seed") = 1,
         "So many seconds of noise as one channel of a NoiseModel says it is, (samples,) in microvolts; the same bits "
         "for the same seed. Raises ConfigError, naming the argument.");
}

}  // namespace unguard::python
