#include "align/search/fit/block_surfaces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <opencv2/imgproc.hpp>

#include "align/search/coarse/cell_products.h"
#include "align/search/features/structure_features.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

constexpr float kEnergyFloor = 0.25f;  // of the blocks' mean energy: flat blocks correlate at 0
// A block counts from 40 % of it inside the visible picture, fully from 80 %.
constexpr float kCoverageFrom = 0.4f, kCoverageRange = 0.4f;

CellGrid GridOf(int width, int height, int cell) {
  CellGrid g;
  g.cell = std::max(1, std::min({cell, width, height}));
  g.columns = width / g.cell;
  g.rows = height / g.cell;
  g.left = (width - g.columns * g.cell) / 2;
  g.top = (height - g.rows * g.cell) / 2;
  return g;
}

// Sums over 3x3 cells, cells outside counting as 0; both planes have one value a cell.
void SumNeighbours(std::span<float> plane, std::span<float> across, const CellGrid& g) {
  const auto at = [&](int x, int y) { return static_cast<std::size_t>(y * g.columns + x); };
  for (int y = 0; y < g.rows; ++y) {
    for (int x = 0; x < g.columns; ++x) {
      float s = plane[at(x, y)];
      if (x > 0) s += plane[at(x - 1, y)];
      if (x + 1 < g.columns) s += plane[at(x + 1, y)];
      across[at(x, y)] = s;
    }
  }
  for (int y = 0; y < g.rows; ++y) {
    for (int x = 0; x < g.columns; ++x) {
      float s = across[at(x, y)];
      if (y > 0) s += across[at(x, y - 1)];
      if (y + 1 < g.rows) s += across[at(x, y + 1)];
      plane[at(x, y)] = s;
    }
  }
}

cv::Mat Padded(const cv::Mat& plane, int border) {
  cv::Mat r;
  cv::copyMakeBorder(plane, r, border, border, border, border, cv::BORDER_CONSTANT, 0);
  return r;
}

// Mean over each cell of an integral picture, shifted.
void CellMeans(const cv::Mat& integral, const CellGrid& g, int dx, int dy,
               std::vector<float>& out) {
  const double area = static_cast<double>(g.cell) * g.cell;
  std::size_t i = 0;
  for (int cy = 0; cy < g.rows; ++cy) {
    const double* top = integral.ptr<double>(g.top + dy + cy * g.cell);
    const double* bottom = integral.ptr<double>(g.top + dy + (cy + 1) * g.cell);
    for (int cx = 0; cx < g.columns; ++cx, ++i) {
      const int x0 = g.left + dx + cx * g.cell, x1 = x0 + g.cell;
      out[i] = static_cast<float>((bottom[x1] - bottom[x0] - top[x1] + top[x0]) / area);
    }
  }
}

template <std::size_t kPlanes>
std::array<const float*, kPlanes> RowPointers(const std::array<cv::Mat, kPlanes>& planes) {
  std::array<const float*, kPlanes> r;
  for (std::size_t c = 0; c < kPlanes; ++c) r[c] = planes[c].template ptr<float>();
  return r;
}

std::ptrdiff_t FloatsOfARow(const cv::Mat& plane) {
  return static_cast<std::ptrdiff_t>(plane.step1());
}

}  // namespace

StatusOr<FrameSurfaces> SurfacesOfFrame(const SearchFrame& frame, const CameraMap& map,
                                        SurfaceLevel level, ThreadPool* pool,
                                        const InfraredLevel* infrared) {
  InfraredLevel own;
  if (infrared == nullptr) {
    own = InfraredAtWidth(frame.infrared, level.width);
    infrared = &own;
  }
  const cv::Size size = infrared->energy.size();
  const LensFrame lens_frame =
      LensFrame::Of(frame.infrared.width(), frame.infrared.height())
          .Reduced(static_cast<double>(size.width) / frame.infrared.width());
  const WarpedPicture warped =
      frame.visible.Warp(infrared->from_original * map.map, size, map.lens, lens_frame);
  Features visible = StructureFeatures(warped.samples, warped.mask);
  const int r = level.radius, n = 2 * r + 1;
  cv::Mat visible_energy, coverage;  // integral pictures
  cv::integral(Padded(FeatureEnergy(visible), r), visible_energy, CV_64F);
  cv::Mat mask;
  warped.mask.convertTo(mask, CV_32F);
  const std::array<cv::Mat, 1> mask_plane{Padded(mask, r)};
  cv::integral(mask_plane[0], coverage, CV_64F);
  for (cv::Mat& channel : visible) channel = Padded(channel, r);

  const CellGrid g = GridOf(size.width, size.height, level.cell);
  const std::size_t blocks = g.cells();
  std::vector<float> infrared_energy(blocks), full(blocks, 1.0f), across(blocks);
  cv::Mat infrared_integral;
  cv::integral(infrared->energy, infrared_integral, CV_64F);
  CellMeans(infrared_integral, g, 0, 0, infrared_energy);
  SumNeighbours(infrared_energy, across, g);
  SumNeighbours(full, across, g);
  double mean = 0;
  for (float e : infrared_energy) mean += e;
  mean /= static_cast<double>(blocks);
  const float floor = kEnergyFloor * static_cast<float>(mean) + 1e-6f;

  FrameSurfaces out;
  for (float e : infrared_energy) out.structure += e / (e + floor);
  const auto shifts = static_cast<std::size_t>(n * n);
  out.sum.resize(blocks * shifts);
  out.weight.resize(blocks);
  std::vector<float> at_rest(blocks);  // share of the block that counts, at no shift
  CellMeans(coverage, g, r, r, at_rest);
  SumNeighbours(at_rest, across, g);
  for (std::size_t b = 0; b < blocks; ++b) {
    at_rest[b] = std::clamp((at_rest[b] / full[b] - kCoverageFrom) / kCoverageRange, 0.0f, 1.0f);
  }
  const auto infrared_rows = RowPointers(infrared->features);
  const auto visible_rows = RowPointers(visible);
  const std::array<const float*, 1> energy_rows{infrared->energy.ptr<float>()};
  const auto mask_rows = RowPointers(mask_plane);
  const PlaneSet fixed{infrared_rows.data(), FloatsOfARow(infrared->features[0])};
  const PlaneSet moving{visible_rows.data(), FloatsOfARow(visible[0])};
  const PlaneSet fixed_energy{energy_rows.data(), FloatsOfARow(infrared->energy)};
  const PlaneSet moving_mask{mask_rows.data(), FloatsOfARow(mask_plane[0])};
  const CellProductKernels& kernels = BestCellProductKernels();
  const auto row_of_shifts = [&](int dy) {
    const auto columns = static_cast<std::size_t>(n);
    std::vector<float> products(columns * blocks), seen;
    std::vector<float> energy(blocks), inside(blocks), neighbours(blocks);
    kernels.row_of_shifts(fixed, moving, kFeatureChannels, g, dy, n, products.data());
    if (level.exact_rim) {
      seen.resize(columns * blocks);
      kernels.row_of_shifts(fixed_energy, moving_mask, 1, g, dy, n, seen.data());
    }
    for (std::size_t dx = 0; dx < columns; ++dx) {
      const std::span<float> product(products.data() + dx * blocks, blocks);
      std::span<const float> infrared_here = infrared_energy;
      const int shift = static_cast<int>(dx);
      CellMeans(visible_energy, g, shift, dy, energy);
      CellMeans(coverage, g, shift, dy, inside);
      SumNeighbours(product, neighbours, g);
      SumNeighbours(energy, neighbours, g);
      SumNeighbours(inside, neighbours, g);
      if (level.exact_rim) {
        const std::span<float> here(seen.data() + dx * blocks, blocks);
        SumNeighbours(here, neighbours, g);
        infrared_here = here;
      }
      for (std::size_t b = 0; b < blocks; ++b) {
        const float weight = infrared_energy[b] / (infrared_energy[b] + floor);
        const float covered =
            std::clamp((inside[b] / full[b] - kCoverageFrom) / kCoverageRange, 0.0f, 1.0f);
        const float correlation = product[b] / std::sqrt((infrared_here[b] + floor) *
                                                         (std::max(energy[b], 0.0f) + floor));
        out.sum[b * shifts + static_cast<std::size_t>(dy * n) + dx] =
            correlation * (level.exact_rim ? at_rest[b] : covered) * weight;
        if (shift == r && dy == r) out.weight[b] = weight * covered;
      }
    }
  };
  if (pool != nullptr) {
    SEAFUSION_RETURN_IF_ERROR(
        pool->ParallelFor(static_cast<std::size_t>(n), [&](std::size_t dy, int) {
          row_of_shifts(static_cast<int>(dy));
          return OkStatus();
        }));
  } else {
    for (int dy = 0; dy < n; ++dy) row_of_shifts(dy);
  }
  return out;
}

SurfaceSum::SurfaceSum(int infrared_width, int infrared_height, const SurfaceLevel& level) {
  sum_.width = level.width;
  const double share = static_cast<double>(level.width) / infrared_width;
  sum_.height = std::max(8, static_cast<int>(std::lround(infrared_height * share)));
  sum_.to_level = ScalingOfPixels(share, static_cast<double>(sum_.height) / infrared_height);
  sum_.radius = level.radius;
  const CellGrid g = GridOf(sum_.width, sum_.height, level.cell);
  sum_.columns = g.columns;
  sum_.rows = g.rows;
  for (int y = 0; y < g.rows; ++y) {
    for (int x = 0; x < g.columns; ++x) {
      sum_.centres.push_back({g.left + (x + 0.5) * g.cell - 0.5, g.top + (y + 0.5) * g.cell - 0.5});
    }
  }
  sum_.surfaces.assign(sum_.blocks() * static_cast<std::size_t>(sum_.side() * sum_.side()), 0.0f);
  sum_.weights.assign(sum_.blocks(), 0.0f);
}

void SurfaceSum::Add(const FrameSurfaces& frame) {
  for (std::size_t i = 0; i < sum_.surfaces.size(); ++i) sum_.surfaces[i] += frame.sum[i];
  for (std::size_t b = 0; b < sum_.weights.size(); ++b) sum_.weights[b] += frame.weight[b];
  frames_ += 1;
  structure_ += frame.structure;
}

void SurfaceSum::Fade(float keep) {
  for (float& s : sum_.surfaces) s *= keep;
  for (float& w : sum_.weights) w *= keep;
  frames_ *= keep;
  structure_ *= keep;
}

BlockSurfaces SurfaceSum::Mean() const {
  BlockSurfaces r = sum_;
  const auto shifts = static_cast<std::size_t>(r.side() * r.side());
  r.mean_surface.assign(shifts, 0.0f);
  float total = 1e-6f;
  for (float w : r.weights) total += w;
  r.seen = total / (structure_ + 1e-6f);
  for (std::size_t b = 0; b < r.blocks(); ++b) {
    // The added constant lets blocks that have structure in few frames count for little.
    const float norm = r.weights[b] + 1e-3f + 0.05f * frames_;
    for (std::size_t i = 0; i < shifts; ++i) {
      float& s = r.surfaces[b * shifts + i];
      r.mean_surface[i] += s / total;
      s = std::max(0.0f, s / norm);
    }
    r.weights[b] /= frames_;
  }
  return r;
}

StatusOr<BlockSurfaces> ComputeBlockSurfaces(std::span<const SearchFrame* const> frames,
                                             const CameraMap& map, SurfaceLevel level,
                                             ThreadPool* pool, const RunMonitor& monitor,
                                             std::span<const InfraredLevel> infrared) {
  const GrayPyramid& picture = frames.front()->infrared;
  SurfaceSum sum(picture.width(), picture.height(), level);
  const auto known = [&](std::size_t i) { return infrared.empty() ? nullptr : &infrared[i]; };
  // Frames are added in their order, whichever thread computed them.
  const std::size_t batch =
      pool == nullptr || frames.size() == 1 ? 1 : static_cast<std::size_t>(pool->thread_count());
  for (std::size_t first = 0; first < frames.size(); first += batch) {
    if (monitor.Stopped()) return Cancelled("stopped during registration");
    std::vector<FrameSurfaces> part(std::min(batch, frames.size() - first));
    if (part.size() == 1) {
      SEAFUSION_ASSIGN_OR_RETURN(part[0],
                                 SurfacesOfFrame(*frames[first], map, level, pool, known(first)));
    } else {
      SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(part.size(), [&](std::size_t i, int) -> Status {
        SEAFUSION_ASSIGN_OR_RETURN(
            part[i], SurfacesOfFrame(*frames[first + i], map, level, nullptr, known(first + i)));
        return OkStatus();
      }));
    }
    for (const FrameSurfaces& frame : part) sum.Add(frame);
  }
  return sum.Mean();
}

}  // namespace seafusion::align
