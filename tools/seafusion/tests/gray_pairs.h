// Small pairs on disk for the tests of verbs that train.
#ifndef SEAFUSION_TOOLS_TESTS_GRAY_PAIRS_H_
#define SEAFUSION_TOOLS_TESTS_GRAY_PAIRS_H_

#include <cstdint>
#include <filesystem>

#include <gtest/gtest.h>

#include "core/image_buffer.h"
#include "io/image_file.h"

namespace seafusion::tools {

/// ir/ and vi/ in `folder`, with a.png and b.png in each: gray, 20x16.
inline void WriteGrayPairs(const std::filesystem::path& folder) {
  for (const char* band : {"ir", "vi"}) {
    std::filesystem::create_directories(folder / band);
    for (const char* name : {"a", "b"}) {
      ImageBuffer picture = *ImageBuffer::Create(20, 16, PixelFormat::kGray8);
      for (int y = 0; y < 16; ++y) {
        for (int x = 0; x < 20; ++x) {
          picture.view().Row<std::uint8_t>(y)[x] =
              static_cast<std::uint8_t>(37 * y + 71 * x + 11 * x * y + band[0] * name[0]);
        }
      }
      const std::string path = (folder / band / name).string() + ".png";
      ASSERT_TRUE(io::WriteImage(path, picture.view(), IfExists::kFail).ok());
    }
  }
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_TESTS_GRAY_PAIRS_H_
