#include "peers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>

#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "align/search/coarse/coarse_search.h"
#include "align/search/fit/block_surfaces.h"
#include "align/search/fit/refinement.h"
#include "core/cpu/thread_pool.h"

namespace registration {
namespace {

using namespace seafusion::align;  // NOLINT: part of a program
using seafusion::ImageView;

Homography FromMat(const cv::Mat& m) {
  Homography h;
  cv::Mat d;
  m.convertTo(d, CV_64F);
  for (int i = 0; i < 9; ++i) h.m[static_cast<std::size_t>(i)] = d.at<double>(i / 3, i % 3);
  return h;
}

double KeypointError(const Case& c, const cv::Ptr<cv::Feature2D>& features, int norm) {
  std::vector<cv::KeyPoint> ki, kv;
  cv::Mat di, dv;
  features->detectAndCompute(c.infrared.front(), {}, ki, di);
  features->detectAndCompute(c.visible.front(), {}, kv, dv);
  if (di.rows < 4 || dv.rows < 4) return INFINITY;
  std::vector<std::vector<cv::DMatch>> matches;
  cv::BFMatcher(norm).knnMatch(dv, di, matches, 2);
  std::vector<cv::Point2f> a, b;
  for (const auto& m : matches) {
    if (m.size() == 2 && m[0].distance < 0.8f * m[1].distance) {
      a.push_back(kv[static_cast<std::size_t>(m[0].queryIdx)].pt);
      b.push_back(ki[static_cast<std::size_t>(m[0].trainIdx)].pt);
    }
  }
  if (a.size() < 4) return INFINITY;
  const cv::Mat h = cv::findHomography(a, b, cv::RANSAC, 5);
  return h.empty() ? INFINITY : Error(FromMat(h), c);
}

}  // namespace

ImageView ViewOf(const cv::Mat& gray) {
  return {gray.data, gray.cols, gray.rows, static_cast<std::ptrdiff_t>(gray.step),
          seafusion::PixelFormat::kGray8};
}

double Error(const Homography& found, const Case& c) {
  const cv::Size size = c.infrared.front().size();
  const std::optional<Homography> back = c.truth.Inverse();
  return DistanceOfCorners(found * *back, Homography{}, size.width, size.height).mean;
}

double SiftError(const Case& c) {
  return KeypointError(c, cv::SIFT::create(), cv::NORM_L2);
}

double OrbError(const Case& c) {
  return KeypointError(c, cv::ORB::create(2000), cv::NORM_HAMMING);
}

double EccError(const Case& c) {
  const auto gradient = [](const cv::Mat& gray) {
    cv::Mat smooth, gx, gy, m;
    cv::GaussianBlur(gray, smooth, {0, 0}, 1.5);
    cv::Sobel(smooth, gx, CV_32F, 1, 0);
    cv::Sobel(smooth, gy, CV_32F, 0, 1);
    cv::magnitude(gx, gy, m);
    return m;
  };
  cv::Mat warp = cv::Mat::eye(3, 3, CV_32F);
  const cv::Size v = c.visible.front().size(), i = c.infrared.front().size();
  // ECC's warp takes infrared (template) pixels to visible ones; it starts with the fields equal.
  warp.at<float>(0, 0) = static_cast<float>(v.width) / static_cast<float>(i.width);
  warp.at<float>(1, 1) = static_cast<float>(v.height) / static_cast<float>(i.height);
  try {
    cv::findTransformECC(
        gradient(c.infrared.front()), gradient(c.visible.front()), warp, cv::MOTION_HOMOGRAPHY,
        {cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 100, 1e-5}, cv::noArray(), 5);
  } catch (const cv::Exception&) {
    return INFINITY;
  }
  const auto inverse = FromMat(warp).Inverse();
  return inverse ? Error(*inverse, c) : INFINITY;
}

double BlockPeakError(const Case& c) {
  SearchFrame frame{GrayPyramid(ViewOf(c.infrared.front())),
                    GrayPyramid(ViewOf(c.visible.front()))};
  const SearchFrame* const frames[] = {&frame};
  const cv::Size v = c.visible.front().size(), size = c.infrared.front().size();
  auto pool = seafusion::ThreadPool::Create(1);
  const bool similar = v == size;
  const auto found =
      CoarseSearch(frames, similar ? FieldRatio{0.78, 1.28} : FieldRatio{0.85, 2.6}, **pool, {});
  if (!found.ok() || found->empty()) return INFINITY;
  CameraMap best;
  std::size_t most = 0;
  const auto refine = [&](CameraMap map, SurfaceLevel level, std::size_t& inliers) {
    level.width = std::min(level.width, size.width);
    const auto surfaces = ComputeBlockSurfaces(frames, map, level, nullptr, {});
    inliers = 0;
    if (!surfaces.ok()) return map;
    const int n = surfaces->side();
    const auto back = surfaces->to_level.Inverse();
    const auto inverse = map.map.Inverse();
    std::vector<cv::Point2f> from, to;
    for (std::size_t b = 0; b < surfaces->blocks() && back && inverse; ++b) {
      const float* s = surfaces->surfaces.data() + b * static_cast<std::size_t>(n * n);
      const int at = static_cast<int>(std::max_element(s, s + n * n) - s), x = at % n, y = at / n;
      if (surfaces->weights[b] < 0.2f || x == 0 || y == 0 || x == n - 1 || y == n - 1) continue;
      const auto vertex = [](float l, float m, float r) {
        const float d = l - 2 * m + r;
        return d < 0 ? 0.5 * (l - r) / d : 0.0;
      };
      const Point d{x - surfaces->radius + vertex(s[at - 1], s[at], s[at + 1]),
                    y - surfaces->radius + vertex(s[at - n], s[at], s[at + n])};
      // What lies at the block's centre in the infrared picture, the warped visible one has at
      // centre + d.
      const Point ir = back->Apply(surfaces->centres[b]);
      const Point vi = inverse->Apply(back->Apply(surfaces->centres[b] + d));
      from.emplace_back(vi.x, vi.y);
      to.emplace_back(ir.x, ir.y);
    }
    if (from.size() < 8) return map;
    cv::Mat mask;
    const cv::Mat h =
        cv::findHomography(from, to, cv::USAC_MAGSAC, 1.5 * size.width / level.width, mask);
    if (h.empty()) return map;
    inliers = static_cast<std::size_t>(cv::countNonZero(mask));
    return CameraMap{FromMat(h), {}};
  };
  for (const CoarseCandidate& candidate : *found) {
    std::size_t inliers = 0;
    const CameraMap map = refine({candidate.map, {}}, {160, 9, 10}, inliers);
    if (inliers > most && map.map.TameOn(v.width, v.height)) {
      most = inliers;
      best = map;
    }
  }
  if (most == 0) return INFINITY;
  for (const SurfaceLevel& level : {SurfaceLevel{160, 9, 10}, {320, 7, 16}, {640, 5, 32}}) {
    std::size_t inliers = 0;
    const CameraMap map = refine(best, level, inliers);
    if (inliers > 0 && map.map.TameOn(v.width, v.height)) best = map;
  }
  return Error(best.map, c);
}

}  // namespace registration
