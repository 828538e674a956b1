#include "methods/method_choice.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::methods {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(MethodChoiceTest, CreatesByNameAndNamesTheFileOfBadWeights) {
  const ScratchFolder scratch;
  const auto average = CreateMethod({.name = "average"}, nullptr);
  ASSERT_TRUE(average.ok()) << average.status().message();
  EXPECT_EQ((*average)->info().name, "average");
  const std::string broken = scratch.WriteFile("broken.safetensors", "no weights");
  EXPECT_THAT(CreateMethod({.model = broken}, nullptr).status().message(), HasSubstr(broken));
  EXPECT_EQ(CreateMethod({.model = scratch / "none"}, nullptr).status().code(),
            StatusCode::kNotFound);
}

TEST(MethodChoiceTest, LearnedMethodsAreOpenedOnDemandOnly) {
  int opened = 0;
  MethodRegistry learned;
  learned.Add(
      {{.name = "ifcnn", .runs_on_libtorch = true}, BuiltInMethods().Find("average")->create});
  const OpenLearnedMethods open = [&](int threads) -> StatusOr<const MethodRegistry*> {
    EXPECT_EQ(threads, 3);
    ++opened;
    return &learned;
  };
  EXPECT_TRUE(CreateMethod({.name = "maximum", .threads = 3}, open).ok());
  EXPECT_EQ(opened, 0);
  EXPECT_TRUE(CreateMethod({.name = "ifcnn", .threads = 3}, open).ok());
  EXPECT_EQ(opened, 1);
  const OpenLearnedMethods none = [](int) -> StatusOr<const MethodRegistry*> {
    return Unsupported("not installed");
  };
  const Status refused = CreateMethod({.name = "ifcnn"}, none).status();
  EXPECT_EQ(refused.code(), StatusCode::kUnsupported);
  EXPECT_THAT(refused.message(),
              AllOf(HasSubstr("ifcnn runs on LibTorch"), HasSubstr("not installed")));
  EXPECT_EQ(CreateMethod({.name = "ifcnn"}, nullptr).status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace seafusion::methods
