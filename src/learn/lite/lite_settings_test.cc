#include "learn/lite/lite_settings.h"

#include <string>

#include <gtest/gtest.h>

namespace seafusion::learn {
namespace {

TEST(LiteSettings, PresetsAreValidAndDiffer) {
  std::string last;
  for (const char* name : {"lite", "lite-local", "full"}) {
    const auto s = LitePreset(name);
    ASSERT_TRUE(s.ok());
    EXPECT_TRUE(ValidateLiteSettings(*s).ok()) << ValidateLiteSettings(*s).message();
    const std::string json = LiteSettingsToJson(*s);
    EXPECT_NE(json, last);
    last = json;
  }
  EXPECT_EQ(LitePreset("huge").status().message(),
            "preset \"huge\" is none of lite, lite-local, full");
}

TEST(LiteSettings, JsonBringsEveryMemberBack) {
  LiteSettings s;
  for (const char* assignment : {"network=full",
                                 "channels=32",
                                 "layers=4",
                                 "coarse=false",
                                 "seed=9",
                                 "steps=77",
                                 "batch=3",
                                 "crop=64",
                                 "flips=false",
                                 "border_share=0.25",
                                 "border_margin=4",
                                 "lr=0.002",
                                 "final_lr=0.001",
                                 "warmup=5",
                                 "adam_beta1=0.8",
                                 "adam_beta2=0.95",
                                 "clip_norm=2",
                                 "reparameterized=false",
                                 "precision=fp32",
                                 "channels_last=false",
                                 "intensity_weight=0.5",
                                 "texture_weight=2",
                                 "texture_gain=1.2",
                                 "halo_share=0.6",
                                 "levels_weight=3",
                                 "levels=2",
                                 "levels_gain=1.3",
                                 "contrast_weight=2",
                                 "contrast_gain=1.1",
                                 "structure_weight=0.5",
                                 "perceptual_weight=0.1",
                                 "perceptual_network=runs/seen/segmentation.safetensors",
                                 "infrared_gamma=0.5",
                                 "infrared_contrast=0.3",
                                 "polarity_share=0.1",
                                 "flat_share=0.2",
                                 "infrared_blur=1.5",
                                 "misregistration=2",
                                 "noise=0.02"}) {
    const std::string before = LiteSettingsToJson(s);
    const Status set = OverrideLiteSetting(assignment, s);
    ASSERT_TRUE(set.ok()) << set.message();
    EXPECT_NE(LiteSettingsToJson(s), before) << assignment;
  }
  LiteSettings back;
  ASSERT_TRUE(OverrideLiteSettings(LiteSettingsToJson(s), back).ok());
  EXPECT_EQ(LiteSettingsToJson(back), LiteSettingsToJson(s));
}

// Weights carry their settings: what is off must not change the files of runs that are made again.
TEST(LiteSettings, OfThePerceptualLossOnlyWhatIsOnIsWritten) {
  LiteSettings s;
  EXPECT_EQ(LiteSettingsToJson(s).find("perceptual"), std::string::npos);
  s.perceptual_weight = 0.1;
  EXPECT_EQ(ValidateLiteSettings(s).message(),
            "perceptual_weight and perceptual_network go together");
  s.perceptual_network = "seg.safetensors";
  EXPECT_TRUE(ValidateLiteSettings(s).ok());
  s.perceptual_weight = 0;
  EXPECT_FALSE(ValidateLiteSettings(s).ok());
}

TEST(LiteSettings, BytesThatAreNoTextAreRefused) {
  LiteSettings settings;
  EXPECT_FALSE(OverrideLiteSetting("network=\xff", settings).ok() &&
               ValidateLiteSettings(settings).ok());
  EXPECT_FALSE(OverrideLiteSetting("\xff=1", settings).ok());
}

TEST(LiteSettings, ListsWithoutEndAreRefused) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  LiteSettings settings;
  EXPECT_FALSE(OverrideLiteSetting("steps=" + deep, settings).ok());
  EXPECT_FALSE(OverrideLiteSettings("{\"steps\":" + deep + "}", settings).ok());
}

TEST(LiteSettings, RefusesByName) {
  for (const auto& [assignment, message] :
       {std::pair{"stepz=1", "no setting is called \"stepz\""},
        {"steps=0", "steps is not in 1.."},
        {"steps=1.5", "steps cannot be 1.5"},
        {"steps=-1", "steps cannot be -1"},
        {"crop=17", "crop is not in 16, 18, ..., 16384"},
        {"border_margin=63", "border_margin is not in 0..crop/2 - 2"},
        {"levels=7", "levels is not in 0..log2(crop) - 1"},
        {"channels=7", "a lite network of 7 channels; it has 8 to 64"},
        {"layers=9", "a lite network of 9 layers; it has 3 to 8"},
        {"network=wide", "network \"wide\" is none of lite, full"},
        {"final_lr=0.1", "final_lr is not in 0..lr"},
        {"texture_gain=-1", "texture_gain is not in 0..1000000"},
        {"contrast_weight=-1", "contrast_weight is not in 0..1000000"},
        {"polarity_share=2", "polarity_share is not in 0..1"},
        {"infrared_gamma=9", "infrared_gamma is not in 0..4"},
        {"infrared_blur=20", "infrared_blur is not in 0..16"},
        {"misregistration=65", "misregistration is not in 0..64"},
        {"steps", "\"steps\" is not NAME=VALUE"}}) {
    LiteSettings s;
    const std::string before = LiteSettingsToJson(s);
    Status set = OverrideLiteSetting(assignment, s);
    if (!set.ok()) {
      EXPECT_EQ(LiteSettingsToJson(s), before) << "a refused value changes nothing";
    } else {
      set = ValidateLiteSettings(s);
    }
    EXPECT_EQ(set.message(), message);
  }
}

}  // namespace
}  // namespace seafusion::learn
