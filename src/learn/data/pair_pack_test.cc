#include "learn/data/pair_pack.h"

#include <zlib.h>

#include <atomic>
#include <functional>
#include <optional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "core/files/little_endian.h"
#include "learn/data/pair_dataset.h"
#include "learn/data/test_folder.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

using Bytes = std::vector<std::uint8_t>;

constexpr PairContent kAll{.colour = true, .labels = true};

class PairPackTest : public PairFolderTest {
 protected:
  StatusOr<PackSummary> Pack(const std::string& name, const PackSettings& settings = {.threads = 1},
                             int classes = 9) {
    return WritePack(folder(), Path(name), classes, settings, stop_,
                     [&](std::size_t done, std::size_t total) {
                       told_ = {done, total};
                     });
  }
  Bytes Read(const std::string& name) const { return *ReadFile(Path(name), 1 << 20); }
  Status LoadBytes(const Bytes& bytes, const PairContent& content = kAll) const {
    EXPECT_TRUE(WriteFileAtomically(Path("changed.pack"), bytes, IfExists::kReplace).ok());
    return PairDataset::Load(Path("changed.pack"), "train", 1, content).status();
  }

  std::atomic<bool> stop_ = false;
  std::pair<std::size_t, std::size_t> told_;
};

bool SameTensor(const torch::Tensor& a, const torch::Tensor& b) {
  return a.defined() == b.defined() && (!a.defined() || torch::equal(a, b));
}
bool SameBatch(const PairBatch& a, const PairBatch& b) {
  return SameTensor(a.vis, b.vis) && SameTensor(a.inf, b.inf) && SameTensor(a.chroma, b.chroma) &&
         SameTensor(a.labels, b.labels);
}

TEST_F(PairPackTest, GivesTheSamplesOfItsFolder) {
  WritePair("scene 2", 21, 17);
  WritePair("scene 10", 16, 19);
  // Luma of 16-bit colour is finer than what 8-bit colour keeps.
  Write("vi/scene 2", 21, 17, PixelFormat::kRgb16);
  Write("ir/scene 2", 21, 17, PixelFormat::kGray16);
  const auto summary = Pack("a.pack");
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->pairs, 2u);
  EXPECT_TRUE(summary->labels);
  EXPECT_EQ(summary->bytes, std::filesystem::file_size(Path("a.pack")));
  EXPECT_EQ(told_, (std::pair<std::size_t, std::size_t>(2, 2)));
  for (const PairContent& content :
       {PairContent{}, PairContent{.colour = true}, PairContent{.labels = true}, kAll}) {
    const auto from = PairDataset::Load(folder(), "train", 1, content);
    const auto pack = PairDataset::Load(Path("a.pack"), "train", 2, content);
    ASSERT_TRUE(from.ok() && pack.ok()) << from.status().message() << pack.status().message();
    ASSERT_EQ(pack->size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(pack->name(i), from->name(i));
      EXPECT_TRUE(SameBatch(pack->Whole(i), from->Whole(i))) << i;
    }
    EXPECT_EQ(pack->has_labels(), content.labels);
    EXPECT_EQ(pack->Whole(0).chroma.defined(), content.colour);
    EXPECT_TRUE(SameBatch(pack->Crops(3, 9, 12, 7), from->Crops(3, 9, 12, 7)));
  }
}

TEST_F(PairPackTest, OutlivesTheDataSetItWasLoadedInto) {
  WritePair("a", 21, 17);
  ASSERT_TRUE(Pack("a.pack").ok());
  std::optional<PairDataset> first = *PairDataset::Load(Path("a.pack"), "train", 1, kAll);
  const PairDataset second = *first;
  const PairBatch before = first->Whole(0);
  first.reset();
  // Replacing the file does not change what is open.
  WritePair("a", 9, 9);
  ASSERT_TRUE(Pack("a.pack", {.threads = 1, .if_exists = IfExists::kReplace}).ok());
  EXPECT_TRUE(SameBatch(second.Whole(0), before));
}

TEST_F(PairPackTest, IsTheSameFileForAnyNumberOfThreads) {
  for (int i = 0; i < 9; ++i) WritePair(std::to_string(i), 10 + i, 8);
  ASSERT_TRUE(Pack("one.pack", {.threads = 1}).ok());
  ASSERT_TRUE(Pack("three.pack", {.threads = 3}).ok());
  EXPECT_EQ(Read("one.pack"), Read("three.pack"));
}

TEST_F(PairPackTest, EveryTruncationIsRefused) {
  WritePair("a", 5, 4);
  WritePair("b", 3, 7);
  ASSERT_TRUE(Pack("a.pack").ok());
  const Bytes whole = Read("a.pack");
  ASSERT_TRUE(LoadBytes(whole).ok());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Status s = LoadBytes(Bytes(whole.begin(), whole.begin() + static_cast<int>(size)));
    ASSERT_FALSE(s.ok()) << size;
    ASSERT_THAT(s.message(), HasSubstr("changed.pack: ")) << size;
    ASSERT_EQ(s.code(), size < 16 ? StatusCode::kInvalidArgument : StatusCode::kCorruptData)
        << size << ": " << s.message();
  }
  Bytes longer = whole;
  longer.resize(longer.size() + 64);
  EXPECT_THAT(LoadBytes(longer).message(), HasSubstr("cut short or was changed at its end"));
}

TEST_F(PairPackTest, EveryChangedByteIsNoticed) {
  WritePair("a", 5, 4);
  WritePair("b", 3, 7);
  ASSERT_TRUE(Pack("a.pack").ok());
  Bytes bytes = Read("a.pack");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= 1;
    ASSERT_FALSE(LoadBytes(bytes).ok()) << i;
    bytes[i] ^= 1;
  }
  bytes[64] ^= 1;
  EXPECT_THAT(LoadBytes(bytes).message(),
              HasSubstr("this pack is damaged: the pair a is not what was written"));
}

// Packs whose checksums are right and whose numbers are not.
TEST_F(PairPackTest, NumbersThatDoNotFitAreRefused) {
  WritePair("a", 5, 4);
  WritePair("b", 3, 7);
  ASSERT_TRUE(Pack("a.pack").ok());
  const Bytes whole = Read("a.pack");
  const std::size_t tail = whole.size() - 64;
  const auto index = static_cast<std::size_t>(LoadLittleEndian<std::uint64_t>(&whole[tail + 16]));
  const auto put = [](Bytes& bytes, std::size_t at, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i, value >>= 8) {
      bytes[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value);
    }
  };
  const auto load = [&](const std::function<void(Bytes&)>& change) {
    Bytes bytes = whole;
    change(bytes);
    const std::size_t end = bytes.size() - 64;
    const auto at = static_cast<std::size_t>(LoadLittleEndian<std::uint64_t>(&bytes[end + 16]));
    if (at < end) {
      put(bytes, end + 36, crc32_z(0, &bytes[at], end - at), 4);
    }
    put(bytes, end + 40, crc32_z(0, bytes.data(), 64), 4);
    put(bytes, end + 60, crc32_z(0, &bytes[end], 60), 4);
    return LoadBytes(bytes);
  };
  EXPECT_TRUE(load([](Bytes&) {}).ok());
  EXPECT_EQ(load([&](Bytes& b) { put(b, 16, 2, 4); }).code(), StatusCode::kUnsupported);
  EXPECT_THAT(load([&](Bytes& b) { put(b, 16, 2, 4); }).message(),
              HasSubstr("a pack of version 2; this program reads version 1"));

  const std::uint64_t most = ~std::uint64_t{0};
  const std::pair<const char*, std::function<void(Bytes&)>> wrong[] = {
      {"index before the pairs", [&](Bytes& b) { put(b, tail + 16, 0, 8); }},
      {"index beyond the file", [&](Bytes& b) { put(b, tail + 16, most, 8); }},
      {"index at an odd place", [&](Bytes& b) { put(b, tail + 16, index + 1, 8); }},
      {"index behind its begin", [&](Bytes& b) { put(b, tail + 16, index + 64, 8); }},
      {"no pairs", [&](Bytes& b) { put(b, tail + 24, 0, 8); }},
      {"more pairs than entries", [&](Bytes& b) { put(b, tail + 24, 3, 8); }},
      {"fewer pairs than entries", [&](Bytes& b) { put(b, tail + 24, 1, 8); }},
      {"more pairs than memory", [&](Bytes& b) { put(b, tail + 24, most, 8); }},
      {"an unknown flag", [&](Bytes& b) { put(b, tail + 32, 3, 4); }},
      {"a width of 0", [&](Bytes& b) { put(b, index, 0, 4); }},
      {"a width beyond the pair's part", [&](Bytes& b) { put(b, index, 500, 4); }},
      {"a width of 2^32 - 1", [&](Bytes& b) { put(b, index, most, 4); }},
      {"a size that overflows", [&](Bytes& b) { put(b, index, most, 8); }},
      {"no name", [&](Bytes& b) { put(b, index + 12, 0, 4); }},
      {"a name longer than the index", [&](Bytes& b) { put(b, index + 12, 5000, 4); }},
      {"a name of 4 GB", [&](Bytes& b) { put(b, index + 12, most, 4); }},
      {"a name that leads elsewhere", [&](Bytes& b) { b[index + 24] = '/'; }},
      {"an offset into the head", [&](Bytes& b) { put(b, index + 16, 0, 8); }},
      {"an offset beyond the file", [&](Bytes& b) { put(b, index + 16, most - 63, 8); }},
      {"two pairs at one place", [&](Bytes& b) { put(b, index + 25 + 16, 64, 8); }},
  };
  for (const auto& [what, change] : wrong) {
    const Status s = load(change);
    EXPECT_EQ(s.code(), StatusCode::kCorruptData) << what << ": " << s.message();
    EXPECT_THAT(s.message(), HasSubstr("changed.pack: this pack is damaged")) << what;
  }
}

TEST_F(PairPackTest, LabelsOfTooManyClassesAreRefused) {
  WritePair("a", 5, 4);
  ImageBuffer labels = *ImageBuffer::Create(5, 4, PixelFormat::kGray8);
  labels.view().Row<std::uint8_t>(2)[1] = 11;
  ASSERT_TRUE(io::WriteImage(Path("msrs/labels/a.png"), labels.view(), IfExists::kReplace).ok());
  EXPECT_THAT(Pack("a.pack").status().message(), HasSubstr("label 11 at (1, 2)"));
  EXPECT_FALSE(std::filesystem::exists(Path("a.pack")));
  ASSERT_TRUE(Pack("a.pack", {.threads = 1}, 12).ok());
  const auto load = [&](const PairContent& content) {
    return PairDataset::Load(Path("a.pack"), "train", 1, content).status();
  };
  EXPECT_THAT(load(kAll).message(), HasSubstr("a.pack: a: label 11 at (1, 2)"));
  EXPECT_TRUE(load({.labels = true, .classes = 12}).ok());
  EXPECT_TRUE(load({.colour = true}).ok());
}

TEST_F(PairPackTest, WithoutLabelsItTrainsWhatNeedsNone) {
  WritePair("a", 5, 4);
  std::filesystem::remove_all(Path("msrs/labels"));
  const auto summary = Pack("a.pack");
  ASSERT_TRUE(summary.ok());
  EXPECT_FALSE(summary->labels);
  EXPECT_TRUE(PairDataset::Load(Path("a.pack"), "train", 1).ok());
  EXPECT_THAT(PairDataset::Load(Path("a.pack"), "train", 1, kAll).status().message(),
              HasSubstr("a.pack: this pack has no labels"));
}

TEST_F(PairPackTest, AFailureLeavesNothingBehind) {
  WritePair("a", 5, 4);
  WritePair("b", 5, 4);
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(root_),
                         std::filesystem::directory_iterator());
  };
  std::filesystem::resize_file(Path("msrs/vi/b.png"), 30);
  EXPECT_THAT(Pack("a.pack").status().message(), HasSubstr("vi/b.png"));
  EXPECT_EQ(files(), 1);
  WritePair("b", 5, 4);
  stop_ = true;
  EXPECT_EQ(Pack("a.pack").status().code(), StatusCode::kCancelled);
  EXPECT_EQ(files(), 1);
  stop_ = false;
  ASSERT_TRUE(Pack("a.pack").ok());
  EXPECT_EQ(files(), 2);
  const Bytes before = Read("a.pack");
  WritePair("c", 5, 4);
  EXPECT_EQ(Pack("a.pack").status().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("a.pack"), before);
  EXPECT_EQ(files(), 2);
}

TEST_F(PairPackTest, OtherFilesAreNoPacks) {
  WritePair("a", 5, 4);
  EXPECT_THAT(PairDataset::Load(Path("msrs/vi/a.png"), "train", 1).status().message(),
              HasSubstr("a.png: not a pack of seafusion"));
  EXPECT_EQ(PairPack::Open(Path("none.pack")).status().code(), StatusCode::kNotFound);
  EXPECT_THAT(PairPack::Open(folder()).status().message(), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace seafusion::learn
