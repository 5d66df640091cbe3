// SPDX-License-Identifier: Apache-2.0
// Station clinical/: one line a processor.
#include "laws/bend_laws.hpp"
#include "unguard/clinical/bend_phases.hpp"
#include "unguard/clinical/flexion_relaxation.hpp"
#include "unguard/clinical/levels_by_angle.hpp"

namespace unguard::laws {
namespace {

const bool phases = of_bends<PhaseReport>("BendPhases", BendPhases{.angle = "trunk"}, "phases");
const bool relaxation = of_bends<Bend>(
    "FlexionRelaxation", FlexionRelaxation{.phases = {.angle = "trunk"}, .noise = {Microvolts{0.5}}}, "bends");
const bool levels = of_bends<BendByAngle>(
    "LevelsByAngle", LevelsByAngle{.phases = {.angle = "trunk"}, .noise = {Microvolts{0.5}}}, "levels");

}  // namespace
}  // namespace unguard::laws
