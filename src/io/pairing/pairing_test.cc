#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
#include "io/pairing/affix_rule.h"
#include "io/pairing/kept_inputs.h"
#include "io/pairing/pair_list.h"
#include "io/pairing/stem_key.h"
#include "io/pairing/taken_time.h"
#include "io/sets/picture_groups.h"

namespace seafusion::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(StemKeyTest, CaseZerosAndUnicodeFormsAreAlike) {
  EXPECT_EQ(StemKey("IMG_0042"), StemKey("img_42"));
  EXPECT_EQ(StemKey("a000"), StemKey("a0"));
  EXPECT_NE(StemKey("a10"), StemKey("a1"));
  EXPECT_EQ(StemKey("caf\xc3\xa9"), StemKey("CAFE\xcc\x81")) << "composed and decomposed";
  EXPECT_EQ(StemKey("\xff\x01"), "\xff\x01") << "no UTF-8";
}

struct AffixCase {
  std::vector<std::string> infrared, visible;
  std::string rule;
  std::size_t pairs;
};

TEST(AffixRuleTest, TheCamerasOwnNamesAreFound) {
  const std::vector<AffixCase> cases = {
      {{"DJI_0001_T", "DJI_0002_T"},
       {"DJI_0001_W", "DJI_0002_W"},
       "infrared ends in _T, visible in _W",
       2},
      {{"a_ir", "b_ir"}, {"a_vis", "b_vis", "c_vis"}, "infrared ends in _ir, visible in _vis", 2},
      {{"IR_7"}, {"VIS_7"}, "infrared begins with IR_, visible with VIS_", 1},
      {{"HM0001", "HM0002"}, {"HM0001.VIS", "HM0002.VIS"}, "visible ends in .VIS", 2},
      {{"scene_5_thermal_IM_603", "scene_6_thermal_IM_12"},
       {"scene_5_visible_IM_603", "scene_6_visible_IM_12"},
       "infrared has thermal, visible visible",
       2},
      {{"F_1_THERM-16BIT", "F_2_THERM-16BIT"}, {"F_1_COLOR-8-BIT", "F_2_COLOR-8-BIT"}, "", 2},
      {{"IR_007", "IR_010"}, {"vis_7", "vis_10"}, "infrared begins with IR_, visible with vis_", 2},
  };
  for (const AffixCase& c : cases) {
    SCOPED_TRACE(c.infrared[0]);
    const auto found = FindAffixPairs(c.infrared, c.visible);
    ASSERT_TRUE(found.ok()) << found.status().message();
    ASSERT_EQ(found->has_value(), c.pairs > 0);
    if (c.pairs == 0) continue;
    EXPECT_EQ((*found)->pairs.size(), c.pairs);
    if (c.rule.empty()) continue;
    EXPECT_EQ((*found)->rule.Text(), c.rule);
  }
}

TEST(AffixRuleTest, WhatIsNoRuleForAllIsNone) {
  using Names = std::vector<std::string>;
  const auto none = [](const Names& infrared, const Names& visible) {
    const auto found = FindAffixPairs(infrared, visible);
    return found.ok() && !found->has_value();
  };
  EXPECT_TRUE(none({"img1", "img2"}, {"img3", "img4"})) << "numbers are no cameras";
  EXPECT_TRUE(none({"a_T", "b_S"}, {"a_W", "b_W"})) << "one name keeps another rule";
  EXPECT_TRUE(none({"alpha"}, {"beta"}));
  const auto two = FindAffixPairs({"x_a", "y_a"}, {"x_b_a", "y_a_b"});
  EXPECT_TRUE(!two.ok() || !two->has_value());
}

TEST(TakenTimeTest, NamesAndIsoTextsSayTimes) {
  constexpr std::int64_t kTime = 1'704'164'645'000'000;  // 2024-01-02 03:04:05 UTC
  EXPECT_EQ(TimeInName("DJI_20240102030405_0001_T"), kTime);
  EXPECT_EQ(TimeInName("20240102_030405"), kTime);
  EXPECT_EQ(TimeInName("a-2024-01-02T03-04-05.250"), kTime + 250'000);
  EXPECT_EQ(TimeInName("cam_1704164645"), kTime);
  EXPECT_EQ(TimeInName("1704164645123_ir"), kTime + 123'000);
  EXPECT_EQ(TimeInName("1704164645123456789"), kTime + 123'456);
  for (const char* name :
       {"", "IMG_0042", "20241302_030405", "12345678901234567890", "20240102030405_20240102030406",
        "0000000001", "9999999999999999999", "a99999999999999999999999999999999"}) {
    EXPECT_FALSE(TimeInName(name).has_value()) << name;
  }
  constexpr std::int64_t kHour = 3'600'000'000;
  const auto zoned = ClockTimeInIso("2024-01-02T04:04:05.5+01:00");
  ASSERT_TRUE(zoned.has_value());
  EXPECT_EQ(zoned->shown, kTime + kHour + 500'000);
  EXPECT_EQ(zoned->zone, kHour);
  EXPECT_EQ(ClockTimeInIso("2024-01-02T04:04:05-02:30")->zone, -5 * kHour / 2);
  EXPECT_EQ(ClockTimeInIso("2024-01-02T03:04:05Z")->zone, 0);
  const auto plain = ClockTimeInIso("2024-01-02T03:04:05");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->shown, kTime);
  EXPECT_FALSE(plain->zone.has_value());
  EXPECT_FALSE(ClockTimeInIso("yesterday").has_value());
}

TEST(TakenTimeTest, TheNearestOfBothSidesArePairs) {
  EXPECT_THAT(PairNearest({100, 200, 300}, {290, 110, 205, 1000}, 50),
              ElementsAre(Pair(0, 1), Pair(1, 2), Pair(2, 0)));
  EXPECT_THAT(PairNearest({100, 110}, {104}, 50), ElementsAre(Pair(0, 0))) << "one partner each";
  EXPECT_THAT(PairNearest({100}, {200}, 50), IsEmpty());
  EXPECT_THAT(PairNearest({}, {200}, 50), IsEmpty());
}

class PairingTest : public ::testing::Test {
 protected:
  void Touch(std::initializer_list<const char*> names) {
    for (const char* name : names) scratch_.WriteFile(name, "x");
  }
  static std::vector<std::string> Text(const PairList& list) {
    std::vector<std::string> text;
    for (const PicturePair& p : list.pairs) {
      const auto name = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
      text.push_back(name(p.infrared) + " " + name(p.visible));
    }
    return text;
  }
  ScratchFolder scratch_;
};

TEST_F(PairingTest, FoldersPairByRuleAndSayWhich) {
  Touch({"ir/A_1_T.jpg", "ir/A_2_T.jpg", "vi/A_1_W.jpg", "vi/A_2_W.jpg", "vi/A_3_W.jpg"});
  const auto list = ListPairs(scratch_ / "ir", scratch_ / "vi");
  ASSERT_TRUE(list.ok()) << list.status().message();
  EXPECT_THAT(Text(*list), ElementsAre("A_1_T.jpg A_1_W.jpg", "A_2_T.jpg A_2_W.jpg"));
  EXPECT_EQ(list->rule, "infrared ends in _T, visible in _W");
  EXPECT_THAT(list->Complaints(), ElementsAre(HasSubstr("A_3_W.jpg: has no partner; nearest is ")));
}

TEST_F(PairingTest, ALinkThatLeadsNowhereIsNamed) {
  Touch({"ir/1.png", "ir/2.png", "vi/1.png", "vi/2.png"});
  std::filesystem::create_symlink("gone.png", scratch_ / "ir/3.png");
  EXPECT_EQ(ListPairs(scratch_ / "ir", scratch_ / "vi").status().message(),
            (scratch_ / "ir/3.png") + ": a link that leads nowhere");
  EXPECT_EQ(ListPairs(scratch_ / "ir/*.png", scratch_ / "vi").status().message(),
            (scratch_ / "ir/3.png") + ": a link that leads nowhere");
}

TEST_F(PairingTest, InputsAreKnownWhateverTheyAreCalled) {
  Touch({"ir/1.png", "vi/1.png", "vi/2.png"});
  std::filesystem::create_hard_link(scratch_ / "vi/1.png", scratch_ / "other.png");
  std::filesystem::create_symlink(scratch_ / "ir", scratch_ / "link");
  KeptInputs inputs(ListPairs(scratch_ / "ir", scratch_ / "vi")->pairs);
  for (const char* name : {"ir/1.png", "vi/../vi/1.png", "link/1.png", "other.png"}) {
    EXPECT_EQ(inputs.Check(scratch_ / name).message(),
              (scratch_ / name) + ": is one of the inputs");
  }
  EXPECT_TRUE(inputs.Check(scratch_ / "vi/2.png").ok());
  EXPECT_TRUE(inputs.Check(scratch_ / "vi/new.png").ok());
  inputs.Add(scratch_ / "vi/2.png");
  EXPECT_FALSE(inputs.Check(scratch_ / "vi/2.png").ok());
}

TEST_F(PairingTest, EqualNamesComeFirstThenNamesThatMeanTheSame) {
  Touch({"ir/7.png", "ir/0008.png", "ir/A.png", "vi/7.png", "vi/8.png", "vi/a.png", "vi/b.png"});
  const auto list = ListPairs(scratch_ / "ir", scratch_ / "vi");
  ASSERT_TRUE(list.ok());
  EXPECT_THAT(Text(*list), ElementsAre("7.png 7.png", "0008.png 8.png", "A.png a.png"));
  EXPECT_EQ(list->rule, "");
}

TEST_F(PairingTest, OneFolderHoldsBothKinds) {
  Touch({"all/DJI_1_T.jpg", "all/DJI_1_W.jpg", "all/DJI_2_T.jpg", "all/DJI_2_W.jpg",
         "all/DJI_3_W.jpg"});
  const auto list = ListPairs(scratch_ / "all", scratch_ / "all/");
  ASSERT_TRUE(list.ok());
  EXPECT_THAT(Text(*list), ElementsAre("DJI_1_T.jpg DJI_1_W.jpg", "DJI_2_T.jpg DJI_2_W.jpg"));
  EXPECT_THAT(list->unpaired, ElementsAre(HasSubstr("DJI_3_W.jpg")));
  Touch({"own/FLIR1.jpg", "own/FLIR2.jpg"});
  EXPECT_THAT(Text(*ListPairs(scratch_ / "own", scratch_ / "own")),
              ElementsAre("FLIR1.jpg FLIR1.jpg", "FLIR2.jpg FLIR2.jpg"));
}

TEST_F(PairingTest, TimesPairWithinALimit) {
  Touch({"ir/20240102_030405.png", "ir/20240102_030425.png", "vi/cam_20240102_030406.png",
         "vi/cam_20240102_030500.png"});
  const auto list = ListPairs(scratch_ / "ir", scratch_ / "vi", {.by_time = true, .within = 1.5});
  ASSERT_TRUE(list.ok()) << list.status().message();
  EXPECT_THAT(Text(*list), ElementsAre("20240102_030405.png cam_20240102_030406.png"));
  EXPECT_THAT(list->Complaints()[0], HasSubstr("s away"));
  EXPECT_THAT(ListPairs(scratch_ / "ir", scratch_ / "vi", {.by_time = true, .within = 0.1})
                  .status()
                  .message(),
              HasSubstr("no two pictures are within"));
  Touch({"vi/none.png"});
  EXPECT_THAT(ListPairs(scratch_ / "ir", scratch_ / "vi", {.by_time = true}).status().message(),
              HasSubstr("neither its name nor its EXIF"));
}

TEST_F(PairingTest, ATableSaysWhatBelongsTogether) {
  Touch({"d/ir 1.png", "d/v,1.png", "d/ir2.png", "d/v2.png"});
  const std::string table = scratch_.WriteFile(
      "d/pairs.csv", "infrared,visible,output\r\nir 1.png,\"v,1.png\",first\r\nir2.png,v2.png\n");
  const auto list = ListPairs("", "", {.table = table});
  ASSERT_TRUE(list.ok()) << list.status().message();
  EXPECT_THAT(Text(*list), ElementsAre("ir 1.png v,1.png", "ir2.png v2.png"));
  EXPECT_EQ(list->pairs[0].output, "first");
  const std::string other =
      scratch_.WriteFile("d/capitals.csv", "Infrared,Visible\nir2.png,v2.png\n");
  EXPECT_EQ(ListPairs("", "", {.table = other})->pairs.size(), 1u);
  for (const auto& [text, reason] : std::vector<std::pair<std::string, std::string>>{
           {"a.png\n", "line 1: is not infrared,visible"},
           {"infrared,visible\n", "no pair in it"},
           {"ir2.png,none.png\n", "none.png: no such file"},
           {"ir2.png,v2.png\nir2.png,v2.png\n", "line 2: a line before has the same output"},
           {"ir2.png,v2.png,../x\n", "is no file name"},
           {"ir2.png,v2.png,.\n", "is no file name"},
           {std::string("ir2.png,v2.png,a\0b\nir2.png,v2.png,a\n", 36), "is no text"},
           {std::string("ir2.png,v2.png\0.png\n", 20), "is no text"},
           {"ir2.png,\"v2.png\n", "a quote does not end"}}) {
    EXPECT_THAT(
        ListPairs("", "", {.table = scratch_.WriteFile("d/bad.csv", text)}).status().message(),
        HasSubstr(reason));
  }
}

TEST_F(PairingTest, WhatWasMadeOfAPairHasTheVisibleName) {
  Touch({"ir/A_1_T.jpg", "vi/A_1_W.jpg", "fused/a_01_w.png", "fused/other.png"});
  const std::vector<std::string> sources = {scratch_ / "ir", scratch_ / "vi", scratch_ / "fused"};
  const auto found = GroupPictures(sources);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->rule, "infrared ends in _T, visible in _W");
  ASSERT_EQ(found->groups.size(), 2u);
  EXPECT_TRUE(found->groups[0].complete());
  EXPECT_FALSE(found->groups[1].complete());
}

}  // namespace
}  // namespace seafusion::io
