// SPDX-License-Identifier: Apache-2.0
// The simulator: records with sample-exact truth.
#include "convert.hpp"
#include "define.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"
#include "without_gil.hpp"

namespace unguard::python {

namespace {

template <class T, class Row>
py::list rows(const std::vector<T>& all, Row&& row) {
  py::list list;
  for (const auto& one : all) {
    py::dict d;
    row(d, one);
    list.append(d);
  }
  return list;
}

py::dict to_dict(const Truth& truth) {
  py::dict d;
  d["events"] = rows(truth.events, [](py::dict& r, const TrueEvent& e) {
    r["channel"] = e.channel;
    r["kind"] = to_text(e.kind);
    r["context"] = to_text(e.context);
    r["onset"] = e.onset.value;
    r["offset"] = e.offset.value;
    r["level_uV"] = e.level.value;
    r["snr_dB"] = e.snr_dB;
  });
  d["phases"] = rows(truth.phases, [](py::dict& r, const TruePhase& p) {
    r["phase"] = to_text(p.phase);
    r["begin"] = p.begin.value;
    r["end"] = p.end.value;
  });
  d["silences"] = rows(truth.silences, [](py::dict& r, const TrueSilence& s) {
    r["channel"] = s.channel;
    r["onset"] = s.onset.value;
    r["offset"] = s.offset.value;
    r["onset_angle_deg"] = s.onset_angle.value;
    r["offset_angle_deg"] = s.offset_angle.value;
  });
  d["disturbances"] = rows(truth.disturbances, [](py::dict& r, const TrueDisturbance& t) {
    r["channel"] = t.channel;
    r["begin"] = t.begin.value;
    r["end"] = t.end.value;
    r["reasons"] = mark_names(t.reasons);
  });
  d["trains"] = rows(truth.trains, [](py::dict& r, const TrueTrain& t) {
    r["channel"] = t.channel;
    r["begin"] = t.begin.value;
    r["end"] = t.end.value;
    r["rate_Hz"] = t.rate.value;
    r["firings"] = t.firings;
  });
  d["r_peak_times"] = truth.r_peak_times;
  py::list peaks;
  for (const auto& p : truth.r_peaks) peaks.append(p.value);
  d["r_peaks"] = peaks;
  d["markers"] = rows(truth.markers, [](py::dict& r, const Marker& m) {
    r["at"] = m.at.value;
    r["kind"] = to_text(m.kind);
    r["value"] = m.value;
  });
  return d;
}

}  // namespace

void register_simulation(py::module_& m) {
  bind_spec<RestEvents>(m);
  bind_spec<Bending>(m);
  bind_spec<EcgArtefact>(m);
  bind_spec<MainsArtefact>(m);
  bind_spec<MotionArtefact>(m);
  bind_spec<LeadOff>(m);
  bind_spec<RestingUnits>(m);
  bind_spec<LevelDrift>(m);
  bind_spec<Digitiser>(m);
  bind_spec<Paraspinal>(m);

  define(
      m, "scenario",
      [](const Given<given::Text>& name, const Given<given::Float>& seconds, const Given<given::Int>& seed,
         const Given<given::Float>& fs) {
        const Paraspinal spec = take(try_scenario(
            text("name", name, "the name of a scenario"), {number("seconds", seconds, "a length in seconds")},
            whole_number("seed", seed, "a whole number from 0 to 9e15"), {number("fs", fs, "a sampling rate in Hz")}));
        if (auto fault = refuse(spec)) raise(*fault);
        return spec;
      },
      py::arg("name"), py::kw_only(), py::arg("seconds"), py::arg("seed"), py::arg("fs") = 2000.0,
      "The spec of a named scenario: \"rest\", \"healthy\", \"guarded\" or \"contaminated\".");
  define(
      m, "_simulate",
      [](const Given<given::Simulation>& asked) {
        const auto& spec = object_of<Paraspinal>("spec", asked, "the name of a scenario, or a Paraspinal");
        Simulator simulator = take(try_simulator(spec));
        const std::int64_t frames = simulator.frames(), channels = paraspinal_channels;
        py::array_t<double> data({frames, channels}), clean({frames, channels}), angle(frames);
        {
          const Block to{data.mutable_data(), frames, paraspinal_channels},
              emg{clean.mutable_data(), frames, paraspinal_channels};
          const std::span<double> degrees{angle.mutable_data(), static_cast<std::size_t>(frames)};
          const GilReleased released;
          simulator.generate(to, emg, degrees);
        }
        py::list names;
        for (const auto& c : simulator.format().channels) names.append(c.name);
        return py::make_tuple(data, clean, angle, names, to_dict(simulator.truth()));
      },
      py::arg("spec"), "Data, EMG alone, trunk angle, channel names and truth of a simulated record.");
}

}  // namespace unguard::python
