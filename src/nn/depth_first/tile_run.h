// Streams one tile of the picture through all steps of a program, a few rows at a time.
#ifndef SEAFUSION_NN_DEPTH_FIRST_TILE_RUN_H_
#define SEAFUSION_NN_DEPTH_FIRST_TILE_RUN_H_

#include <vector>

#include "nn/depth_first/program.h"

namespace seafusion::nn {

/// The planes in the order of the plan's inputs.
std::vector<ConstPlane> InputsInOrder(const plan::Plan& plan, ConstPlane vis, ConstPlane inf);

/// Computes the tile. Every pixel's value is independent of the tile's place and size. Raises
/// `recorder`, if any, to the largest values met, which costs some time more (kFp32 only). Throws
/// std::bad_alloc.
void RunTile(const Program& program, const TileJob& job, TileMemory& memory,
             ProductRanges* recorder = nullptr);

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_DEPTH_FIRST_TILE_RUN_H_
