#include "model/import/tensorflow/tensor_bundle.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "model/import/tensorflow/bundle_builder.h"
#include "model/onnx/protobuf_message.h"

namespace seafusion::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

const std::vector<TestBundleTensor> kTensors = {
    BundleFloats("net/layer1/w1", {1, 2, 1, 2}, {1, -2, 3.5, 4}),
    BundleFloats("net/layer1/w10", {}, {0.25}),
    {.name = "net/layer1/half", .shape = {2}, .data = {0x00, 0x3c, 0x00, 0xc0}, .dtype = 19},
    {.name = "net/layer1/brain", .shape = {1}, .data = {0x80, 0x3f}, .dtype = 14},
    {.name = "double", .shape = {1}, .data = {0, 0, 0, 0, 0, 0, 0xe0, 0x3f}, .dtype = 2},
    {.name = "steps", .shape = {}, .data = {7, 0, 0, 0, 0, 0, 0, 0}, .dtype = 9},
    BundleFloats("empty", {0, 3}, {})};

StatusOr<std::vector<BundleTensor>> Read(const TestBundle& bundle, std::size_t per_block = 4) {
  auto index = ParseBundleIndex(TestTable(bundle.entries, per_block));
  if (!index.ok()) return index.status();
  return ReadBundleTensors(*index, {std::vector<std::span<const std::uint8_t>>(
                                       bundle.shards.begin(), bundle.shards.end())});
}

std::string Refusal(const StatusOr<std::vector<BundleTensor>>& tensors) {
  return tensors.ok() ? "taken" : tensors.status().message();
}

TEST(TensorBundle, ReadsEveryTypeFromAnyNumberOfBlocks) {
  for (const std::size_t per_block : {1u, 3u, 100u}) {
    const auto tensors = Read(BundleOf(kTensors), per_block);
    ASSERT_TRUE(tensors.ok()) << tensors.status().message();
    ASSERT_EQ(tensors->size(), kTensors.size());
    const auto find = [&](const std::string& name) -> const BundleTensor& {
      for (const BundleTensor& tensor : *tensors) {
        if (tensor.name == name) return tensor;
      }
      ADD_FAILURE() << name;
      return tensors->front();
    };
    EXPECT_EQ(tensors->front().name, "double");
    EXPECT_THAT(find("double").tensor.values, ElementsAre(0.5f));
    EXPECT_EQ(find("net/layer1/w1").dtype, "float");
    EXPECT_THAT(find("net/layer1/w1").tensor.shape, ElementsAre(1, 2, 1, 2));
    EXPECT_THAT(find("net/layer1/w1").tensor.values, ElementsAre(1, -2, 3.5, 4));
    EXPECT_THAT(find("net/layer1/w10").tensor.values, ElementsAre(0.25f));
    EXPECT_THAT(find("net/layer1/half").tensor.values, ElementsAre(1, -2));
    EXPECT_THAT(find("net/layer1/brain").tensor.values, ElementsAre(1));
    EXPECT_FALSE(find("steps").has_values);
    EXPECT_TRUE(find("empty").tensor.values.empty());
  }
}

TEST(TensorBundle, ReadsTensorsFromTheShardsTheyName) {
  std::vector<TestBundleTensor> tensors = {BundleFloats("a", {1}, {1}), BundleFloats("b", {1}, {2}),
                                           BundleFloats("c", {1}, {3})};
  tensors[1].shard = 1;
  TestBundle bundle = BundleOf(tensors, 2);
  const auto read = Read(bundle);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_THAT((*read)[1].tensor.values, ElementsAre(2));
  EXPECT_THAT((*read)[2].tensor.values, ElementsAre(3));
  bundle.shards.pop_back();
  EXPECT_THAT(Refusal(Read(bundle)), HasSubstr("2 files of data are needed, not 1"));
}

// Checksums cover every byte but the padding of the footer.
TEST(TensorBundle, RefusesEveryDamagedIndex) {
  const Bytes good = TestTable(BundleOf(kTensors).entries);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(ParseBundleIndex(std::span(good).first(size)).ok()) << size;
  }
  constexpr std::size_t kFooter = 48;
  for (std::size_t at = 0; at + kFooter < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= 0x10;
    // The block of filters is not read.
    if (const auto parsed = ParseBundleIndex(bad); parsed.ok()) {
      EXPECT_EQ(parsed->entries.size(), kTensors.size()) << at;
    }
  }
}

TEST(TensorBundle, RefusesDamagedData) {
  TestBundle bundle = BundleOf(kTensors);
  bundle.shards[0][0] ^= 1;
  EXPECT_THAT(Refusal(Read(bundle)), HasSubstr("the checksum of tensor double does not fit"));
  bundle = BundleOf(kTensors);
  bundle.shards[0].pop_back();
  EXPECT_THAT(Refusal(Read(bundle)), HasSubstr("tensor steps of 8 bytes at"));
}

// An entry by its fields, after a header of one shard.
std::string RefusalOf(const ProtobufMessage& entry,
                      const ProtobufMessage& header = ProtobufMessage().Int(1, 1)) {
  TestBundle bundle;
  bundle.entries = {{"", header.bytes()}, {"t", entry.bytes()}};
  bundle.shards = {Bytes(16)};
  return Refusal(Read(bundle));
}

ProtobufMessage Shape(std::uint64_t side) {
  return ProtobufMessage().Bytes(2, ProtobufMessage().Int(1, side).bytes());
}

TEST(TensorBundle, RefusesWhatItCannotRead) {
  const auto entry = [](std::uint64_t dtype, std::uint64_t side, std::uint64_t bytes) {
    return ProtobufMessage().Int(1, dtype).Bytes(2, Shape(side).bytes()).Int(5, bytes);
  };
  EXPECT_THAT(RefusalOf(entry(7, 1, 4)), HasSubstr("tensor t is of type 7"));
  EXPECT_THAT(RefusalOf(entry(1, 2, 4)), HasSubstr("cannot have 4 bytes"));
  EXPECT_THAT(RefusalOf(entry(1, std::uint64_t{1} << 62, 0)), HasSubstr("cannot have 0 bytes"));
  EXPECT_THAT(RefusalOf(entry(1, ~std::uint64_t{0}, 4)), HasSubstr("a side of tensor t is"));
  EXPECT_THAT(RefusalOf(entry(1, 1, 4).Bytes(7, {})), HasSubstr("stored in slices"));
  EXPECT_THAT(RefusalOf(entry(1, 1, 4).Int(9, 1)), HasSubstr("unknown field, number 9"));
  EXPECT_THAT(RefusalOf(entry(1, 1, 4).Int(3, 1)), HasSubstr("tensor t is in file 1 of 1"));
  EXPECT_THAT(RefusalOf(entry(1, 1, 4).Int(4, ~std::uint64_t{0})), HasSubstr("lies outside"));
  EXPECT_THAT(RefusalOf(entry(1, 4, 16).Int(4, 1)), HasSubstr("lies outside"));
  EXPECT_THAT(RefusalOf(entry(1, 1, 4), ProtobufMessage().Int(1, 1).Int(2, 1)),
              HasSubstr("big-endian"));
  EXPECT_THAT(RefusalOf(entry(1, 1, 4), ProtobufMessage()), HasSubstr("announces 0 files"));
  EXPECT_THAT(RefusalOf(entry(1, 1, 4), ProtobufMessage().Int(1, 1000)),
              HasSubstr("announces 1000 files"));
  std::vector<TestTableEntry> no_header = {{"t", entry(1, 1, 4).bytes()}};
  EXPECT_THAT(ParseBundleIndex(TestTable(no_header)).status().message(), HasSubstr("no header"));
  const auto packed = ParseBundleIndex(TestTable(BundleOf(kTensors).entries, 4, 1));
  EXPECT_EQ(packed.status().code(), StatusCode::kUnsupported);
  EXPECT_THAT(packed.status().message(), HasSubstr("Snappy"));
  auto turned = BundleOf(kTensors).entries;
  std::swap(turned[1], turned[2]);
  EXPECT_THAT(ParseBundleIndex(TestTable(turned)).status().message(), HasSubstr("not in order"));
}

// Many tensors on one place would make much out of little.
TEST(TensorBundle, RefusesTensorsThatOverlap) {
  TestBundle bundle = BundleOf({BundleFloats("a", {4}, {1, 2, 3, 4})});
  bundle.entries.emplace_back("b", bundle.entries[1].second);
  EXPECT_THAT(Refusal(Read(bundle)), HasSubstr("tensor b overlaps others"));
}

TEST(TensorBundle, IsFoundByItsPrefixOrAnyOfItsFiles) {
  const std::string prefix = ::testing::TempDir() + "/bundle_test.ckpt-7";
  ASSERT_TRUE(WriteBundle(prefix, BundleOf(kTensors)));
  for (const char* end : {"", ".index", ".data-00000-of-00001", ".meta"}) {
    EXPECT_EQ(BundlePrefix(prefix + end), prefix);
  }
  EXPECT_EQ(BundlePrefix(prefix + "8"), "");
  const auto files = LoadTensorBundle(prefix);
  ASSERT_TRUE(files.ok()) << files.status().message();
  EXPECT_EQ(files->tensors.size(), kTensors.size());
  EXPECT_EQ(files->sha256.size(), 64u);
  EXPECT_EQ(LoadTensorBundle(prefix + "8").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace seafusion::model
