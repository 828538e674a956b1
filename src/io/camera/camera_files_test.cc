// Files of real cameras that were cut: at some places in every test run, at every N-th byte with
// SEAFUSION_PREFIX_STEP=N in the environment (1: every prefix of every file, which takes hours).
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "core/testing/scratch_folder.h"
#include "io/image_file.h"

namespace seafusion::io {
namespace {

bool SamePicture(const ImageBuffer& a, const ImageBuffer& b) {
  if (a.width() != b.width() || a.height() != b.height() || a.format() != b.format()) return false;
  const auto bytes =
      static_cast<std::size_t>(a.width()) * static_cast<std::size_t>(BytesPerPixel(a.format()));
  for (int y = 0; y < a.height(); ++y) {
    if (std::memcmp(a.view().Row<std::uint8_t>(y), b.view().Row<std::uint8_t>(y), bytes) != 0) {
      return false;
    }
  }
  return true;
}

class CameraFilesTest : public ::testing::TestWithParam<CameraPicture> {};

// What is read of a part of a file is what is read of the whole, or an error that names the file.
TEST_P(CameraFilesTest, APrefixIsTheWholePictureOrAnErrorThatNamesTheFile) {
  const std::string folder = std::string(SEAFUSION_SHARED_DIR) + "/data/cameras";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  const char* step_text = std::getenv("SEAFUSION_PREFIX_STEP");
  const std::uint64_t step = step_text == nullptr ? 0 : std::strtoull(step_text, nullptr, 10);
  const ScratchFolder scratch;
  std::uint64_t prefixes = 0, whole_pictures = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    const ReadImageOptions first = {.camera_picture = GetParam(), .page = 0};
    const auto whole = ReadPicture(entry.path().string(), first);
    const std::string part = scratch / "part";
    std::filesystem::copy_file(entry.path(), part,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(part, std::filesystem::perms::owner_all);
    const std::uint64_t size = std::filesystem::file_size(part);
    // From the end: the file only ever gets shorter.
    std::vector<std::uint64_t> lengths;
    const std::uint64_t stride = step != 0 ? step : std::max<std::uint64_t>(size / 7, 1);
    for (std::uint64_t length = 0; length < size; length += stride) lengths.push_back(length);
    for (const std::uint64_t last : {1, 2, 100}) {
      if (size > last) lengths.push_back(size - last);
    }
    std::sort(lengths.rbegin(), lengths.rend());
    for (const std::uint64_t length : lengths) {
      std::filesystem::resize_file(part, length);
      ++prefixes;
      const auto picture = ReadPicture(part, first);
      if (picture.ok()) {
        ++whole_pictures;
        ASSERT_TRUE(whole.ok()) << length << " bytes give a picture, the file does not";
        ASSERT_TRUE(SamePicture(picture->image, whole->image)) << length << " bytes";
      } else {
        ASSERT_THAT(picture.status().message(), ::testing::StartsWith(part + ": "));
      }
    }
  }
  RecordProperty("prefixes", static_cast<int>(prefixes));
  std::printf("%llu prefixes, of which %llu hold the whole picture\n",
              static_cast<unsigned long long>(prefixes),
              static_cast<unsigned long long>(whole_pictures));
}

INSTANTIATE_TEST_SUITE_P(Pictures, CameraFilesTest,
                         ::testing::Values(CameraPicture::kCounts, CameraPicture::kShown,
                                           CameraPicture::kVisible));

}  // namespace
}  // namespace seafusion::io
