// SPDX-License-Identifier: Apache-2.0
#include "register.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The C++ engine of unguard.";
  m.attr("__version__") = UNGUARD_VERSION;
  unguard::python::register_filters(m);
  unguard::python::register_responses(m);
  unguard::python::register_designs(m);
  unguard::python::register_finite_responses(m);
  unguard::python::register_resamplers(m);
  unguard::python::register_zero_phase_blocks(m);
  unguard::python::register_calibration(m);
  unguard::python::register_references(m);
  unguard::python::register_detectors(m);
  unguard::python::register_noise_models(m);
  unguard::python::register_onset_detectors(m);
  unguard::python::register_published_onsets(m);
  unguard::python::register_offline_onsets(m);
  unguard::python::register_activity(m);
  unguard::python::register_bending(m);
  unguard::python::register_bend_values(m);
  unguard::python::register_bend_phases(m);
  unguard::python::register_flexion_relaxation(m);
  unguard::python::register_muscle_load(m);
  unguard::python::register_movement_measures(m);
  unguard::python::register_guarding(m);
  unguard::python::register_letting_go(m);
  unguard::python::register_bend_movement(m);
  unguard::python::register_tension(m);
  unguard::python::register_r_peaks(m);
  unguard::python::register_heart_gate(m);
  unguard::python::register_envelopes(m);
  unguard::python::register_offline_heart(m);
  unguard::python::register_features(m);
  unguard::python::register_fatigue(m);
  unguard::python::register_sessions(m);
  unguard::python::register_simulation(m);
  unguard::python::register_onset_trials(m);
  unguard::python::register_spectra(m);
  unguard::python::register_sliding_spectrum(m);
}
