#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/testing/scratch_folder.h"
#include "io/image_file.h"
#include "serve/api/api.h"
#include "serve/live/session.h"

namespace seafusion::serve {
namespace {

constexpr int kWidth = 8, kHeight = 6;

// Pixels in turn of the two values.
std::string Pfm(float a, float b) {
  const std::vector<std::pair<float, float>> pixels(kWidth * kHeight / 2, {a, b});
  return "Pf\n8 6\n-1.0\n" + std::string(reinterpret_cast<const char*>(pixels.data()),
                                         sizeof(float) * kWidth * kHeight);
}

// A sample becomes a place in the histogram.
TEST(HistogramTest, SamplesOfAnySizeHavePlaces) {
  const float most = std::numeric_limits<float>::max();
  const float least = std::numeric_limits<float>::denorm_min();
  for (const auto& [a, b] : {std::pair{1e30f, 1e30f}, {-most, most}, {0.0f, least}, {1.0f, 2.0f}}) {
    SCOPED_TRACE(testing::Message() << a << " " << b);
    const ScratchFolder scratch;
    scratch.WriteFile("ir/a.pfm", Pfm(a, b));
    std::filesystem::create_directories(scratch / "vi");
    const ImageBuffer visible = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray8);
    ASSERT_TRUE(io::WriteImage(scratch / "vi/a.png", visible.view(), IfExists::kFail).ok());
    SessionOptions options;
    options.stream.infrared = scratch / "ir";
    options.stream.visible = scratch / "vi";
    options.engine.threads = 1;
    const auto session = Session::Start(options, [](const MomentPtr&) {});
    ASSERT_TRUE(session.ok()) << session.status().message();
    StatusOr<std::string> text = HistogramText(**session);
    // Until the first picture has come there is none.
    for (int i = 0; i < 6000 && text.ok() && *text == "null\n"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      text = HistogramText(**session);
    }
    ASSERT_TRUE(text.ok()) << text.status().message();
    std::uint64_t counted = 0;
    const auto histogram = nlohmann::json::parse(*text);
    for (const std::uint64_t n : histogram["counts"]) counted += n;
    // Of every second row and column.
    EXPECT_EQ(counted, kWidth * kHeight / 4u);
  }
}

}  // namespace
}  // namespace seafusion::serve
