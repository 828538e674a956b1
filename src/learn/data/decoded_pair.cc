#include "learn/data/decoded_pair.h"

#include <algorithm>

#include "core/status_macros.h"
#include "fuse/rows/colour.h"
#include "fuse/rows/tile_reader.h"
#include "learn/segmentation/ignored_label.h"

namespace seafusion::learn {

PairPlanes DecodedPair::planes() const {
  return {width,
          height,
          luma.data(),
          infrared.data(),
          rgb.empty() ? nullptr : rgb.data(),
          labels.empty() ? nullptr : labels.data()};
}

StatusOr<DecodedPair> DecodePair(const ImageView& vis, const ImageView& inf, bool colour) {
  DecodedPair pair;
  pair.width = vis.width;
  pair.height = vis.height;
  const nn::Rect all{0, 0, vis.width, vis.height};
  std::vector<float> plane(static_cast<std::size_t>(vis.width) * vis.height);
  const nn::Plane out{plane.data(), vis.width};
  SEAFUSION_RETURN_IF_ERROR(ReadVisibleLuma(vis, all, out));
  pair.luma.reserve(plane.size());
  for (float v : plane) pair.luma.push_back(static_cast<std::uint16_t>(v * 65535.0f + 0.5f));
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(inf, {}));
  SEAFUSION_RETURN_IF_ERROR(ReadInfrared(inf, map, all, out));
  pair.infrared.reserve(plane.size());
  for (float v : plane) pair.infrared.push_back(static_cast<std::uint8_t>(v * 255.0f + 0.5f));
  if (colour) {
    pair.rgb.reserve(3 * plane.size());
    for (int y = 0; y < vis.height; ++y) {
      for (int x = 0; x < vis.width; ++x) {
        const Rgb c = ReadVisible(vis, y, x);
        for (float v : {c.r, c.g, c.b}) {
          pair.rgb.push_back(static_cast<std::uint8_t>(v * 255.0f + 0.5f));
        }
      }
    }
  }
  return pair;
}

Status TakeLabels(const ImageView& labels, int classes, DecodedPair& pair) {
  if (labels.format != PixelFormat::kGray8) {
    return InvalidArgument("labels must be gray pictures of 8 bits; this one is " +
                           std::string(PixelFormatName(labels.format)));
  }
  if (labels.width != pair.width || labels.height != pair.height) {
    return InvalidArgument("labels are " + SizeText(labels.width, labels.height) +
                           ", the pictures are " + SizeText(pair.width, pair.height));
  }
  pair.labels.clear();
  pair.labels.reserve(pair.infrared.size());
  for (int y = 0; y < labels.height; ++y) {
    const auto* row = labels.Row<std::uint8_t>(y);
    pair.labels.insert(pair.labels.end(), row, row + labels.width);
  }
  return CheckLabels(pair.labels.data(), pair.width, pair.height, classes);
}

Status CheckLabels(const std::uint8_t* labels, int width, int height, int classes) {
  const std::uint8_t* end = labels + static_cast<std::size_t>(width) * height;
  const std::uint8_t* wrong = std::find_if(
      labels, end, [&](std::uint8_t label) { return label >= classes && label != kIgnoredLabel; });
  if (wrong == end) return OkStatus();
  return InvalidArgument("label " + std::to_string(*wrong) + " at (" +
                         std::to_string((wrong - labels) % width) + ", " +
                         std::to_string((wrong - labels) / width) + ") is neither below " +
                         std::to_string(classes) + " nor 255");
}

std::string SizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace seafusion::learn
