// Pedestrians and riders: clothing is cooler than skin, both are warmer than the street.
#include <array>
#include <cmath>

#include "synth/draw/objects.h"

namespace seafusion::synth {
namespace {

constexpr std::array<Colour, 8> kClothes = {{{40, 42, 55},
                                             {70, 60, 50},
                                             {150, 40, 40},
                                             {50, 80, 130},
                                             {110, 110, 105},
                                             {30, 30, 30},
                                             {190, 180, 160},
                                             {60, 95, 60}}};
constexpr std::array<Colour, 3> kSkins = {{{205, 165, 140}, {150, 105, 80}, {230, 195, 170}}};

constexpr double kSkinHeat = 240, kCoatHeat = 186, kTrousersHeat = 172, kShoeHeat = 130,
                 kHairHeat = 200;

}  // namespace

void DrawPerson(Canvas& canvas, const Camera& camera, const Place& place, const Ambience& ambience,
                SeededNoise& noise) {
  const LocalFrame f(camera, place);
  const double k = noise.Between(1.5, 1.88) / 1.75;  // body height over 1.75 m
  const double m = noise.Chance(0.5) ? 1 : -1;
  const double stride = noise.Between(0.05, 0.32) * k;
  const double swing = noise.Between(0.1, 0.3) * k;
  const Colour coat = kClothes[noise.Below(kClothes.size())];
  const Colour trousers = kClothes[noise.Below(kClothes.size())].Times(0.75);
  const Colour skin = kSkins[noise.Below(kSkins.size())];
  const Material leg{trousers, kTrousersHeat}, far_leg{trousers.Times(0.75), kTrousersHeat - 8};
  const Material top{coat, kCoatHeat}, far_arm{coat.Times(0.75), kCoatHeat - 8};
  const Material face{skin, kSkinHeat}, hair{{45, 35, 28}, kHairHeat},
      shoe{{25, 24, 24}, kShoeHeat};
  const int id = place.object;
  if (!ambience.night) {
    canvas.Light(f.At(0.1, 0.01), f.Pixels(0.45), f.Pixels(0.12), {-0.7, -0.7, -0.65});
  }
  const auto limb = [&](double u0, double v0, double u1, double v1, double width,
                        const Material& material) {
    canvas.Stroke(f.At(m * u0, v0), f.At(m * u1, v1), f.Pixels(width * k), material, Label::kPerson,
                  id);
  };
  // Far side first.
  limb(0.02, 1.4 * k, -swing, 1.05 * k, 0.09, far_arm);
  limb(-swing, 1.05 * k, -0.8 * swing, 0.82 * k, 0.08, far_arm);
  limb(0, 0.9 * k, -0.6 * stride, 0.48 * k, 0.14, far_leg);
  limb(-0.6 * stride, 0.48 * k, -stride, 0.1 * k, 0.11, far_leg);
  limb(-stride, 0.05 * k, -stride + 0.14, 0.04 * k, 0.08, shoe);
  limb(0, 0.9 * k, 0.55 * stride, 0.48 * k, 0.15, leg);
  limb(0.55 * stride, 0.48 * k, 0.8 * stride, 0.1 * k, 0.12, leg);
  limb(0.8 * stride, 0.05 * k, 0.8 * stride + 0.16, 0.04 * k, 0.08, shoe);
  const double s = 0.2 * k;
  canvas.Fill(f.Shape({{-s * 0.85, 0.82 * k},
                       {s * 0.85, 0.82 * k},
                       {s * 0.8, 1.1 * k},
                       {s, 1.42 * k},
                       {s * 0.5, 1.5 * k},
                       {-s * 0.5, 1.5 * k},
                       {-s, 1.42 * k},
                       {-s * 0.8, 1.1 * k}},
                      m),
              top, Label::kPerson, id);
  limb(0.05, 1.4 * k, swing * 0.9, 1.08 * k, 0.1, top);
  limb(swing * 0.9, 1.08 * k, swing * 1.25, 0.86 * k, 0.085, top);
  canvas.Ellipse(f.At(m * swing * 1.28, 0.82 * k), f.Pixels(0.05 * k), f.Pixels(0.06 * k), face,
                 Label::kPerson, id);
  limb(0, 1.48 * k, 0.01, 1.56 * k, 0.1, face);
  canvas.Ellipse(f.At(0, 1.66 * k), f.Pixels(0.1 * k), f.Pixels(0.125 * k), hair, Label::kPerson,
                 id);
  canvas.Ellipse(f.At(m * 0.025 * k, 1.63 * k), f.Pixels(0.078 * k), f.Pixels(0.095 * k), face,
                 Label::kPerson, id);
  if (noise.Chance(0.35)) {  // a bag
    canvas.Fill(f.Shape({{-s - 0.1, 0.95 * k},
                         {-s + 0.06, 0.95 * k},
                         {-s + 0.04, 1.35 * k},
                         {-s - 0.08, 1.35 * k}},
                        m),
                {kClothes[noise.Below(kClothes.size())], 120}, Label::kPerson, id);
  }
}

void DrawBike(Canvas& canvas, const Camera& camera, const Place& place, int rider,
              const Ambience& ambience, SeededNoise& noise) {
  const LocalFrame f(camera, place);
  const double m = noise.Chance(0.5) ? 1 : -1;
  const Material tyre{{24, 24, 25}, 84 + 0.5 * ambience.warmth};
  const Material frame{kClothes[noise.Below(kClothes.size())].Times(1.3),
                       72 + 0.8 * ambience.warmth};
  const int id = place.object;
  const auto tube = [&](double u0, double v0, double u1, double v1, double width,
                        const Material& material) {
    canvas.Stroke(f.At(m * u0, v0), f.At(m * u1, v1), f.Pixels(width), material, Label::kBike, id);
  };
  for (double u : {-0.52, 0.52}) {
    constexpr int kSpokes = 10;
    for (int i = 0; i < kSpokes; ++i) {
      const double a = 2 * CV_PI * i / kSpokes, b = 2 * CV_PI * (i + 1) / kSpokes;
      tube(u + 0.33 * std::cos(a), 0.34 + 0.33 * std::sin(a), u + 0.33 * std::cos(b),
           0.34 + 0.33 * std::sin(b), 0.055, tyre);
      tube(u, 0.34, u + 0.31 * std::cos(a), 0.34 + 0.31 * std::sin(a), 0.012, tyre);
    }
  }
  tube(-0.52, 0.34, -0.08, 0.3, 0.05, frame);
  tube(-0.08, 0.3, -0.22, 0.86, 0.055, frame);
  tube(-0.08, 0.3, 0.36, 0.78, 0.055, frame);
  tube(-0.2, 0.8, 0.36, 0.84, 0.055, frame);
  tube(-0.52, 0.34, -0.2, 0.78, 0.04, frame);
  tube(0.52, 0.34, 0.34, 0.98, 0.055, frame);
  tube(0.34, 0.98, 0.24, 1.02, 0.05, tyre);
  tube(-0.34, 0.9, -0.1, 0.92, 0.07, tyre);
  if (rider == 0) return;
  const Colour coat = kClothes[noise.Below(kClothes.size())];
  const auto limb = [&](double u0, double v0, double u1, double v1, double width, Colour colour,
                        double heat) {
    canvas.Stroke(f.At(m * u0, v0), f.At(m * u1, v1), f.Pixels(width), {colour, heat},
                  Label::kPerson, rider);
  };
  const Colour trousers = coat.Times(0.6);
  limb(-0.2, 0.98, 0.12, 0.72, 0.15, trousers, kTrousersHeat);
  limb(0.12, 0.72, -0.02, 0.3, 0.11, trousers, kTrousersHeat - 6);
  limb(-0.2, 1.0, 0.06, 1.42, 0.28, coat, kCoatHeat);
  limb(0.08, 1.42, 0.3, 1.06, 0.09, coat, kCoatHeat);
  limb(0.3, 1.05, 0.33, 1.04, 0.08, kSkins[0], kSkinHeat);
  canvas.Ellipse(f.At(m * 0.16, 1.68), f.Pixels(0.11), f.Pixels(0.13), {{60, 45, 35}, kHairHeat},
                 Label::kPerson, rider);
  canvas.Ellipse(f.At(m * 0.19, 1.65), f.Pixels(0.08), f.Pixels(0.095), {kSkins[0], kSkinHeat},
                 Label::kPerson, rider);
}

}  // namespace seafusion::synth
