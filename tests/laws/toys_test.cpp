// SPDX-License-Identifier: Apache-2.0
// Honest toys of the kinds the library has none of yet, so that their laws are run.
#include "laws/analyser_laws.hpp"
#include "laws/combiner_laws.hpp"
#include "laws/resampler_laws.hpp"
#include "laws/toys/block_mean.hpp"
#include "laws/toys/decimate.hpp"
#include "laws/toys/subtract.hpp"

namespace unguard::laws {
namespace {

const Exemptions toy{{Law::one_engine, "a toy of these tests"}};

const bool block_mean = analyser("ToyBlockMean", toys::BlockMean{},
                                 {.answer = Answer::linear, .exempt = toy, .memory = toys::LiveBlockMean::length - 1});
const bool decimate = resampler("ToyDecimate", toys::Decimate{}, {.exempt = toy});
const bool subtract = combiner("ToySubtract", toys::Subtract{}, {.exempt = toy});

}  // namespace
}  // namespace unguard::laws
