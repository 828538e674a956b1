#include "model/import/zip_archive.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/import/checkpoint_builder.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;

ByteVector BytesOf(const std::string& text) {
  return {text.begin(), text.end()};
}

std::string TextOf(const StatusOr<std::span<const std::uint8_t>>& bytes) {
  return bytes.ok() ? std::string(bytes->begin(), bytes->end()) : bytes.status().message();
}

const std::vector<TestZipEntry> kEntries = {{.name = "top/a", .data = BytesOf("alpha")},
                                            {.name = "top/empty", .data = {}},
                                            {.name = "top/data/0", .data = BytesOf("beta")}};

TEST(Crc32Test, PublishedAnswer) {
  EXPECT_EQ(Crc32(BytesOf("123456789")), 0xcbf43926u);  // the check value of this CRC's catalogue
  EXPECT_EQ(Crc32({}), 0u);
}

TEST(ZipArchiveTest, ReadsEntries) {
  for (const bool zip64 : {false, true}) {
    const ByteVector file = ZipFile(kEntries, zip64);
    const auto zip = ZipArchive::Open(file);
    ASSERT_TRUE(zip.ok()) << zip.status().message();
    EXPECT_EQ(zip->entries().size(), 3u);
    EXPECT_EQ(TextOf(zip->Read("top/a")), "alpha");
    EXPECT_EQ(TextOf(zip->Read("top/empty")), "");
    EXPECT_EQ(TextOf(zip->Read("top/data/0")), "beta");
    EXPECT_EQ(zip->Read("top/b").status().code(), StatusCode::kNotFound);
  }
}

TEST(ZipArchiveTest, AllowsAComment) {
  ByteVector file = ZipFile(kEntries);
  file[file.size() - 2] = 3;
  file.insert(file.end(), {'a', 'b', 'c'});
  EXPECT_TRUE(ZipArchive::Open(file).ok());
}

TEST(ZipArchiveTest, EveryTruncationIsRefused) {
  for (const bool zip64 : {false, true}) {
    const ByteVector file = ZipFile(kEntries, zip64);
    for (std::size_t n = 0; n < file.size(); ++n) {
      const ByteVector cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n));
      EXPECT_FALSE(ZipArchive::Open(cut).ok()) << n;
    }
  }
}

TEST(ZipArchiveTest, DamagedDataIsNoticed) {
  ByteVector file = ZipFile(kEntries);
  const std::string alpha = "alpha";
  auto at = std::search(file.begin(), file.end(), alpha.begin(), alpha.end());
  ASSERT_NE(at, file.end());
  *at = 'A';
  const auto zip = ZipArchive::Open(file);
  ASSERT_TRUE(zip.ok());
  EXPECT_THAT(TextOf(zip->Read("top/a")), HasSubstr("top/a is damaged"));
  EXPECT_EQ(TextOf(zip->Read("top/data/0")), "beta");
}

// Changes bytes counted from the start of the first record with this signature.
ByteVector Patched(ByteVector file, const std::string& signature, std::size_t offset,
                   const ByteVector& bytes) {
  const auto at = std::search(file.begin(), file.end(), signature.begin(), signature.end());
  EXPECT_NE(at, file.end());
  std::copy(bytes.begin(), bytes.end(), at + static_cast<std::ptrdiff_t>(offset));
  return file;
}

TEST(ZipArchiveTest, RefusesBrokenArchives) {
  const std::string local = {'P', 'K', 3, 4};
  const std::string central = {'P', 'K', 1, 2};
  const std::string end = {'P', 'K', 5, 6};
  const std::string end64 = {'P', 'K', 6, 6};
  const std::string locator = {'P', 'K', 6, 7};
  const ByteVector good = ZipFile(kEntries);
  const ByteVector good64 = ZipFile(kEntries, true);
  const ByteVector ones4(4, 0xff);
  const ByteVector ones8(8, 0xff);
  const auto refuse = [](const ByteVector& file, const std::string& message) {
    const auto zip = ZipArchive::Open(file);
    ASSERT_FALSE(zip.ok()) << message;
    EXPECT_THAT(zip.status().message(), HasSubstr(message));
  };
  refuse(ZipFile({{.name = "x", .data = BytesOf("q"), .method = 8}}),
         "zip entry x is compressed (method 8)");
  refuse(ZipFile({{.name = "x", .data = BytesOf("q"), .flags = 1}}), "zip entry x is encrypted");
  refuse(ZipFile({{.name = "x", .data = {}}, {.name = "x", .data = {}}}), "x appears twice");
  refuse(Patched(good, end, 4, {1}), "in several parts");
  refuse(Patched(good, end, 10, {0xfe, 0xff}), "too small for its 65534 entries");
  refuse(Patched(good, end, 10, {2}), "more than its entries");
  refuse(Patched(good, end, 16, {0xff, 0xff, 0xff, 0x7f}), "does not fit the file");
  refuse(Patched(good, end, 16, ones4), "zip64 directory locator is missing");
  refuse(Patched(good, central, 42, {1}), "does not begin where the directory says");
  refuse(Patched(good, central, 42, {0xff, 0xff, 0xff, 0x7f}),
         "does not begin where the directory says");
  refuse(Patched(good, central, 42, ones4), "zip64 sizes are missing");
  refuse(Patched(good, central, 24, {4}), "two different sizes");
  refuse(Patched(good, central, 20, {0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f}),
         "does not fit the file");
  // 64 bytes more than it has: into its neighbour.
  refuse(Patched(good, central, 20, {69, 0, 0, 0, 69, 0, 0, 0}), "overlap");
  refuse(Patched(good, central, 28, {0xff, 0xff}), "cut short");
  refuse(Patched(good, local, 30, {'T'}), "another name");
  refuse(Patched(good, local, 26, {0xff, 0xff}), "another name");
  refuse(Patched(good, local, 28, {0xff, 0xff}), "does not fit the file");
  refuse(Patched(good64, locator, 8, ones8), "not where its locator says");
  refuse(Patched(good64, end64, 32, ones8), "too small for its 18446744073709551615 entries");
  refuse(Patched(good64, end64, 40, ones8), "does not fit the file");
  refuse(Patched(good64, end64, 48, ones8), "does not fit the file");
}

}  // namespace
}  // namespace seafusion::model
