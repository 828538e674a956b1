// libtiff on bytes in memory, with its complaints, which are for programmers, kept from stderr: who
// calls it knows what failed and says so.
#ifndef SEAFUSION_IO_TIFF_TIFF_IN_MEMORY_H_
#define SEAFUSION_IO_TIFF_TIFF_IN_MEMORY_H_

#include <tiffio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace seafusion::io {

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using TiffHandle = std::unique_ptr<TIFF, CloseTiff>;

/// What libtiff reads from and writes to; outlives the handle.
struct TiffBytes {
  std::span<const std::uint8_t> bytes;
  std::vector<std::uint8_t>* written = nullptr;  ///< `bytes` are its; null: nothing is written.
  std::uint64_t at = 0;
};

/// Reads `source`. `max_block`: bytes that libtiff may take at once. Null where it is no TIFF or
/// memory is short.
TiffHandle OpenTiff(TiffBytes& source, std::uint64_t max_block);

/// Begins a file in `target.written`. Null where memory is short.
TiffHandle CreateTiff(TiffBytes& target);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_TIFF_TIFF_IN_MEMORY_H_
