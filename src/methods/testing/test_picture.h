// A picture with structure, for tests of whole methods.
#ifndef SEAFUSION_METHODS_TESTING_TEST_PICTURE_H_
#define SEAFUSION_METHODS_TESTING_TEST_PICTURE_H_

#include <cmath>
#include <cstdint>

#include "core/memory/image_buffer.h"

namespace seafusion::methods {

// 8 bits a sample, 28 .. 228; `phase` gives another one. Coloured where `format` has colours.
inline ImageBuffer WavyPicture(int width, int height, PixelFormat format, int phase) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  const int channels = ChannelCount(format);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width * channels; ++x) {
      const int column = x / channels, channel = x % channels;
      image.view().Row<std::uint8_t>(y)[x] =
          static_cast<std::uint8_t>(128 + 100 * std::sin(0.3 * column + 0.2 * y + phase + channel));
    }
  }
  return image;
}

}  // namespace seafusion::methods

#endif  // SEAFUSION_METHODS_TESTING_TEST_PICTURE_H_
