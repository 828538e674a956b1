#include "stream/ffmpeg.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace seafusion::stream::ffmpeg {
namespace {

constexpr AVRational kMilli{1, 1000}, kMicro{1, 1'000'000}, kNano{1, 1'000'000'000};

TEST(FfmpegTime, StampsBecomeMicroseconds) {
  EXPECT_EQ(Microseconds(0, kMilli), 0);
  EXPECT_EQ(Microseconds(40, kMilli), 40'000);
  EXPECT_EQ(Microseconds(-7, kMilli), -7'000);
  EXPECT_EQ(Microseconds(2, {1, 30}), 66'667);
  EXPECT_EQ(Microseconds(1'764'442'800'000'000, kMicro), 1'764'442'800'000'000);  // since 1970
}

TEST(FfmpegTime, StampsAtTheEndsOfTheirRangeStayWhereDifferencesFit) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const AVRational base : {kMilli, kMicro, kNano, AVRational{3600, 1}, AVRational{1, 90000}}) {
    const std::int64_t late = Microseconds(kMost, base), early = Microseconds(-kMost, base);
    EXPECT_GT(late, 0) << base.den;
    EXPECT_EQ(early, -late) << base.den;
    EXPECT_LE(late, kFarthestTime) << base.den;
  }
  EXPECT_EQ(Microseconds(kMost, kMilli), kFarthestTime);
}

}  // namespace
}  // namespace seafusion::stream::ffmpeg
