#include <seafusion/fuser.h>
#include <seafusion/version.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/cpu/cpu_target.h"
#include "core/cpu/thread_pool.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "fuse/agc/gain_control.h"
#include "fuse/fuse_call.h"
#include "fuse/range/gentle_range.h"
#include "fuse/range/infrared_range.h"
#include "fuse/range/no_data.h"
#include "fuse/rows/output_writer.h"
#include "fuse/rows/picture_source.h"
#include "fuse/rows/tile_reader.h"
#include "model/weights/safetensors.h"
#include "nn/engine.h"

namespace seafusion {
namespace {

// Larger tiles gain nothing and would let one option ask for gigabytes of feature maps.
constexpr int kMaxTile = 512;

// What one thread needs to fuse a tile; kept from call to call.
struct TileScratch {
  std::unique_ptr<nn::Workspace> workspace;
  int width = 0, height = 0;  // tile it was made for
  std::vector<float> vis, inf;
};

// Of brightness that must be known before samples can be written, this many pixels are kept (64
// MiB); larger pictures are fused again.
constexpr std::size_t kMostKept = std::size_t{16} << 20;

// To the caller's samples.
class PictureSink : public nn::RowSink {
 public:
  PictureSink(const OutputWriter& writer, const SampleExtremes& extremes, LumaHistogram* histogram)
      : writer_(writer), extremes_(extremes), histogram_(histogram) {}
  void Write(int y, int x0, int x1, const float* fused) override {
    if (histogram_ != nullptr) histogram_->Add(y, x0, x1, fused);
    writer_.Write({fused, 0}, {x0, y, x1, y + 1}, extremes_);
  }

 private:
  const OutputWriter& writer_;
  SampleExtremes extremes_;
  LumaHistogram* histogram_;
};

// What one thread saw of a picture.
struct Measured {
  SampleExtremes extremes;
  LumaHistogram histogram;
};

// To what decides about the range, and to a plane of the whole picture if there is one.
class MeasuringSink : public nn::RowSink {
 public:
  MeasuringSink(const OutputWriter& writer, bool counts, bool extremes, Measured& measured,
                nn::Plane luma)
      : writer_(writer),
        counts_(counts),
        finds_extremes_(extremes),
        measured_(measured),
        luma_(luma) {}
  void Write(int y, int x0, int x1, const float* fused) override {
    if (luma_.data != nullptr) std::copy_n(fused, x1 - x0, luma_.Row(y) + x0);
    if (counts_) measured_.histogram.Add(y, x0, x1, fused);
    if (finds_extremes_) {
      measured_.extremes.Merge(writer_.FindExtremes({fused, 0}, {x0, y, x1, y + 1}));
    }
  }

 private:
  const OutputWriter& writer_;
  bool counts_, finds_extremes_;
  Measured& measured_;
  nn::Plane luma_;
};

}  // namespace

struct Fuser::State {
  std::unique_ptr<nn::Engine> engine;
  std::unique_ptr<ThreadPool> pool;
  int tile = 0;
  // One a pool thread. The pool runs one loop at a time and never two bodies with one worker
  // number, so no lock.
  std::vector<TileScratch> scratch;

  Status PrepareScratch(TileScratch& s, int width, int height) const {
    if (s.workspace != nullptr && s.width >= width && s.height >= height) return OkStatus();
    s.workspace = nullptr;
    SEAFUSION_ASSIGN_OR_RETURN(s.workspace, engine->MakeWorkspace(width, height));
    s.width = width;
    s.height = height;
    return OkStatus();
  }

  // What the engine must know of the whole picture before its tiles; nullptr where that is nothing.
  StatusOr<std::unique_ptr<nn::PictureMaps>> ReadPicture(const ImageView& ir, const LinearMap& map,
                                                         const ImageView& vi,
                                                         LumaRange visible_luma);
};

StatusOr<std::unique_ptr<nn::PictureMaps>> Fuser::State::ReadPicture(const ImageView& ir,
                                                                     const LinearMap& map,
                                                                     const ImageView& vi,
                                                                     LumaRange visible_luma) {
  const int block = engine->picture_block();
  if (block == 0) return std::unique_ptr<nn::PictureMaps>();
  const int width = vi.width, height = vi.height;
  SEAFUSION_ASSIGN_OR_RETURN(auto maps, engine->MakePictureMaps(width, height));
  const auto blocks = [block](int length) { return (length - 1) / block + 1; };
  // One block high, so that there is something for each thread; up to 16 wide, for the calls' sake.
  const int part_width = std::min(16, blocks(width)) * block;
  const int columns = (width - 1) / part_width + 1;
  SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(
      static_cast<std::size_t>(columns) * blocks(height),
      [&](std::size_t index, int worker) -> Status {
        TileScratch& s = scratch[static_cast<std::size_t>(worker)];
        const int x0 = static_cast<int>(index % columns) * part_width;
        const int y0 = static_cast<int>(index / columns) * block;
        const nn::Rect part{x0, y0, x0 + std::min(part_width, width - x0),
                            y0 + std::min(block, height - y0)};
        const std::size_t samples = static_cast<std::size_t>(part.width()) * part.height();
        if (s.vis.size() < samples) s.vis.resize(samples);
        if (s.inf.size() < samples) s.inf.resize(samples);
        const nn::Plane vis{s.vis.data(), part.width()}, inf{s.inf.data(), part.width()};
        SEAFUSION_RETURN_IF_ERROR(ReadVisibleLuma(vi, part, vis, visible_luma));
        SEAFUSION_RETURN_IF_ERROR(ReadInfrared(ir, map, part, inf));
        return engine->AddToPicture({vis.data, vis.stride}, {inf.data, inf.stride}, part, *maps);
      }));
  SEAFUSION_RETURN_IF_ERROR(engine->FinishPicture(*maps, *pool));
  return maps;
}

Fuser::Fuser(std::unique_ptr<State> state) : state_(std::move(state)) {}
Fuser::Fuser(Fuser&&) noexcept = default;
Fuser& Fuser::operator=(Fuser&&) noexcept = default;
Fuser::~Fuser() = default;

StatusOr<Fuser> Fuser::Create(const FuserOptions& options) try {
  if (options.tile < 0 || options.tile > kMaxTile) {
    return InvalidArgument("tile " + std::to_string(options.tile) + " is not in 0.." +
                           std::to_string(kMaxTile));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const CpuTarget target, FindCpuTarget(options.cpu_target));
  const bool own = options.weights.empty();
  auto archive = model::ParseSafetensors(own ? DefaultWeights() : options.weights);
  if (!archive.ok()) return archive.status().Annotate(own ? "default weights" : "weights");
  auto state = std::make_unique<State>();
  SEAFUSION_ASSIGN_OR_RETURN(state->engine, nn::MakeEngine(*archive, options.precision, target));
  SEAFUSION_ASSIGN_OR_RETURN(state->pool, ThreadPool::Create(options.threads));
  state->tile = options.tile;
  state->scratch.resize(static_cast<std::size_t>(state->pool->thread_count()));
  return Fuser(std::move(state));
} catch (const std::bad_alloc&) {
  return OutOfMemory("for the network");
}

std::string Fuser::engine_name() const {
  return std::string(state_->engine->name());
}

Status Fuser::Fuse(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                   const FuseSettings& settings) const {
  try {
    SEAFUSION_RETURN_IF_ERROR(CheckFuseCall(ir, vi, out, settings, LumaRange::kVideo));
    SEAFUSION_ASSIGN_OR_RETURN(const std::optional<FilledInfrared> filled,
                               FillNoData(ir, vi, settings));
    if (filled) {
      FuseSettings complete = settings;
      complete.infrared_range = filled->range;
      OutputRange gentle;
      complete.gentle_range = &gentle;
      SEAFUSION_RETURN_IF_ERROR(Fuse(filled->picture.view(), vi, out, complete));
      if (settings.gentle_range != nullptr) *settings.gentle_range = gentle;
      return ShowVisibleInGaps(*filled, vi, out, Resolved(settings, gentle));
    }
    if (settings.infrared_gain.kind != InfraredGain::Kind::kLinear) {
      SEAFUSION_ASSIGN_OR_RETURN(
          const ImageBuffer gained,
          GainControl(settings.infrared_gain).Next(ir, settings.infrared_range));
      FuseSettings plain = settings;
      plain.infrared_range = {.kind = InfraredRange::Kind::kFull};
      plain.infrared_gain = {};
      return Fuse(gained.view(), vi, out, plain);
    }
    State& s = *state_;
    SEAFUSION_ASSIGN_OR_RETURN(const LinearMap ir_map,
                               FindInfraredMap(ir, settings.infrared_range));
    const int width = vi.width, height = vi.height;
    const nn::Rect preferred = s.engine->PreferredTile(width, height, s.pool->thread_count());
    const int step = s.engine->tile_step();
    const int side = (std::max(s.tile, 1) - 1) / step * step + step;
    const int tile_width = s.tile == 0 ? preferred.width() : std::min(side, width);
    const int tile_height = s.tile == 0 ? preferred.height() : std::min(side, height);
    const auto columns = static_cast<std::size_t>((width - 1) / tile_width) + 1;
    const auto rows = static_cast<std::size_t>((height - 1) / tile_height) + 1;
    const auto tile_at = [&](std::size_t index) {
      const int x0 = static_cast<int>(index % columns) * tile_width;
      const int y0 = static_cast<int>(index / columns) * tile_height;
      return nn::Rect{x0, y0, x0 + std::min(tile_width, width - x0),
                      y0 + std::min(tile_height, height - y0)};
    };

    SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<nn::PictureMaps> picture,
                               s.ReadPicture(ir, ir_map, vi, settings.visible_luma));
    // Into what `sink_of(worker)` makes.
    const auto run_tiles = [&](const auto& sink_of) {
      return s.pool->ParallelFor(columns * rows, [&](std::size_t index, int worker) -> Status {
        if (settings.stop != nullptr && *settings.stop) return Cancelled("fusing was stopped");
        TileScratch& scratch = s.scratch[static_cast<std::size_t>(worker)];
        SEAFUSION_RETURN_IF_ERROR(s.PrepareScratch(scratch, tile_width, tile_height));
        PictureSource source(ir, ir_map, vi, settings.visible_luma);
        auto sink = sink_of(static_cast<std::size_t>(worker));
        return s.engine->RunRows(source, width, height, tile_at(index), picture.get(),
                                 *scratch.workspace, sink);
      });
    };

    OutputRange range = settings.output_range;
    const bool gentle = range.kind == OutputRange::Kind::kGentle;
    const bool counts = gentle || settings.gentle_range != nullptr;
    const bool measures_first = gentle || NeedsExtremes(range);
    std::vector<Measured> measured(counts || measures_first ? s.scratch.size() : 0,
                                   {{}, LumaHistogram(width, height)});
    const auto gentle_range = [&] {
      for (std::size_t i = 1; i < measured.size(); ++i) {
        measured[0].histogram.Merge(measured[i].histogram);
      }
      return measured[0].histogram.Gentle();
    };
    if (!measures_first) {
      const OutputWriter writer(vi, out, range, settings.output_luma);
      SEAFUSION_RETURN_IF_ERROR(run_tiles([&](std::size_t worker) {
        return PictureSink(writer, {}, counts ? &measured[worker].histogram : nullptr);
      }));
      if (counts) *settings.gentle_range = gentle_range();
      return OkStatus();
    }

    const std::size_t pixels = static_cast<std::size_t>(width) * height;
    const std::unique_ptr<float[]> whole_luma(pixels <= kMostKept ? new float[pixels] : nullptr);
    const OutputWriter unscaled(vi, out, range, settings.output_luma);
    SEAFUSION_RETURN_IF_ERROR(run_tiles([&](std::size_t worker) {
      return MeasuringSink(unscaled, counts, !gentle, measured[worker], {whole_luma.get(), width});
    }));
    SampleExtremes extremes;
    for (const Measured& m : measured) extremes.Merge(m.extremes);
    const OutputRange gently = gentle_range();
    if (settings.gentle_range != nullptr) *settings.gentle_range = gently;
    if (gentle) range = gently;
    const OutputWriter writer(vi, out, range, settings.output_luma);
    if (whole_luma == nullptr) {
      return run_tiles([&](std::size_t) { return PictureSink(writer, extremes, nullptr); });
    }
    return s.pool->ParallelFor(rows, [&](std::size_t index, int) {
      nn::Rect band = tile_at(index * columns);
      band.x1 = width;
      writer.Write({whole_luma.get() + std::ptrdiff_t{band.y0} * width, width}, band, extremes);
      return OkStatus();
    });
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to fuse the picture");
  }
}

}  // namespace seafusion
