#include "align/registration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>

#include "align/search/coarse/candidate_maps.h"
#include "align/search/confidence.h"
#include "align/search/evidence.h"
#include "align/search/features/frame_pair.h"
#include "align/search/features/infrared_level.h"
#include "align/search/fit/block_surfaces.h"
#include "align/search/fit/refinement.h"
#include "align/search/fit/surface_fit.h"
#include "core/cpu/thread_pool.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr SurfaceLevel kEvidenceLevel{320, 8, 16};
// Of more frames the infrared features of the finer levels would take too much memory to be kept.
constexpr std::size_t kKeptFrames = 4;
constexpr int kPolishRounds = 3;
constexpr double kAtRest = 0.05;  // px

// For a homography over a similarity, of up to so many frames. A free map always fits noise better:
// of 40 similarities 34 had a t over 1, 17 over 2; of 29 homographies found all had 1.9 or more.
// What is noise falls with the root of the frames.
constexpr double kLeastT = 2.0;
constexpr double kFramesOfLeastT = 8;
constexpr double kLeastIdentityT = 2.0;
constexpr double kLeastLensT = 1.5;
// Identity: moves under this share of the width, for one frame and at least.
constexpr double kZone = 0.0075, kLeastZone = 0.0025;
// Nor is a move told from none that is not larger than this many times the error to be expected.
constexpr double kErrorZone = 1.75;

using Frames = std::vector<const SearchFrame*>;

std::string SizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

struct Registrar::State {
  RegistrationOptions options;
  std::unique_ptr<ThreadPool> pool;
  std::vector<SearchFrame> frames;

  StatusOr<Registration> Estimate(const RunMonitor& monitor) const;
  FieldRatio Ratio() const;
  Status Follow(const CameraMap& from, double runner_up, const Frames& all,
                const std::function<void()>& step, const RunMonitor& monitor,
                Registration& r) const;
  Status Polish(const Frames& all, Registration& r, const RunMonitor& monitor) const;
  Status FitLens(const Frames& all, CameraMap& map, Registration& r,
                 const RunMonitor& monitor) const;
  bool SameSize() const {
    const SearchFrame& f = frames.front();
    return f.infrared.width() == f.visible.width() && f.infrared.height() == f.visible.height();
  }
};

Registrar::Registrar(std::unique_ptr<State> state) : state_(std::move(state)) {}
Registrar::Registrar(Registrar&&) noexcept = default;
Registrar& Registrar::operator=(Registrar&&) noexcept = default;
Registrar::~Registrar() = default;

StatusOr<Registrar> Registrar::Create(const RegistrationOptions& options) {
  if (options.field_ratio) {
    const FieldRatio r = *options.field_ratio;
    if (!(r.least >= 0.1 && r.least <= r.most && r.most <= 10)) {
      return InvalidArgument("field ratio " + std::to_string(r.least) + " to " +
                             std::to_string(r.most) + ": must rise within 0.1..10");
    }
  }
  if (options.model == TransformModel::kIdentity) {
    return InvalidArgument("the identity leaves nothing to search for");
  }
  auto state = std::make_unique<State>();
  state->options = options;
  SEAFUSION_ASSIGN_OR_RETURN(state->pool, ThreadPool::Create(options.threads));
  return Registrar(std::move(state));
}

int Registrar::frames() const {
  return static_cast<int>(state_->frames.size());
}

Status Registrar::Add(const ImageView& infrared, const ImageView& visible) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(infrared, "infrared"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(visible, "visible"));
  for (const auto& [view, name] : {std::pair{&infrared, "infrared"}, {&visible, "visible"}}) {
    if (std::min(view->width, view->height) < kLeastSide) {
      return InvalidArgument(std::string(name) + " is " + SizeText(view->width, view->height) +
                             "; registration needs at least " + std::to_string(kLeastSide) +
                             " pixels a side");
    }
  }
  if (frames() >= kMostFrames) {
    return ResourceExhausted("registration takes at most " + std::to_string(kMostFrames) +
                             " frames");
  }
  if (!state_->frames.empty()) {
    const SearchFrame& first = state_->frames.front();
    for (const auto& [view, pyramid, name] : {std::tuple{&infrared, &first.infrared, "infrared"},
                                              std::tuple{&visible, &first.visible, "visible"}}) {
      if (view->width != pyramid->width() || view->height != pyramid->height()) {
        return InvalidArgument(std::string(name) + " is " + SizeText(view->width, view->height) +
                               ", in the first frame it is " +
                               SizeText(pyramid->width(), pyramid->height()));
      }
    }
  }
  try {
    state_->frames.push_back({GrayPyramid(infrared), GrayPyramid(visible)});
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for registration");
  } catch (const cv::Exception& e) {
    return Internal("registration: " + e.err);
  }
  return OkStatus();
}

StatusOr<Registration> Registrar::Estimate(const RunMonitor& monitor) const {
  try {
    return state_->Estimate(monitor);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for registration");
  } catch (const cv::Exception& e) {
    return Internal("registration: " + e.err);
  }
}

FieldRatio Registrar::State::Ratio() const {
  const GrayPyramid &infrared = frames.front().infrared, &visible = frames.front().visible;
  const auto near = [](int a, int b) { return std::abs(static_cast<double>(a) / b - 1) < 0.1; };
  const bool similar_size =
      near(visible.width(), infrared.width()) && near(visible.height(), infrared.height());
  return options.field_ratio.value_or(similar_size ? FieldRatio{0.78, 1.28}
                                                   : FieldRatio{0.85, 2.6});
}

StatusOr<Registration> Registrar::State::Estimate(const RunMonitor& monitor) const {
  if (frames.empty()) return InvalidArgument("registration needs at least one pair of pictures");
  if (options.model == TransformModel::kHomographyLens &&
      frames.size() < static_cast<std::size_t>(kLeastLensFrames)) {
    return InvalidArgument("a lens term needs at least " + std::to_string(kLeastLensFrames) +
                           " pairs of pictures, these are " + std::to_string(frames.size()));
  }
  const SearchFrame& first = frames.front();
  const int width = first.infrared.width(), height = first.infrared.height();
  Frames all;
  for (const SearchFrame& f : frames) all.push_back(&f);
  const Frames coarse_frames = SpreadFrames(all, kCoarseFrames);
  constexpr std::uint64_t kSteps = 5;
  std::uint64_t done = 0;
  const auto step = [&] {
    monitor.Report(
        {.label = "align", .unit = "steps", .done = done++, .total = kSteps, .detail = {}});
  };

  step();
  const double penalty =
      options.model == TransformModel::kSimilarity ? kStiffPenalty : RefineStep{}.penalty;
  SEAFUSION_ASSIGN_OR_RETURN(
      const CandidateMaps candidates,
      FindCandidateMaps(coarse_frames, {Ratio(), penalty, options.seed}, *pool, monitor));
  step();
  Registration r;
  r.frames = static_cast<int>(frames.size());
  r.infrared_width = width;
  r.infrared_height = height;
  r.visible_width = first.visible.width();
  r.visible_height = first.visible.height();
  const Registration sizes = r;
  SEAFUSION_RETURN_IF_ERROR(
      Follow(candidates.maps.front().map, candidates.runner_up, all, step, monitor, r));
  if (SameSize() && options.model != TransformModel::kHomographyLens && r.verdict != Verdict::kOk &&
      r.model != TransformModel::kIdentity) {
    // Pictures of one size often lie on each other: where nothing else is sure, that is asked.
    Registration still = sizes;
    SEAFUSION_RETURN_IF_ERROR(Follow(
        {}, candidates.runner_up, all, [] {}, monitor, still));
    if (still.confidence > r.confidence) r = still;
  }
  return r;
}

// From a coarse map to a verdict.
Status Registrar::State::Follow(const CameraMap& from, double runner_up, const Frames& all,
                                const std::function<void()>& step, const RunMonitor& monitor,
                                Registration& r) const {
  const int width = r.infrared_width, height = r.infrared_height;
  const bool stiff = options.model == TransformModel::kSimilarity;
  CameraMap map = from;
  InfraredLevels infrared(all, kKeptFrames);
  std::uint64_t place = 100;
  for (const auto& [nominal, search] : {std::pair{kMediumLevel, true}, {kFineLevel, false}}) {
    const SurfaceLevel level = LevelForWidth(nominal, width);
    RefineStep refine{.search = search, .seed = options.seed, .place = place++};
    if (stiff) refine.penalty = kStiffPenalty;
    SEAFUSION_ASSIGN_OR_RETURN(const auto known, infrared.AtWidth(level.width, *pool));
    SEAFUSION_ASSIGN_OR_RETURN(const RefinedMap refined,
                               RefineMap(all, map, level, refine, pool.get(), monitor, known));
    map = refined.map;
    step();
  }
  if (options.model == TransformModel::kHomographyLens) {
    SEAFUSION_RETURN_IF_ERROR(FitLens(all, map, r, monitor));
  }

  const double frame_count = static_cast<double>(all.size());
  const double least_t = kLeastT * std::sqrt(std::min(1.0, kFramesOfLeastT / frame_count));
  const double t_lens = r.evidence.t_lens;
  SEAFUSION_ASSIGN_OR_RETURN(
      const NestedMaps nested,
      MeasureEvidence(all, map, LevelForWidth(kEvidenceLevel, width), *pool, monitor));
  step();
  r.evidence = nested.evidence;
  r.evidence.t_lens = t_lens;
  r.evidence.runner_up = runner_up;
  if (!map.lens.empty()) {
    r.model = TransformModel::kHomographyLens;
    r.map = nested.free;
  } else if (stiff || r.evidence.t_similarity < least_t) {
    r.model = TransformModel::kSimilarity;
    r.map = nested.similarity;
  } else {
    r.model = TransformModel::kHomography;
    r.map = nested.free;
  }
  SEAFUSION_RETURN_IF_ERROR(Polish(all, r, monitor));
  Judge(r);
  if (SameSize() && r.map.lens.empty()) {
    r.evidence.move_px = MeanMove(r.map.map, width, height);
    const double root = std::sqrt(static_cast<double>(frames.size()));
    r.identity_zone_px = std::max(
        {width * kZone / root, width * kLeastZone, kErrorZone * r.expected_error_px / root});
    if (r.evidence.t_identity < kLeastIdentityT || r.evidence.move_px <= r.identity_zone_px) {
      r.model = TransformModel::kIdentity;
      r.map = {};
    }
  }
  return OkStatus();
}

// The evidence's level is coarser than the finest: once more there, with the freedoms that are
// left.
Status Registrar::State::Polish(const Frames& all, Registration& r,
                                const RunMonitor& monitor) const {
  const bool stiff = r.model == TransformModel::kSimilarity;
  const int width = frames.front().infrared.width(), height = frames.front().infrared.height();
  const SurfaceLevel level = LevelForWidth(kFinestLevel, width);
  InfraredLevels infrared(all, kKeptFrames);
  for (int round = 0; round < kPolishRounds; ++round) {
    RefineStep refine{.search = false};
    if (stiff) refine.penalty = kStiffPenalty;
    SEAFUSION_ASSIGN_OR_RETURN(const auto known, infrared.AtWidth(level.width, *pool));
    SEAFUSION_ASSIGN_OR_RETURN(const RefinedMap refined,
                               RefineMap(all, r.map, level, refine, pool.get(), monitor, known));
    const double moved =
        DistanceOfCorners(refined.map.map * r.map.map.Inverse().value_or(Homography{}),
                          Homography{}, width, height)
            .mean;
    r.map = refined.map;
    if (moved <= kAtRest) break;
  }
  return OkStatus();
}

// Two levels, twice each: a map that is a few pixels off at the rim must come into the surfaces'
// reach first.
Status Registrar::State::FitLens(const Frames& all, CameraMap& map, Registration& r,
                                 const RunMonitor& monitor) const {
  const SearchFrame& first = frames.front();
  const int width = first.infrared.width(), height = first.infrared.height();
  CameraMap best = map;
  for (const SurfaceLevel nominal : {kMediumLevel, kMediumLevel, kFineLevel, kFineLevel}) {
    SEAFUSION_ASSIGN_OR_RETURN(
        const BlockSurfaces surfaces,
        ComputeBlockSurfaces(all, best, LevelForWidth(nominal, width), pool.get(), monitor));
    const SurfaceFit fit(surfaces, best, width, height, {.fit_lens = true});
    const CameraMap changed = fit.Changed(best, fit.Climb(MapChange{}, 25).first);
    if (!changed.lens.Monotone() ||
        !changed.map.TameOn(first.visible.width(), first.visible.height())) {
      break;
    }
    best = changed;
  }
  // Against the best map without: fitted where it was found, read by the same blocks.
  const SurfaceLevel level = LevelForWidth(kFineLevel, width);
  std::array<std::vector<double>, 2> values;
  std::vector<double> weights;
  const std::array<const CameraMap*, 2> maps{&best, &map};
  for (std::size_t i = 0; i < 2; ++i) {
    SEAFUSION_ASSIGN_OR_RETURN(const BlockSurfaces surfaces,
                               ComputeBlockSurfaces(all, *maps[i], level, pool.get(), monitor));
    const SurfaceFit fit(surfaces, *maps[i], width, height, {});
    values[i] = fit.BlockValues(MapChange{});
    if (i == 0) weights.assign(fit.weights().begin(), fit.weights().end());
  }
  r.evidence.t_lens = PairedT(values[0], values[1], weights);
  if (r.evidence.t_lens >= kLeastLensT) map = best;
  return OkStatus();
}

}  // namespace seafusion::align
