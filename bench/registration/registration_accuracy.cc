// How far registration is from a known truth, on registered pairs that are moved at random.
//
//   registration_accuracy SCENARIO COUNT SEED FOLDER... [--frames N] [--without NAME] [--truth]
//   [--peers]
//
// Each FOLDER holds registered pairs in ir/ and vi/. COUNT pairs of all of them are taken evenly;
// --without (as often as needed) leaves out pairs of that name. Scenarios:
//   registered  as they are: the identity should come back
//   moved       rotation +-5 degrees, scale 0.85 to 1.18, shift 8 % of the width
//   corners     each corner moved by up to 8 % of the width by itself
//   field       the visible field 1.2 to 2 times as wide, 2 to 3 times the pixels, rotation +-3
//               degrees, shift 8 %
//   hint        the same with the field ratio known to 10 %
//   self        moved, the visible picture against itself
//   strangers   the infrared picture of one pair with the visible one of another
//   groups      moved, eight (or N) consecutive pairs of a folder by one map, registered together
//   repeat      the same, all groups of a folder moved by one map: error is the distance to what
//   the
//               folder's first group gave
//   rendered    eight (or N) consecutive pairs as they are, against FOLDER/rig.json (`seafusion
//   synth --ir-size`): error is
//               the mean over the infrared picture, at the distance that fits best, which is
//               printed as "move". A homography holds on any one plane, upright or not:
//               "plane_error" is the mean on the one that fits best
// --only TEXT skips cases without it in their name, and leaves the others as they are.
// --truth adds where registration ends that starts at the true map: the error there, the objective
// there and that at the map found without: a higher one there says that the search missed it, a
// lower one that the pictures speak for another map.
// --peers adds the corners' errors of ECC on gradients, SIFT and ORB with RANSAC, and of MAGSAC on
// the peaks of the same blocks that registration fits its map to. Prints a line a case as CSV:
// error is the mean distance of the infrared corners' images, in infrared pixels, between the found
// map and the true one. Seconds are of the processor; registration runs on one thread.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "align/registration.h"
#include "align/rig/rig_file.h"
#include "align/search/fit/refinement.h"
#include "core/seeded_noise.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"
#include "peers.h"

namespace {

using seafusion::ImageBuffer;
using seafusion::ImageView;
using seafusion::SeededNoise;
using seafusion::StatusOr;
using namespace registration;      // NOLINT: a program
using namespace seafusion::align;  // NOLINT: a program

// The picture as 8-bit gray.
StatusOr<cv::Mat> ReadGray(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer image, seafusion::io::ReadImage(path));
  const ImageView v = image.view();
  const bool wide = BytesPerSample(v.format) == 2;
  const cv::Mat all(v.height, v.width, CV_MAKETYPE(wide ? CV_16U : CV_8U, ChannelCount(v.format)),
                    const_cast<void*>(v.data), static_cast<std::size_t>(v.stride));
  cv::Mat gray;
  if (all.channels() == 3) {
    cv::cvtColor(all, gray, cv::COLOR_RGB2GRAY);
  } else {
    gray = all.clone();
  }
  if (wide) cv::normalize(gray, gray, 0, 255, cv::NORM_MINMAX, CV_8U);
  return gray;
}

cv::Mat Warped(const cv::Mat& gray, const Homography& map, cv::Size size) {
  const double scale = map.ScaleAt({gray.cols / 2.0, gray.rows / 2.0});
  cv::Mat from = gray, out;
  Homography full = map;
  if (scale < 0.75) {
    const int w = static_cast<int>(std::lround(gray.cols * 1.3 * scale));
    const int h = static_cast<int>(std::lround(gray.rows * 1.3 * scale));
    cv::resize(gray, from, {w, h}, 0, 0, cv::INTER_AREA);
    full = map * *ScalingOfPixels(1.0 * w / gray.cols, 1.0 * h / gray.rows).Inverse();
  }
  cv::warpPerspective(from, out, cv::Matx33d(full.m.data()), size, cv::INTER_CUBIC,
                      cv::BORDER_REPLICATE);
  return out;
}

// Scale and rotation about the centre of `from`, which goes to the centre of `to` plus a shift.
Homography Similarity(double scale, double degrees, Point shift, cv::Size from, cv::Size to) {
  const double t = degrees * CV_PI / 180, c = scale * std::cos(t), s = scale * std::sin(t);
  const Point a{(from.width - 1) / 2.0, (from.height - 1) / 2.0};
  const Point b = Point{(to.width - 1) / 2.0, (to.height - 1) / 2.0} + shift;
  return {{c, -s, b.x - c * a.x + s * a.y, s, c, b.y - s * a.x - c * a.y, 0, 0, 1}};
}

Homography RandomMove(cv::Size size, SeededNoise& noise) {
  const double scale = noise.Between(0.85, 1.18), angle = noise.Between(-5, 5);
  const double reach = 0.08 * size.width;
  const Point shift{noise.Between(-reach, reach), noise.Between(-reach, reach)};
  return Similarity(scale, angle, shift, size, size);
}

// `name` says what is done to the pair.
Case Make(std::string_view scenario, const std::vector<std::array<cv::Mat, 2>>& pairs,
          SeededNoise& noise) {
  Case c;
  const cv::Size size = pairs.front()[0].size();
  cv::Size infrared_size = size;
  Homography move, infrared_move;  // of the visible and of the infrared picture
  if (scenario == "moved" || scenario == "self" || scenario == "groups" || scenario == "repeat") {
    move = RandomMove(size, noise);
  } else if (scenario == "corners") {
    const double reach = 0.08 * size.width;
    Quad to = PictureCorners(size.width, size.height);
    for (Point& p : to) p = p + Point{noise.Between(-reach, reach), noise.Between(-reach, reach)};
    move = RectangleToQuad(PictureCorners(size.width, size.height), to);
  } else if (scenario == "field" || scenario == "hint") {
    const double field = noise.Between(1.2, 2), pixels = noise.Between(2, 3);
    const double share = 1 / std::sqrt(pixels);
    infrared_size = {static_cast<int>(std::lround(size.width * share)),
                     static_cast<int>(std::lround(size.height * share))};
    const double reach = 0.08 * infrared_size.width;
    infrared_move = Similarity(field * share, noise.Between(-3, 3),
                               {noise.Between(-reach, reach), noise.Between(-reach, reach)}, size,
                               infrared_size);
  }
  c.truth = infrared_move * *move.Inverse();
  for (const auto& [infrared, visible] : pairs) {
    c.infrared.push_back(
        Warped(scenario == "self" ? visible : infrared, infrared_move, infrared_size));
    c.visible.push_back(Warped(visible, move, size));
  }
  return c;
}

// Field ratio of a case, visible over infrared.
double FieldOf(const Case& c) {
  const cv::Size v = c.visible.front().size();
  return c.truth.ScaleAt({v.width / 2.0, v.height / 2.0}) * v.width / c.infrared.front().cols;
}

// The error where a fit ends that begins at the truth, its objective, and that of `found` as the
// same level reads it.
std::array<double, 3> FromTruth(const Case& c, const CameraMap& found) {
  std::vector<SearchFrame> frames;
  for (std::size_t i = 0; i < c.infrared.size(); ++i) {
    frames.push_back({GrayPyramid(ViewOf(c.infrared[i])), GrayPyramid(ViewOf(c.visible[i]))});
  }
  std::vector<const SearchFrame*> all;
  for (const SearchFrame& f : frames) all.push_back(&f);
  const SurfaceLevel level = LevelForWidth(kMediumLevel, c.infrared.front().cols);
  const auto climbed = [&](CameraMap map) {
    RefinedMap r{.map = map};
    for (int round = 0; round < 2; ++round) {
      auto refined = RefineMap(all, r.map, level, {.search = false}, nullptr, {});
      if (refined.ok()) r = *refined;
    }
    return r;
  };
  const RefinedMap at_truth = climbed({c.truth, {}});
  return {Error(at_truth.map.map, c), at_truth.score, climbed({found.map, {}}).score};
}

struct RigError {
  double at_distance = INFINITY;  // at the distance that makes it least
  double distance = 0;
  double on_plane = INFINITY;  // on the plane that makes its square least
};

// How far the found map is from a rig, means over the infrared picture. What a point is off by is
// nearly linear in the inverse of its distance, and that of a plane's points is linear in x and y.
RigError ErrorOfRig(const Registration& found, Rig truth) {
  RigError r;
  const auto inverse = found.map.map.Inverse();
  if (!inverse) return r;
  const LensFrame frame = LensFrame::Of(truth.infrared.width, truth.infrared.height);
  constexpr int kColumns = 9, kRows = 7, kPoints = kColumns * kRows;
  // Off(1/z)[i]: what point i is off by where all lie at the distance z.
  const auto off_at = [&](double distance) {
    std::vector<Point> off;
    truth.distance = distance;
    const auto map = RigMap::Create(truth);
    for (int i = 0; map.ok() && i < kPoints; ++i) {
      const int column = i % kColumns, row = i / kColumns;
      const Point p{(truth.infrared.width - 1.0) * column / (kColumns - 1),
                    (truth.infrared.height - 1.0) * row / (kRows - 1)};
      off.push_back(map->InfraredFromVisible(inverse->Apply(found.map.lens.Apply(p, frame))) - p);
    }
    return off;
  };
  const auto mean_length = [](const std::vector<Point>& off) {
    double sum = 0;
    for (const Point& d : off) sum += std::hypot(d.x, d.y) / kPoints;
    return sum;
  };
  for (double z = 3; z < 400; z *= 1.07) {
    const auto off = off_at(z);
    if (off.empty()) return r;
    if (const double error = mean_length(off); error < r.at_distance) {
      r.at_distance = error;
      r.distance = z;
    }
  }
  constexpr double kFar = 1000, kNear = 20;
  const auto far = off_at(kFar), near = off_at(kNear);
  cv::Mat a(2 * kPoints, 3, CV_64F), b(2 * kPoints, 1, CV_64F), plane;
  for (int i = 0; i < kPoints; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Point slope = 1 / (1 / kNear - 1 / kFar) * (near[at] - far[at]);
    const int x = i % kColumns, y = i / kColumns;
    for (const auto& [row, s, d] :
         {std::tuple{2 * i, slope.x, far[at].x}, {2 * i + 1, slope.y, far[at].y}}) {
      a.at<double>(row, 0) = s;
      a.at<double>(row, 1) = s * x;
      a.at<double>(row, 2) = s * y;
      b.at<double>(row) = -d;
    }
  }
  cv::solve(a, b, plane, cv::DECOMP_SVD);
  const cv::Mat rest = a * plane - b;
  std::vector<Point> left;
  for (int i = 0; i < kPoints; ++i) {
    left.push_back({rest.at<double>(2 * i), rest.at<double>(2 * i + 1)});
  }
  r.on_plane = mean_length(left);
  return r;
}

struct Named {
  std::string name;
  seafusion::io::PicturePair pair;
  std::size_t folder = 0, index = 0;
};

int Fail(const seafusion::Status& status) {
  std::fprintf(stderr, "%s\n", status.message().c_str());
  return 1;
}

int Run(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr,
                 "usage: registration_accuracy SCENARIO COUNT SEED FOLDER... (see the source)\n");
    return 2;
  }
  const std::string scenario = argv[1];
  const auto count = static_cast<std::size_t>(std::strtoull(argv[2], nullptr, 10));
  const std::uint64_t seed = std::strtoull(argv[3], nullptr, 10);
  bool peers = false, from_truth = false;
  std::size_t frames = 8;
  std::vector<std::string> without, rigs;
  std::string only;
  std::vector<Named> all;
  std::vector<std::vector<Named>> folders;
  for (int i = 4; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--without") without.emplace_back(argv[i + 1]);
  }
  for (int i = 4; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--peers") {
      peers = true;
      continue;
    }
    if (std::string_view(argv[i]) == "--truth") {
      from_truth = true;
      continue;
    }
    if (std::string_view(argv[i]) == "--frames" && i + 1 < argc) {
      frames = std::strtoull(argv[++i], nullptr, 10);
      continue;
    }
    if (std::string_view(argv[i]) == "--without" && i + 1 < argc) {
      ++i;
      continue;
    }
    if (std::string_view(argv[i]) == "--only" && i + 1 < argc) {
      only = argv[++i];
      continue;
    }
    const std::string folder = argv[i];
    rigs.push_back(folder + "/rig.json");
    auto list = seafusion::io::ListPairs(folder + "/ir", folder + "/vi");
    if (!list.ok()) return Fail(list.status());
    folders.emplace_back();
    for (const auto& p : list->pairs) {
      if (std::find(without.begin(), without.end(), p.stem) != without.end()) continue;
      folders.back().push_back(
          {folder + ":" + p.stem, p, folders.size() - 1, folders.back().size()});
      all.push_back(folders.back().back());
    }
  }
  std::printf(
      "case,error,width,share,model,verdict,confidence,expected,score,peak,margin,inliers,coverage,"
      "runner_up,"
      "half_spread,half_shift,t_similarity,t_identity,move,seconds,identity_error%s%s%s\n",
      scenario == "rendered" ? ",plane_error" : "",
      from_truth ? ",truth_error,truth_score,found_score" : "",
      peers ? ",ecc,sift,orb,magsac" : "");
  const std::size_t taken = std::min(count, all.size());
  std::vector<std::optional<Homography>> first_maps(folders.size());  // found for groups
  for (std::size_t k = 0; k < taken; ++k) {
    const Named& chosen = all[k * all.size() / taken];
    if (chosen.name.find(only) == std::string::npos) continue;
    SeededNoise noise(seed, scenario == "repeat" ? chosen.folder : k);
    std::vector<Named> members{chosen};
    if (scenario == "groups" || scenario == "repeat" || scenario == "rendered") {
      const auto& folder = folders[chosen.folder];
      members.clear();
      for (std::size_t i = 0; i < std::min(frames, folder.size()); ++i) {
        members.push_back(folder[(chosen.index + i) % folder.size()]);
      }
    }
    std::vector<std::array<cv::Mat, 2>> pairs;
    for (const Named& m : members) {
      // A stranger is another pair, far away in the list.
      const Named& other =
          scenario == "strangers" ? all[(k * all.size() / taken + all.size() / 2) % all.size()] : m;
      auto infrared = ReadGray(m.pair.infrared);
      auto visible = ReadGray(other.pair.visible);
      if (!infrared.ok()) return Fail(infrared.status());
      if (!visible.ok()) return Fail(visible.status());
      if (!pairs.empty() && pairs.front()[0].size() != infrared->size()) continue;
      pairs.push_back({*infrared, *visible});
    }
    Case c = Make(scenario, pairs, noise);
    RegistrationOptions options{.threads = 1, .seed = seed + k};
    if (scenario == "rendered" &&
        c.infrared.size() >= static_cast<std::size_t>(Registrar::kLeastLensFrames)) {
      options.model = TransformModel::kHomographyLens;
    }
    if (scenario == "hint") options.field_ratio = FieldRatio{FieldOf(c) * 0.9, FieldOf(c) * 1.1};
    auto registrar = Registrar::Create(options);
    if (!registrar.ok()) return Fail(registrar.status());
    const std::clock_t start = std::clock();
    for (std::size_t i = 0; i < c.infrared.size(); ++i) {
      const auto s = registrar->Add(ViewOf(c.infrared[i]), ViewOf(c.visible[i]));
      if (!s.ok()) return Fail(s);
    }
    const auto r = registrar->Estimate();
    if (!r.ok()) return Fail(r.status());
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    double error = Error(r->map.map, c);
    RigError rig;
    if (scenario == "rendered") {
      const auto truth = ReadRig(rigs[chosen.folder]);
      if (!truth.ok()) return Fail(truth.status());
      rig = ErrorOfRig(*r, *truth);
      error = rig.at_distance;
    }
    const int width = c.infrared.front().cols;
    if (scenario == "repeat") {
      std::optional<Homography>& first = first_maps[chosen.folder];
      if (!first) first = r->map.map;
      const auto inverse = first->Inverse();
      error = inverse ? DistanceOfCorners(r->map.map * *inverse, Homography{}, width,
                                          c.infrared.front().rows)
                            .mean
                      : INFINITY;
    }
    const Evidence& e = r->evidence;
    std::printf(
        "%s,%.3f,%d,%.5f,%s,%s,%.4f,%.2f,%.4f,%.3f,%.4f,%.4f,%.4f,%.4f,%.3f,%.3f,%.3f,%.3f,%.3f,%."
        "3f,%.2f",
        chosen.name.c_str(), error, width, error / width,
        std::string(TransformModelName(r->model)).c_str(),
        std::string(VerdictName(r->verdict)).c_str(), r->confidence, r->expected_error_px, e.score,
        e.peak, e.margin, e.inliers, e.coverage, e.runner_up, e.half_spread, e.half_shift,
        e.t_similarity, e.t_identity, scenario == "rendered" ? rig.distance : e.move_px, seconds,
        Error(Homography{}, c));
    if (scenario == "rendered") std::printf(",%.3f", rig.on_plane);
    if (from_truth) {
      const auto [there, score, here] = FromTruth(c, r->map);
      std::printf(",%.3f,%.4f,%.4f", there, score, here);
    }
    if (peers) {
      std::printf(",%.2f,%.2f,%.2f,%.2f", EccError(c), SiftError(c), OrbError(c),
                  BlockPeakError(c));
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  return Run(argc, argv);
}
