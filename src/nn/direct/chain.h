// The plans that the direct engine runs: 3x3 convolutions one after another at half the picture's
// resolution, which say how to blend the two sources, with their weights.
#ifndef SEAFUSION_NN_DIRECT_CHAIN_H_
#define SEAFUSION_NN_DIRECT_CHAIN_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "model/weights/safetensors.h"
#include "nn/plan/plan.h"

namespace seafusion::nn::direct {

inline constexpr int kPhases = 8;  ///< Infrared and luma, four phases each: what a chain reads.
inline constexpr int kMaps = 12;   ///< Four phases of a, b and r: what it gives to the blend.

/// One 3x3 convolution.
struct Layer {
  std::string name;
  int ins = 0, outs = 0;
  std::vector<float> weights;  ///< [outs][ins][3][3]
  std::vector<float> bias;
  float slope = 1.0f;  ///< Of the leaky ReLU after it; 1: none.
};

/// Layers that see the phases' averages over factor x factor, enlarged and added to the first
/// layer's sums of the main path.
struct CoarsePath {
  int factor = 0;
  std::vector<Layer> layers;
};

struct Chain {
  std::vector<Layer> layers;
  std::vector<CoarsePath> coarse;
};

/// Whether each step of a plan is a direct convolution of what the step before it made, from the
/// phases of planes to a blend.
bool IsChain(const plan::Plan& plan);

/// The layers of a plan. kUnsupported when it is no chain, or where a node is more than the engine
/// computes, naming it; `weights` must fit the plan's graph.
StatusOr<Chain> ChainOf(const plan::Plan& plan, const model::TensorArchive& weights);

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_CHAIN_H_
