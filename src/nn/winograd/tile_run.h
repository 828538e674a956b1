// Streams one tile of the picture through all layers, four rows at a time.
#ifndef SEAFUSION_NN_WINOGRAD_TILE_RUN_H_
#define SEAFUSION_NN_WINOGRAD_TILE_RUN_H_

#include <array>

#include "nn/engine.h"
#include "nn/winograd/float_buffer.h"
#include "nn/winograd/kernels.h"
#include "nn/winograd/tile_plan.h"
#include "nn/winograd/weights.h"

namespace seafusion::nn::winograd {

/// One thread's memory: a few rows of every feature map, and a chunk of transformed tiles.
class Scratch : public Workspace {
 public:
  /// For tiles of at most max_width pixels in width, any height. Throws std::bad_alloc.
  explicit Scratch(int max_width);

  struct EncoderRows {
    std::array<RowRing, 2> x;        ///< Input of each dense block.
    std::array<RowRing, 2> conv1;    ///< Its first convolution.
    std::array<RowRing, 2> partial;  ///< Second convolution's share from x, before activation.
  };

  int max_width = 0;
  int pitch = 0;  ///< Pixels of a feature-map row.
  std::array<EncoderRows, 2> encoders;
  RowRing features;                ///< Both encoders' results: visible 48, infrared 48 channels.
  std::array<RowRing, 3> decoded;  ///< decode4, decode3, decode2.
  float* zero_row = nullptr;       ///< Rows above and below the picture; one block.
  float* input_rows = nullptr;     ///< kPatchSide rows of `pitch` floats.
  float* transformed = nullptr;    ///< V of a chunk.
  float* products = nullptr;       ///< M of a chunk.
  float* conv2 = nullptr;          ///< Four rows of a chunk.
  float* gradient = nullptr;       ///< One row of a chunk.

 private:
  FloatBuffer memory_;
};

struct TilePlanes {
  ConstPlane vis, inf;  ///< Hold Grown(tile, kHalo, width, height).
  int width = 0, height = 0;
  Rect tile;
  Plane out;
};

/// Computes the tile. Every pixel's value is independent of the tile's place and size.
void RunTile(const Kernels& kernels, const Weights& weights, const TilePlanes& planes,
             Scratch& scratch);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_TILE_RUN_H_
