#include "model/import/torch_checkpoint.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "core/files/little_endian.h"
#include "model/import/checkpoint_builder.h"

namespace seafusion::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<TestTensor>& TwoTensors() {
  static const std::vector<TestTensor> tensors = {
      FloatTensor("conv.weight", {2, 3}, {1, 2, 3, 4, 5, 6}, "94"),
      FloatTensor("conv.bias", {2}, {-1, 0.5f}, "95")};
  return tensors;
}

// Both forms of a state_dict; what holds for one holds for the other.
std::vector<ByteVector> BothForms(const std::vector<TestTensor>& tensors) {
  return {LegacyCheckpoint(tensors), ZipCheckpoint(tensors)};
}

TEST(TorchCheckpointTest, ReadsBothForms) {
  for (const ByteVector& file : BothForms(TwoTensors())) {
    EXPECT_TRUE(IsTorchCheckpoint(file));
    const auto c = ParseTorchCheckpoint(file);
    ASSERT_TRUE(c.ok()) << c.status().message();
    ASSERT_EQ(c->tensors.size(), 2u);
    EXPECT_EQ(c->tensors[0].name, "conv.weight");
    EXPECT_EQ(c->tensors[0].dtype, TorchDtype::kFloat32);
    EXPECT_THAT(c->tensors[0].tensor.shape, ElementsAre(2, 3));
    EXPECT_THAT(c->tensors[0].tensor.values, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(c->tensors[1].name, "conv.bias");
    EXPECT_THAT(c->tensors[1].tensor.values, ElementsAre(-1, 0.5f));
    EXPECT_TRUE(c->other_entries.empty());
  }
}

TEST(TorchCheckpointTest, TellsItsFilesFromOthers) {
  EXPECT_FALSE(IsTorchCheckpoint({}));
  EXPECT_FALSE(IsTorchCheckpoint(ByteVector{'P', 'K', 3}));
  EXPECT_FALSE(IsTorchCheckpoint(ByteVector{0x80, 0x02, '}', '.'}));
}

TEST(TorchCheckpointTest, HonoursOffsetAndStride) {
  TestTensor whole = FloatTensor("whole", {12}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, "0");
  TestTensor transposed = whole;
  transposed.name = "transposed";
  transposed.shape = {3, 2};
  transposed.stride = {1, 3};
  transposed.offset = 4;
  TestTensor repeated = whole;
  repeated.name = "repeated";
  repeated.shape = {2, 2};
  repeated.stride = {0, 5};
  repeated.offset = 6;
  TestTensor scalar = whole;
  scalar.name = "scalar";
  scalar.shape = {};
  scalar.stride = {};
  scalar.offset = 11;
  TestTensor empty = whole;
  empty.name = "empty";
  empty.shape = {0, 7};
  empty.stride = {7, 1};
  empty.offset = 12;
  // A stride that would overflow counts for nothing when its dimension has one element.
  TestTensor wide = whole;
  wide.name = "wide";
  wide.shape = {1, 2};
  wide.stride = {std::numeric_limits<std::int64_t>::max(), 1};
  for (const ByteVector& file : BothForms({whole, transposed, repeated, scalar, empty, wide})) {
    const auto c = ParseTorchCheckpoint(file);
    ASSERT_TRUE(c.ok()) << c.status().message();
    ASSERT_EQ(c->tensors.size(), 6u);
    EXPECT_THAT(c->tensors[1].tensor.values, ElementsAre(4, 7, 5, 8, 6, 9));
    EXPECT_THAT(c->tensors[2].tensor.values, ElementsAre(6, 11, 6, 11));
    EXPECT_THAT(c->tensors[3].tensor.values, ElementsAre(11));
    EXPECT_THAT(c->tensors[4].tensor.values, ElementsAre());
    EXPECT_THAT(c->tensors[4].tensor.shape, ElementsAre(0, 7));
    EXPECT_THAT(c->tensors[5].tensor.values, ElementsAre(0, 1));
  }
}

TestTensor RawTensor(const std::string& name, const std::string& storage_class, std::int64_t count,
                     const ByteVector& data, const std::string& key) {
  return {.name = name,
          .shape = {count},
          .stride = {1},
          .storage_class = storage_class,
          .key = key,
          .location = "cuda:0",
          .count = count,
          .data = data};
}

TEST(TorchCheckpointTest, WidensEveryFloatType) {
  ByteVector doubles;
  for (const double v : {1.5, -1e300, std::nan("")}) {
    AppendLittleEndian(std::bit_cast<std::uint64_t>(v), doubles);
  }
  TestTensor parameter = RawTensor("bf", "BFloat16Storage", 1, {0x49, 0xc0}, "b");
  parameter.parameter = true;
  for (const ByteVector& file :
       BothForms({RawTensor("d", "DoubleStorage", 3, doubles, "a"), parameter,
                  RawTensor("h", "HalfStorage", 2, {0x00, 0x3c, 0x01, 0x00}, "c")})) {
    const auto c = ParseTorchCheckpoint(file);
    ASSERT_TRUE(c.ok()) << c.status().message();
    ASSERT_EQ(c->tensors.size(), 3u);
    EXPECT_EQ(c->tensors[0].tensor.values[0], 1.5f);
    EXPECT_EQ(c->tensors[0].tensor.values[1], -std::numeric_limits<float>::infinity());
    EXPECT_TRUE(std::isnan(c->tensors[0].tensor.values[2]));
    EXPECT_EQ(c->tensors[1].dtype, TorchDtype::kBfloat16);
    EXPECT_THAT(c->tensors[1].tensor.values, ElementsAre(-3.140625f));
    EXPECT_THAT(c->tensors[2].tensor.values, ElementsAre(1.0f, 0x1p-24f));
  }
}

TEST(TorchCheckpointTest, IntegerTensorsHaveAShapeAndNoValues) {
  for (const ByteVector& file :
       BothForms({RawTensor("n", "LongStorage", 2, ByteVector(16, 1), "0"),
                  RawTensor("b", "BoolStorage", 3, ByteVector(3, 1), "1")})) {
    const auto c = ParseTorchCheckpoint(file);
    ASSERT_TRUE(c.ok()) << c.status().message();
    EXPECT_EQ(c->tensors[0].dtype, TorchDtype::kInt64);
    EXPECT_FALSE(c->tensors[0].has_values());
    EXPECT_THAT(c->tensors[0].tensor.shape, ElementsAre(2));
    EXPECT_THAT(c->tensors[0].tensor.values, ElementsAre());
    EXPECT_EQ(TorchDtypeName(c->tensors[1].dtype), "bool");
  }
}

TEST(TorchCheckpointTest, FindsTheStateDictOfATrainingCheckpoint) {
  const TestTensor t = FloatTensor("w", {1}, {3}, "0");
  PickleBuilder p;
  p.Op('}').Op('(').Text("epoch").Int(12).Text("optimizer").Op('}').Text("lr").Op('G');
  p.Raw("12345678").Op('s').Text("state_dict").EmptyOrderedDict().Text("w");
  AppendTensor(p, t);
  p.Op('s').Text("note").Text("x").Op('s').Op('u');
  const auto c = ParseTorchCheckpoint(LegacyFile(p.Stop(), StoragesOf({t})));
  ASSERT_TRUE(c.ok()) << c.status().message();
  ASSERT_EQ(c->tensors.size(), 1u);
  EXPECT_EQ(c->tensors[0].name, "w");
  EXPECT_THAT(c->other_entries, ElementsAre("note"));
}

TEST(TorchCheckpointTest, EveryTruncationIsRefused) {
  for (const ByteVector& file : BothForms(TwoTensors())) {
    for (std::size_t n = 0; n < file.size(); ++n) {
      const ByteVector cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n));
      const auto c = ParseTorchCheckpoint(cut);
      ASSERT_FALSE(c.ok()) << n;
      EXPECT_EQ(c.status().code(), StatusCode::kCorruptData) << n << c.status().message();
    }
  }
}

TEST(TorchCheckpointTest, EveryChangedByteIsRefusedOrReadSafely) {
  for (const ByteVector& file : BothForms(TwoTensors())) {
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const int mask : {0x01, 0x10, 0x80, 0xff}) {
        ByteVector changed = file;
        changed[i] ^= static_cast<std::uint8_t>(mask);
        const auto c = ParseTorchCheckpoint(changed);
        if (!c.ok()) {
          EXPECT_FALSE(c.status().message().empty());
        }
      }
    }
  }
}

struct BadCheckpoint {
  std::string name;
  ByteVector bytes;
  StatusCode code;
  std::string message;
};
void PrintTo(const BadCheckpoint& bad, std::ostream* os) {
  *os << bad.name;
}

ByteVector Joined(ByteVector a, const ByteVector& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A valid tensor with one member changed.
template <typename Change>
TestTensor Changed(Change change) {
  TestTensor t = FloatTensor("w", {2, 2}, {1, 2, 3, 4}, "0");
  change(t);
  return t;
}

std::vector<BadCheckpoint> BadCheckpoints() {
  constexpr auto kCorrupt = StatusCode::kCorruptData;
  constexpr auto kUnsupportedCode = StatusCode::kUnsupported;
  std::vector<BadCheckpoint> all;
  // Each tensor in both forms.
  const auto tensor = [&](const std::string& name, StatusCode code, const std::string& message,
                          auto change) {
    const TestTensor t = Changed(change);
    all.push_back({"Legacy" + name, LegacyCheckpoint({t}), code, message});
    all.push_back({"Zip" + name, ZipCheckpoint({t}), code, message});
  };
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  tensor("OffsetPastTheEnd", kCorrupt, "tensor w: value 4 of a storage of 4",
         [](TestTensor& t) { t.offset = 1; });
  tensor("OffsetNegative", kCorrupt, "offset is not a count", [](TestTensor& t) { t.offset = -1; });
  tensor("OffsetHuge", kCorrupt, "size overflows", [&](TestTensor& t) { t.offset = kMax; });
  tensor("StridePastTheEnd", kCorrupt, "value 5 of a storage of 4", [](TestTensor& t) {
    t.stride = {4, 1};
  });
  tensor("StrideNegative", kCorrupt, "not a count", [](TestTensor& t) { t.stride = {-2, 1}; });
  tensor("StrideOverflows", kCorrupt, "size overflows", [&](TestTensor& t) {
    t.stride = {kMax, kMax};
  });
  tensor("ShapeOverflows", kCorrupt, "size overflows", [](TestTensor& t) {
    t.shape = {std::int64_t{1} << 32, std::int64_t{1} << 32};
    t.stride = {0, 0};
  });
  tensor("ShapeNegative", kCorrupt, "not a count", [](TestTensor& t) { t.shape = {-2, 2}; });
  tensor("StrideTooShort", kCorrupt, "size and stride disagree",
         [](TestTensor& t) { t.stride = {1}; });
  tensor("TooManyDimensions", kCorrupt, "not a short tuple", [](TestTensor& t) {
    t.shape = std::vector<std::int64_t>(17, 1);
    t.stride = t.shape;
  });
  tensor("RepeatedWithoutEnd", StatusCode::kResourceExhausted, "more values than the file has",
         [](TestTensor& t) {
           t.shape = {1000000, 1000000};
           t.stride = {0, 0};
         });
  tensor("UnknownStorage", kUnsupportedCode, "refers to torch.ComplexFloatStorage",
         [](TestTensor& t) { t.storage_class = "ComplexFloatStorage"; });
  tensor("CountNegative", kCorrupt, "reference to a storage is broken",
         [](TestTensor& t) { t.count = -1; });
  tensor("CountHuge", kCorrupt, "9223372036854775807 values",
         [&](TestTensor& t) { t.count = kMax; });

  const TestTensor good = FloatTensor("w", {2, 2}, {1, 2, 3, 4}, "0");
  const ByteVector object = StateDictPickle({good});
  const std::vector<TestStorage> storages = StoragesOf({good});
  const auto add = [&](std::string name, ByteVector bytes, StatusCode code, std::string message) {
    all.push_back({std::move(name), std::move(bytes), code, std::move(message)});
  };
  add("NeitherForm", {'n', 'o'}, kCorrupt, "not a file of torch.save");
  add("LegacyBytesLeftOver", Joined(LegacyCheckpoint({good}), {0}), kCorrupt,
      "1 bytes after the last storage");
  add("LegacyBigEndian", LegacyFile(object, storages, false), kUnsupportedCode, "big-endian");
  add("LegacyStorageMissing", LegacyFile(object, {}), kCorrupt, "storage 0 is missing");
  add("LegacyStorageTwice", LegacyFile(object, {storages[0], storages[0]}), kCorrupt,
      "storage 0 appears twice");
  add("LegacyStorageUnknown", LegacyFile(object, {{"7", 4, ByteVector(16)}}), kCorrupt,
      "storage 7 belongs to no tensor");
  add("LegacyCountDiffers", LegacyFile(object, {{"0", 5, ByteVector(20)}}), kCorrupt,
      "storage 0 has 5 values, its tensors expect 4");
  add("LegacyDataCountHuge", LegacyFile(object, {{"0", -1, ByteVector(16)}}), kCorrupt,
      "storage 0 has 18446744073709551615 values");
  TestTensor other_count = good;
  other_count.name = "v";
  other_count.count = 3;
  add("StorageInTwoWays", LegacyCheckpoint({good, other_count}), kCorrupt,
      "storage 0 is described in two ways");
  TestTensor other_class = good;
  other_class.name = "v";
  other_class.storage_class = "IntStorage";
  add("StorageOfTwoTypes", ZipCheckpoint({good, other_class}), kCorrupt,
      "storage 0 is described in two ways");
  add("TensorTwice", LegacyCheckpoint({good, good}), kCorrupt, "entry w appears twice");
  add("NoTensors", LegacyFile(PickleBuilder().Op('}').Text("a").Int(1).Op('s').Stop(), {}),
      kCorrupt, "holds no tensors");
  add("SingleValue", LegacyFile(PickleBuilder().Int(5).Stop(), {}), kUnsupportedCode,
      "not a dictionary of tensors");
  PickleBuilder number_key;
  number_key.Op('}').Int(3);
  AppendTensor(number_key, good);
  add("NameIsANumber", LegacyFile(number_key.Op('s').Stop(), storages), kCorrupt,
      "name is not text");
  add("DictHoldsItself",
      LegacyFile(
          PickleBuilder().Op('}').Op('q').Byte(0).Text("state_dict").Op('h').Byte(0).Op('s').Stop(),
          {}),
      kCorrupt, "holds no tensors");
  PickleBuilder few;
  few.Op('}').Text("w").Global("torch._utils", "_rebuild_tensor_v2").Op(')').Op('R').Op('s');
  add("TensorWithoutArguments", LegacyFile(few.Stop(), {}), kCorrupt, "too few arguments");
  PickleBuilder no_storage;
  no_storage.Op('}').Text("w").Global("torch._utils", "_rebuild_tensor_v2").Op('(').Int(1).Int(0);
  no_storage.IntTuple({1}).IntTuple({1}).Op('t').Op('R').Op('s');
  add("TensorWithoutStorage", LegacyFile(no_storage.Stop(), {}), kCorrupt, "no storage");
  PickleBuilder odd_id;
  add("PersistentIdIsANumber", LegacyFile(odd_id.Int(4).Op('Q').Stop(), {}), kCorrupt,
      "not of the form that torch.save writes");
  PickleBuilder code;
  code.Op('}').Text("w").Global("posix", "system").Text("true").Byte(0x85).Op('R').Op('s');
  add("CodeInLegacy", LegacyFile(code.Stop(), {}), kUnsupportedCode, "refers to posix.system");

  add("ZipOfSomethingElse", ZipFile({{.name = "a.txt", .data = {'x'}}}), kUnsupportedCode,
      "without data.pkl");
  std::vector<TestZipEntry> entries = ZipEntries(object, storages);
  auto script = entries;
  script.push_back({.name = "archive/code/__torch__.py", .data = {'x'}});
  add("TorchScript", ZipFile(script), kUnsupportedCode, "TorchScript");
  auto constants = entries;
  constants.push_back({.name = "archive/constants.pkl", .data = {'x'}});
  add("TorchScriptConstants", ZipFile(constants), kUnsupportedCode, "TorchScript");
  auto big_endian = entries;
  big_endian[1].data = {'b', 'i', 'g'};
  add("ZipBigEndian", ZipFile(big_endian), kUnsupportedCode, "big-endian");
  auto missing = entries;
  missing.erase(missing.begin() + 2);
  add("ZipStorageMissing", ZipFile(missing), StatusCode::kNotFound, "archive/data/0 is missing");
  auto shorter = entries;
  shorter[2].data.pop_back();
  add("ZipStorageTooShort", ZipFile(shorter), kCorrupt,
      "archive/data/0 has 15 bytes, its tensors expect 4 values of float32");
  auto compressed = entries;
  compressed[2].method = 8;
  add("ZipCompressed", ZipFile(compressed), kUnsupportedCode, "compressed");
  auto two = entries;
  two.push_back({.name = "other/data.pkl", .data = object});
  add("TwoPickles", ZipFile(two), kCorrupt, "two data.pkl");
  auto trailing = entries;
  trailing[0].data.push_back(0);
  add("ZipPickleWithMore", ZipFile(trailing), kCorrupt, "data.pkl holds more than a pickle");
  return all;
}

class BadCheckpointTest : public ::testing::TestWithParam<BadCheckpoint> {};

TEST_P(BadCheckpointTest, IsRefused) {
  const auto c = ParseTorchCheckpoint(GetParam().bytes);
  ASSERT_FALSE(c.ok());
  EXPECT_EQ(c.status().code(), GetParam().code) << c.status().message();
  EXPECT_THAT(c.status().message(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Files, BadCheckpointTest, ::testing::ValuesIn(BadCheckpoints()),
                         [](const auto& param) { return param.param.name; });

// A real file with tensors that were on a GPU.
TEST(TorchCheckpointTest, ReadsAPublicCheckpointWithGpuLocations) {
  const auto bytes =
      ReadFile(SEAFUSION_SHARED_DIR "/data/weights/ifcnn_max.pth", std::uint64_t{1} << 24);
  if (!bytes.ok()) GTEST_SKIP() << bytes.status().message();
  const auto c = ParseTorchCheckpoint(*bytes);
  ASSERT_TRUE(c.ok()) << c.status().message();
  EXPECT_GT(c->tensors.size(), 10u);
  for (const TorchTensor& t : c->tensors) {
    EXPECT_TRUE(CheckFinite(t.name, t.tensor).ok()) << t.name;
  }
}

}  // namespace
}  // namespace seafusion::model
