// What stands and lies along a street.
#include <cmath>

#include "synth/draw/objects.h"

namespace seafusion::synth {

void DrawCone(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience) {
  const LocalFrame f(camera, place);
  const double heat = 88 + 0.6 * ambience.warmth;
  const int id = place.object;
  canvas.Fill(f.Shape({{-0.24, 0}, {0.24, 0}, {0.22, 0.07}, {-0.22, 0.07}}), {{40, 38, 36}, heat},
              Label::kColorCone, id);
  canvas.Fill(f.Shape({{-0.18, 0.07}, {0.18, 0.07}, {0.035, 0.75}, {-0.035, 0.75}}),
              {{235, 85, 25}, heat + 8}, Label::kColorCone, id);
  canvas.Fill(f.Shape({{-0.145, 0.22}, {0.145, 0.22}, {0.11, 0.38}, {-0.11, 0.38}}),
              {{240, 240, 235}, heat + 2}, Label::kColorCone, id);
  canvas.Fill(f.Shape({{-0.09, 0.48}, {0.09, 0.48}, {0.065, 0.6}, {-0.065, 0.6}}),
              {{240, 240, 235}, heat + 2}, Label::kColorCone, id);
}

void DrawCarStop(Canvas& canvas, const Camera& camera, const Place& place,
                 const Ambience& ambience) {
  const LocalFrame f(camera, place);
  const double heat = 96 + 0.7 * ambience.warmth;
  for (int i = 0; i < 6; ++i) {
    const double u0 = -0.9 + 0.3 * i, u1 = u0 + 0.3;
    const Colour paint = i % 2 == 0 ? Colour{225, 190, 40} : Colour{45, 45, 45};
    canvas.Fill(f.Shape({{u0, 0}, {u1, 0}, {u1, 0.16}, {u0, 0.16}}), {paint, heat}, Label::kCarStop,
                place.object);
    canvas.Fill(f.Shape({{u0, 0.16}, {u1, 0.16}, {u1 - 0.02, 0.21}, {u0 + 0.02, 0.21}}),
                {paint.Times(1.15), heat + 10}, Label::kCarStop, place.object);
  }
}

void DrawBump(Canvas& canvas, const Camera& camera, double half_width, double z,
              const Ambience& ambience) {
  constexpr int kStripes = 10;
  for (int i = 0; i < kStripes; ++i) {
    const double x0 = -half_width + 2 * half_width * i / kStripes,
                 x1 = x0 + 2 * half_width / kStripes;
    const Colour paint = i % 2 == 0 ? Colour{215, 180, 45} : Colour{50, 50, 52};
    canvas.Fill({camera.Project(x0, 0, z), camera.Project(x1, 0, z),
                 camera.Project(x1, 0.07, z + 0.25), camera.Project(x1, 0.0, z + 0.6),
                 camera.Project(x0, 0.0, z + 0.6), camera.Project(x0, 0.07, z + 0.25)},
                {paint, 104 + 0.8 * ambience.warmth}, Label::kBump);
  }
}

void DrawGuardrail(Canvas& canvas, const Camera& camera, double x, double z0, double z1,
                   const Ambience& ambience) {
  const double heat = 66 + 0.9 * ambience.warmth;
  for (double z = z1; z >= z0; z -= 2.0) {
    canvas.Stroke(camera.Project(x, 0, z), camera.Project(x, 0.7, z), camera.focal / z * 0.1,
                  {{120, 122, 125}, heat}, Label::kGuardrail);
  }
  const auto band = [&](double low, double high, Colour colour, double warm) {
    canvas.Fill({camera.Project(x, low, z0), camera.Project(x, high, z0),
                 camera.Project(x, high, z1), camera.Project(x, low, z1)},
                {colour, warm}, Label::kGuardrail);
  };
  band(0.45, 0.75, {165, 168, 172}, heat);
  band(0.54, 0.58, {105, 108, 112}, heat - 8);
  band(0.64, 0.68, {205, 207, 210}, heat + 8);
}

void DrawTree(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience,
              SeededNoise& noise) {
  const LocalFrame f(camera, place);
  const double tall = noise.Between(4.5, 8);
  canvas.Fill(f.Shape({{-0.18, 0}, {0.18, 0}, {0.1, 0.6 * tall}, {-0.1, 0.6 * tall}}),
              {{70, 52, 38}, 84 + 0.4 * ambience.warmth});
  for (int i = 0; i < 130; ++i) {
    const double a = noise.Between(0, 2 * CV_PI), d = std::sqrt(noise.Uniform());
    const double u = 0.33 * tall * d * std::cos(a), v = 0.68 * tall + 0.3 * tall * d * std::sin(a);
    // Leaves at the top catch more light.
    const double shade = 0.6 + 0.5 * (v / tall - 0.4) + noise.Between(-0.15, 0.15);
    // One statement a draw: C++ leaves the order of a call's arguments to the compiler.
    const double ry = noise.Between(0.15, 0.4);
    const double rx = noise.Between(0.2, 0.5);
    canvas.Ellipse(f.At(u, v), f.Pixels(rx), f.Pixels(ry),
                   {Colour{70, 105, 45}.Times(shade), 62 + 12 * shade + 0.3 * ambience.warmth});
  }
}

void DrawStreetLamp(Canvas& canvas, const Camera& camera, const Place& place, double arm,
                    const Ambience& ambience) {
  const LocalFrame f(camera, place);
  constexpr double kTall = 6.0;
  const Material pole{{85, 88, 90}, 74 + 0.6 * ambience.warmth};
  canvas.Stroke(f.At(0, 0), f.At(0, kTall), f.Pixels(0.13), pole);
  canvas.Stroke(f.At(0, kTall), f.At(arm, kTall + 0.15), f.Pixels(0.09), pole);
  const Colour glow = ambience.night ? Colour{255, 222, 160} : Colour{0, 0, 0};
  canvas.Ellipse(f.At(arm, kTall + 0.1), f.Pixels(0.32), f.Pixels(0.1),
                 {{200, 200, 195}, ambience.night ? 215.0 : 84.0, glow});
  if (!ambience.night) return;
  canvas.Light(f.At(arm, 0), f.Pixels(5.5), f.Pixels(1.5), {0.50, 0.42, 0.28});
  canvas.Light(f.At(arm, 3.0), f.Pixels(3.6), f.Pixels(4.2), {0.16, 0.13, 0.08});
}

}  // namespace seafusion::synth
