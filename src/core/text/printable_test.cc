#include "core/text/printable.h"

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

TEST(PrintableTest, MessagesKeepTheirTextAndSteerNoTerminal) {
  EXPECT_EQ(WithoutControls("größe\t中\n"), "größe\t中\n");
  EXPECT_EQ(WithoutControls("\x1b[31ma\r\x7f"), "\\x1b[31ma\\x0d\\x7f");
  EXPECT_EQ(WithoutControls("\xc2\x9b"
                            "1m\xc2\xa9"),
            "\\xc2\\x9b"
            "1m\xc2\xa9");
  EXPECT_EQ(WithoutControls("bad\xff\xc2"), "bad\xff\xc2");
}

}  // namespace
}  // namespace seafusion
