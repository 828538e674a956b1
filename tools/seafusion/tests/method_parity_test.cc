// The learned methods with their published weights against the pictures that SeAFusion's authors
// published of them (Linfeng-Tang/Evaluation-for-Image-Fusion, TNO).
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"
#include "methods/learned/published_networks.h"
#include "methods/learned/registry.h"
#include "methods/registry.h"
#include "model/import/fusion_checkpoint.h"
#include "model/weights/safetensors.h"

namespace seafusion::methods {
namespace {

namespace fs = std::filesystem;

const fs::path kShared = SEAFUSION_SHARED_DIR;
constexpr int kMostLevels = 2;
constexpr double kLeastEqual = 0.99;

struct Difference {
  std::uint64_t samples = 0, unequal = 0;
  int largest = 0;
  double EqualShare() const {
    return 1.0 - static_cast<double>(unequal) / static_cast<double>(samples);
  }
};

Difference Compare(const ImageView& a, const ImageView& b) {
  Difference d;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width * ChannelCount(a.format); ++x) {
      const int distance = std::abs(a.Row<std::uint8_t>(y)[x] - b.Row<std::uint8_t>(y)[x]);
      d.samples += 1;
      d.unequal += distance > 0 ? 1 : 0;
      d.largest = std::max(d.largest, distance);
    }
  }
  return d;
}

StatusOr<model::TensorArchive> ReadWeights(const std::string& method) {
  const std::string folder = (kShared / "data/weights").string();
  if (method != "seafusion") return ReadPublished(folder, method);
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes,
                             ReadFile(folder + "/seafusion.pth", std::uint64_t{1} << 28));
  SEAFUSION_ASSIGN_OR_RETURN(const auto checkpoint, model::ParseTorchCheckpoint(bytes));
  SEAFUSION_ASSIGN_OR_RETURN(model::FusionCheckpoint imported,
                             model::ImportFusionCheckpoint(checkpoint));
  return std::move(imported.archive);
}

struct Published {
  const char* method;
  const char* folder;
};

void PrintTo(const Published& published, std::ostream* os) {
  *os << published.method;
}

class MethodParityTest : public ::testing::TestWithParam<Published> {
 protected:
  // The first `most` pairs.
  void Check(std::size_t most) {
    const fs::path tno = kShared / "data/tno";
    const auto archive = ReadWeights(GetParam().method);
    if (!archive.ok() || !fs::exists(tno)) GTEST_SKIP() << "weights or pictures are not here";
    const auto weights = model::SerializeSafetensors(*archive);
    ASSERT_TRUE(weights.ok());
    const MethodRegistry& registry =
        LearnedMethods().Find(GetParam().method) != nullptr ? LearnedMethods() : BuiltInMethods();
    const auto method =
        registry.Create(GetParam().method, {.weights = *weights, .precision = Precision::kFp32});
    ASSERT_TRUE(method.ok()) << method.status().message();
    const auto pairs = io::ListPairs((tno / "ir").string(), (tno / "vi").string());
    ASSERT_TRUE(pairs.ok()) << pairs.status().message();
    std::size_t done = 0;
    for (const io::PicturePair& pair : pairs->pairs) {
      if (done++ == most) break;
      SCOPED_TRACE(pair.stem);
      const auto ir = io::ReadImage(pair.infrared), vi = io::ReadImage(pair.visible);
      const auto expected =
          io::ReadImage((tno / "published" / GetParam().folder / (pair.stem + ".png")).string());
      ASSERT_TRUE(ir.ok() && vi.ok() && expected.ok());
      // Of SeAFusion colour is published: gray in three channels here.
      const PixelFormat format = expected->format();
      auto out = ImageBuffer::Create(vi->width(), vi->height(), format);
      ASSERT_TRUE(out.ok());
      const Status fused =
          (*method)->Fuse(ir->view(), vi->view(), out->view(),
                          {.output_range = {.kind = OutputRange::Kind::kReference}});
      ASSERT_TRUE(fused.ok()) << fused.message();
      ASSERT_EQ(expected->width(), vi->width());
      ASSERT_EQ(expected->height(), vi->height());
      const Difference d = Compare(out->view(), expected->view());
      std::printf("%-9s %s: %8.4f %% equal, largest difference %d\n", GetParam().method,
                  pair.stem.c_str(), 100 * d.EqualShare(), d.largest);
      std::fflush(stdout);
      EXPECT_LE(d.largest, kMostLevels);
      EXPECT_GE(d.EqualShare(), kLeastEqual);
    }
  }
};

TEST_P(MethodParityTest, OnePair) {
  Check(1);
}

// Minutes; scripts/check_parity runs it.
TEST_P(MethodParityTest, DISABLED_AllPictures) {
  Check(SIZE_MAX);
}

INSTANTIATE_TEST_SUITE_P(, MethodParityTest,
                         ::testing::Values(Published{"seafusion", "SeAFusion"},
                                           Published{"densefuse", "DenseFuse"},
                                           Published{"ifcnn", "IFCNN"},
                                           Published{"u2fusion", "U2Fusion"},
                                           Published{"sdnet", "SDNet"}),
                         [](const auto& param) { return std::string(param.param.method); });

}  // namespace
}  // namespace seafusion::methods
