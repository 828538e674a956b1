#include <seafusion/status.h>

#include <memory>

#include <gtest/gtest.h>

#include "core/status_macros.h"

namespace seafusion {
namespace {

TEST(Status, DefaultIsSuccess) {
  EXPECT_TRUE(Status().ok());
  EXPECT_TRUE(Status().Annotate("a.png").ok());
}

TEST(Status, AnnotatePutsTheFileFirst) {
  const Status s = CorruptData("ends after 10 bytes").Annotate("a.png");
  EXPECT_EQ(s.code(), StatusCode::kCorruptData);
  EXPECT_EQ(s.message(), "a.png: ends after 10 bytes");
}

StatusOr<std::unique_ptr<int>> MakeInt(bool fail) {
  if (fail) return NotFound("no int");
  return std::make_unique<int>(7);
}

StatusOr<int> ReadInt(bool fail) {
  SEAFUSION_ASSIGN_OR_RETURN(std::unique_ptr<int> p, MakeInt(fail));
  SEAFUSION_RETURN_IF_ERROR(OkStatus());
  return *p;
}

TEST(StatusOr, CarriesMoveOnlyValuesAndErrors) {
  ASSERT_TRUE(ReadInt(false).ok());
  EXPECT_EQ(*ReadInt(false), 7);
  EXPECT_EQ(ReadInt(true).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ReadInt(true).status().message(), "no int");
}

}  // namespace
}  // namespace seafusion
