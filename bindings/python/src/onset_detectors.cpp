// SPDX-License-Identifier: Apache-2.0
// Detectors of onsets: one line each; their baselines, and how often they alarm on noise alone.
#include <cstdint>
#include <string>

#include "detector_class.hpp"
#include "noise_models.hpp"
#include "register.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/detect/on_marks.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

py::object table_of(const OnsetBaseline& b) {
  Calibration mean = b.mean, spread = b.spread;
  mean.quantity = "mean of " + mean.quantity;
  spread.quantity = "SD of " + spread.quantity;
  return long_table({&mean, &spread}, {});
}
void bind_baseline(py::module_& m) {
  py::class_<OnsetBaseline> baseline(
      m, "OnsetBaseline", "Mean and standard deviation of a detector's own statistic at rest, with 95 % intervals.");
  define(baseline, "to_dataframe", &table_of,
         "Return one row per quantity (mean, SD) and channel: channel, quantity, value, low, high (95 % interval), "
         "unit, samples, duration_s, source, how.");
  bind_plain_values<OnsetBaseline>(baseline, &plain_fields<OnsetBaseline>, &from_plain_fields<OnsetBaseline>);
  baseline
      .def_property_readonly(
          "statistic", [](const OnsetBaseline& b) { return b.mean.quantity; }, "What the mean and the SD are of.")
      .def("__repr__",
           [](const OnsetBaseline& b) { return "mean and SD of " + to_text(b.mean) + "; " + to_text(b.spread); });
}

OnsetBaseline calibrate_baseline(const Given<given::ThresholdDetector>& spec, const Given<given::Array>& rest,
                                 const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                                 const Given<given::Marks>& marks) {
  const DetectorClass& of = detector_class_of("spec", spec);
  if (!of.baseline)
    raise_argument("spec", shown(spec), "a detector that compares with mean and SD at rest, such as HodgesBui()");
  const WholeRecord record(rest, fs, channels, marks, "rest");
  const void* behind = of.behind(spec);
  return take(without_gil([&] { return of.baseline(behind, record.block(), record.format); }));
}

py::dict plain(const AlarmCount& count) {
  py::dict d;
  d["alarms"] = count.alarms;
  d["cancelled"] = count.cancelled;
  d["hours"] = count.hours;
  d["per_hour"] = count.per_hour();
  d["lowest_per_hour"] = count.lowest_per_hour();
  d["highest_per_hour"] = count.highest_per_hour();
  return d;
}

py::dict count_false_alarms(const Given<given::OnsetDetector>& spec, const Given<given::Noise>& given,
                            const Given<given::Float>& hours, const Given<given::Int>& channel,
                            const Given<given::Int>& seed) {
  const DetectorClass& of = detector_class_of("spec", spec);
  if (!of.count_alarms) raise_argument("spec", shown(spec), "an onset detector, such as HodgesBui()");
  const NoiseModel& noise = noise_of(given);
  const int one = channel_of(noise, channel);
  const double wanted = number("hours", hours, "a number above 0, at most 10000");
  const std::uint64_t from = seed_of(seed);
  const void* behind = of.behind(spec);
  return plain(take(without_gil([&] { return of.count_alarms(behind, noise, one, wanted, from); })));
}

py::tuple for_false_alarms(const Given<given::OnsetDetector>& spec, const Given<given::Noise>& given,
                           const Given<given::Float>& per_hour, const Given<given::Int>& channel,
                           const Given<given::Int>& seed) {
  const DetectorClass& of = detector_class_of("spec", spec);
  if (!of.for_alarms)
    raise_argument(
        "spec", shown(spec),
        "a detector with a threshold that decides how often it alarms, such as HodgesBui(): " + of.name + " has none");
  const NoiseModel& noise = noise_of(given);
  const int one = channel_of(noise, channel);
  const double wanted = number("per_hour", per_hour, "a number from 0.01 to 10000");
  const std::uint64_t from = seed_of(seed);
  const void* behind = of.behind(spec);
  const FoundThreshold found = take(without_gil([&] { return of.for_alarms(behind, noise, one, wanted, from); }));
  return py::make_tuple(found.spec(), found.threshold, found.per_hour, plain(found.counted));
}

}  // namespace

void register_onset_detectors(py::module_& m) {
  bind_spec<OnMarks>(m);
  bind_baseline(m);
  bind_onset<HodgesBui>(m);

  define(
      m, "calibrate_baseline", &calibrate_baseline, py::arg("spec"), py::arg("rest"), py::kw_only(), py::arg("fs"),
      py::arg("channels") = py::none(), py::arg("marks") = py::none(),
      "Mean and standard deviation of a detector's statistic over a stretch declared to be rest, (samples,) or "
      "(samples, channels) in microvolts, after the filters the stream goes through. marks: reason bits, uint32 of its "
      "shape.\n"
      "Raises ConfigError, naming the channel, the value found and what is expected; also for a detector that compares "
      "with no mean and SD at rest.");
  define(m, "_count_false_alarms", &count_false_alarms, py::arg("spec"), py::arg("noise"), py::kw_only(),
         py::arg("hours"), py::arg("channel"), py::arg("seed"), "What an AlarmCount holds.");
  define(m, "_for_false_alarms", &for_false_alarms, py::arg("spec"), py::arg("noise"), py::kw_only(),
         py::arg("per_hour"), py::arg("channel"), py::arg("seed"), "What a ForFalseAlarms holds.");
}

}  // namespace unguard::python
