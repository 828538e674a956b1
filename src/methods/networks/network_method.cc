#include "methods/networks/network_method.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/cpu/cpu_target.h"
#include "core/cpu/thread_pool.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "fuse/fuse_call.h"
#include "fuse/rows/output_writer.h"
#include "methods/learning/learned_info.h"
#include "methods/networks/luma_reader.h"
#include "methods/networks/scipy_range.h"
#include "model/methods/method_graphs.h"
#include "model/methods/method_weights.h"
#include "nn/engine.h"

namespace seafusion::methods {
namespace {

// What differs from method to method. Levels are 0..255.
struct Descriptor {
  MethodInfo info;
  model::Graph (*graph)() = nullptr;
  LumaRule luma = LumaRule::kRounded;
  // The network reads (level - middle) / unit. Its result times `published` is what its public code
  // stretches, and times `clipped` levels.
  float middle = 0.0f, unit = 1.0f;
  float published = 1.0f, clipped = 1.0f;
};

class NetworkMethod : public FusionMethod {
 public:
  NetworkMethod(const Descriptor& descriptor, std::unique_ptr<nn::Engine> engine,
                std::unique_ptr<ThreadPool> pool)
      : d_(descriptor), engine_(std::move(engine)), pool_(std::move(pool)) {}

  const MethodInfo& info() const override { return d_.info; }
  std::string engine_name() const override { return std::string(engine_->name()); }

  Status FuseComplete(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                      const FuseSettings& settings, const TraceLine&) const override {
    try {
      SEAFUSION_RETURN_IF_ERROR(CheckFuseCall(ir, vi, out, settings));
      return FuseChecked(ir, vi, out, settings);
    } catch (const std::bad_alloc&) {
      return OutOfMemory("to fuse the picture");
    }
  }

 private:
  Status FuseChecked(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                     const FuseSettings& settings) const {
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<float> infrared,
                               ReadInfraredLevels(ir, settings.infrared_range, d_.luma));
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<float> visible, ReadVisibleLevels(vi, d_.luma));
    std::vector<float> fused(visible.size());
    for (std::vector<float>* plane : {&infrared, &visible}) {
      for (float& v : *plane) v = (v - d_.middle) / d_.unit;
    }
    SEAFUSION_RETURN_IF_ERROR(Run(infrared, visible, vi.width, vi.height, fused));
    if (!std::all_of(fused.begin(), fused.end(), [](float v) { return std::isfinite(v); })) {
      return InvalidArgument("the weights give values that are not finite for this picture");
    }
    OutputRange range = settings.output_range;
    const bool published = range.kind == OutputRange::Kind::kReference;
    for (float& v : fused) v *= published ? d_.published : d_.clipped;
    if (published) {
      StretchAsSciPy(fused, BytesPerSample(out.format) == 1);
      range.kind = OutputRange::Kind::kNone;
    }
    for (float& v : fused) v = std::clamp(v, 0.0f, kWhite) / kWhite;
    const nn::ConstPlane plane{fused.data(), vi.width};
    WriteWholePicture(plane, vi, out, range);
    return OkStatus();
  }

  // Tiles on the pool's threads.
  Status Run(const std::vector<float>& infrared, const std::vector<float>& visible, int width,
             int height, std::vector<float>& fused) const {
    const nn::Rect shape = engine_->PreferredTile(width, height, pool_->thread_count());
    const int columns = (width - 1) / shape.width() + 1, rows = (height - 1) / shape.height() + 1;
    std::vector<std::unique_ptr<nn::Workspace>> workspaces(
        static_cast<std::size_t>(pool_->thread_count()));
    return pool_->ParallelFor(
        static_cast<std::size_t>(columns) * rows, [&](std::size_t index, int worker) -> Status {
          auto& workspace = workspaces[static_cast<std::size_t>(worker)];
          if (workspace == nullptr) {
            SEAFUSION_ASSIGN_OR_RETURN(workspace,
                                       engine_->MakeWorkspace(shape.width(), shape.height()));
          }
          const int x0 = static_cast<int>(index) % columns * shape.width();
          const int y0 = static_cast<int>(index) / columns * shape.height();
          const nn::Rect tile{x0, y0, std::min(x0 + shape.width(), width),
                              std::min(y0 + shape.height(), height)};
          const nn::Rect in = nn::Grown(tile, engine_->halo(), width, height);
          const std::ptrdiff_t corner = std::ptrdiff_t{in.y0} * width + in.x0;
          return engine_->Run({visible.data() + corner, width}, {infrared.data() + corner, width},
                              width, height, tile, nullptr, *workspace,
                              {fused.data() + std::ptrdiff_t{y0} * width + x0, width});
        });
  }

  const Descriptor d_;
  const std::unique_ptr<nn::Engine> engine_;
  const std::unique_ptr<ThreadPool> pool_;
};

StatusOr<std::unique_ptr<FusionMethod>> Make(const Descriptor& descriptor,
                                             const MethodOptions& options) try {
  const std::string name(descriptor.info.name);
  if (options.weights.empty()) return LacksWeights(name);
  SEAFUSION_ASSIGN_OR_RETURN(const CpuTarget target, FindCpuTarget(options.cpu_target));
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive,
                             model::ParseSafetensors(options.weights));
  const Status fits =
      model::CheckMethodArchive(archive, name, model::SpecsOf(*model::FindPublishedNetwork(name)));
  if (!fits.ok()) return fits.Annotate("not the weights of " + name);
  SEAFUSION_ASSIGN_OR_RETURN(
      auto engine, nn::MakeDepthFirstEngine(descriptor.graph(), archive, Precision::kFp32, target));
  SEAFUSION_ASSIGN_OR_RETURN(auto pool, ThreadPool::Create(options.threads));
  return std::unique_ptr<FusionMethod>(
      std::make_unique<NetworkMethod>(descriptor, std::move(engine), std::move(pool)));
} catch (const std::bad_alloc&) {
  return OutOfMemory("for the network");
}

}  // namespace

StatusOr<std::unique_ptr<FusionMethod>> MakeDenseFuse(const MethodOptions& options) {
  // The network gives about the sum of both pictures.
  return Make({.info = DenseFuseInfo(), .graph = model::DenseFuseGraph, .clipped = 0.5f}, options);
}

StatusOr<std::unique_ptr<FusionMethod>> MakeU2Fusion(const MethodOptions& options) {
  return Make(
      {.info = U2FusionInfo(), .graph = model::U2FusionGraph, .unit = kWhite, .clipped = kWhite},
      options);
}

StatusOr<std::unique_ptr<FusionMethod>> MakeSdNet(const MethodOptions& options) {
  return Make({.info = SdNetInfo(),
               .graph = model::SdNetGraph,
               .luma = LumaRule::kThroughYCbCr,
               .middle = kWhite / 2,
               .unit = kWhite / 2,
               .published = kWhite,
               .clipped = kWhite},
              options);
}

Status LacksWeights(std::string_view method) {
  const std::string name(method);
  return NotFound(name + " needs its network's weights: `seafusion convert FILE --method " + name +
                  " -o " + name + ".safetensors` makes a model file of the published ones");
}

}  // namespace seafusion::methods
