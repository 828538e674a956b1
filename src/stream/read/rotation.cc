#include "stream/read/rotation.h"

#include <cmath>
#include <cstdint>

extern "C" {
#include <libavutil/display.h>
}

namespace seafusion::stream {

int RotationOf(const AVStream& stream) {
  std::size_t size = 0;
  const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (data == nullptr || size < 9 * sizeof(std::int32_t)) return 0;
  // FFmpeg's angle is counter-clockwise.
  const double angle = -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(data));
  if (!std::isfinite(angle)) return 0;
  const long quarters = std::lround(angle / 90);
  if (std::abs(angle - 90 * static_cast<double>(quarters)) > 1) return 0;
  return static_cast<int>((quarters % 4 + 4) % 4) * 90;
}

}  // namespace seafusion::stream
