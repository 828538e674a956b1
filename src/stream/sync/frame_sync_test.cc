#include "stream/sync/frame_sync.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::stream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// time, primary, secondary
using Pair = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
using Times = std::vector<std::int64_t>;

struct Input {
  Times times;
  std::int64_t end = 0;
  bool fails = false;
};

// Frames every `step` from `first`, `count` of them, the last one as long as the others.
Input Every(std::int64_t step, int count, std::int64_t first = 0) {
  Input input;
  for (int i = 0; i < count; ++i) input.times.push_back(first + i * step);
  input.end = first + count * step;
  return input;
}

std::vector<Pair> PairUp(const Input& primary, const Input& secondary, const SyncOptions& options) {
  FrameSync sync(options);
  const std::array<const Input*, 2> inputs = {&primary, &secondary};
  std::array<std::size_t, 2> at{};
  std::vector<Pair> pairs;
  for (int steps = 0; steps < 10000; ++steps) {
    const FrameSync::Step step = sync.Next();
    if (step.kind == FrameSync::Step::Kind::kEnd) return pairs;
    if (step.kind == FrameSync::Step::Kind::kPair) {
      pairs.emplace_back(step.time, step.primary, step.secondary);
      continue;
    }
    const auto side = static_cast<std::size_t>(step.need);
    const Input& input = *inputs[side];
    if (at[side] < input.times.size()) {
      sync.Add(step.need, input.times[at[side]++]);
    } else if (input.fails) {
      sync.EndAll(step.need, input.end);
    } else {
      sync.End(step.need, input.end);
    }
  }
  ADD_FAILURE() << "does not end";
  return pairs;
}

TEST(FrameSyncTest, EqualStreamsPairOneToOne) {
  for (const EofAction action : {EofAction::kRepeat, EofAction::kEndAll, EofAction::kPass}) {
    for (const TimestampSync ts : {TimestampSync::kDefault, TimestampSync::kNearest}) {
      EXPECT_THAT(PairUp(Every(40, 3), Every(40, 3), {.eof_action = action, .ts_sync = ts}),
                  ElementsAre(Pair(0, 0, 0), Pair(40, 1, 1), Pair(80, 2, 2)));
    }
  }
}

TEST(FrameSyncTest, DefaultTakesTheLatestThatIsNotLater) {
  EXPECT_THAT(PairUp(Every(10, 6), Every(25, 3), {}),
              ElementsAre(Pair(0, 0, 0), Pair(10, 1, 0), Pair(20, 2, 0), Pair(30, 3, 1),
                          Pair(40, 4, 1), Pair(50, 5, 2)));
}

TEST(FrameSyncTest, NearestTakesTheNearestAndTheEarlierOfTwo) {
  // Secondary at 0, 20, 40: 10 is as near to 0 as to 20; 25 to 20, 35 to 40.
  EXPECT_THAT(PairUp({{0, 10, 11, 25, 30, 35}, 40}, Every(20, 3),
                     {.shortest = true, .ts_sync = TimestampSync::kNearest}),
              ElementsAre(Pair(0, 0, 0), Pair(10, 1, 0), Pair(11, 2, 1), Pair(25, 3, 1),
                          Pair(30, 4, 1), Pair(35, 5, 2)));
}

TEST(FrameSyncTest, AFasterSecondaryLosesFrames) {
  EXPECT_THAT(PairUp(Every(40, 3), Every(20, 6), {}),
              ElementsAre(Pair(0, 0, 0), Pair(40, 1, 2), Pair(80, 2, 4)));
}

TEST(FrameSyncTest, ASlowerSecondaryDoesNotEndEarly) {
  // Both last 80; the secondary's last frame stands from 40 to 80.
  for (const EofAction action : {EofAction::kRepeat, EofAction::kEndAll, EofAction::kPass}) {
    EXPECT_THAT(PairUp(Every(20, 4), Every(40, 2), {.eof_action = action, .shortest = false}),
                ElementsAre(Pair(0, 0, 0), Pair(20, 1, 0), Pair(40, 2, 1), Pair(60, 3, 1)));
  }
}

TEST(FrameSyncTest, AShorterSecondaryEndsAsAsked) {
  const Input primary = Every(10, 4), secondary = Every(10, 2);
  EXPECT_THAT(PairUp(primary, secondary, {}),
              ElementsAre(Pair(0, 0, 0), Pair(10, 1, 1), Pair(20, 2, 1), Pair(30, 3, 1)));
  EXPECT_THAT(PairUp(primary, secondary, {.eof_action = EofAction::kPass}),
              ElementsAre(Pair(0, 0, 0), Pair(10, 1, 1), Pair(20, 2, -1), Pair(30, 3, -1)));
  const auto two = ElementsAre(Pair(0, 0, 0), Pair(10, 1, 1));
  EXPECT_THAT(PairUp(primary, secondary, {.eof_action = EofAction::kEndAll}), two);
  EXPECT_THAT(PairUp(primary, secondary, {.shortest = true}), two);
}

TEST(FrameSyncTest, AShorterPrimaryEndsAsAsked) {
  const Input primary = Every(10, 2), secondary = Every(10, 4);
  EXPECT_THAT(PairUp(primary, secondary, {}),
              ElementsAre(Pair(0, 0, 0), Pair(10, 1, 1), Pair(20, 1, 2), Pair(30, 1, 3)));
  const auto two = ElementsAre(Pair(0, 0, 0), Pair(10, 1, 1));
  EXPECT_THAT(PairUp(primary, secondary, {.eof_action = EofAction::kPass}), two);
  EXPECT_THAT(PairUp(primary, secondary, {.eof_action = EofAction::kEndAll}), two);
  EXPECT_THAT(PairUp(primary, secondary, {.shortest = true}), two);
}

TEST(FrameSyncTest, AFailureEndsBothWhateverTheOptions) {
  Input broken = Every(10, 2);
  broken.fails = true;
  for (const EofAction action : {EofAction::kRepeat, EofAction::kPass}) {
    const SyncOptions options{.eof_action = action};
    EXPECT_THAT(PairUp(Every(10, 9), broken, options), ElementsAre(Pair(0, 0, 0), Pair(10, 1, 1)));
    EXPECT_THAT(PairUp(broken, Every(10, 9), options), ElementsAre(Pair(0, 0, 0), Pair(10, 1, 1)));
  }
}

TEST(FrameSyncTest, ThePrimaryPassesUntilTheSecondaryBegins) {
  EXPECT_THAT(PairUp(Every(10, 4), Every(10, 2, 20), {}),
              ElementsAre(Pair(0, 0, -1), Pair(10, 1, -1), Pair(20, 2, 0), Pair(30, 3, 1)));
}

TEST(FrameSyncTest, EmptyStreamsEnd) {
  EXPECT_THAT(PairUp({}, Every(10, 3), {}), IsEmpty());
  EXPECT_THAT(PairUp({}, {}, {}), IsEmpty());
  EXPECT_THAT(PairUp(Every(10, 3), {}, {.shortest = true}), IsEmpty());
  EXPECT_THAT(PairUp(Every(10, 2), {}, {.eof_action = EofAction::kPass}),
              ElementsAre(Pair(0, 0, -1), Pair(10, 1, -1)));
}

// Against the definition, for streams of all kinds of rates.
TEST(FrameSyncTest, EveryPairIsTheOneThatTheDefinitionNames) {
  for (const std::int64_t p : {7, 10, 33, 40}) {
    for (const std::int64_t s : {3, 10, 20, 33, 41}) {
      for (const TimestampSync ts : {TimestampSync::kDefault, TimestampSync::kNearest}) {
        const Input primary = Every(p, 50), secondary = Every(s, 400);
        const auto pairs = PairUp(primary, secondary, {.shortest = true, .ts_sync = ts});
        ASSERT_EQ(pairs.size(),
                  static_cast<std::size_t>(std::min<std::int64_t>(50, (400 * s + p - 1) / p)));
        for (std::size_t i = 0; i < pairs.size(); ++i) {
          const auto [time, first, second] = pairs[i];
          ASSERT_EQ(time, primary.times[i]);
          ASSERT_EQ(first, static_cast<std::int64_t>(i));
          std::int64_t expected = 0;
          for (std::int64_t k = 0; k < 400; ++k) {
            const std::int64_t there = k * s;
            if (ts == TimestampSync::kDefault
                    ? there <= time
                    : std::abs(there - time) < std::abs(expected * s - time)) {
              expected = k;
            }
          }
          ASSERT_EQ(second, expected) << p << " " << s << " at " << time;
        }
      }
    }
  }
}

}  // namespace
}  // namespace seafusion::stream
