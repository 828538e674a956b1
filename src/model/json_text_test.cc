#include "model/json_text.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace seafusion::model {
namespace {

using Json = nlohmann::json;

std::string Lists(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonTextTest, WhatNestsTooDeepIsNoJson) {
  EXPECT_EQ(ParseJson<Json>(R"({"a": [1, "[[[", null]})").dump(), R"({"a":[1,"[[[",null]})");
  EXPECT_EQ(ParseJson<Json>(Lists(60)).dump(), Lists(60));
  constexpr std::size_t kDeep = 1'000'000;
  EXPECT_TRUE(ParseJson<Json>(Lists(kDeep)).is_discarded());
  EXPECT_TRUE(ParseJson<Json>(R"({"a": )" + Lists(100) + R"(, "b": 1})").is_discarded());
  std::string objects;
  for (int i = 0; i < 100; ++i) objects += R"({"a":)";
  EXPECT_TRUE(ParseJson<Json>(objects + "1" + std::string(100, '}')).is_discarded());
}

TEST(JsonTextTest, WhatIsNoJsonIsDiscarded) {
  for (const char* text : {"", "{", "[1,]", "1 2", "[1] // a comment", "\xff"}) {
    EXPECT_TRUE(ParseJson<Json>(text).is_discarded()) << text;
  }
  EXPECT_EQ(ParseJson<Json>("[1] // a comment", /*with_comments=*/true).dump(), "[1]");
  // Comments open and close nothing.
  EXPECT_EQ(ParseJson<Json>("[1 /*" + std::string(100, '[') + "*/]", true).dump(), "[1]");
}

TEST(JsonTextTest, WholeNumbersFit) {
  int number = 0;
  EXPECT_TRUE(TakeWhole(Json::parse("-7"), number));
  EXPECT_EQ(number, -7);
  EXPECT_TRUE(TakeWhole(Json::parse("2147483647"), number));
  EXPECT_EQ(number, std::numeric_limits<int>::max());
  for (const char* text : {"2147483648", "-2147483649", "18446744073709551615", "1e300", "1.0",
                           "true", "\"1\"", "null", "[1]"}) {
    EXPECT_FALSE(TakeWhole(Json::parse(text), number)) << text;
  }
  EXPECT_EQ(number, std::numeric_limits<int>::max());
  std::uint64_t large = 0;
  EXPECT_FALSE(TakeWhole(Json::parse("-1"), large));
  EXPECT_TRUE(TakeWhole(Json::parse("18446744073709551615"), large));
  EXPECT_EQ(large, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace seafusion::model
