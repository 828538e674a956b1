// What a scene is painted on: one sheet a quantity, all painted together so that the bands are
// registered exactly.
#ifndef SEAFUSION_SYNTH_DRAW_CANVAS_H_
#define SEAFUSION_SYNTH_DRAW_CANVAS_H_

#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>

#include "core/seeded_noise.h"
#include "synth/render.h"

namespace seafusion::synth {

/// Colour of a lit surface or of a light, 0..255 each.
struct Colour {
  double r = 0, g = 0, b = 0;
  Colour Times(double f) const { return {r * f, g * f, b * f}; }
};

/// What a painted surface is made of.
struct Material {
  Colour albedo;
  double heat = 80;       ///< Infrared level, 0..255.
  Colour light{0, 0, 0};  ///< Light it gives off itself.
};

/// Pinhole camera over flat ground. World: x to the right, y up, z ahead, in metres; picture:
/// pixels.
struct Camera {
  double focal = 600;
  double centre_x = 320;
  double horizon_y = 220;
  double height = 1.5;  ///< Above the ground.
  double right = 0;     ///< Of the place that x is counted from.

  cv::Point2d Project(double x, double y, double z) const {
    return {centre_x + focal * (x - right) / z, horizon_y + focal * (height - y) / z};
  }
};

using Outline = std::vector<cv::Point2d>;

/// Sheets at kScale times the picture's size; scaled down at the end.
class Canvas {
 public:
  static constexpr int kScale = 2;

  Canvas(int width, int height);

  /// Paints a filled outline (picture coordinates) over what is there. `label` and `object` are
  /// painted too: whatever is in front hides what is behind. object 0 belongs to nothing.
  void Fill(const Outline& outline, const Material& material, Label label = Label::kBackground,
            int object = 0);
  void Ellipse(cv::Point2d centre, double rx, double ry, const Material& material,
               Label label = Label::kBackground, int object = 0);
  /// A stroke with round ends.
  void Stroke(cv::Point2d a, cv::Point2d b, double thickness, const Material& material,
              Label label = Label::kBackground, int object = 0);

  /// Light that falls on surfaces: adds (negative: a shadow) inside an ellipse, fading to its rim.
  void Light(cv::Point2d centre, double rx, double ry, const Colour& colour);

  /// Makes surfaces uneven: albedo and a little of the heat, inside an outline. `grain` is the size
  /// of a speck in pixels, `strength` relative.
  void Roughen(const Outline& outline, double grain, double strength, SeededNoise& noise);

  cv::Mat albedo;     ///< 8UC3, RGB
  cv::Mat heat;       ///< 8UC1
  cv::Mat light;      ///< 8UC3: given off
  cv::Mat received;   ///< 32FC3: light that falls on it, 1 = full daylight
  cv::Mat labels;     ///< 8UC1
  cv::Mat objects;    ///< 32SC1
  int width, height;  ///< Of the final picture.
};

/// Corners of an axis-parallel rectangle.
Outline Rectangle(double x0, double y0, double x1, double y1);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_DRAW_CANVAS_H_
