// Streams one tile of the picture through all layers, four rows at a time.
#ifndef SEAFUSION_NN_WINOGRAD_TILE_RUN_H_
#define SEAFUSION_NN_WINOGRAD_TILE_RUN_H_

#include <array>

#include "nn/engine.h"
#include "nn/winograd/buffer.h"
#include "nn/winograd/kernels/kernels.h"
#include "nn/winograd/ranges.h"
#include "nn/winograd/tile_plan.h"
#include "nn/winograd/weights.h"

namespace seafusion::nn::winograd {

/// One thread's memory: a few rows of every feature map, and a chunk of products.
class ScratchRows : public Workspace {
 public:
  /// For tiles of at most max_width x max_height pixels. Throws std::bad_alloc.
  ScratchRows(int max_width, int max_height);

  struct EncoderRows {
    std::array<RowRing, 2> x;        ///< Input of each dense block.
    std::array<RowRing, 2> conv1;    ///< Its first convolution.
    std::array<RowRing, 2> partial;  ///< Second convolution's share from x, before activation.
  };

  int max_width = 0, max_height = 0;
  int pitch = 0;  ///< Pixels of a feature-map row.
  std::array<EncoderRows, 2> encoders;
  RowRing features;                ///< Both encoders' results: visible 48, infrared 48 channels.
  std::array<RowRing, 3> decoded;  ///< decode4, decode3, decode2.
  /// For each feature map, the columns at the end of a band, for every row of the tile.
  struct CarriedColumns {
    float* data = nullptr;
    int columns = 0;
  };
  struct CarriedEncoder {
    std::array<CarriedColumns, 2> x, conv1, partial;
  };
  std::array<CarriedEncoder, 2> carried;
  CarriedColumns carried_features;
  std::array<CarriedColumns, 3> carried_decoded;
  float* zero_row = nullptr;    ///< Rows above and below the picture; one block.
  float* input_rows = nullptr;  ///< kPatchSide rows of `pitch` floats.
  float* products = nullptr;    ///< M of a chunk.
  float* conv2 = nullptr;       ///< Four rows of a chunk.
  float* gradient = nullptr;    ///< One row of a chunk.

 private:
  Buffer<float> memory_;
};

/// With V of a chunk, in the type of the products' operands.
template <typename T>
class Scratch : public ScratchRows {
 public:
  /// Throws std::bad_alloc.
  Scratch(int max_width, int max_height);

  Buffer<T> transformed;
};

struct TilePlanes {
  ConstPlane vis, inf;  ///< Hold Grown(tile, kHalo, width, height).
  int width = 0, height = 0;
  Rect tile;
  Plane out;
};

/// Computes the tile. Every pixel's value is independent of the tile's place and size.
/// T: float, std::int16_t or Bf16.
template <typename T>
void RunTile(const Kernels& kernels, const Weights<T>& weights, const TilePlanes& planes,
             Scratch<T>& scratch);

/// The same, and raises `ranges` to the largest values met. Costs some time more.
void RunTileAndRecord(const Kernels& kernels, const Weights<float>& weights,
                      const TilePlanes& planes, Scratch<float>& scratch, Ranges& ranges);

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_TILE_RUN_H_
