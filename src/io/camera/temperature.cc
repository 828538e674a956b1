#include "io/camera/temperature.h"

#include <cmath>

namespace seafusion::io {
namespace {

constexpr double kZeroCelsius = 273.15;  // kelvin

// Share of the radiation that the air lets through.
double AirTransmission(const PlanckCalibration& c) {
  const double t = c.air_temperature;
  const double water = c.relative_humidity *
                       std::exp(1.5587 + 0.06939 * t - 0.00027816 * t * t + 6.8455e-7 * t * t * t);
  const double path = std::sqrt(c.object_distance / 2);
  return c.x * std::exp(-path * (c.alpha1 + c.beta1 * std::sqrt(water))) +
         (1 - c.x) * std::exp(-path * (c.alpha2 + c.beta2 * std::sqrt(water)));
}

}  // namespace

Thermometer::Thermometer(const PlanckCalibration& c) {
  const auto counts_of = [&](double celsius) {
    return c.r1 / (c.r2 * (std::exp(c.b / (celsius + kZeroCelsius)) - c.f)) - c.o;
  };
  const double e = c.emissivity;
  const double air = AirTransmission(c);
  const double window = c.window_transmission;
  const double reflected = (1 - e) / e * counts_of(c.reflected_temperature);
  const double before_window = (1 - air) / e / air * counts_of(c.air_temperature);
  const double of_window = (1 - window) / e / air / window * counts_of(c.window_temperature);
  const double behind_window = (1 - air) / e / air / air / window * counts_of(c.air_temperature);
  law_ = Planck{c.r1,
                c.b,
                c.f,
                c.o,
                c.r2,
                1 / (e * air * window * air),
                reflected + before_window + of_window + behind_window};
}

Thermometer::Thermometer(const LinearCalibration& calibration) : law_(calibration) {}

double Thermometer::Celsius(double counts) const {
  if (const auto* linear = std::get_if<LinearCalibration>(&law_)) {
    return counts * linear->kelvin_per_count - kZeroCelsius;
  }
  const Planck& p = std::get<Planck>(law_);
  const double object = counts * p.gain - p.offset;
  return p.b / std::log(p.r1 / (p.r2 * (object + p.o)) + p.f) - kZeroCelsius;
}

double Thermometer::Counts(double celsius) const {
  if (const auto* linear = std::get_if<LinearCalibration>(&law_)) {
    return (celsius + kZeroCelsius) / linear->kelvin_per_count;
  }
  const Planck& p = std::get<Planck>(law_);
  const double object = p.r1 / (p.r2 * (std::exp(p.b / (celsius + kZeroCelsius)) - p.f)) - p.o;
  return (object + p.offset) / p.gain;
}

}  // namespace seafusion::io
