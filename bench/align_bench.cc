// Speed of bringing pictures onto a rig's canvas, and of finding the rig, on one thread.
#include <cmath>
#include <cstddef>
#include <cstring>

#include <benchmark/benchmark.h>
#include <opencv2/core.hpp>

#include "align/registration.h"
#include "align/testing/drawn_scene.h"
#include "align/warp/warper.h"
#include "core/memory/image_buffer.h"

namespace {

using namespace seafusion::align;  // NOLINT: a program of one file
using seafusion::ImageBuffer;
using seafusion::PixelFormat;

// 1920x1080 onto the canvas of a 640x512 infrared camera, of which a visible pixel is `share` wide,
// turned by two degrees.
void WarpVisible(benchmark::State& state, PixelFormat format, double share) {
  Rig rig;
  rig.infrared.width = 640;
  rig.infrared.height = 512;
  rig.visible.width = 1920;
  rig.visible.height = 1080;
  const double c = share * std::cos(0.035), s = share * std::sin(0.035);
  rig.map.map = {
      {c, -s, 319.5 - c * 959.5 + s * 539.5, s, c, 255.5 - s * 959.5 - c * 539.5, 0, 0, 1}};
  const auto warper = Warper::Create(rig, Canvas::kInfrared);
  auto picture = ImageBuffer::Create(1920, 1080, format);
  auto out = ImageBuffer::Create(640, 512, format);
  if (!warper.ok() || !picture.ok() || !out.ok()) return state.SkipWithError("not set up");
  std::memset(picture->view().data, 90, static_cast<std::size_t>(picture->view().stride) * 1080);
  for (auto _ : state) {
    if (!warper->Warp(Source::kVisible, picture->view(), out->view()).ok()) {
      return state.SkipWithError("not warped");
    }
  }
}

BENCHMARK_CAPTURE(WarpVisible, Rgb8AtAHalf, PixelFormat::kRgb8, 0.47)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(WarpVisible, Rgb8AtAThird, PixelFormat::kRgb8, 0.335)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(WarpVisible, Rgb8AtTwoThirds, PixelFormat::kRgb8, 0.65)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(WarpVisible, Gray8AtAHalf, PixelFormat::kGray8, 0.47)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(WarpVisible, Gray16AtAHalf, PixelFormat::kGray16, 0.47)
    ->Unit(benchmark::kMillisecond);

// A drawn pair.
void Register(benchmark::State& state, cv::Size visible_size) {
  const cv::Size size(640, 480);
  const DrawnScene scene(1, size.width, size.height, 250);
  const double scale = visible_size.width / (1.0 * size.width);
  const Homography map{{scale, 0, 0, 0, scale, 0, 0, 0, 1}};
  const cv::Mat infrared = scene.Picture(DrawnScene::Band::kInfrared, {}, size);
  const cv::Mat visible = scene.Picture(DrawnScene::Band::kVisible, map, visible_size);
  for (auto _ : state) {
    auto registrar = Registrar::Create({.threads = 1});
    if (!registrar.ok() || !registrar->Add(ViewOf(infrared), ViewOf(visible)).ok() ||
        !registrar->Estimate().ok()) {
      return state.SkipWithError("not registered");
    }
  }
}

BENCHMARK_CAPTURE(Register, OfOneSize, cv::Size(640, 480))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Register, OfUnknownScale, cv::Size(1280, 960))->Unit(benchmark::kMillisecond);

}  // namespace
