// The largest values that the products of a plan meet on real pictures: what integers are scaled
// by. Measured once (seafusion calibrate), stored in the metadata of the weights' file.
#ifndef SEAFUSION_NN_DEPTH_FIRST_PRODUCT_RANGES_H_
#define SEAFUSION_NN_DEPTH_FIRST_PRODUCT_RANGES_H_

#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"
#include "nn/plan/plan.h"

namespace seafusion::nn {

/// Largest magnitudes.
struct ProductRanges {
  /// Of the inputs of one product.
  struct Entry {
    std::string name;         ///< Of the node that the product is computed for.
    int frequencies = 1;      ///< 36 over transformed tiles.
    std::vector<float> most;  ///< For each block of inputs, and in it for each frequency.

    bool operator==(const Entry&) const = default;
    std::span<float> Block(int b) {
      return std::span(most).subspan(static_cast<std::size_t>(b) * frequencies, frequencies);
    }
  };
  /// Which entries a step's products have; -1: it has no such.
  struct OfStep {
    int product = -1;  ///< Over transformed tiles. A node's product is over what no earlier step
                       ///< transformed ("conv2" of a dense block: over conv1).
    int point = -1;    ///< Of a 1x1 convolution.
  };

  /// First those over transformed tiles, then those of 1x1 convolutions, in the order of the steps.
  std::vector<Entry> entries;
  std::vector<OfStep> steps;

  /// All zero, in the plan's shape.
  explicit ProductRanges(const plan::Plan& plan);
  /// The larger of both, which are of the same plan, everywhere.
  void Merge(const ProductRanges& other);
};

/// Writes them to the archive's metadata, with a hash of its tensors.
void StoreRanges(const ProductRanges& ranges, model::TensorArchive& archive);

/// kNotFound when the archive holds none; kCorruptData when they are broken, of another network's
/// shape, or were made for other weights.
StatusOr<ProductRanges> LoadRanges(const model::TensorArchive& archive, const plan::Plan& plan);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_DEPTH_FIRST_PRODUCT_RANGES_H_
