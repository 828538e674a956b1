// Reading pictures between their pixels and averaging them, row by row, compiled once for each CPU
// target.
#ifndef SEAFUSION_ALIGN_WARP_SAMPLING_KERNELS_H_
#define SEAFUSION_ALIGN_WARP_SAMPLING_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "core/cpu/cpu_target.h"

namespace seafusion::align {

/// A row of places to read linearly, as cv::convertMaps writes them.
struct LinearRow {
  const std::uint8_t* pixels = nullptr;
  std::ptrdiff_t stride = 0;  ///< Bytes.
  int width = 0, height = 0;
  const std::int16_t* places = nullptr;      ///< x and y of the upper left one of four pixels.
  const std::uint16_t* fractions = nullptr;  ///< 32nds of a pixel: of x, and 32 times of y.
  int count = 0;
  /// All places have x of 0..width - 1 and y of 0 to that of the last row but two which there is,
  /// so that a few bytes behind the four pixels may be read, too. Else what lies outside is read as
  /// the picture's edge.
  bool inner = false;
};

/// Rows of 8-bit pixels that become one row of means over cells of `factor` pixels a side.
struct CellRow {
  static constexpr int kMostFactor = 16;  ///< Sums fit into 16 bits.

  const std::uint8_t* const* rows = nullptr;  ///< `factor` of them; one may stand there twice.
  int factor = 1;
  int channels = 1;
  int width = 0;  ///< Pixels of the rows; the last one is repeated where a cell has more.
  int cells = 0;
  std::uint16_t* sums = nullptr;  ///< Room for the work: SumsOf() of them.

  /// The same for every CPU, whose vectors may read and write that much further.
  std::size_t SumsOf() const {
    return static_cast<std::size_t>((cells + 1) * factor * channels) + 64;
  }
};

struct SamplingKernels {
  void (*gray8)(const LinearRow& row, std::uint8_t* out);
  void (*gray16)(const LinearRow& row, std::uint16_t* out);
  void (*rgb8)(const LinearRow& row, std::uint8_t* out);
  void (*rgba8)(const LinearRow& row, std::uint8_t* out);
  /// out[i] = the mean of above[i], above[i + step], below[i] and below[i + step], rounded.
  void (*average8)(const std::uint8_t* above, const std::uint8_t* below, std::size_t step,
                   std::size_t count, std::uint8_t* out);
  void (*average16)(const std::uint16_t* above, const std::uint16_t* below, std::size_t step,
                    std::size_t count, std::uint16_t* out);
  /// Means, rounded half up.
  void (*cells8)(const CellRow& row, std::uint8_t* out);
};

/// The kernels of a target out of SupportedCpuTargets().
const SamplingKernels& SamplingKernelsFor(CpuTarget target);
/// Those of the best.
const SamplingKernels& BestSamplingKernels();

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_WARP_SAMPLING_KERNELS_H_
