#include "model/import/mat/mat_file.h"

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "model/import/mat/mat_builder.h"
#include "model/import/mat/mat_dictionary.h"
#include "model/weights/sparse_dictionary.h"

namespace seafusion::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ByteVector = std::vector<std::uint8_t>;

const TestMatArray kSmall = {.name = "D", .shape = {2, 3}, .values = {1, 2, 3, 4, 5, -0.5}};

void ExpectRefused(const ByteVector& file, const std::string& message,
                   const MatLimits& limits = {}) {
  const auto arrays = ParseMatFile(file, limits);
  ASSERT_FALSE(arrays.ok()) << message;
  EXPECT_THAT(arrays.status().message(), HasSubstr(message));
}

TEST(MatFileTest, ReadsVariables) {
  const TestMatArray second = {.name = "weights_2", .shape = {1, 2, 1}, .values = {7, 8}};
  for (const bool compressed : {false, true}) {
    const auto arrays = ParseMatFile(MatFile({kSmall, second}, compressed));
    ASSERT_TRUE(arrays.ok()) << arrays.status().message();
    ASSERT_EQ(arrays->size(), 2u);
    EXPECT_EQ((*arrays)[0].name, "D");
    EXPECT_THAT((*arrays)[0].shape, ElementsAre(2, 3));
    EXPECT_THAT((*arrays)[0].values, ElementsAre(1, 2, 3, 4, 5, -0.5));
    EXPECT_EQ((*arrays)[1].name, "weights_2");
    EXPECT_THAT((*arrays)[1].shape, ElementsAre(1, 2, 1));
    EXPECT_THAT((*arrays)[1].values, ElementsAre(7, 8));
  }
}

TEST(MatFileTest, ReadsEveryStorageType) {
  for (const std::uint32_t storage : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 9u}) {
    TestMatArray array = {.name = "x", .shape = {1, 3}, .values = {0, 100, 7}, .storage = storage};
    const bool is_signed = storage % 2 == 1;
    if (is_signed) array.values[0] = -3;
    const auto arrays = ParseMatFile(MatFile({array}, false));
    ASSERT_TRUE(arrays.ok()) << storage << ": " << arrays.status().message();
    EXPECT_EQ(arrays->front().values, array.values) << storage;
  }
  TestMatArray single = kSmall;
  single.array_class = 7;
  single.storage = 7;
  EXPECT_TRUE(ParseMatFile(MatFile({single}, true)).ok());
}

TEST(MatFileTest, AnEmptyMatrixIsOne) {
  const auto arrays = ParseMatFile(MatFile({{.name = "e", .shape = {0, 5}}}, false));
  ASSERT_TRUE(arrays.ok());
  EXPECT_TRUE(arrays->front().values.empty());
}

// Only cuts between two variables leave a whole file.
TEST(MatFileTest, EveryTruncationIsRefused) {
  const TestMatArray other = {.name = "other", .shape = {1, 2}, .values = {7, 8}};
  for (const bool compressed : {false, true}) {
    const ByteVector file = MatFile({kSmall, other}, compressed);
    const std::size_t boundary = MatFile({kSmall}, compressed).size();
    for (std::size_t n = 0; n < file.size(); ++n) {
      const ByteVector cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n));
      EXPECT_EQ(ParseMatFile(cut).ok(), n == boundary) << n;
    }
  }
}

// A compressed variable has a checksum; without one only the format's rules protect.
TEST(MatFileTest, EveryChangedByteOfCompressedDataIsNoticed) {
  const ByteVector file = MatFile({kSmall}, true);
  for (std::size_t i = 128 + 8; i < file.size(); ++i) {
    ByteVector bad = file;
    bad[i] ^= 0x10;
    const auto arrays = ParseMatFile(bad);
    // Some bits of a stream mean nothing; the values must not change unnoticed.
    if (!arrays.ok()) continue;
    EXPECT_EQ(arrays->front().values, kSmall.values) << i;
  }
}

TEST(MatFileTest, RefusesOtherClasses) {
  const auto with = [](auto change) {
    TestMatArray array = kSmall;
    change(array);
    return MatFile({array}, true);
  };
  ExpectRefused(with([](TestMatArray& a) { a.array_class = 1; }), "D is of class cell");
  ExpectRefused(with([](TestMatArray& a) { a.array_class = 3; }), "D is of class object");
  ExpectRefused(with([](TestMatArray& a) { a.array_class = 4; }), "D is of class text");
  ExpectRefused(with([](TestMatArray& a) { a.array_class = 5; }), "D is of class sparse");
  ExpectRefused(with([](TestMatArray& a) { a.array_class = 12; }), "D is of class int32");
  ExpectRefused(with([](TestMatArray& a) { a.array_class = 17; }), "D is of class number 17");
  ExpectRefused(with([](TestMatArray& a) { a.flags = 8; }), "complex or logical");
  ExpectRefused(with([](TestMatArray& a) { a.flags = 2; }), "complex or logical");
  ExpectRefused(with([](TestMatArray& a) { a.storage = 8; }), "unknown type 8");
}

TEST(MatFileTest, RefusesBrokenVariables) {
  const auto with = [](auto change) {
    TestMatArray array = kSmall;
    change(array);
    return MatFile({array}, false);
  };
  ExpectRefused(with([](TestMatArray& a) { a.shape = {2, 4}; }), "does not match its sizes");
  ExpectRefused(with([](TestMatArray& a) { a.shape = {2, 2}; }), "does not match its sizes");
  ExpectRefused(with([](TestMatArray& a) { a.shape = {6}; }), "sizes of a variable are broken");
  ExpectRefused(with([](TestMatArray& a) { a.shape.assign(33, 1); }), "sizes of a variable are");
  ExpectRefused(with([](TestMatArray& a) { a.shape = {-2, -3}; }), "negative size -2");
  const std::int32_t most = std::numeric_limits<std::int32_t>::max();
  ExpectRefused(with([&](TestMatArray& a) { a.shape = {most, most, most}; }), "does not match");
  ExpectRefused(with([](TestMatArray& a) { a.name = ""; }), "no proper name");
  ExpectRefused(with([](TestMatArray& a) { a.name = "3d"; }), "no proper name");
  ExpectRefused(with([](TestMatArray& a) { a.name = "a\x1b[2J"; }), "no proper name");
  ExpectRefused(with([](TestMatArray& a) { a.name.assign(64, 'a'); }), "no proper name");
  ExpectRefused(MatFile({kSmall, kSmall}, false), "variable D appears twice");
}

TEST(MatFileTest, RefusesBrokenFiles) {
  const ByteVector good = MatFile({kSmall}, false);
  ByteVector big_endian = good;
  big_endian[126] = 'M';
  big_endian[127] = 'I';
  ExpectRefused(big_endian, "big-endian");
  ByteVector version = good;
  version[125] = 2;
  ExpectRefused(version, "version 2.0");
  ExpectRefused(MatFileOf({}), "no variable");
  ExpectRefused(ByteVector(300, 'x'), "not a MAT file");
  ExpectRefused(MatFileOf({MatElement(9, ByteVector(8, 0))}), "an element of type 9");
  // A variable in a variable, two in one, a compressed one in a compressed one.
  const ByteVector variable = MatVariable(kSmall);
  ExpectRefused(MatFileOf({MatElement(14, variable)}), "flags of a variable are broken");
  ByteVector twice = variable;
  twice.insert(twice.end(), variable.begin(), variable.end());
  ExpectRefused(MatFileOf({MatCompressed(twice)}), "something else than one variable");
  ExpectRefused(MatFileOf({MatCompressed(MatCompressed(variable))}), "something else than one");
  ExpectRefused(MatFileOf({MatCompressed(variable, {1, 2, 3})}), "left over behind the compressed");
  ByteVector longer(variable.begin() + 8, variable.end());
  longer.resize(longer.size() + 16, 0);
  ExpectRefused(MatFileOf({MatElement(14, longer)}), "16 bytes are left over in variable D");
  // A short element that announces more than fits, an element larger than the file.
  ByteVector huge = good;
  for (std::size_t i = 132; i < 136; ++i) huge[i] = 0xff;
  ExpectRefused(huge, "4294967295 bytes are announced");
  ExpectRefused(MatFileOf({{14, 0, 5, 0, 0, 0, 0, 0}}), "a short element of 5 bytes");
}

TEST(MatFileTest, ACompressedVariableIsBounded) {
  // 8 MB of zeros are some 8 kB in the file.
  const TestMatArray zeros = {
      .name = "z", .shape = {1000, 1000}, .values = std::vector<double>(1000000)};
  const ByteVector file = MatFile({zeros}, true);
  EXPECT_LT(file.size(), 20000u);
  EXPECT_TRUE(ParseMatFile(file).ok());
  ExpectRefused(file, "unfolds to more than 1000000 bytes", {.max_variable_bytes = 1000000});
}

// A dictionary whose atom k has a one at pixel k % 64.
TestMatArray Dictionary(int atoms) {
  TestMatArray array = {.name = "D", .shape = {64, atoms}};
  const auto count = static_cast<std::size_t>(atoms);
  array.values.resize(64 * count);
  for (std::size_t k = 0; k < count; ++k) array.values[64 * k + k % 64] = 1 + double(k);
  return array;
}

StatusOr<TensorArchive> Import(const std::vector<TestMatArray>& arrays) {
  const auto parsed = ParseMatFile(MatFile(arrays, true));
  EXPECT_TRUE(parsed.ok()) << parsed.status().message();
  return ImportMatDictionary(*parsed);
}

TEST(MatDictionaryTest, AtomsAreColumns) {
  const auto archive = Import({Dictionary(70)});
  ASSERT_TRUE(archive.ok()) << archive.status().message();
  const Tensor& tensor = archive->tensors.at(kDictionaryTensor);
  EXPECT_THAT(tensor.shape, ElementsAre(70, 64));
  EXPECT_EQ(tensor.values[64 * 69 + 5], 70);
  EXPECT_EQ(archive->metadata.at("method"), "mst-sr");
}

TEST(MatDictionaryTest, RefusesEverythingElse) {
  const auto refuse = [](const std::vector<TestMatArray>& arrays, const std::string& message) {
    const auto archive = Import(arrays);
    ASSERT_FALSE(archive.ok()) << message;
    EXPECT_THAT(archive.status().message(), HasSubstr(message));
  };
  TestMatArray named = Dictionary(64);
  named.name = "Dict";
  refuse({named}, "variable Dict has no place");
  refuse({Dictionary(64), named}, "variable Dict has no place");
  refuse({Dictionary(63)}, "63x64");
  refuse({kSmall}, "3x2");
  TestMatArray cube = Dictionary(64);
  cube.shape = {64, 8, 8};
  refuse({cube}, "3 dimensions");
  TestMatArray zero = Dictionary(64);
  zero.values[64 * 7 + 7] = 0;
  refuse({zero}, "atom 7 of the dictionary is all zeros");
  TestMatArray infinite = Dictionary(64);
  infinite.values[3] = 1e300;
  EXPECT_FALSE(Import({infinite}).ok());
  TestMatArray nan = Dictionary(64);
  nan.values[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(Import({nan}).ok());
}

TEST(MatDictionaryTest, ReadsThePublicOne) {
  const std::string path =
      std::string(SEAFUSION_SHARED_DIR) + "/data/weights/mst_sr_dictionary_D_100000_256_8.mat";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto bytes = ReadFile(path, 1 << 20);
  ASSERT_TRUE(bytes.ok());
  const auto arrays = ParseMatFile(*bytes);
  ASSERT_TRUE(arrays.ok()) << arrays.status().message();
  const auto archive = ImportMatDictionary(*arrays);
  ASSERT_TRUE(archive.ok()) << archive.status().message();
  const Tensor& tensor = archive->tensors.at(kDictionaryTensor);
  EXPECT_THAT(tensor.shape, ElementsAre(256, 64));
  // Atoms of norm 1 and mean 0, which no other order of the values would show.
  for (std::size_t k = 0; k < 256; ++k) {
    double squared = 0, sum = 0;
    for (std::size_t i = 0; i < 64; ++i) {
      const double v = tensor.values[64 * k + i];
      squared += v * v;
      sum += v;
    }
    EXPECT_NEAR(squared, 1, 1e-6);
    EXPECT_NEAR(sum, 0, 1e-6);
  }
}

}  // namespace
}  // namespace seafusion::model
