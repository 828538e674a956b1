// How often the check for shifted pictures (align/watch/shift_check.h) warns, rightly and wrongly.
//
//   shift_rate PAIRS GROUPS SEED FOLDER... [--move LO,HI] [--strangers]
//
// Each FOLDER holds registered pairs in ir/ and vi/. GROUPS groups of PAIRS pairs of one size and
// one folder are checked as they are; with --move shifted by LO to HI percent of the width in a
// random direction, turned by up to 2 degrees and scaled by up to 3 % as well where HI is over 4;
// with
// --strangers the infrared pictures are those of other pairs. A line a group as CSV.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "align/geometry/homography.h"
#include "align/watch/shift_check.h"
#include "core/memory/image_buffer.h"
#include "core/seeded_noise.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"

namespace {

using namespace seafusion;  // NOLINT: a program of one file

cv::Mat Gray(const ImageBuffer& image) {
  const ImageView v = image.view();
  const cv::Mat all(
      v.height, v.width,
      CV_MAKETYPE(BytesPerSample(v.format) == 2 ? CV_16U : CV_8U, ChannelCount(v.format)),
      const_cast<void*>(v.data), static_cast<std::size_t>(v.stride));
  cv::Mat gray;
  if (all.channels() == 3) {
    cv::cvtColor(all, gray, cv::COLOR_RGB2GRAY);
  } else {
    gray = all.clone();
  }
  return gray;
}

ImageView ViewOf(const cv::Mat& m) {
  return {m.data, m.cols, m.rows, static_cast<std::ptrdiff_t>(m.step),
          m.depth() == CV_16U ? PixelFormat::kGray16 : PixelFormat::kGray8};
}

// The visible picture moved by this; what leaves the picture is cut off as a camera would.
align::Homography Move(cv::Size size, double lo, double hi, SeededNoise& noise) {
  const double length = noise.Between(lo, hi) / 100 * size.width, way = noise.Between(0, 2 * CV_PI);
  const double turn = hi > 4 ? noise.Between(-2, 2) * CV_PI / 180 : 0;
  const double scale = hi > 4 ? noise.Between(0.97, 1.03) : 1;
  const double c = scale * std::cos(turn), s = scale * std::sin(turn);
  const double x = (size.width - 1) / 2.0, y = (size.height - 1) / 2.0;
  return {{c, -s, x - c * x + s * y + length * std::cos(way), s, c,
           y - s * x - c * y + length * std::sin(way), 0, 0, 1}};
}

int Run(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: shift_rate PAIRS GROUPS SEED FOLDER... (see the source)\n");
    return 2;
  }
  const auto count =
      std::min<std::size_t>(std::strtoull(argv[1], nullptr, 10), align::ShiftCheck::kMostPairs);
  const auto groups = static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10));
  const std::uint64_t seed = std::strtoull(argv[3], nullptr, 10);
  double lo = 0, hi = 0;
  bool strangers = false;
  // Pairs of one folder by their size: a check takes one size.
  std::vector<std::pair<std::string, std::vector<io::PicturePair>>> sets;
  for (int i = 4; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--strangers") {
      strangers = true;
      continue;
    }
    if (std::string_view(argv[i]) == "--move" && i + 1 < argc) {
      std::sscanf(argv[++i], "%lf,%lf", &lo, &hi);
      continue;
    }
    const std::string folder = argv[i];
    const auto list = io::ListPairs(folder + "/ir", folder + "/vi");
    if (!list.ok()) {
      std::fprintf(stderr, "%s\n", list.status().message().c_str());
      return 1;
    }
    std::map<std::pair<int, int>, std::vector<io::PicturePair>> by_size;
    for (const auto& p : list->pairs) {
      const auto image = io::ReadImage(p.infrared);
      if (image.ok()) by_size[{image->width(), image->height()}].push_back(p);
    }
    for (auto& [size, pairs] : by_size) {
      if (pairs.size() >= count) sets.emplace_back(folder, std::move(pairs));
    }
  }
  std::size_t total = 0;
  for (const auto& [name, pairs] : sets) total += pairs.size() / count;
  std::printf(
      "case,verdict,agreeing,pairs,move,truth,score,still_score,inliers,coverage,still_inliers,"
      "still_coverage,"
      "t_blocks,t_pairs,ms\n");
  const std::size_t taken = std::min(groups, total);
  for (std::size_t k = 0; k < taken; ++k) {
    std::size_t at = k * total / taken, set = 0;
    while (at >= sets[set].second.size() / count) at -= sets[set++].second.size() / count;
    const auto& [name, pairs] = sets[set];
    SeededNoise noise(seed, k);
    align::ShiftCheck check;
    align::Homography move;
    double ms = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const io::PicturePair& p = pairs[at * count + i];
      const io::PicturePair& other =
          strangers ? pairs[(at * count + i + pairs.size() / 2) % pairs.size()] : p;
      const auto ir = io::ReadImage(other.infrared), vi = io::ReadImage(p.visible);
      if (!ir.ok() || !vi.ok()) return 1;
      const cv::Mat infrared = Gray(*ir);
      cv::Mat visible = Gray(*vi);
      if (hi > 0) {
        if (i == 0) move = Move(visible.size(), lo, hi, noise);
        cv::Mat moved;
        cv::warpPerspective(visible, moved, cv::Matx33d(move.m.data()), visible.size(),
                            cv::INTER_LINEAR, cv::BORDER_REFLECT);
        visible = moved;
      }
      const auto start = std::chrono::steady_clock::now();
      if (const Status s = check.Add(ViewOf(infrared), ViewOf(visible)); !s.ok()) {
        std::fprintf(stderr, "%s: %s\n", p.stem.c_str(), s.message().c_str());
        return 1;
      }
      ms += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count();
    }
    const auto start = std::chrono::steady_clock::now();
    const auto r = check.Check();
    ms +=
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    if (!r.ok()) return 1;
    const auto size = io::ReadImage(pairs[at * count].infrared);
    const char* verdict = r->verdict == align::ShiftVerdict::kShifted      ? "shifted"
                          : r->verdict == align::ShiftVerdict::kRegistered ? "registered"
                                                                           : "unknown";
    const auto& b = r->basis;
    std::printf("%s:%s,%s,%d,%d,%.4f,%.4f,%.4f,%.4f,%.3f,%.3f,%.3f,%.3f,%.2f,%.2f,%.1f\n",
                name.c_str(), pairs[at * count].stem.c_str(), verdict, r->agreeing, r->pairs,
                b.move, align::MeanMove(move, size->width(), size->height()) / size->width(),
                b.score, b.still_score, b.inliers, b.coverage, b.still_inliers, b.still_coverage,
                b.t_blocks, b.t_pairs, ms);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  return Run(argc, argv);
}
