// SPDX-License-Identifier: Apache-2.0
// Trials of onset detectors, with truth, and hours of their noise.
#include <memory>
#include <span>
#include <string>

#include "convert.hpp"
#include "define.hpp"
#include "one_thread.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/simulate/onset_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

using LiveNoise = OneThread<OnsetNoise>;

const OnsetTrial& trial_of(const py::handle& given) { return object_of<OnsetTrial>("trial", given, "an OnsetTrial"); }

py::array_t<double> generate(LiveNoise& one, const Given<given::Int>& samples) {
  const std::int64_t most = one.live().frames_left();
  const std::string expected = "a whole number from 0 to what is left, " + std::to_string(most);
  const std::int64_t wanted = whole_number("samples", samples, expected);
  if (wanted < 0 || wanted > most) raise_argument("samples", shown(samples), expected);
  return one.alone([&](OnsetNoise& noise) {
    py::array_t<double> x(wanted);
    const std::span<double> to{x.mutable_data(), static_cast<std::size_t>(wanted)};
    const GilReleased released;
    noise.generate(to);
    return x;
  });
}

}  // namespace

void register_onset_trials(py::module_& m) {
  bind_spec<OnsetTrial>(m);
  py::class_<LiveNoise> noise(m, "OnsetNoise",
                              "What an onset trial is without its burst, in blocks of any length; made by "
                              "onset_noise(). Belongs to one thread at a time.");
  define(noise, "generate", &generate, py::arg("samples"),
         "The next samples, in microvolts, unfiltered. Raises ConfigError for more than are left.");
  noise.def_property_readonly(
      "samples_left", [](const LiveNoise& n) { return n.live().frames_left(); }, "How many are left.");
  noise.def_property_readonly(
      "r_peak_times", [](const LiveNoise& n) { return n.live().r_peak_times(); },
      "R peaks of all of it, in samples; they fall between samples.");

  define(
      m, "onset_noise",
      [](const Given<given::Trial>& trial, const Given<given::Float>& seconds) {
        return std::make_unique<LiveNoise>(
            take(try_onset_noise(trial_of(trial), {number("seconds", seconds, "a length in seconds")})));
      },
      py::arg("trial"), py::kw_only(), py::arg("seconds"),
      "So many seconds of the rest of an onset trial, noise and heart, to count false alarms on: hours of it take no "
      "memory. More of it begins with less of it, and the record of the trial with both.");
  define(
      m, "_simulate_onset",
      [](const Given<given::Trial>& given) {
        const OnsetTrial& trial = trial_of(given);
        const OnsetRecord record = take(without_gil([&] { return try_simulate_onset(trial); }));
        py::array_t<double> data(static_cast<py::ssize_t>(record.data.size()), record.data.data());
        py::list peaks;
        for (const auto& p : record.r_peaks) peaks.append(p.value);
        py::dict truth;
        truth["onset"] = record.onset.value;
        truth["offset"] = record.offset.value;
        truth["r_peaks"] = peaks;
        truth["emg_uV"] = record.emg_level.value;
        truth["noise_uV"] = record.noise_level.value;
        truth["r_peak_uV"] = record.r_peak.value;
        return py::make_tuple(data, truth);
      },
      py::arg("trial"), "Data and truth of one onset trial.");
}

}  // namespace unguard::python
