// The file formats that ProbeImage knows, one function and one source file each.
#ifndef SEAFUSION_IO_PROBE_FORMATS_H_
#define SEAFUSION_IO_PROBE_FORMATS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/status_macros.h"
#include "io/probe/image_probe.h"

namespace seafusion::io::probe {

using Bytes = std::span<const std::uint8_t>;

bool IsPng(Bytes bytes);
bool IsJpeg(Bytes bytes);
bool IsBmp(Bytes bytes);
bool IsTiff(Bytes bytes);
bool IsWebp(Bytes bytes);
bool IsPnm(Bytes bytes);

/// Precondition: the matching IsFORMAT.
StatusOr<ImageInfo> ProbePng(Bytes bytes, std::uint64_t max_pixels);
StatusOr<ImageInfo> ProbeJpeg(Bytes bytes, std::uint64_t max_pixels);
StatusOr<ImageInfo> ProbeBmp(Bytes bytes, std::uint64_t max_pixels);
StatusOr<ImageInfo> ProbeTiff(Bytes bytes, std::uint64_t max_pixels);
StatusOr<ImageInfo> ProbeWebp(Bytes bytes, std::uint64_t max_pixels);
StatusOr<ImageInfo> ProbePnm(Bytes bytes, std::uint64_t max_pixels);

/// What a Netpbm file says before its samples.
struct PnmHeader {
  char kind = '5';  ///< The letter behind P: '1' to '6', 'f' gray and 'F' colour floats.
  std::uint32_t width = 0, height = 0;
  int channels = 1;
  std::uint32_t maximum = 1;   ///< Largest value; 1 for bitmaps and floats.
  bool little_endian = false;  ///< Of floats.
  std::size_t data = 0;        ///< Where the samples begin.
  bool floating_point() const { return kind == 'f' || kind == 'F'; }
};
/// Checks that the samples can be there, too. Precondition: IsPnm.
StatusOr<PnmHeader> ReadPnmHeader(Bytes bytes, std::uint64_t max_pixels);

/// Keeps only the chunks that make the picture. Precondition: ProbePng succeeded.
void RemoveAncillaryPngChunks(std::vector<std::uint8_t>& bytes);

/// Refuses sides of 0 and more pixels than the limit.
Status CheckSize(std::uint64_t width, std::uint64_t height, std::uint64_t max_pixels);

/// "the file is cut short inside WHAT".
Status CutShort(const std::string& what);

}  // namespace seafusion::io::probe

#endif  // SEAFUSION_IO_PROBE_FORMATS_H_
