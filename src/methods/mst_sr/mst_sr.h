// Multi-scale transform and sparse representation: details of a Laplacian pyramid by their size,
// its base by sparse coding of patches. Liu, Liu, Wang, "A general framework for image fusion based
// on multi-scale transform and sparse representation", Information Fusion 24 (2015).
#ifndef SEAFUSION_METHODS_MST_SR_MST_SR_H_
#define SEAFUSION_METHODS_MST_SR_MST_SR_H_

#include <functional>
#include <memory>

#include "core/cpu/thread_pool.h"
#include "methods/fusion_method.h"
#include "methods/luma_plane.h"
#include "methods/mst_sr/sparse_coder.h"
#include "model/weights/safetensors.h"

namespace seafusion::methods {

namespace mst_sr {

/// The defaults are those of the toolbox's main script.
struct Parameters {
  int levels = 4;
  double epsilon = 0.1;  ///< Norm of what sparse coding may leave of a patch.
  double scale = 255;    ///< White, in the unit of epsilon; GTF's demo has 1.
};

/// What was done with one patch of the base.
struct PatchChoice {
  int ir_atoms = 0;
  int vi_atoms = 0;
  bool from_ir = false;
};

/// The coder for a dictionary. Fails as model::CheckSparseDictionary.
StatusOr<SparseCoder> MakeCoder(const model::TensorArchive& archive);

/// Samples of the planes, one size, are 0..255; the result is not clipped. Pictures whose base is
/// smaller than a patch (sides under about 113 pixels) get the mean of the bases; levels that a
/// small picture cannot have are left out. `on_patch`, if given, is called for each patch in order.
/// Errors: kResourceExhausted; std::bad_alloc may leave it.
StatusOr<LumaPlane> Fuse(const LumaPlane& ir, const LumaPlane& vi, const SparseCoder& coder,
                         const Parameters& parameters, ThreadPool& pool,
                         const std::function<void(const PatchChoice&)>& on_patch);

}  // namespace mst_sr

MethodInfo MstSrInfo();
/// Needs a dictionary as weights.
StatusOr<std::unique_ptr<FusionMethod>> MakeMstSr(const MethodOptions& options);

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_MST_SR_MST_SR_H_
