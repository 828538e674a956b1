// A small MSRS-like folder of files for tests.
#ifndef SEAFUSION_LEARN_DATA_TEST_FOLDER_H_
#define SEAFUSION_LEARN_DATA_TEST_FOLDER_H_

#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "core/seeded_noise.h"
#include "io/image_file.h"

namespace seafusion::learn {

/// Gone when the test ends.
class PairFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ =
        std::filesystem::temp_directory_path() / ("seafusion_data_" + std::to_string(::getpid()));
    for (const char* band : {"ir", "vi", "labels"}) {
      std::filesystem::create_directories(root_ / "msrs" / band);
    }
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string folder() const { return (root_ / "msrs").string(); }
  std::string Path(const std::string& name) const { return (root_ / name).string(); }

  /// Samples below `below`, of a picture's own. `name`: ir/a, or train/ir/a.
  void Write(const std::string& name, int width, int height, PixelFormat format, int below = 256) {
    ImageBuffer image = *ImageBuffer::Create(width, height, format);
    SeededNoise noise(std::hash<std::string>()(name));
    const int samples = width * BytesPerPixel(format);
    for (int y = 0; y < height; ++y) {
      for (int i = 0; i < samples; ++i) {
        image.view().Row<std::uint8_t>(y)[i] =
            static_cast<std::uint8_t>(noise.Below(static_cast<std::uint64_t>(below)));
      }
    }
    const std::string path = Path("msrs/" + name + ".png");
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const Status s = io::WriteImage(path, image.view(), IfExists::kReplace);
    ASSERT_TRUE(s.ok()) << s.message();
  }
  /// A colour and an infrared picture and their labels.
  void WritePair(const std::string& name, int width, int height) {
    Write("ir/" + name, width, height, PixelFormat::kGray8);
    Write("vi/" + name, width, height, PixelFormat::kRgb8);
    Write("labels/" + name, width, height, PixelFormat::kGray8, 9);
  }

  std::filesystem::path root_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_TEST_FOLDER_H_
