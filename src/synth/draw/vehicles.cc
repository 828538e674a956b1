// Cars from behind, from the front and from the side; bicycles are in street_objects.cc.
#include <array>

#include "synth/draw/objects.h"

namespace seafusion::synth {
namespace {

constexpr std::array<Colour, 7> kPaints = {{{205, 205, 210},
                                            {60, 62, 68},
                                            {135, 20, 25},
                                            {30, 55, 120},
                                            {125, 130, 135},
                                            {235, 235, 230},
                                            {95, 85, 60}}};

constexpr double kTyreHeat = 125, kGlassHeat = 48;

Material Glass(const Ambience& a) {
  return {{38, 44, 52}, kGlassHeat + 0.3 * a.warmth};
}
Material Tyre() {
  return {{22, 22, 24}, kTyreHeat};
}

void DrawWheel(Canvas& canvas, const LocalFrame& f, double u, double radius, int object) {
  canvas.Ellipse(f.At(u, radius), f.Pixels(radius), f.Pixels(radius), Tyre(), Label::kCar, object);
  canvas.Ellipse(f.At(u, radius), f.Pixels(0.6 * radius), f.Pixels(0.6 * radius),
                 {{130, 132, 136}, kTyreHeat - 15}, Label::kCar, object);
  canvas.Ellipse(f.At(u, radius), f.Pixels(0.18 * radius), f.Pixels(0.18 * radius),
                 {{40, 40, 42}, kTyreHeat + 20}, Label::kCar, object);
}

void GroundShadow(Canvas& canvas, const LocalFrame& f, double half_width, const Ambience& a) {
  if (a.night) return;
  canvas.Light(f.At(0, 0.02), f.Pixels(1.25 * half_width), f.Pixels(0.28), {-0.75, -0.75, -0.7});
}

}  // namespace

void DrawCarEnd(Canvas& canvas, const Camera& camera, const Place& place, bool rear,
                const Ambience& ambience, SeededNoise& noise) {
  const LocalFrame f(camera, place);
  const Colour paint = kPaints[noise.Below(kPaints.size())];
  const double w = noise.Between(0.85, 0.95), top = noise.Between(1.4, 1.75);
  const double waist = 0.62 * top, roof = 0.72 * w;
  const double body_heat = 78 + 0.8 * ambience.warmth;
  const int id = place.object;
  GroundShadow(canvas, f, w, ambience);
  // Under the body: warm air, hot exhaust.
  canvas.Fill(f.Shape({{-w, 0.12}, {w, 0.12}, {w, 0.4}, {-w, 0.4}}), {{15, 15, 16}, 120},
              Label::kCar, id);
  for (double side : {-1.0, 1.0}) {
    canvas.Fill(
        f.Shape({{side * (w - 0.24), 0}, {side * w, 0}, {side * w, 0.5}, {side * (w - 0.24), 0.5}}),
        Tyre(), Label::kCar, id);
  }
  const Material body{paint, body_heat};
  canvas.Fill(f.Shape({{-w, 0.25},
                       {w, 0.25},
                       {w * 1.01, waist},
                       {roof + 0.03, top - 0.05},
                       {roof - 0.12, top},
                       {-roof + 0.12, top},
                       {-roof - 0.03, top - 0.05},
                       {-w * 1.01, waist}}),
              body, Label::kCar, id);
  canvas.Fill(f.Shape({{-w * 0.86, waist + 0.02},
                       {w * 0.86, waist + 0.02},
                       {roof - 0.04, top - 0.1},
                       {-roof + 0.04, top - 0.1}}),
              Glass(ambience), Label::kCar, id);
  if (!rear) {
    // The bonnet over the engine is what glows in the infrared.
    canvas.Fill(
        f.Shape({{-w * 0.92, 0.55}, {w * 0.92, 0.55}, {w * 0.86, waist}, {-w * 0.86, waist}}),
        {paint.Times(1.08), 158}, Label::kCar, id);
    canvas.Fill(f.Shape({{-w * 0.55, 0.36}, {w * 0.55, 0.36}, {w * 0.6, 0.56}, {-w * 0.6, 0.56}}),
                {{25, 25, 27}, 205}, Label::kCar, id);
  } else {
    canvas.Fill(f.Shape({{-w * 0.9, waist - 0.04},
                         {w * 0.9, waist - 0.04},
                         {w * 0.9, waist},
                         {-w * 0.9, waist}}),
                {paint.Times(0.7), body_heat - 6}, Label::kCar, id);
    canvas.Ellipse(f.At(0.55 * w, 0.22), f.Pixels(0.05), f.Pixels(0.05), {{30, 28, 26}, 245},
                   Label::kCar, id);
  }
  canvas.Fill(f.Shape({{-w, 0.28}, {w, 0.28}, {w, 0.4}, {-w, 0.4}}),
              {paint.Times(0.55), body_heat + 8}, Label::kCar, id);
  canvas.Fill(f.Shape({{-0.26, 0.42}, {0.26, 0.42}, {0.26, 0.54}, {-0.26, 0.54}}),
              {{230, 230, 215}, body_heat + 3}, Label::kCar, id);
  // Lamps: lit at night.
  for (double side : {-1.0, 1.0}) {
    const cv::Point2d at = f.At(side * (w - 0.17), rear ? 0.78 : 0.68);
    const double r = f.Pixels(rear ? 0.12 : 0.11);
    const Colour glow = rear ? Colour{255, 40, 25} : Colour{255, 250, 225};
    const Material lamp{rear ? Colour{140, 15, 15} : Colour{220, 225, 230},
                        ambience.night ? 190.0 : 95.0, ambience.night ? glow : Colour{0, 0, 0}};
    canvas.Ellipse(at, 1.3 * r, r, lamp, Label::kCar, id);
    if (ambience.night) {
      const double reach = rear ? 1.6 : 3.2;
      const Colour spill = rear ? Colour{0.22, 0.03, 0.02} : Colour{0.55, 0.52, 0.42};
      canvas.Light(f.At(side * (w - 0.17), 0.0), f.Pixels(reach), f.Pixels(0.32 * reach), spill);
    }
  }
}

void DrawCarSide(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience,
                 SeededNoise& noise) {
  const LocalFrame f(camera, place);
  const Colour paint = kPaints[noise.Below(kPaints.size())];
  const double m = noise.Chance(0.5) ? 1 : -1;  // which way it looks
  const double heat = 78 + 0.8 * ambience.warmth;
  const bool running = noise.Chance(0.6);
  const int id = place.object;
  GroundShadow(canvas, f, 2.2, ambience);
  canvas.Fill(f.Shape({{-2.0, 0.2}, {2.0, 0.2}, {2.0, 0.45}, {-2.0, 0.45}}, m), {{15, 15, 16}, 100},
              Label::kCar, id);
  canvas.Fill(f.Shape({{-2.15, 0.32},
                       {2.15, 0.32},
                       {2.2, 0.62},
                       {2.05, 0.82},
                       {1.1, 0.95},
                       {0.55, 1.42},
                       {-1.05, 1.45},
                       {-1.75, 0.98},
                       {-2.15, 0.9},
                       {-2.2, 0.6}},
                      m),
              {paint, heat}, Label::kCar, id);
  canvas.Fill(f.Shape({{0.98, 0.96}, {0.5, 1.36}, {-0.18, 1.38}, {-0.18, 0.97}}, m),
              Glass(ambience), Label::kCar, id);
  canvas.Fill(f.Shape({{-0.28, 0.97}, {-0.28, 1.38}, {-1.0, 1.38}, {-1.5, 0.99}}, m),
              Glass(ambience), Label::kCar, id);
  if (running) {
    canvas.Fill(f.Shape({{1.2, 0.55}, {2.1, 0.5}, {2.05, 0.8}, {1.15, 0.92}}, m), {paint, 150},
                Label::kCar, id);
  }
  canvas.Stroke(f.At(-0.23 * m, 0.42), f.At(-0.23 * m, 0.96), f.Pixels(0.02),
                {paint.Times(0.5), heat - 4}, Label::kCar, id);
  canvas.Stroke(f.At(-2.1 * m, 0.5), f.At(2.1 * m, 0.48), f.Pixels(0.04),
                {paint.Times(0.6), heat - 3}, Label::kCar, id);
  DrawWheel(canvas, f, 1.35 * m, 0.33, id);
  DrawWheel(canvas, f, -1.35 * m, 0.33, id);
  const bool lit = ambience.night && running;
  canvas.Ellipse(f.At(2.1 * m, 0.68), f.Pixels(0.1), f.Pixels(0.08),
                 {{220, 225, 230}, lit ? 190.0 : 90.0, lit ? Colour{255, 250, 225} : Colour{}},
                 Label::kCar, id);
  canvas.Ellipse(f.At(-2.12 * m, 0.72), f.Pixels(0.07), f.Pixels(0.09),
                 {{140, 15, 15}, lit ? 150.0 : 85.0, lit ? Colour{235, 30, 20} : Colour{}},
                 Label::kCar, id);
}

}  // namespace seafusion::synth
