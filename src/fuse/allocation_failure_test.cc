// Every allocation of a fuse call fails in turn: once, and from then on. This program has its own
// operator new, so it stands apart from the other tests.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <seafusion/fuser.h>
#include <seafusion/version.h>

#include "core/memory/image_buffer.h"
#include "fuse/weights/calibration.h"
#include "nn/test_weights.h"

namespace {

// Counts down with each allocation of any thread; the one that finds 1 fails. 0: none does.
std::atomic<long> fail_in{0};
// Whether those after it fail, too.
std::atomic<bool> fail_on{false};
std::atomic<bool> failing{false};
// Allocations that are not freed yet.
std::atomic<long> live{0};

void* Allocate(std::size_t size, std::size_t alignment) noexcept {
  if (failing) return nullptr;
  if (fail_in > 0 && fail_in.fetch_sub(1) == 1) {
    failing = fail_on.load();
    return nullptr;
  }
  size = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment;
  void* p = alignment <= alignof(std::max_align_t) ? std::malloc(size)
                                                   : std::aligned_alloc(alignment, size);
  if (p != nullptr) ++live;
  return p;
}

void* AllocateOrThrow(std::size_t size, std::size_t alignment) {
  void* p = Allocate(size, alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

void Free(void* p) noexcept {
  if (p != nullptr) --live;
  std::free(p);
}

}  // namespace

void* operator new(std::size_t size) {
  return AllocateOrThrow(size, 1);
}
void* operator new[](std::size_t size) {
  return AllocateOrThrow(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return AllocateOrThrow(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return AllocateOrThrow(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return Allocate(size, 1);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return Allocate(size, 1);
}
void operator delete(void* p) noexcept {
  Free(p);
}
void operator delete[](void* p) noexcept {
  Free(p);
}
void operator delete(void* p, std::size_t /*size*/) noexcept {
  Free(p);
}
void operator delete[](void* p, std::size_t /*size*/) noexcept {
  Free(p);
}
void operator delete(void* p, std::align_val_t /*alignment*/) noexcept {
  Free(p);
}
void operator delete[](void* p, std::align_val_t /*alignment*/) noexcept {
  Free(p);
}
void operator delete(void* p, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  Free(p);
}
void operator delete[](void* p, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  Free(p);
}

namespace seafusion {
namespace {

// The allocation of this number, counted from now, fails.
void Arm(long number, bool and_all_after) {
  fail_on = and_all_after;
  fail_in = number;
}
// True when the failure came.
bool Disarm() {
  const bool came = fail_in.exchange(0) <= 0;
  failing = false;
  return came;
}

constexpr int kWidth = 27, kHeight = 5;  // two tiles

struct Pictures {
  ImageBuffer infrared = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kGray16);
  ImageBuffer visible = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
  ImageBuffer out = *ImageBuffer::Create(kWidth, kHeight, PixelFormat::kRgb8);
  Pictures() {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        infrared.view().Row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(x * 700 + y * 31);
        for (int c = 0; c < 3; ++c) {
          visible.view().Row<std::uint8_t>(y)[3 * x + c] =
              static_cast<std::uint8_t>(x * 5 + y * (c + 1));
        }
      }
    }
  }
  Status Fuse(const Fuser& fuser) {
    return fuser.Fuse(infrared.view(), visible.view(), out.view(),
                      {.infrared_range = {.kind = InfraredRange::Kind::kPercentile},
                       .output_range = {.kind = OutputRange::Kind::kGentle}});
  }
  std::vector<std::uint8_t> Samples() const {
    const auto* p = out.view().Row<std::uint8_t>(0);
    return {p, p + kWidth * kHeight * 3};
  }
};

// A lite network with a coarse path and the ranges that integers need.
const std::vector<std::uint8_t>& LiteWeights() {
  static const std::vector<std::uint8_t> bytes = [] {
    const Pictures pictures;
    auto calibration = *Calibration::Create(
        nn::RandomLiteWeights({.channels = 8, .layers = 3, .coarse = true}, 1));
    EXPECT_TRUE(
        calibration.Add(pictures.infrared.view(), pictures.visible.view(), InfraredRange()).ok());
    return *model::SerializeSafetensors(std::move(calibration).Finish());
  }();
  return bytes;
}

enum class Weights { kFull, kLite };

class AllocationFailureTest
    : public ::testing::TestWithParam<std::tuple<Precision, int, bool, Weights>> {
 protected:
  FuserOptions Options() const {
    FuserOptions options = {
        .threads = std::get<1>(GetParam()), .precision = std::get<0>(GetParam()), .tile = 20};
    options.weights =
        std::get<3>(GetParam()) == Weights::kLite ? LiteWeights() : BuiltInWeights("full");
    return options;
  }
  bool Persistent() const { return std::get<2>(GetParam()); }
};

TEST_P(AllocationFailureTest, EachAllocationOfAFuseCall) {
  Pictures pictures;
  std::vector<std::uint8_t> expected;
  {
    const auto fuser = Fuser::Create(Options());
    if (!fuser.ok()) GTEST_SKIP() << fuser.status().message();
    ASSERT_TRUE(pictures.Fuse(*fuser).ok());
    expected = pictures.Samples();
  }
  const long before = live;
  long number = 1;
  for (bool came = true; came; ++number) {
    ASSERT_LT(number, 5000);
    const auto fuser = Fuser::Create(Options());
    ASSERT_TRUE(fuser.ok());
    Arm(number, Persistent());
    const Status status = pictures.Fuse(*fuser);
    came = Disarm();
    if (came) {
      ASSERT_EQ(status.code(), StatusCode::kResourceExhausted)
          << "allocation " << number << ": " << status.message();
      ASSERT_FALSE(status.message().empty());
    } else {
      ASSERT_TRUE(status.ok()) << status.message();
    }
    // The fuser is as good as new.
    const Status again = pictures.Fuse(*fuser);
    ASSERT_TRUE(again.ok()) << again.message();
    ASSERT_EQ(pictures.Samples(), expected) << "after allocation " << number;
  }
  EXPECT_GT(number, 5) << "the call allocates";
  EXPECT_EQ(live, before) << "leaked";
}

TEST_P(AllocationFailureTest, EachAllocationOfCreate) {
  {
    const auto fuser = Fuser::Create(Options());
    if (!fuser.ok()) GTEST_SKIP() << fuser.status().message();
  }
  const long before = live;
  long number = 1;
  for (bool came = true; came;) {
    Arm(number, Persistent());
    const auto fuser = Fuser::Create(Options());
    came = Disarm();
    if (came) {
      ASSERT_FALSE(fuser.ok()) << number;
      ASSERT_EQ(fuser.status().code(), StatusCode::kResourceExhausted)
          << "allocation " << number << ": " << fuser.status().message();
    } else {
      ASSERT_TRUE(fuser.ok()) << fuser.status().message();
    }
    // All of the first ones and of the last ones; of the many alike in the header's parser every
    // so many, a prime number so that each kind comes to its turn.
    number += number < 100 ? 1 : std::get<3>(GetParam()) == Weights::kFull ? 31 : 7;
  }
  EXPECT_GT(number, 50) << "creation allocates";
  EXPECT_EQ(live, before) << "leaked";
}

TEST(AllocationFailureMessageTest, WrongArgumentsWithoutMemoryAreAnErrorToo) {
  Pictures pictures;
  const auto fuser = Fuser::Create({.threads = 1});
  ASSERT_TRUE(fuser.ok());
  ImageView narrow = pictures.infrared.view();
  narrow.width -= 1;
  for (long number = 1; number < 30; ++number) {
    Arm(number, true);
    const Status status = fuser->Fuse(narrow, pictures.visible.view(), pictures.out.view(), {});
    Disarm();
    EXPECT_FALSE(status.ok());
  }
}

std::string Name(const ::testing::TestParamInfo<AllocationFailureTest::ParamType>& info) {
  constexpr const char* kNames[] = {"Auto", "Fp32", "Int16", "Bf16", "Reference", "Int8"};
  return std::string(std::get<3>(info.param) == Weights::kLite ? "Lite" : "") +
         std::string(kNames[static_cast<std::size_t>(std::get<0>(info.param))]) + "Threads" +
         std::to_string(std::get<1>(info.param)) +
         (std::get<2>(info.param) ? "FromThenOn" : "Once");
}

INSTANTIATE_TEST_SUITE_P(
    DepthFirstEngine, AllocationFailureTest,
    ::testing::Combine(::testing::Values(Precision::kFp32, Precision::kInt16, Precision::kBf16),
                       ::testing::Values(2), ::testing::Bool(), ::testing::Values(Weights::kFull)),
    Name);
INSTANTIATE_TEST_SUITE_P(DirectEngine, AllocationFailureTest,
                         ::testing::Combine(::testing::Values(Precision::kFp32, Precision::kInt16,
                                                              Precision::kBf16, Precision::kInt8),
                                            ::testing::Values(1, 2), ::testing::Bool(),
                                            ::testing::Values(Weights::kLite)),
                         Name);
INSTANTIATE_TEST_SUITE_P(ReferenceEngine, AllocationFailureTest,
                         ::testing::Combine(::testing::Values(Precision::kReference),
                                            ::testing::Values(1), ::testing::Bool(),
                                            ::testing::Values(Weights::kLite)),
                         Name);

}  // namespace
}  // namespace seafusion
