// The seam between the fuser and the code that runs the network: everything above sees only this.
#ifndef SEAFUSION_NN_ENGINE_H_
#define SEAFUSION_NN_ENGINE_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/cpu_target.h"
#include "model/safetensors.h"
#include "nn/plane.h"

namespace seafusion::nn {

/// Scratch memory of one thread; reused from tile to tile, never shared between threads.
class Workspace {
 public:
  virtual ~Workspace() = default;
};

/// Runs the fusion network on rectangles of a picture. Immutable after creation and thread-safe:
/// each thread brings its own Workspace.
class Engine {
 public:
  virtual ~Engine() = default;

  /// "reference", "winograd fp32 avx3", ...
  virtual std::string_view name() const = 0;

  /// Pixels of input around a tile that Run() needs; at least kFusionHalo.
  virtual int halo() const = 0;

  /// Tile shape to split a picture of width x height into for this many threads; at (0, 0).
  virtual Rect PreferredTile(int width, int height, int threads) const = 0;

  /// Scratch for tiles of at most width x height pixels (without halo). Fails with
  /// kResourceExhausted.
  virtual StatusOr<std::unique_ptr<Workspace>> MakeWorkspace(int width, int height) const = 0;

  /// Computes the fused luma of `tile` (in picture coordinates) of a picture of width x height
  /// pixels. `vis` and `inf` hold Grown(tile, halo(), width, height), values 0..1, their pixel (0,
  /// 0) being that rectangle's corner; `out` is the tile itself. The result for a pixel does not
  /// depend on the tile it is computed in. Output in (0, 1).
  virtual Status Run(ConstPlane vis, ConstPlane inf, int width, int height, const Rect& tile,
                     Workspace& workspace, Plane out) const = 0;
};

/// The readable engine: plain loops over FusionGraph(), the measure for every faster one.
StatusOr<std::unique_ptr<Engine>> MakeReferenceEngine(const model::TensorArchive& weights);

/// The fast engine (winograd/), with the kernels of a target this machine supports. `precision`:
/// kFp32, kInt16 or kBf16; see Fuser::Create for errors.
StatusOr<std::unique_ptr<Engine>> MakeWinogradEngine(const model::TensorArchive& weights,
                                                     Precision precision, CpuTarget target);

/// The engine for a precision with the kernels of a target this machine supports.
StatusOr<std::unique_ptr<Engine>> MakeEngine(const model::TensorArchive& weights,
                                             Precision precision, CpuTarget target);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_ENGINE_H_
