// A flat scene drawn as two cameras see it: shapes with unrelated brightness and heat, so that
// contrast agrees, is reversed, or is missing in one of them. What a camera sees is drawn through
// its map, not resampled: the truth is exact.
#ifndef SEAFUSION_ALIGN_TESTING_DRAWN_SCENE_H_
#define SEAFUSION_ALIGN_TESTING_DRAWN_SCENE_H_

#include <cmath>
#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <seafusion/image.h>

#include "align/geometry/homography.h"
#include "core/seeded_noise.h"

namespace seafusion::align {

class DrawnScene {
 public:
  /// Shapes over a plane of about `width` x `height` and as much again around it.
  DrawnScene(std::uint64_t seed, int width, int height, int shapes = 160) {
    SeededNoise noise(seed);
    for (int i = 0; i < shapes; ++i) {
      Shape s;
      const Point centre{noise.Between(-0.5 * width, 1.5 * width),
                         noise.Between(-0.5 * height, 1.5 * height)};
      const double w = noise.Between(0.02, 0.12) * width, h = noise.Between(0.02, 0.16) * width;
      const double t = noise.Between(-0.4, 0.4);
      const int corners = 3 + static_cast<int>(noise.Below(3));
      for (int k = 0; k < corners; ++k) {
        const double a = 6.283185307 * (k + 0.5) / corners;
        const Point p{w * std::cos(a), h * std::sin(a)};
        s.outline.push_back(centre + Point{p.x * std::cos(t) - p.y * std::sin(t),
                                           p.x * std::sin(t) + p.y * std::cos(t)});
      }
      s.brightness = noise.Between(20, 235);
      s.heat = noise.Chance(0.15) ? 100 : noise.Between(40, 220);
      shapes_.push_back(s);
    }
  }

  enum class Band { kVisible, kInfrared };

  /// What a camera sees that has the plane's point x at map(x), after L^-1 of a lens; `brighter`
  /// changes all visible shapes as time of day does. gray8.
  cv::Mat Picture(Band band, const Homography& map, cv::Size size, const RadialLens& lens = {},
                  std::uint64_t moment = 0) const {
    SeededNoise noise(moment, band == Band::kVisible ? 1 : 2);
    cv::Mat m(size, CV_8U, cv::Scalar(band == Band::kVisible ? 120 : 100));
    const LensFrame frame = LensFrame::Of(size.width, size.height);
    constexpr int kShift = 8;
    for (const Shape& s : shapes_) {
      std::vector<cv::Point> outline;
      // Sides are parted, since a lens bends them.
      for (std::size_t i = 0; i < s.outline.size(); ++i) {
        const Point a = s.outline[i], b = s.outline[(i + 1) % s.outline.size()];
        const int parts = lens.empty() ? 1 : 12;
        for (int k = 0; k < parts; ++k) {
          const Point p =
              lens.Invert(map.Apply(a + (static_cast<double>(k) / parts) * (b - a)), frame);
          outline.emplace_back(static_cast<int>(std::lround(p.x * (1 << kShift))),
                               static_cast<int>(std::lround(p.y * (1 << kShift))));
        }
      }
      double level = band == Band::kVisible ? s.brightness : s.heat;
      if (moment != 0) level += noise.Between(-25, 25);
      const std::vector<std::vector<cv::Point>> outlines{outline};
      cv::fillPoly(m, outlines, cv::Scalar(level), cv::LINE_AA, kShift);
    }
    cv::GaussianBlur(m, m, {0, 0}, band == Band::kVisible ? 0.7 : 1.1);
    for (int y = 0; y < m.rows; ++y) {
      auto* row = m.ptr<std::uint8_t>(y);
      for (int x = 0; x < m.cols; ++x) {
        row[x] = cv::saturate_cast<std::uint8_t>(row[x] + noise.Between(-4, 4));
      }
    }
    return m;
  }

 private:
  struct Shape {
    std::vector<Point> outline;
    double brightness = 0, heat = 0;
  };
  std::vector<Shape> shapes_;
};

inline ImageView ViewOf(const cv::Mat& gray) {
  return {gray.data, gray.cols, gray.rows, static_cast<std::ptrdiff_t>(gray.step),
          gray.depth() == CV_16U ? PixelFormat::kGray16 : PixelFormat::kGray8};
}

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_TESTING_DRAWN_SCENE_H_
