#include "model/weights/safetensors.h"

#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "core/files/little_endian.h"
#include "model/weights/half.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// A file with exactly this header text, right or wrong.
Bytes MakeFile(const std::string& header, const Bytes& data) {
  Bytes file;
  AppendLittleEndian<std::uint64_t>(header.size(), file);
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

Bytes Floats(const std::vector<float>& values) {
  Bytes out;
  for (const float v : values) AppendFloat32(v, out);
  return out;
}

Bytes Words(const std::vector<std::uint16_t>& values) {
  Bytes out;
  for (const std::uint16_t v : values) AppendLittleEndian(v, out);
  return out;
}

std::string Entry(const std::string& name, const std::string& shape, const std::string& offsets,
                  const std::string& dtype = "F32") {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
         ",\"data_offsets\":" + offsets + "}";
}

TensorArchive SmallArchive() {
  TensorArchive archive;
  archive.tensors["b.weight"] = {.shape = {2, 1, 3}, .values = {1, 2.5f, -3, 0, -0.0f, 1e-40f}};
  archive.tensors["a"] = {.shape = {}, .values = {7}};
  archive.tensors["c.empty"] = {.shape = {0, 4}, .values = {}};
  archive.metadata = {{"made by", "a \"test\""}, {"z", "\xc3\xa9\n"}};
  return archive;
}

TEST(SafetensorsTest, RoundTrip) {
  const TensorArchive archive = SmallArchive();
  const auto bytes = SerializeSafetensors(archive);
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  const auto read = ParseSafetensors(*bytes);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->metadata, archive.metadata);
  ASSERT_EQ(read->tensors.size(), archive.tensors.size());
  for (const auto& [name, tensor] : archive.tensors) {
    ASSERT_TRUE(read->tensors.contains(name)) << name;
    EXPECT_EQ(read->tensors.at(name).shape, tensor.shape) << name;
    EXPECT_EQ(Floats(read->tensors.at(name).values), Floats(tensor.values)) << name;
  }
}

TEST(SafetensorsTest, WriterIsDeterministicAndAligned) {
  const auto bytes = SerializeSafetensors(SmallArchive());
  const auto again = SerializeSafetensors(SmallArchive());
  ASSERT_TRUE(bytes.ok() && again.ok());
  EXPECT_EQ(*bytes, *again);
  EXPECT_EQ(LoadLittleEndian<std::uint64_t>(bytes->data()) % 8, 0u);
  EXPECT_EQ(bytes->at(8), '{');
}

// The exact bytes, worked out by hand from the format's description.
TEST(SafetensorsTest, WriterKnownAnswer) {
  TensorArchive archive;
  archive.tensors["t"] = {.shape = {1, 2}, .values = {1.0f, -2.0f}};
  const auto bytes = SerializeSafetensors(archive);
  ASSERT_TRUE(bytes.ok());
  const std::string header = R"({"t":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})";
  ASSERT_EQ(header.size(), 56u);
  EXPECT_EQ(*bytes, MakeFile(header, {0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0}));
}

TEST(SafetensorsTest, EmptyArchive) {
  const auto bytes = SerializeSafetensors({});
  ASSERT_TRUE(bytes.ok());
  const auto read = ParseSafetensors(*bytes);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_TRUE(read->tensors.empty());
}

TEST(SafetensorsTest, HeaderOrderIsFree) {
  const std::string header = "{" + Entry("late", "[1]", "[4,8]") + "," +
                             Entry("early", "[1]", "[0,4]") + R"(,"__metadata__":{"k":"v"}}   )";
  const auto read = ParseSafetensors(MakeFile(header, Floats({1, 2})));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->tensors.at("early").values, std::vector<float>{1});
  EXPECT_EQ(read->tensors.at("late").values, std::vector<float>{2});
  EXPECT_EQ(read->metadata.at("k"), "v");
}

TEST(SafetensorsTest, WidensHalfAndBfloat16) {
  const std::string header =
      "{" + Entry("h", "[6]", "[0,12]", "F16") + "," + Entry("b", "[2]", "[12,16]", "BF16") + "}";
  const auto read = ParseSafetensors(
      MakeFile(header, Words({0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x8000, 0x3f80, 0xc049})));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->tensors.at("h").values,
            (std::vector<float>{1.0f, -2.0f, 65504.0f, 0x1p-24f, 1023 * 0x1p-24f, -0.0f}));
  EXPECT_EQ(read->tensors.at("b").values, (std::vector<float>{1.0f, -3.140625f}));
}

// Every half-precision number against the definition in IEEE 754: (-1)^s * 2^(e-15) * (1 + m/1024).
TEST(HalfTest, EveryBitPatternMatchesTheDefinition) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const int exponent = (bits >> 10) & 0x1f;
    const int mantissa = bits & 0x3ff;
    const float sign = (bits & 0x8000) != 0 ? -1.0f : 1.0f;
    const float got = HalfToFloat(static_cast<std::uint16_t>(bits));
    if (exponent == 0x1f && mantissa != 0) {
      EXPECT_TRUE(std::isnan(got)) << bits;
    } else if (exponent == 0x1f) {
      EXPECT_EQ(got, sign * kInfinity) << bits;
    } else {
      const float significand = static_cast<float>(exponent == 0 ? mantissa : 1024 + mantissa);
      EXPECT_EQ(got, sign * std::ldexp(significand, (exponent == 0 ? 1 : exponent) - 25)) << bits;
      EXPECT_EQ(std::signbit(got), (bits & 0x8000) != 0) << bits;
    }
  }
}

struct BrokenFile {
  std::string name;
  Bytes bytes;
  StatusCode code;
  std::string message;  // a part that must appear
};

void PrintTo(const BrokenFile& file, std::ostream* os) {
  *os << file.name;
}

const std::string kGood = Entry("w", "[2]", "[0,8]");

std::vector<BrokenFile> BrokenFiles() {
  const Bytes two = Floats({1, 2});
  const auto corrupt = [&](std::string name, const std::string& header, const Bytes& data,
                           std::string message) {
    return BrokenFile{std::move(name), MakeFile(header, data), StatusCode::kCorruptData,
                      std::move(message)};
  };
  Bytes huge_header = MakeFile("{}", {});
  for (int i = 0; i < 8; ++i) huge_header[i] = 0xff;
  Bytes cap_header = MakeFile("{}", {});
  AppendLittleEndian<std::uint64_t>((1 << 20) + 1, cap_header);
  cap_header.erase(cap_header.begin(), cap_header.begin() + 10);
  Bytes short_header = MakeFile("{" + kGood + "}", {});
  short_header.resize(20);
  std::string nested = "{\"w\":";
  for (int i = 0; i < 100000; ++i) nested += "[";
  return {
      {"Empty", {}, StatusCode::kCorruptData, "too short"},
      {"SevenBytes", Bytes(7, 0), StatusCode::kCorruptData, "7 bytes"},
      corrupt("NoHeader", "", {}, "does not begin with {"),
      {"HeaderLengthHuge", huge_header, StatusCode::kCorruptData, "18446744073709551615"},
      {"HeaderOverTheCap", cap_header, StatusCode::kCorruptData, "limit is 1048576"},
      {"HeaderCutShort", short_header, StatusCode::kCorruptData, "truncated"},
      corrupt("LeadingSpace", " {" + kGood + "}", two, "does not begin with {"),
      corrupt("TopLevelIsAList", "[]", {}, "does not begin with {"),
      corrupt("UnclosedObject", "{" + kGood, two, "not valid JSON"),
      corrupt("TrailingText", "{" + kGood + "}x", two, "not valid JSON"),
      corrupt("SecondObject", "{" + kGood + "}{}", two, "not valid JSON"),
      corrupt("ZeroByteHidesText", "{" + kGood + "}" + std::string("\0{{{", 4), two, "zero byte"),
      corrupt("InvalidUtf8", "{\"\xff\":{}}", {}, "not valid JSON"),
      corrupt("TrailingComma", "{" + kGood + ",}", two, "not valid JSON"),
      corrupt("DuplicateTensor", "{" + kGood + "," + Entry("w", "[2]", "[8,16]") + "}",
              Floats({1, 2, 3, 4}), "w appears twice"),
      corrupt("DuplicateMetadata", R"({"__metadata__":{},"__metadata__":{}})", {},
              "__metadata__ appears twice"),
      corrupt("DuplicateMetadataKey", R"({"__metadata__":{"k":"a","k":"b"}})", {},
              "metadata key k appears twice"),
      corrupt("DuplicateDtype",
              R"({"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}})", Floats({1}),
              "tensor w has dtype twice"),
      corrupt("DuplicateShape",
              R"({"w":{"dtype":"F32","shape":[1],"shape":[],"data_offsets":[0,4]}})", Floats({1}),
              "tensor w has shape twice"),
      corrupt("UnknownKey",
              R"({"w":{"dtype":"F32","shape":[],"data_offsets":[0,4],"strides":[1]}})", Floats({1}),
              "unknown key strides"),
      corrupt("MissingDtype", R"({"w":{"shape":[],"data_offsets":[0,4]}})", Floats({1}),
              "tensor w has no dtype"),
      corrupt("MissingShape", R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", Floats({1}),
              "tensor w has no shape"),
      corrupt("MissingOffsets", R"({"w":{"dtype":"F32","shape":[]}})", Floats({1}),
              "tensor w has no data_offsets"),
      corrupt("NamelessTensor", "{" + Entry("", "[2]", "[0,8]") + "}", two, "has no name"),
      corrupt("MetadataNotText", R"({"__metadata__":{"k":1}})", {}, "metadata key k"),
      corrupt("MetadataNested", R"({"__metadata__":{"k":{}}})", {}, "must not hold an object"),
      corrupt("MetadataIsText", R"({"__metadata__":"x"})", {}, "must not hold text"),
      corrupt("TensorIsANumber", R"({"w":3})", {}, "tensor w must not hold 3"),
      corrupt("TensorIsNull", R"({"w":null})", {}, "tensor w must not hold null"),
      corrupt("DtypeIsTrue", R"({"w":{"dtype":true}})", {},
              "dtype of tensor w must not hold a truth value"),
      corrupt("DtypeIsANumber", R"({"w":{"dtype":32}})", {}, "dtype of tensor w must not hold 32"),
      corrupt("ShapeIsText", R"({"w":{"shape":"2"}})", {}, "shape of tensor w must not hold text"),
      corrupt("ShapeNegative", "{" + Entry("w", "[-2]", "[0,8]") + "}", two, "must not hold -2"),
      corrupt("ShapeFraction", "{" + Entry("w", "[2.5]", "[0,8]") + "}", two, "must not hold 2.5"),
      corrupt("ShapeNested", "{" + Entry("w", "[[2]]", "[0,8]") + "}", two, "must not hold a list"),
      corrupt("ShapeTooManyDimensions",
              "{" + Entry("w", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", Floats({1}),
              "too many numbers"),
      corrupt("NestedTooDeep", nested, {}, "must not hold a list"),
      corrupt("ShapeProductOverflows", "{" + Entry("w", "[4294967296,4294967296,4]", "[0,8]") + "}",
              two, "overflows"),
      corrupt("ShapeSideOverflows", "{" + Entry("w", "[18446744073709551615]", "[0,8]") + "}", two,
              "overflows"),
      corrupt("ShapeBeyond64Bits", "{" + Entry("w", "[18446744073709551618]", "[0,8]") + "}", two,
              "must not hold 18446744073709551618"),
      corrupt("ShapeAndOffsetsDisagree", "{" + Entry("w", "[3]", "[0,8]") + "}", two,
              "tensor w is 3 of F32, 12 bytes, but its data_offsets hold 8"),
      corrupt("OffsetsReversed", "{" + Entry("w", "[2]", "[8,0]") + "}", two, "begin <= end"),
      corrupt("OneOffset", "{" + Entry("w", "[2]", "[8]") + "}", two, "[begin, end]"),
      corrupt("ThreeOffsets", "{" + Entry("w", "[2]", "[0,4,8]") + "}", two, "[begin, end]"),
      corrupt("OffsetsPastTheEnd", "{" + Entry("w", "[3]", "[0,12]") + "}", two,
              "ends at byte 12 of the data, the file has 8"),
      corrupt("GapAtTheStart", "{" + Entry("w", "[1]", "[4,8]") + "}", two, "after a gap"),
      corrupt("GapBetween",
              "{" + Entry("v", "[1]", "[0,4]") + "," + Entry("w", "[1]", "[8,12]") + "}",
              Floats({1, 2, 3}), "tensor w begins at byte 8, after a gap (4 expected)"),
      corrupt("Overlap", "{" + Entry("v", "[2]", "[0,8]") + "," + Entry("w", "[2]", "[4,12]") + "}",
              Floats({1, 2, 3}), "tensor w begins at byte 4, inside another tensor"),
      corrupt("BytesLeftOver", "{" + kGood + "}", Floats({1, 2, 3}),
              "4 bytes after the last tensor"),
      corrupt("NotANumber", "{" + kGood + "}", Floats({1, kNan}),
              "tensor w: value 1 is not a number (NaN)"),
      corrupt("Infinite", "{" + kGood + "}", Floats({-kInfinity, 1}),
              "tensor w: value 0 is infinite"),
      corrupt("HalfInfinite", "{" + Entry("w", "[1]", "[0,2]", "F16") + "}", Words({0x7c00}),
              "infinite"),
      corrupt("Bfloat16NotANumber", "{" + Entry("w", "[1]", "[0,2]", "BF16") + "}", Words({0x7fc0}),
              "NaN"),
      corrupt("EscapesInNamesAreShownNotSent", "{" + Entry("\\u001b[2J", "[1]", "[4,8]") + "}", two,
              "tensor \\x1b[2J begins"),
      {"IntegerTensor", MakeFile("{" + Entry("w", "[1]", "[0,8]", "I64") + "}", two),
       StatusCode::kUnsupported, "tensor w has dtype I64"},
      {"LowerCaseDtype", MakeFile("{" + Entry("w", "[2]", "[0,8]", "f32") + "}", two),
       StatusCode::kUnsupported, "tensor w has dtype f32"},
  };
}

class SafetensorsBrokenTest : public ::testing::TestWithParam<BrokenFile> {};

TEST_P(SafetensorsBrokenTest, IsRefused) {
  const auto read = ParseSafetensors(GetParam().bytes);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), GetParam().code);
  EXPECT_THAT(read.status().message(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Files, SafetensorsBrokenTest, ::testing::ValuesIn(BrokenFiles()),
                         [](const auto& param) { return param.param.name; });

TEST(SafetensorsTest, TheUnbrokenFileIsRead) {
  EXPECT_TRUE(ParseSafetensors(MakeFile("{" + kGood + "}", Floats({1, 2}))).ok());
}

TEST(SafetensorsTest, EveryTruncationIsRefused) {
  const auto bytes = SerializeSafetensors(SmallArchive());
  ASSERT_TRUE(bytes.ok());
  for (std::size_t n = 0; n < bytes->size(); ++n) {
    // A copy of exactly this size, so that the address sanitizer sees a read past the end.
    const Bytes cut(bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(n));
    const auto read = ParseSafetensors(cut);
    ASSERT_FALSE(read.ok()) << n;
    EXPECT_EQ(read.status().code(), StatusCode::kCorruptData) << n;
  }
}

TEST(SafetensorsTest, EveryFlippedByteIsRefusedOrReadSafely) {
  const auto bytes = SerializeSafetensors(SmallArchive());
  ASSERT_TRUE(bytes.ok());
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    for (const int mask : {0x01, 0x20, 0x80, 0xff}) {
      Bytes changed = *bytes;
      changed[i] ^= static_cast<std::uint8_t>(mask);
      const auto read = ParseSafetensors(changed);
      if (!read.ok()) {
        EXPECT_FALSE(read.status().message().empty());
      }
    }
  }
}

TEST(SafetensorsTest, FileLimit) {
  const Bytes file = MakeFile("{" + kGood + "}", Floats({1, 2}));
  const auto read = ParseSafetensors(file, {.max_file_bytes = file.size() - 1});
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(ParseSafetensors(file, {.max_file_bytes = file.size()}).ok());
}

TEST(HalfTest, EveryHalfComesBackAndTheRestIsRounded) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = HalfToFloat(static_cast<std::uint16_t>(bits));
    if (!std::isnan(value)) {
      ASSERT_EQ(FloatToHalf(value), bits);
    }
    // The middle between two neighbours goes to the even one, anything off it to the nearer.
    const auto next = static_cast<std::uint16_t>(bits + 1);
    if ((bits & 0x7fffu) >= 0x7bffu) continue;
    const float middle = (value + HalfToFloat(next)) / 2;
    ASSERT_EQ(FloatToHalf(middle), bits % 2 == 0 ? bits : next);
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, value)), bits);
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, HalfToFloat(next))), next);
  }
  EXPECT_EQ(FloatToHalf(65519.0f), 0x7bff);
  EXPECT_EQ(FloatToHalf(-65520.0f), 0xfc00);
  EXPECT_TRUE(std::isnan(HalfToFloat(FloatToHalf(std::numeric_limits<float>::quiet_NaN()))));
}

TEST(SafetensorsTest, HalfPrecisionTakesHalfTheSpace) {
  TensorArchive archive;
  archive.tensors["a"] = {.shape = {3}, .values = {1, -0.5f, 1.0f / 3}};
  const auto file = SerializeSafetensors(archive, StoredFloat::kF16);
  ASSERT_TRUE(file.ok());
  const auto read = ParseSafetensors(*file);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_THAT(read->tensors.at("a").values,
              testing::ElementsAre(1, -0.5f, testing::FloatNear(1.0f / 3, 1.0f / 4096)));
  EXPECT_EQ(SerializeSafetensors(*read, StoredFloat::kF16)->size() + 6,
            SerializeSafetensors(*read)->size());
  archive.tensors["a"].values[1] = 1e6f;
  EXPECT_THAT(SerializeSafetensors(archive, StoredFloat::kF16).status().message(),
              testing::HasSubstr("tensor a has values beyond 65504"));
}

TEST(SafetensorsTest, WriterRefusesBadArchives) {
  const auto refuse = [](const std::string& name, Tensor tensor, const std::string& message) {
    TensorArchive archive;
    archive.tensors[name] = std::move(tensor);
    const auto bytes = SerializeSafetensors(archive);
    ASSERT_FALSE(bytes.ok()) << message;
    EXPECT_EQ(bytes.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(bytes.status().message(), HasSubstr(message));
  };
  refuse("w", {.shape = {3}, .values = {1, 2}}, "tensor w is 3 but has 2 values");
  refuse("w", {.shape = {-1, -2}, .values = {1, 2}}, "tensor w is -1x-2 but has 2 values");
  refuse("w", {.shape = {2}, .values = {1, kNan}}, "tensor w: value 1 is not a number");
  refuse("__metadata__", {.shape = {1}, .values = {1}}, "may not be named so");
  refuse("", {.shape = {1}, .values = {1}}, "may not be named so");
  refuse("\xff", {.shape = {1}, .values = {1}}, "not UTF-8");
}

TEST(SafetensorsTest, LoadNamesTheFile) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("safetensors_test_" + std::to_string(::getpid())))
          .string();
  const auto missing = LoadSafetensors(path);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
  ASSERT_TRUE(WriteFileAtomically(path, Bytes(5, 0), IfExists::kReplace).ok());
  const auto broken = LoadSafetensors(path);
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.status().message(), HasSubstr(path + ": too short"));
  ASSERT_TRUE(
      WriteFileAtomically(path, *SerializeSafetensors(SmallArchive()), IfExists::kReplace).ok());
  EXPECT_TRUE(LoadSafetensors(path).ok());
  std::filesystem::remove(path);
}

TEST(ShapeNameTest, KnownAnswers) {
  EXPECT_EQ(ShapeName({}), "scalar");
  EXPECT_EQ(ShapeName(std::vector<std::int64_t>{16, 1, 3, 3}), "16x1x3x3");
}

}  // namespace
}  // namespace seafusion::model
