// The things in a scene. Each stands on the ground at (x, z) metres and faces the camera like a
// stage set: flat, but of the right size at its distance.
#ifndef SEAFUSION_SYNTH_DRAW_OBJECTS_H_
#define SEAFUSION_SYNTH_DRAW_OBJECTS_H_

#include "core/seeded_noise.h"
#include "synth/draw/canvas.h"

namespace seafusion::synth {

/// Where an object stands, and the way from its own metres to pixels.
struct Place {
  double x = 0, z = 10;  ///< Metres to the right and ahead.
  int object = 0;        ///< Number of the object, from 1.
};

class LocalFrame {
 public:
  LocalFrame(const Camera& camera, const Place& place)
      : base_(camera.Project(place.x, 0, place.z)), scale_(camera.focal / place.z) {}
  /// u metres to the right of and v metres above the foot point.
  cv::Point2d At(double u, double v) const { return {base_.x + u * scale_, base_.y - v * scale_}; }
  double Pixels(double metres) const { return metres * scale_; }
  Outline Shape(std::initializer_list<cv::Point2d> metres, double mirror = 1) const {
    Outline o;
    for (const cv::Point2d& p : metres) o.push_back(At(mirror * p.x, p.y));
    return o;
  }

 private:
  cv::Point2d base_;
  double scale_;
};

/// Lighting of the scene that objects must know of.
struct Ambience {
  bool night = false;
  double warmth = 0;  ///< Added to the heat of everything that the sun has heated.
};

void DrawCarEnd(Canvas& canvas, const Camera& camera, const Place& place, bool rear,
                const Ambience& ambience, SeededNoise& noise);
void DrawCarSide(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience,
                 SeededNoise& noise);
void DrawPerson(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience,
                SeededNoise& noise);
/// A bicycle seen from the side; with a rider the rider is object `rider`, else 0.
void DrawBike(Canvas& canvas, const Camera& camera, const Place& place, int rider,
              const Ambience& ambience, SeededNoise& noise);
void DrawCone(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience);
void DrawCarStop(Canvas& canvas, const Camera& camera, const Place& place,
                 const Ambience& ambience);
void DrawBump(Canvas& canvas, const Camera& camera, double half_width, double z,
              const Ambience& ambience);
/// Along the road at x, from z0 to z1.
void DrawGuardrail(Canvas& canvas, const Camera& camera, double x, double z0, double z1,
                   const Ambience& ambience);
void DrawTree(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience,
              SeededNoise& noise);
void DrawStreetLamp(Canvas& canvas, const Camera& camera, const Place& place, double arm,
                    const Ambience& ambience);

}  // namespace seafusion::synth

#endif  // SEAFUSION_SYNTH_DRAW_OBJECTS_H_
