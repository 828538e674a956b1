#include "tasks/evaluation/day_night.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seafusion::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<io::PictureFile> Files(const std::vector<std::string>& stems) {
  std::vector<io::PictureFile> files;
  for (const std::string& stem : stems) files.push_back({.stem = stem, .path = stem + ".png"});
  return files;
}

TEST(DayNightTest, PartsNamesOfMsrs) {
  const auto parts = DayAndNight(Files({"00004N", "00229D", "00287D", "01190N"}));
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "day");
  EXPECT_THAT(parts[0].pictures, ElementsAre(1, 2));
  EXPECT_THAT(parts[1].pictures, ElementsAre(0, 3));
}

TEST(DayNightTest, LeavesOtherNamesTogether) {
  EXPECT_THAT(DayAndNight(Files({"00004N", "FLIR_00006D", "00229D"})), IsEmpty());
  EXPECT_THAT(DayAndNight(Files({"00004N", "00229", "00229D"})), IsEmpty());
  EXPECT_THAT(DayAndNight(Files({"00004N", "D"})), IsEmpty());
  EXPECT_THAT(DayAndNight(Files({"00229D", "00287D"})), IsEmpty()) << "all of one part";
  EXPECT_THAT(DayAndNight({}), IsEmpty());
}

struct Numbers {
  std::string name;
  std::vector<int> pictures;
};

TEST(DayNightTest, MeasuresEachPartOfEverySet) {
  FigureTable table;
  AddParts(
      std::vector<Numbers>{{"a", {1, 2, 3}}, {"b", {4, 5, 6}}}, Files({"1D", "2N", "3D"}),
      [](const std::vector<Numbers>& sets) {
        FigureTable measured;
        for (const Numbers& set : sets) {
          double sum = 0;
          for (const int v : set.pictures) sum += v;
          measured.rows.push_back({.name = set.name, .figures = {{sum, {}}}});
        }
        return measured;
      },
      table);
  ASSERT_EQ(table.parts.size(), 2u);
  EXPECT_EQ(table.parts[0].pictures, 2u);
  EXPECT_EQ(table.parts[0].rows[1].name, "b");
  EXPECT_EQ(table.parts[0].rows[1].figures[0].value, 10);
  EXPECT_EQ(table.parts[1].rows[0].figures[0].value, 2);
}

}  // namespace
}  // namespace seafusion::tasks
