// Frames whose content tells their number, for tests of streams.
#ifndef SEAFUSION_STREAM_TESTING_MOVING_PICTURE_H_
#define SEAFUSION_STREAM_TESTING_MOVING_PICTURE_H_

#include <cstdint>
#include <cstdlib>

#include "core/memory/image_buffer.h"

namespace seafusion::stream::testing {

/// A dark picture with a bright bar of a quarter of the width that begins at 8 times the number; so
/// wide steps that lossy codecs keep them apart. All channels are equal.
inline ImageBuffer MovingPicture(int number, int width, int height, PixelFormat format) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  for (int y = 0; y < height; ++y) {
    for (int i = 0; i < width * ChannelCount(format); ++i) {
      const int x = i / ChannelCount(format);
      const int from = (8 * number) % width;
      const bool bright = (x - from + width) % width < width / 4;
      if (BytesPerSample(format) == 1) {
        image.view().Row<std::uint8_t>(y)[i] = bright ? 200 : static_cast<std::uint8_t>(40 + y % 8);
      } else {
        image.view().Row<std::uint16_t>(y)[i] =
            static_cast<std::uint16_t>(bright ? 31000 + y : 28000 + y);
      }
    }
  }
  return image;
}

/// Which number's picture it is (of those below width / 8), by the least sum of differences; 8-bit
/// pictures.
inline int NumberOf(const ImageBuffer& image) {
  int best = -1;
  long least = 0;
  for (int number = 0; number < image.width() / 8; ++number) {
    const ImageBuffer candidate =
        MovingPicture(number, image.width(), image.height(), image.format());
    long sum = 0;
    for (int y = 0; y < image.height(); ++y) {
      const auto* a = image.view().Row<std::uint8_t>(y);
      const auto* b = candidate.view().Row<std::uint8_t>(y);
      for (int i = 0; i < image.width() * ChannelCount(image.format()); ++i) {
        sum += std::abs(a[i] - b[i]);
      }
    }
    if (best < 0 || sum < least) {
      best = number;
      least = sum;
    }
  }
  return best;
}

}  // namespace seafusion::stream::testing

#endif  // SEAFUSION_STREAM_TESTING_MOVING_PICTURE_H_
