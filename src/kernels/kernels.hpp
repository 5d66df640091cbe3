// SPDX-License-Identifier: Apache-2.0
// The inner loops of one instruction set.
#pragma once

#include "unguard/core/all_within.hpp"
#include "unguard/filter/fir_run.hpp"
#include "unguard/filter/polynomials_run.hpp"
#include "unguard/filter/sos_run.hpp"
#include "unguard/filter/state_variable_run.hpp"

namespace unguard {

struct Kernels {
  SosRun sos;
  AllWithin within;
  FirRun fir;
  AddProduct add_product;
  StateVariableRun state_variable;
  PolynomialsRun polynomials;
};

const Kernels& baseline_kernels() noexcept;
const Kernels& avx2_kernels() noexcept;

}  // namespace unguard
