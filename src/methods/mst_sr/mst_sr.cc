#include "methods/mst_sr/mst_sr.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "methods/luma_method.h"
#include "methods/mst_sr/laplacian_pyramid.h"
#include "model/weights/sparse_dictionary.h"

namespace seafusion::methods {
namespace mst_sr {
namespace {

constexpr int kPatchSide = model::kDictionaryPatchSide;
constexpr int kPatchPixels = model::kDictionaryPatchPixels;
constexpr int kPatchStep = 2;
// Patches that are coded before they are added to the picture: bounds the memory.
constexpr std::size_t kPatchBatch = 1024;
constexpr double kWhite = 255.0;

struct FusedPatch {
  double samples[kPatchPixels];
  PatchChoice choice;
};

struct PatchScratch {
  SparseCoder::Scratch coder;
  SparseCode ir, vi;
};

// The patch at (x, y) less its mean, column after column; gives the mean.
double TakePatch(const LumaPlane& plane, int x, int y, double* patch) {
  for (int column = 0; column < kPatchSide; ++column) {
    for (int row = 0; row < kPatchSide; ++row) {
      patch[column * kPatchSide + row] = plane.Row(y + row)[x + column];
    }
  }
  const double mean = std::accumulate(patch, patch + kPatchPixels, 0.0) / kPatchPixels;
  for (int i = 0; i < kPatchPixels; ++i) patch[i] -= mean;
  return mean;
}

// Codes one patch of both and keeps what has the larger coefficients, the infrared where they are
// equal.
void FusePatch(const LumaPlane& ir, const LumaPlane& vi, int x, int y, const SparseCoder& coder,
               double epsilon, PatchScratch& scratch, FusedPatch& fused) {
  double patch[kPatchPixels];
  const double ir_mean = TakePatch(ir, x, y, patch);
  coder.Encode(patch, epsilon, scratch.coder, scratch.ir);
  const double vi_mean = TakePatch(vi, x, y, patch);
  coder.Encode(patch, epsilon, scratch.coder, scratch.vi);
  const bool from_ir = !(scratch.ir.Magnitude() < scratch.vi.Magnitude());
  coder.Decode(from_ir ? scratch.ir : scratch.vi, fused.samples);
  for (double& sample : fused.samples) sample += from_ir ? ir_mean : vi_mean;
  fused.choice = {static_cast<int>(scratch.ir.atoms.size()),
                  static_cast<int>(scratch.vi.atoms.size()), from_ir};
}

StatusOr<LumaPlane> FuseBase(const LumaPlane& ir, const LumaPlane& vi, const SparseCoder& coder,
                             double epsilon, ThreadPool& pool,
                             const std::function<void(const PatchChoice&)>& on_patch) {
  const int width = ir.width(), height = ir.height();
  LumaPlane sum(width, height);
  std::vector<int> count(sum.samples().size());
  const auto places = [](int side) {
    return side < kPatchSide ? 0 : (side - kPatchSide) / kPatchStep + 1;
  };
  const auto columns = static_cast<std::size_t>(places(width));
  const std::size_t total = columns * static_cast<std::size_t>(places(height));
  std::vector<FusedPatch> fused(std::min(total, kPatchBatch));
  std::vector<PatchScratch> scratch(static_cast<std::size_t>(pool.thread_count()));
  const auto place = [&](std::size_t patch) {
    return std::pair(static_cast<int>(patch % columns) * kPatchStep,
                     static_cast<int>(patch / columns) * kPatchStep);
  };
  for (std::size_t first = 0; first < total; first += kPatchBatch) {
    const std::size_t batch = std::min(kPatchBatch, total - first);
    SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(batch, [&](std::size_t i, int worker) {
      const auto [x, y] = place(first + i);
      FusePatch(ir, vi, x, y, coder, epsilon, scratch[static_cast<std::size_t>(worker)], fused[i]);
      return OkStatus();
    }));
    for (std::size_t i = 0; i < batch; ++i) {
      const auto [x, y] = place(first + i);
      for (int row = 0; row < kPatchSide; ++row) {
        for (int column = 0; column < kPatchSide; ++column) {
          sum.Row(y + row)[x + column] += fused[i].samples[column * kPatchSide + row];
          ++count[static_cast<std::size_t>(y + row) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x + column)];
        }
      }
      if (on_patch) on_patch(fused[i].choice);
    }
  }
  for (std::size_t i = 0; i < count.size(); ++i) {
    double& value = sum.samples()[i];
    // Patches leave the last row or column out where a side is odd.
    value = count[i] > 0 ? value / count[i] : (ir.samples()[i] + vi.samples()[i]) / 2;
  }
  return sum;
}

LumaPlane Scaled(const LumaPlane& plane, double factor) {
  LumaPlane scaled = plane;
  if (factor != 1) {
    for (double& v : scaled.samples()) v *= factor;
  }
  return scaled;
}

}  // namespace

StatusOr<SparseCoder> MakeCoder(const model::TensorArchive& archive) {
  SEAFUSION_RETURN_IF_ERROR(model::CheckSparseDictionary(archive));
  const model::Tensor& tensor = archive.tensors.at(model::kDictionaryTensor);
  return SparseCoder::Create(kPatchPixels, {tensor.values.begin(), tensor.values.end()});
}

StatusOr<LumaPlane> Fuse(const LumaPlane& ir, const LumaPlane& vi, const SparseCoder& coder,
                         const Parameters& parameters, ThreadPool& pool,
                         const std::function<void(const PatchChoice&)>& on_patch) {
  const LumaPlane* const sources[2] = {&ir, &vi};
  Pyramid pyramids[2];
  SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(2, [&](std::size_t i, int) {
    pyramids[i] = Decompose(Scaled(*sources[i], parameters.scale / kWhite), parameters.levels);
    return OkStatus();
  }));
  Pyramid& fused = pyramids[0];
  SEAFUSION_RETURN_IF_ERROR(pool.ParallelFor(fused.levels.size(), [&](std::size_t i, int) {
    fused.levels[i].detail = ChooseLarger(fused.levels[i].detail, pyramids[1].levels[i].detail);
    return OkStatus();
  }));
  SEAFUSION_ASSIGN_OR_RETURN(fused.base, FuseBase(fused.base, pyramids[1].base, coder,
                                                  parameters.epsilon, pool, on_patch));
  return Scaled(Compose(fused), kWhite / parameters.scale);
}

}  // namespace mst_sr

namespace {

class MstSr : public LumaMethod {
 public:
  MstSr(std::unique_ptr<ThreadPool> pool, mst_sr::SparseCoder coder)
      : LumaMethod(std::move(pool)), info_(MstSrInfo()), coder_(std::move(coder)) {}

  const MethodInfo& info() const override { return info_; }

 protected:
  StatusOr<LumaPlane> FuseLuma(const LumaPlane& ir, const LumaPlane& vi,
                               const TraceLine& trace) const override {
    std::size_t patches = 0, from_ir = 0, atoms = 0;
    const auto count = [&](const mst_sr::PatchChoice& choice) {
      ++patches;
      from_ir += choice.from_ir ? 1 : 0;
      atoms += static_cast<std::size_t>(choice.ir_atoms + choice.vi_atoms);
    };
    SEAFUSION_ASSIGN_OR_RETURN(LumaPlane fused, mst_sr::Fuse(ir, vi, coder_, {}, pool(), count));
    if (trace) {
      const double each = patches > 0 ? static_cast<double>(atoms) / (2.0 * double(patches)) : 0;
      trace("base: " + std::to_string(patches) + " patches, " + std::to_string(from_ir) +
            " from the infrared, " + std::to_string(each) + " atoms each");
    }
    return fused;
  }

 private:
  MethodInfo info_;
  mst_sr::SparseCoder coder_;
};

}  // namespace

MethodInfo MstSrInfo() {
  return {.name = "mst-sr",
          .title = "MST-SR",
          .summary = "Laplacian pyramid and sparse representation",
          .citation = "Liu, Liu, Wang, Information Fusion 24 (2015)",
          .training = "a dictionary learnt from patches of natural images",
          .colour = kLumaColour,
          .published_range = kClippedAndRounded,
          .model = ModelUse::kRequired};
}

StatusOr<std::unique_ptr<FusionMethod>> MakeMstSr(const MethodOptions& options) try {
  if (options.weights.empty()) {
    return NotFound(
        "mst-sr needs a dictionary as its model; seafusion convert FILE.mat --method mst-sr "
        "imports the public one");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive,
                             model::ParseSafetensors(options.weights));
  SEAFUSION_ASSIGN_OR_RETURN(mst_sr::SparseCoder coder, mst_sr::MakeCoder(archive));
  SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<ThreadPool> pool, ThreadPool::Create(options.threads));
  return std::unique_ptr<FusionMethod>(std::make_unique<MstSr>(std::move(pool), std::move(coder)));
} catch (const std::bad_alloc&) {
  return OutOfMemory("for the dictionary");
}

}  // namespace seafusion::methods
