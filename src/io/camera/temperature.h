// From the counts of a thermal camera to temperatures.
#ifndef SEAFUSION_IO_CAMERA_TEMPERATURE_H_
#define SEAFUSION_IO_CAMERA_TEMPERATURE_H_

#include <variant>

namespace seafusion::io {

/// The constants that FLIR cameras store with a picture. Temperatures in degrees Celsius, the
/// humidity as a share of 1, the distance in metres.
struct PlanckCalibration {
  double emissivity = 1;
  double object_distance = 0;
  double reflected_temperature = 20;
  double air_temperature = 20;
  double window_temperature = 20;
  double window_transmission = 1;
  double relative_humidity = 0.5;
  double r1 = 0, b = 0, f = 0, o = 0, r2 = 0;                  ///< Planck's, of the camera.
  double alpha1 = 0, alpha2 = 0, beta1 = 0, beta2 = 0, x = 0;  ///< Of the air between.
};

/// Counts that are temperatures already: kelvin = counts * kelvin_per_count.
struct LinearCalibration {
  double kelvin_per_count = 0;
};

/// Turns counts into degrees Celsius and back. The formula is that of FLIR's own software as
/// published by Minkina and Dudzik ("Infrared Thermography", 2009, chapter 3), with the terms of
/// a window in front of the camera: the object's radiation less what it and the air reflect and
/// emit, through Planck's law. Immutable and thread-safe.
class Thermometer {
 public:
  /// Nothing of `calibration` is checked beforehand: what makes no sense gives NaN.
  explicit Thermometer(const PlanckCalibration& calibration);
  explicit Thermometer(const LinearCalibration& calibration);

  /// NaN where the counts are below what any temperature gives.
  double Celsius(double counts) const;
  /// The counts of an object of that temperature.
  double Counts(double celsius) const;

 private:
  struct Planck {
    double r1, b, f, o, r2;
    double gain;  // counts of an object without air = gain * counts - offset
    double offset;
  };
  std::variant<Planck, LinearCalibration> law_;
};

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_CAMERA_TEMPERATURE_H_
