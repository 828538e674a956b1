// Streams one tile of the picture through a chain, from rows of the picture to fused rows.
#ifndef SEAFUSION_NN_DIRECT_TILE_RUN_H_
#define SEAFUSION_NN_DIRECT_TILE_RUN_H_

#include <vector>

#include <seafusion/status.h>

#include "nn/direct/coarse.h"
#include "nn/direct/kernels/kernels.h"
#include "nn/direct/row_chain.h"
#include "nn/direct/weights.h"
#include "nn/engine.h"

namespace seafusion::nn::direct {

/// One thread's memory.
template <typename T>
class Scratch : public Workspace {
 public:
  /// For tiles of at most `max_width` pixels. Throws std::bad_alloc.
  Scratch(const Weights<T>& weights, int max_width);

  RowChain<T> chain;
  int max_width = 0;
  int source_rows = 0;           ///< Pairs of rows of each source that are kept for the blend.
  std::ptrdiff_t pitch = 0;      ///< Floats of a row of a source.
  Buffer<float> sources, fused;  ///< `sources`: inf, inf, vis, vis for each pair.
  Buffer<float> sums;            ///< A row of coarse maps, enlarged.
};

struct TileJob {
  RowSource& source;
  int width = 0, height = 0;  ///< Of the picture.
  Rect tile;                  ///< From even coordinates on.
  const CoarseMaps* coarse = nullptr;
  RowSink& sink;
  ActivationRanges* record =
      nullptr;  ///< Grows to hold the activations of the layers; floats only.
};

/// Computes the tile. Every pixel's value is independent of the tile's place and size. Fails as the
/// source does.
template <typename T>
Status RunTile(const Kernels& kernels, const Weights<T>& weights, const TileJob& job,
               Scratch<T>& scratch);

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_TILE_RUN_H_
