// SPDX-License-Identifier: Apache-2.0
// One function a station, called when the module is loaded.
#pragma once

#include <pybind11/pybind11.h>

namespace unguard::python {

void register_filters(pybind11::module_& m);
void register_responses(pybind11::module_& m);
void register_designs(pybind11::module_& m);
void register_finite_responses(pybind11::module_& m);
void register_resamplers(pybind11::module_& m);
void register_zero_phase_blocks(pybind11::module_& m);
void register_calibration(pybind11::module_& m);
void register_references(pybind11::module_& m);
void register_detectors(pybind11::module_& m);
void register_noise_models(pybind11::module_& m);
void register_onset_detectors(pybind11::module_& m);
void register_published_onsets(pybind11::module_& m);
void register_offline_onsets(pybind11::module_& m);
void register_activity(pybind11::module_& m);
void register_bending(pybind11::module_& m);
void register_bend_values(pybind11::module_& m);
void register_bend_phases(pybind11::module_& m);
void register_flexion_relaxation(pybind11::module_& m);
void register_muscle_load(pybind11::module_& m);
void register_movement_measures(pybind11::module_& m);
void register_guarding(pybind11::module_& m);
void register_letting_go(pybind11::module_& m);
void register_bend_movement(pybind11::module_& m);
void register_tension(pybind11::module_& m);
void register_r_peaks(pybind11::module_& m);
void register_heart_gate(pybind11::module_& m);
void register_envelopes(pybind11::module_& m);
void register_offline_heart(pybind11::module_& m);
void register_features(pybind11::module_& m);
void register_fatigue(pybind11::module_& m);
void register_sessions(pybind11::module_& m);
void register_simulation(pybind11::module_& m);
void register_onset_trials(pybind11::module_& m);
void register_spectra(pybind11::module_& m);
void register_sliding_spectrum(pybind11::module_& m);

}  // namespace unguard::python
