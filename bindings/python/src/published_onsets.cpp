// SPDX-License-Identifier: Apache-2.0
// Published onset detectors, live: one line each.
#include "detector_class.hpp"
#include "detector_fields.hpp"
#include "register.hpp"
#include "unguard/detect/aglr.hpp"
#include "unguard/detect/bonato.hpp"
#include "unguard/detect/gaussian_mixture_onset.hpp"
#include "unguard/detect/lidierth.hpp"
#include "unguard/detect/merlo_wavelet.hpp"
#include "unguard/detect/sample_entropy_onset.hpp"
#include "unguard/detect/tkeo_onset.hpp"

namespace unguard::python {

void register_published_onsets(py::module_& m) {
  bind_onset<TkeoOnset>(m);
  bind_onset<Lidierth>(m);
  bind_onset<Aglr>(m);
  bind_onset<Bonato>(m);
  bind_onset<MerloWavelet>(m);
  bind_onset<SampleEntropyOnset>(m);
  bind_onset<GaussianMixtureOnset>(m);
}

}  // namespace unguard::python
