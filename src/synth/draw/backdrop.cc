#include "synth/draw/backdrop.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace seafusion::synth {
namespace {

constexpr std::array<Colour, 6> kWalls = {{{150, 110, 88},
                                           {176, 168, 150},
                                           {120, 124, 130},
                                           {165, 140, 112},
                                           {138, 92, 78},
                                           {196, 190, 178}}};
constexpr std::array<Colour, 5> kSigns = {
    {{200, 45, 40}, {40, 90, 170}, {230, 190, 50}, {50, 140, 80}, {235, 235, 230}}};

// A quarter of the front of a house that looks onto the street: at x, from z0 to z1, between two
// heights.
Outline Front(const Camera& camera, double x, double z0, double z1, double low, double high) {
  return {camera.Project(x, low, z0), camera.Project(x, high, z0), camera.Project(x, high, z1),
          camera.Project(x, low, z1)};
}

void DrawHouse(Canvas& canvas, const Camera& camera, double x, double z0, double z1,
               const Ambience& ambience, SeededNoise& noise) {
  constexpr double kStorey = 3.1;
  const int storeys = 2 + static_cast<int>(noise.Below(4));
  const double top = storeys * kStorey + 0.8;
  const double side = x < 0 ? 1.0 : 0.82;  // the sun stands to the right
  const Colour wall = kWalls[noise.Below(kWalls.size())].Times(side);
  const double heat = 74 + noise.Between(-6, 10) + ambience.warmth * (x < 0 ? 1.0 : 0.5);
  const Outline front = Front(camera, x, z0, z1, 0, top);
  canvas.Fill(front, {wall, heat});
  // The gable towards the camera.
  const double depth = x < 0 ? -9.0 : 9.0;
  canvas.Fill({camera.Project(x, 0, z0), camera.Project(x, top, z0),
               camera.Project(x + depth, top, z0), camera.Project(x + depth, 0, z0)},
              {wall.Times(0.72), heat - 5});
  canvas.Roughen(front, 2.5, 0.10, noise);
  canvas.Fill(Front(camera, x, z0, z1, top - 0.35, top), {wall.Times(0.6), heat - 8});
  for (int s = 1; s < storeys; ++s) {
    canvas.Fill(Front(camera, x, z0, z1, s * kStorey, s * kStorey + 0.14),
                {wall.Times(0.8), heat - 3});
  }
  const int columns = std::max(1, static_cast<int>((z1 - z0) / 2.4));
  const double pitch = (z1 - z0) / columns;
  for (int s = 0; s < storeys; ++s) {
    for (int c = 0; c < columns; ++c) {
      const double a = z0 + (c + 0.24) * pitch, b = z0 + (c + 0.76) * pitch;
      const double low = s * kStorey + (s == 0 ? 0.5 : 0.95), high = s * kStorey + 2.5;
      const bool lit = ambience.night && noise.Chance(0.28);
      const Colour lamp = noise.Chance(0.7) ? Colour{235, 180, 95} : Colour{190, 205, 225};
      canvas.Fill(Front(camera, x, a - 0.1, b + 0.1, low - 0.1, high + 0.1),
                  {wall.Times(1.15), heat + 2});
      canvas.Fill(Front(camera, x, a, b, low, high),
                  {{52, 62, 74},
                   heat + (lit ? 16 : -14) + noise.Between(-3, 3),
                   lit ? lamp.Times(noise.Between(0.35, 0.8)) : Colour{}});
      const double middle = (a + b) / 2;
      canvas.Fill(Front(camera, x, middle - 0.03, middle + 0.03, low, high),
                  {wall.Times(1.1), heat});
    }
  }
  if (noise.Chance(0.75)) {  // a shop sign with something like letters
    const Colour paint = kSigns[noise.Below(kSigns.size())];
    const double low = 2.62, high = 3.25;
    const double a = z0 + 0.08 * (z1 - z0), b = z0 + 0.92 * (z1 - z0);
    const bool lit = ambience.night && noise.Chance(0.5);
    canvas.Fill(Front(camera, x, a, b, low, high),
                {paint, heat + (lit ? 14 : 0), lit ? paint.Times(0.5) : Colour{}});
    const Colour ink =
        paint.r + paint.g + paint.b > 400 ? Colour{30, 30, 35} : Colour{245, 245, 240};
    for (double z = a + 0.4; z < b - 0.4; z += 0.55) {
      if (noise.Chance(0.15)) continue;
      const double w = noise.Between(0.16, 0.36);
      const Material letter{ink, heat, lit ? ink.Times(0.6) : Colour{}};
      canvas.Fill(Front(camera, x, z, z + 0.09, low + 0.12, high - 0.12), letter);
      const double at = noise.Between(low + 0.12, high - 0.22);
      canvas.Fill(Front(camera, x, z, z + w, at, at + 0.09), letter);
    }
  }
}

}  // namespace

void DrawSky(Canvas& canvas, const Camera& camera, const Ambience& ambience, SeededNoise& noise) {
  const double horizon = camera.horizon_y + 2;
  constexpr int kBands = 48;
  for (int i = 0; i < kBands; ++i) {
    const double t = static_cast<double>(i) / (kBands - 1);  // 0 at the top
    const Colour day{95 + 115 * t, 140 + 85 * t, 205 + 35 * t};
    // What the sky gives off is its colour: daylight does not fall on it.
    const Colour night{10 + 22 * t, 12 + 17 * t, 24 + 12 * t};
    canvas.Fill(
        Rectangle(-2, horizon * i / kBands - 1, canvas.width + 2, horizon * (i + 1) / kBands + 1),
        {{0, 0, 0}, 22 + 30 * t + 0.3 * ambience.warmth, ambience.night ? night : day});
  }
  if (!ambience.night) {
    const int clouds = 3 + static_cast<int>(noise.Below(5));
    for (int i = 0; i < clouds; ++i) {
      const double x = noise.Between(0, canvas.width), y = noise.Between(0, 0.8 * horizon);
      const double size = noise.Between(0.05, 0.14) * canvas.width;
      for (int j = 0; j < 26; ++j) {
        const double white = noise.Between(222, 246);
        // One statement a draw: C++ leaves the order of a call's arguments to the compiler.
        const double ry = noise.Between(0.12, 0.3) * size;
        const double rx = noise.Between(0.3, 0.8) * size;
        const double cx = x + noise.Between(-1.6, 1.6) * size;
        const double cy = y + noise.Between(-0.3, 0.3) * size;
        canvas.Ellipse({cx, cy}, rx, ry,
                       {{0, 0, 0}, 50 + 0.3 * ambience.warmth, {white, white, white + 5}});
      }
    }
  }
  // A far skyline closes the street.
  for (double x = -60; x < 60;) {
    const double w = noise.Between(5, 14), tall = noise.Between(6, 17);
    const cv::Point2d a = camera.Project(x, tall, kStreetEnd),
                      b = camera.Project(x + w, 0, kStreetEnd);
    const double tone = noise.Between(0.75, 1.05);
    canvas.Fill(Rectangle(a.x, a.y, b.x, horizon + 1),
                {Colour{138, 146, 156}.Times(tone), 66 + 0.4 * ambience.warmth});
    for (double y = a.y + 3; ambience.night && y < horizon - 3; y += 5) {
      for (double u = a.x + 2; u < b.x - 3; u += 5) {
        if (noise.Chance(0.25)) {
          canvas.Fill(Rectangle(u, y, u + 1.6, y + 2), {{60, 60, 60}, 74, {150, 125, 75}});
        }
      }
    }
    x += w;
  }
}

void DrawHouses(Canvas& canvas, const Camera& camera, const Street& street,
                const Ambience& ambience, SeededNoise& noise) {
  struct House {
    double x, z0, z1;
  };
  std::vector<House> houses;
  for (double sign : {-1.0, 1.0}) {
    const double x = sign < 0 ? street.left - street.pavement : street.right + street.pavement;
    for (double z = 4.0; z < kStreetEnd;) {
      const double length = noise.Between(8, 17);
      if (!noise.Chance(0.14)) houses.push_back({x, z, std::min(z + length, kStreetEnd)});
      z += length;
    }
  }
  std::stable_sort(houses.begin(), houses.end(),
                   [](const House& a, const House& b) { return a.z0 > b.z0; });
  for (const House& h : houses) DrawHouse(canvas, camera, h.x, h.z0, h.z1, ambience, noise);
}

void DrawStreet(Canvas& canvas, const Camera& camera, const Street& street,
                const Ambience& ambience, SeededNoise& noise) {
  const auto strip = [&](double x0, double x1, double z0, double z1) -> Outline {
    return {camera.Project(x0, 0, z0), camera.Project(x1, 0, z0), camera.Project(x1, 0, z1),
            camera.Project(x0, 0, z1)};
  };
  const double a = kStreetStart, b = kStreetEnd;
  canvas.Fill(strip(-200, 200, a, b), {{92, 98, 78}, 78 + 0.7 * ambience.warmth});
  const Outline pavement =
      strip(street.left - street.pavement, street.right + street.pavement, a, b);
  canvas.Fill(pavement, {{142, 138, 130}, 92 + 1.1 * ambience.warmth});
  canvas.Roughen(pavement, 1.2, 0.12, noise);
  // Slabs.
  for (double z = a; z < 45; z *= 1.12) {
    canvas.Fill(strip(street.left - street.pavement, street.right + street.pavement, z, z * 1.008),
                {{112, 108, 102}, 90 + 1.1 * ambience.warmth});
  }
  const Outline road = strip(street.left, street.right, a, b);
  const double road_heat = 104 + 1.2 * ambience.warmth;
  canvas.Fill(road, {{84, 84, 88}, road_heat});
  canvas.Roughen(road, 0.8, 0.16, noise);
  canvas.Roughen(road, 14, 0.10, noise);
  // Tyre tracks are smoother, and warmer.
  for (double lane : {0.5 * street.left, 0.5 * street.right}) {
    for (double track : {-0.8, 0.8}) {
      canvas.Fill(strip(lane + track - 0.14, lane + track + 0.14, a, b),
                  {{78, 78, 82}, road_heat + 7});
    }
  }
  const Material paint{{226, 226, 220}, road_heat - 8};
  for (double z = 2; z < 90; z += 6) canvas.Fill(strip(-0.07, 0.07, z, z + 3), paint);
  for (double x : {street.left + 0.35, street.right - 0.35}) {
    canvas.Fill(strip(x - 0.06, x + 0.06, a, b), paint);
  }
  if (noise.Chance(0.45)) {  // a zebra crossing
    const double z = noise.Between(9, 16);
    for (double x = street.left + 0.5; x < street.right - 0.5; x += 1.0) {
      canvas.Fill(strip(x, x + 0.5, z, z + 3), paint);
    }
  }
  if (noise.Chance(0.5)) {  // a manhole cover
    canvas.Ellipse(camera.Project(noise.Between(-2.5, 2.5), 0, 6.5), camera.focal / 6.5 * 0.35,
                   camera.focal / 6.5 * 0.08, {{60, 58, 55}, road_heat + 22});
  }
  // The kerbs: class "curve".
  for (double x : {street.left, street.right}) {
    canvas.Fill(strip(x - 0.14, x + 0.14, a, b), {{176, 174, 168}, 98 + ambience.warmth},
                Label::kCurve);
  }
}

}  // namespace seafusion::synth
