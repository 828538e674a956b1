// The published SeAFusion weights and pictures against ours: Tang 2022; the pictures were saved
// stretched to their own minimum and maximum over R, G and B, and truncated to 8 bits.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <seafusion/fuser.h>

#include "core/files/file.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"
#include "model/import/fusion_checkpoint.h"
#include "model/import/torch_checkpoint.h"
#include "model/weights/safetensors.h"

namespace seafusion {
namespace {

namespace fs = std::filesystem;

const fs::path kShared = SEAFUSION_SHARED_DIR;
constexpr double kMinEqualShare = 0.999;

struct Difference {
  std::uint64_t samples = 0;
  std::uint64_t unequal = 0;
  std::uint64_t beyond_one = 0;  // more than one level apart
  double EqualShare() const {
    return 1.0 - static_cast<double>(unequal) / static_cast<double>(samples);
  }
};

Difference Compare(const ImageBuffer& a, const ImageBuffer& b) {
  Difference d;
  const int row = a.width() * ChannelCount(a.format());
  for (int y = 0; y < a.height(); ++y) {
    const auto* p = a.view().Row<std::uint8_t>(y);
    const auto* q = b.view().Row<std::uint8_t>(y);
    for (int i = 0; i < row; ++i) {
      const int distance = std::abs(p[i] - q[i]);
      d.samples += 1;
      d.unequal += distance > 0 ? 1 : 0;
      d.beyond_one += distance > 1 ? 1 : 0;
    }
  }
  return d;
}

class PublishedParityTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = (kShared / "data/weights/seafusion.pth").string();
    if (!fs::exists(path)) GTEST_SKIP() << path << " is not here";
    const auto bytes = ReadFile(path, std::uint64_t{1} << 28);
    ASSERT_TRUE(bytes.ok()) << bytes.status().message();
    const auto checkpoint = model::ParseTorchCheckpoint(*bytes);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().message();
    const auto imported = model::ImportFusionCheckpoint(*checkpoint);
    ASSERT_TRUE(imported.ok()) << imported.status().message();
    auto weights = model::SerializeSafetensors(imported->archive);
    ASSERT_TRUE(weights.ok()) << weights.status().message();
    weights_ = *std::move(weights);
  }

  // Fuses one pair and holds it against the published picture.
  void Check(const Fuser& fuser, const std::string& ir_path, const std::string& vi_path,
             const std::string& published_path, Difference& total) {
    SCOPED_TRACE(vi_path);
    const auto ir = io::ReadImage(ir_path);
    const auto vi = io::ReadImage(vi_path);
    const auto published = io::ReadImage(published_path);
    ASSERT_TRUE(ir.ok()) << ir.status().message();
    ASSERT_TRUE(vi.ok()) << vi.status().message();
    ASSERT_TRUE(published.ok()) << published.status().message();
    ASSERT_EQ(published->format(), PixelFormat::kRgb8);
    ASSERT_EQ(published->width(), vi->width());
    ASSERT_EQ(published->height(), vi->height());
    auto out = ImageBuffer::Create(vi->width(), vi->height(), PixelFormat::kRgb8);
    ASSERT_TRUE(out.ok());
    const FuseSettings settings = {.output_range = {.kind = OutputRange::Kind::kReference}};
    const Status fused = fuser.Fuse(ir->view(), vi->view(), out->view(), settings);
    ASSERT_TRUE(fused.ok()) << fused.message();
    const Difference d = Compare(*out, *published);
    std::printf("%s: %.5f %% equal, %llu of %llu samples differ by more than 1\n",
                fs::path(vi_path).filename().c_str(), 100 * d.EqualShare(),
                static_cast<unsigned long long>(d.beyond_one),
                static_cast<unsigned long long>(d.samples));
    std::fflush(stdout);
    EXPECT_EQ(d.beyond_one, 0u);
    EXPECT_GE(d.EqualShare(), kMinEqualShare);
    total.samples += d.samples;
    total.unequal += d.unequal;
    total.beyond_one += d.beyond_one;
  }

  std::vector<std::uint8_t> weights_;
};

TEST_F(PublishedParityTest, OnePicture) {
  const fs::path golden = kShared / "golden/images";
  if (!fs::exists(golden)) GTEST_SKIP() << golden << " is not here";
  const auto fuser = Fuser::Create({.weights = weights_});
  ASSERT_TRUE(fuser.ok()) << fuser.status().message();
  Difference total;
  Check(*fuser, (golden / "MSRS_00004N_ir.png").string(),
        (golden / "MSRS_00004N_vi-rgb.png").string(),
        (golden / "MSRS_00004N_seafusion-rgb.png").string(), total);
}

// Minutes with the reference engine; scripts/check_parity runs it.
TEST_F(PublishedParityTest, DISABLED_AllPictures) {
  const fs::path val = kShared / "data/msrs/val";
  if (!fs::exists(val)) GTEST_SKIP() << val << " is not here";
  const auto pairs = io::ListPairs((val / "ir").string(), (val / "vi").string());
  ASSERT_TRUE(pairs.ok()) << pairs.status().message();
  const auto fuser = Fuser::Create({.weights = weights_});
  ASSERT_TRUE(fuser.ok()) << fuser.status().message();
  Difference total;
  for (const io::PicturePair& pair : pairs->pairs) {
    Check(*fuser, pair.infrared, pair.visible, (val / "published" / (pair.stem + ".png")).string(),
          total);
  }
  std::printf("all %zu pictures: %.5f %% equal, %llu of %llu samples differ by more than 1\n",
              pairs->pairs.size(), 100 * total.EqualShare(),
              static_cast<unsigned long long>(total.beyond_one),
              static_cast<unsigned long long>(total.samples));
}

}  // namespace
}  // namespace seafusion
