// The seam between the fuser and the code that runs a network: everything above sees only this.
#ifndef SEAFUSION_NN_ENGINE_H_
#define SEAFUSION_NN_ENGINE_H_

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include <seafusion/fuser.h>
#include <seafusion/status.h>

#include "core/cpu/cpu_target.h"
#include "core/cpu/thread_pool.h"
#include "model/graph/network.h"
#include "model/weights/safetensors.h"
#include "nn/plane.h"

namespace seafusion::nn {

/// Scratch memory of one thread; reused from tile to tile, never shared between threads.
class Workspace {
 public:
  virtual ~Workspace() = default;

  /// A tile with its halo, for engines that read planes (Engine::RunRows).
  std::vector<float> vis, inf, fused;
};

/// Where an engine gets a picture's rows. Used by one thread at a time.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Pixels [x0, x1) of row y, which lie inside the picture: luma and infrared, 0..1.
  virtual Status Read(int y, int x0, int x1, float* vis, float* inf) = 0;
};

/// Where fused rows go. Used by one thread at a time.
class RowSink {
 public:
  virtual ~RowSink() = default;
  /// Pixels [x0, x1) of row y, 0..1. Each pixel of a tile comes once.
  virtual void Write(int y, int x0, int x1, const float* fused) = 0;
};

/// What an engine knows of one whole picture before its tiles run: the small maps of a network's
/// coarse path, which no tile could compute. Read-only once finished, so all threads share it.
class PictureMaps {
 public:
  virtual ~PictureMaps() = default;
};

/// Runs a fusion network on rectangles of a picture. Immutable after creation and thread-safe: each
/// thread brings its own Workspace.
///
/// A network with a coarse path (picture_block() > 0) needs a step before the tiles:
/// MakePictureMaps once, AddToPicture for rectangles that cover the picture once, on any threads in
/// any order, then FinishPicture once; Run then takes the maps. For other networks Run takes
/// nullptr, and the three calls are not made.
class Engine {
 public:
  virtual ~Engine() = default;

  /// "reference", "winograd fp32 avx512", ...
  virtual std::string_view name() const = 0;

  /// Pixels of input around a tile that Run() needs; at least model::Halo() of its graph.
  virtual int halo() const = 0;

  /// Tiles start at multiples of this many pixels, and end at them or at the picture's border
  /// (model::TileStep).
  virtual int tile_step() const { return 1; }

  /// Tile shape to split a picture of width x height into for this many threads; at (0, 0). Its
  /// sides are multiples of tile_step(), or the picture's.
  virtual Rect PreferredTile(int width, int height, int threads) const = 0;

  /// Scratch for tiles of at most width x height pixels (without halo). Fails with
  /// kResourceExhausted.
  virtual StatusOr<std::unique_ptr<Workspace>> MakeWorkspace(int width, int height) const = 0;

  /// Side in pixels of the squares of the coarsest average that the network takes over the picture
  /// (model::PictureBlock); 0 when a tile and its halo are all it needs.
  virtual int picture_block() const { return 0; }

  /// Maps for one picture of width x height pixels. Fails with kResourceExhausted.
  virtual StatusOr<std::unique_ptr<PictureMaps>> MakePictureMaps(int width, int height) const;

  /// Takes in `region` (in picture coordinates) of the picture; `vis` and `inf` hold it, values
  /// 0..1, their pixel (0, 0) being its corner. Regions start at multiples of picture_block() and
  /// end at them or at the picture's border. Several threads may add regions of one picture at
  /// once. What comes out does not depend on how the picture is cut.
  virtual Status AddToPicture(ConstPlane vis, ConstPlane inf, const Rect& region,
                              PictureMaps& maps) const;

  /// Computes the coarse layers, once the regions have covered the picture. The pool's threads
  /// share the work; not to be called from one of its loops.
  virtual Status FinishPicture(PictureMaps& maps, ThreadPool& pool) const;

  /// Computes the fused luma of `tile` (in picture coordinates) of a picture of width x height
  /// pixels. `vis` and `inf` hold Grown(tile, halo(), width, height), values 0..1, their pixel (0,
  /// 0) being that rectangle's corner; `out` is the tile itself. `picture`: the finished maps of
  /// this picture, or nullptr when picture_block() is 0. The result for a pixel does not depend on
  /// the tile it is computed in. Output in 0..1.
  virtual Status Run(ConstPlane vis, ConstPlane inf, int width, int height, const Rect& tile,
                     const PictureMaps* picture, Workspace& workspace, Plane out) const = 0;

  /// The same pixels, from rows to rows: engines that work on a few rows at a time read and write
  /// them as they go, so that nothing of the picture leaves the cache in between. Fails as `source`
  /// does, when part of the tile may have been written. Throws std::bad_alloc.
  virtual Status RunRows(RowSource& source, int width, int height, const Rect& tile,
                         const PictureMaps* picture, Workspace& workspace, RowSink& sink) const;
};

/// The readable engine: plain loops over the network's graph, the measure for every faster one.
/// Fails with kInvalidArgument (see model::IdentifyNetwork).
StatusOr<std::unique_ptr<Engine>> MakeReferenceEngine(const model::TensorArchive& weights);

/// The same for a given network, for tests with graphs of their own. `weights` must fit it
/// (kInvalidArgument); kUnsupported when an average is over more than the picture's phases.
StatusOr<std::unique_ptr<Engine>> MakeReferenceEngine(const model::Network& network,
                                                      const model::TensorArchive& weights);

/// The fast engine (depth_first/), with the kernels of a target this machine supports. `weights`
/// may hold more than the graph's tensors; kInvalidArgument where one is missing. `precision`:
/// kFp32, kInt16 or kBf16; see Fuser::Create for errors; kUnsupported, naming the node, where it
/// has no step for the graph.
StatusOr<std::unique_ptr<Engine>> MakeDepthFirstEngine(const model::Graph& graph,
                                                       const model::TensorArchive& weights,
                                                       Precision precision, CpuTarget target);

/// The fast engine of networks of few channels at half resolution (direct/). `precision`: kFp32,
/// kBf16, kInt16 or kInt8. Fails with kUnsupported when the network is no such, with kNotFound
/// where integers find no ranges in the weights.
StatusOr<std::unique_ptr<Engine>> MakeDirectEngine(const model::Network& network,
                                                   const model::TensorArchive& weights,
                                                   Precision precision, CpuTarget target);

/// The engine for whatever network the weights are of, in a precision, with the kernels of a target
/// this machine supports.
StatusOr<std::unique_ptr<Engine>> MakeEngine(const model::TensorArchive& weights,
                                             Precision precision, CpuTarget target);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_ENGINE_H_
