// SPDX-License-Identifier: Apache-2.0
// Quickest detection of activity, and its calibration from a declared rest and a contraction.
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detector_class.hpp"
#include "noise_models.hpp"
#include "register.hpp"
#include "unguard/detect/activity_calibrator.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/event_detector.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

template <>
inline constexpr bool is_plain_by_fields<CountedFor> = true;

namespace {

void bind_calibration(py::module_& m) {
  py::class_<ActivityCalibration> calibration(
      m, "ActivityCalibration",
      "What ActivityDetector has to know of a stream: the noise at rest, how a contraction differs from it, and how "
      "often noise alone brings how much evidence.");
  define(
      calibration, "to_dataframe",
      [](const ActivityCalibration& a) {
        const Calibration rate = beside(a.level, "log_alarms", a.log_alarms);
        const Calibration decay = beside(a.level, "decay", a.decay);
        const Calibration loudness = beside(a.level, "beat_loudness", a.beat_loudness);
        const Calibration evidence = beside(a.level, "beat_evidence", a.beat_evidence);
        const Calibration settled = beside(a.level, "settled_dB", a.settled_dB);
        const Calibration end = beside(a.level, "end_dB", a.end_dB);
        const Calibration drift = beside(a.level, "end_dB_a_second", a.end_dB_a_second);
        std::vector<const Calibration*> all{&a.level, &rate, &decay};
        if (!a.end_dB.empty()) all.insert(all.end(), {&settled, &end, &drift});
        if (!a.beat_loudness.empty()) all.insert(all.end(), {&loudness, &evidence});
        return long_table(all, {});
      },
      "Return one row per quantity (noise at rest, log_alarms, decay, settled_dB, end_dB, end_dB_a_second; with a "
      "heart beat_loudness, beat_evidence) and channel: channel, quantity, value, low, high (95 % interval, where "
      "there "
      "is one), unit, samples, duration_s, source, how.");
  bind_plain_values<ActivityCalibration>(calibration, &plain_fields<ActivityCalibration>,
                                         &from_plain_fields<ActivityCalibration>);
  calibration
      .def_property_readonly(
          "noise", [](const ActivityCalibration& a) { return a.noise; },
          "The NoiseModel of the rest; where there were R peaks, of rest while the heart beats.")
      .def("__repr__", [](const ActivityCalibration& a) {
        return to_text(a.level) + (a.correlation.empty() ? ", no contraction" : ", and a contraction");
      });
}

// Samples of the rest at which the heart beats; the fraction of an R peak between two samples says nothing here.
std::vector<std::int64_t> beats_of(const py::handle& r_peaks) {
  if (r_peaks.is_none()) return {};
  const std::string expected = "samples at which a heart beats that is heard in the rest, or None";
  std::vector<double> peaks;
  try {
    peaks = FieldValue<std::vector<double>>::from(r_peaks);
  } catch (const Unfit&) {
    raise_argument("r_peaks", shown(r_peaks), expected);
  }
  std::vector<std::int64_t> beats;
  for (const double peak : peaks) {
    if (!(std::fabs(peak) < 1e15)) raise_argument("r_peaks", to_text(peak) + " among others", expected);
    beats.push_back(static_cast<std::int64_t>(std::floor(peak)));
  }
  return beats;
}

ActivityCalibration calibrate_activity(const Given<given::Array>& rest, const Given<given::OptionalArray>& contraction,
                                       const Given<given::Float>& fs, const Given<given::OptionalChannels>& channels,
                                       const Given<given::Text>& band, const Given<given::Marks>& rest_marks,
                                       const Given<given::Marks>& contraction_marks,
                                       const Given<given::OptionalBeats>& r_peaks,
                                       const Given<given::ActivitySpec>& spec, const Given<given::Activity>& detector) {
  const auto& calibrator = object_of<ActivityCalibrator>("spec", spec, "an ActivityCalibrator");
  const auto& sizes = object_of<ActivityDetector>("detector", detector, "an ActivityDetector");
  const WholeRecord quiet(rest, fs, channels, rest_marks, "rest", "rest_marks");
  const std::string words = text("band", band, "what both have been through, in words");
  std::optional<Samples> loud;
  MarkArray loud_marks;
  if (const py::handle given = contraction; !given.is_none()) {
    loud = samples("contraction", given);
    loud_marks = optional_mark_array(contraction_marks, *loud, "contraction_marks");
    if (loud->frames == 0) raise_argument("contraction", "without samples", "a stretch of contraction, or None");
  } else if (const py::handle marks = contraction_marks; !marks.is_none()) {
    raise_argument("contraction_marks", shown(marks), "None without a contraction");
  }
  const ConstBlock active = loud ? ConstBlock(loud->array.data(), loud->frames, loud->channels, loud_marks.data)
                                 : ConstBlock(nullptr, 0, quiet.in.channels);
  const std::vector<std::int64_t> beats = beats_of(r_peaks);
  return take(without_gil(
      [&] { return try_calibrate_activity(calibrator, quiet.block(), active, quiet.format, words, sizes, beats); }));
}

EventDetector calibrated(const EventDetector& spec, const Given<given::KnownActivity>& calibration,
                         const Given<given::Bool>& continues) {
  const auto goes_on = as_yes_or_no(continues);
  if (!goes_on) raise_argument("continues", shown(continues), "True or False");
  EventDetector made = spec;
  made.activity.calibration =
      object_of<ActivityCalibration>("calibration", calibration, "an ActivityCalibration: see calibrate_activity()");
  made.activity.continues = *goes_on;
  return made;
}

}  // namespace

void register_activity(py::module_& m) {
  bind_calibration(m);
  bind_onset<ActivityDetector>(m);
  auto events = bind_detector<EventDetector>(m);
  define(events, "calibrated", &calibrated, py::arg("calibration"), py::kw_only(), py::arg("continues") = false,
         "Return this detector with an activity that knows a stream's noise and is otherwise as it was: that of a new "
         "EventDetector lets 10 an hour open and keeps what lasts 15 ms, as an ActivityDetector by itself does not.\n"
         "continues: the stream begins where the calibrated rest ended.\n"
         "Raises ConfigError for what is no ActivityCalibration.");
  bind_spec<ActivityCalibrator>(m);
  define(
      m, "calibrate_activity", &calibrate_activity, py::arg("rest"), py::arg("contraction") = py::none(), py::kw_only(),
      py::arg("fs"), py::arg("channels") = py::none(), py::arg("band"), py::arg("rest_marks") = py::none(),
      py::arg("contraction_marks") = py::none(), py::arg("r_peaks") = py::none(),
      py::arg("spec") = ActivityCalibrator{}, py::arg("detector") = ActivityDetector{},
      "What an ActivityDetector has to know, from a stretch declared to be rest and, where there is one, of a "
      "contraction: (samples,) or (samples, channels) in microvolts, after the filters the stream goes through. Some "
      "seconds of computing a channel; the GIL is released.\n"
      "band: what both have been through, in words. detector: the one that is to be started with "
      "this; alarms are counted for its sizes, most_a_sample, tracking, memory and cap (beats over its look), and one "
      "with others does not start. "
      "r_peaks: samples of the rest at which a heart beats that is heard in it, also those just before (below 0) and "
      "behind; the noise is then modelled while it beats, and how loud a beat to come is at most. At least 5 whole "
      "beats where they bring more evidence than noise does.\n"
      "Without a contraction activity is looked for as if it were white where the noise is.\n"
      "Raises ConfigError, naming the channel, the value found and what is expected: as calibrate_noise(), and for a "
      "contraction hardly louder than the rest, or too few beats that are louder than it.\n"
      "Source: Burg 1975, Maximum Entropy Spectral Analysis, Stanford; Pickands 1975, doi:10.1214/aos/1176343003; "
      "Hahn 1970, doi:10.2307/2284349.");
}

}  // namespace unguard::python
