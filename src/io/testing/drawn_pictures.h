// Pictures of tests, on disk.
#ifndef SEAFUSION_IO_TESTING_DRAWN_PICTURES_H_
#define SEAFUSION_IO_TESTING_DRAWN_PICTURES_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "io/image_file.h"

namespace seafusion::io::testing {

/// Writes the picture in place of an earlier one, making its folder; returns the path.
inline std::string WritePicture(const std::string& path, const ImageBuffer& image) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  const Status status = WriteImage(path, image.view(), IfExists::kReplace);
  EXPECT_TRUE(status.ok()) << status.message();
  return path;
}

/// A gray picture with the samples level(x, y) modulo 256.
template <typename Level>
std::string WriteGray(const std::string& path, int width, int height, Level level) {
  ImageBuffer image = *ImageBuffer::Create(width, height, PixelFormat::kGray8);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.view().Row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(level(x, y));
    }
  }
  return WritePicture(path, image);
}

/// Columns of `level` and 0 in turn: SF and SD have closed forms.
inline std::string WriteStripes(const std::string& path, int width, int height, int level) {
  return WriteGray(path, width, height, [&](int x, int) { return x % 2 == 0 ? level : 0; });
}

/// Bytes that look random, the same for the same size and format.
inline std::string WriteNoise(const std::string& path, int width, int height, PixelFormat format) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  const auto columns = static_cast<std::uint32_t>(width * BytesPerPixel(format));
  std::uint32_t state = columns * 1000 + static_cast<std::uint32_t>(height);
  for (int y = 0; y < height; ++y) {
    for (std::uint32_t i = 0; i < columns; ++i) {
      state = state * 1664525 + 1013904223;  // Numerical Recipes' generator
      image.view().Row<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(state >> 24);
    }
  }
  return WritePicture(path, image);
}

}  // namespace seafusion::io::testing

#endif  // SEAFUSION_IO_TESTING_DRAWN_PICTURES_H_
