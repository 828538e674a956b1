#include <regex>
#include <string>

#include <gtest/gtest.h>
#include <seafusion/version.h>

namespace seafusion {
namespace {

TEST(VersionTest, HasThreeNumbers) {
  EXPECT_TRUE(std::regex_match(std::string(Version()), std::regex("[0-9]+\\.[0-9]+\\.[0-9]+")))
      << Version();
}

}  // namespace
}  // namespace seafusion
