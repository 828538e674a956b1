#include <atomic>
#include <cmath>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "batch/precision/accuracy.h"
#include "batch/precision/calibrate.h"
#include "core/testing/scratch_folder.h"
#include "fuse/weights/load_fuser.h"
#include "io/testing/drawn_pictures.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"

namespace seafusion::batch {
namespace {

using ::testing::HasSubstr;

class PrecisionTest : public ::testing::Test {
 protected:
  const ScratchFolder scratch_;
  const std::string infrared_ =
      io::testing::WriteNoise(scratch_ / "ir/a.png", 40, 32, PixelFormat::kGray8);
  const std::string visible_ =
      io::testing::WriteNoise(scratch_ / "vi/a.png", 40, 32, PixelFormat::kRgb8);
};

TEST_F(PrecisionTest, Fp32EqualsItselfAndInt16IsALittleOff) {
  AccuracySettings settings = {.infrared = infrared_,
                               .visible = visible_,
                               .model = "full",
                               .precision = Precision::kFp32,
                               .cpu_target = "scalar",
                               .threads = 1};
  const auto equal = MeasureAccuracy(settings, {});
  ASSERT_TRUE(equal.ok()) << equal.status().message();
  ASSERT_EQ(equal->pictures.size(), 1u);
  EXPECT_TRUE(std::isinf(equal->pictures[0].psnr));
  EXPECT_TRUE(nlohmann::json::parse(JsonText(*equal))["pictures"][0]["psnr_db"].is_null());
  settings.precision = Precision::kInt16;
  const auto close = MeasureAccuracy(settings, {});
  ASSERT_TRUE(close.ok()) << close.status().message();
  EXPECT_EQ(close->engine, "winograd int16 scalar");
  EXPECT_GT(close->pictures[0].most, 0.0);
  EXPECT_GT(close->pictures[0].psnr, 40.0);
  EXPECT_THAT(TableText(*close), HasSubstr("\nworst of 1               "));
}

TEST_F(PrecisionTest, CalibratedWeightsFuseInInt16) {
  const auto bytes = model::SerializeSafetensors(nn::RandomFusionWeights(7));
  ASSERT_TRUE(bytes.ok());
  const std::string raw =
      scratch_.WriteFile("raw.safetensors", std::string(bytes->begin(), bytes->end()));
  ASSERT_EQ(LoadFuser(raw, {.precision = Precision::kInt16}).status().code(),
            StatusCode::kNotFound);
  CalibrateSettings settings = {.infrared = infrared_,
                                .visible = visible_,
                                .model = raw,
                                .output = scratch_ / "ready.safetensors"};
  const auto pairs = CalibrateWeights(settings, {});
  ASSERT_TRUE(pairs.ok()) << pairs.status().message();
  EXPECT_EQ(*pairs, 1u);
  EXPECT_TRUE(LoadFuser(settings.output, {.precision = Precision::kInt16}).ok());
  EXPECT_EQ(CalibrateWeights(settings, {}).status().code(), StatusCode::kAlreadyExists);

  const std::atomic<bool> stop = true;
  RunMonitor monitor;
  monitor.stop = &stop;
  settings.output = scratch_ / "stopped.safetensors";
  EXPECT_EQ(CalibrateWeights(settings, monitor).status().code(), StatusCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(settings.output));
}

}  // namespace
}  // namespace seafusion::batch
