#include "core/printable.h"

#include <string>

#include <gtest/gtest.h>

namespace seafusion {
namespace {

TEST(PrintableTest, PlainTextIsUnchanged) {
  EXPECT_EQ(Printable("vis_conv.conv.weight [1] ~"), "vis_conv.conv.weight [1] ~");
  EXPECT_EQ(Printable(""), "");
}

TEST(PrintableTest, EscapesWhatCouldSteerATerminal) {
  EXPECT_EQ(Printable("a\x1b[2J\n\x7f\xc3\xa9"), "a\\x1b[2J\\x0a\\x7f\\xc3\\xa9");
  EXPECT_EQ(Printable(std::string("\0", 1)), "\\x00");
}

TEST(PrintableTest, CutsLongText) {
  EXPECT_EQ(Printable(std::string(100, 'x')), std::string(100, 'x'));
  EXPECT_EQ(Printable(std::string(101, 'x')), std::string(100, 'x') + "...");
}

}  // namespace
}  // namespace seafusion
