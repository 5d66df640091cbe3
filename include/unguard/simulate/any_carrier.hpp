// SPDX-License-Identifier: Apache-2.0
// EMG at constant effort by any of three models of one spectrum: Gaussian noise (many units), Laplacian noise (few
// units, low effort), a sum of motor units (what both stand for). Sources: the three headers.
// Cost: that of the model and a switch a sample.
#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/laplacian_carrier.hpp"
#include "unguard/simulate/motor_unit_carrier.hpp"

namespace unguard {

enum class CarrierKind { gaussian, laplacian, motor_units };
constexpr std::array<std::string_view, 3> names(const CarrierKind*) { return {"gaussian", "laplacian", "motor_units"}; }

// A value; of unit RMS over the whole band.
class AnyCarrier {
 public:
  AnyCarrier(CarrierKind kind, CarrierPreset preset, Hertz rate, RandomStream random, const MotorUnitPool& pool = {})
      : plays_(made(kind, corners(preset), rate, std::move(random), pool)) {}

  CarrierKind kind() const noexcept { return static_cast<CarrierKind>(plays_.index()); }
  double next() noexcept {
    if (auto* gaussian = std::get_if<Carrier>(&plays_)) return gaussian->next();
    if (auto* laplacian = std::get_if<LaplacianCarrier>(&plays_)) return laplacian->next();
    return std::get_if<MotorUnitCarrier>(&plays_)->next();
  }
  // The mean power behind a filter, from the spectrum; not measured.
  double power_behind(const Sections& band) const {
    return std::visit([&](const auto& c) { return c.power_behind(band); }, plays_);
  }

 private:
  using Plays = std::variant<Carrier, LaplacianCarrier, MotorUnitCarrier>;  // in the order of CarrierKind
  static Plays made(CarrierKind kind, CarrierCorners c, Hertz rate, RandomStream random, const MotorUnitPool& pool) {
    if (kind == CarrierKind::laplacian) return LaplacianCarrier(c, rate, std::move(random));
    if (kind == CarrierKind::motor_units) return MotorUnitCarrier(c, rate, std::move(random), pool);
    return Carrier(c, rate, std::move(random));
  }

  Plays plays_;
};

}  // namespace unguard
