#include "core/cpu/cpu_target.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(CpuTarget, SupportedTargetsGoFromTheBestDownWithoutRepeats) {
  const auto& targets = SupportedCpuTargets();
  ASSERT_FALSE(targets.empty());
  EXPECT_TRUE(std::is_sorted(targets.rbegin(), targets.rend()));
  EXPECT_EQ(std::adjacent_find(targets.begin(), targets.end()), targets.end());
}

TEST(CpuTarget, EachIsFoundByItsName) {
  for (const CpuTarget target : SupportedCpuTargets()) {
    const auto found = FindCpuTarget(CpuTargetName(target));
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(*found, target);
    EXPECT_NE(SupportedCpuTargetNames().find(CpuTargetName(target)), std::string::npos);
  }
}

TEST(CpuTarget, NoNameMeansTheBest) {
  EXPECT_EQ(*FindCpuTarget(""), SupportedCpuTargets().front());
}

TEST(CpuTarget, AnUnknownNameIsRefusedWithTheKnownOnes) {
  for (const char* name : {"avx1024", "AVX2", " ", "avx"}) {
    const auto found = FindCpuTarget(name);
    ASSERT_FALSE(found.ok()) << name;
    EXPECT_EQ(found.status().code(), StatusCode::kInvalidArgument);
    EXPECT_NE(found.status().message().find(SupportedCpuTargetNames()), std::string::npos);
  }
}

}  // namespace
}  // namespace seafusion
