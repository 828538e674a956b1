#include "learn/joint/joint_trainer.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files/file.h"
#include "learn/autocast.h"
#include "learn/data/test_pairs.h"
#include "learn/joint/joint_fusion.h"
#include "learn/libtorch.h"
#include "model/espnetv2/espnetv2_head.h"
#include "model/espnetv2/test_weights.h"
#include "model/graph/network.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

JointSettings Tiny(const char* strategy = "joint") {
  JointSettings s;
  s.strategy = strategy;
  s.rounds = 2;
  s.fusion_steps = 2;
  s.fusion_batch = 2;
  s.fusion_crop = 32;
  s.segmentation_width = 8;
  s.segmentation_steps = 2;
  s.segmentation_batch = 2;
  s.segmentation_crop_width = 32;
  s.segmentation_crop_height = 32;
  return s;
}

std::map<std::string, std::vector<float>> Values(const model::TensorArchive& archive) {
  std::map<std::string, std::vector<float>> values;
  for (const auto& [name, tensor] : archive.tensors) values[name] = tensor.values;
  return values;
}

void Write(const model::TensorArchive& archive, const std::string& path) {
  const auto bytes = model::SerializeSafetensors(archive);
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  ASSERT_TRUE(WriteFileAtomically(path, *bytes, IfExists::kReplace).ok());
}

class JointTrainerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { at::set_num_threads(1); }
  void TearDown() override { std::filesystem::remove(checkpoint_); }

  JointTrainer Make(const JointSettings& settings) {
    auto trainer = JointTrainer::Create(settings, data_, machine_);
    EXPECT_TRUE(trainer.ok()) << trainer.status().message();
    return *std::move(trainer);
  }

  // Losses of all steps until the end, or until `stop_after` of them.
  std::vector<double> Train(JointTrainer& trainer, int stop_after = 1000) {
    std::vector<double> losses;
    stop_ = false;
    const Status s = trainer.Train(stop_, {[&](const JointEvent& e) {
                                             losses.push_back(e.losses.back().second);
                                             stop_ = static_cast<int>(losses.size()) == stop_after;
                                             return OkStatus();
                                           },
                                           {}});
    EXPECT_TRUE(s.ok() || s.code() == StatusCode::kCancelled) << s.message();
    return losses;
  }

  const PairDataset data_ = TestLabelledPairs(3, 40, 36);
  JointTrainer::Machine machine_{.workers = 0};
  std::atomic<bool> stop_ = false;
  std::string checkpoint_ = (std::filesystem::temp_directory_path() /
                             ("joint_trainer_test." + std::to_string(::getpid())))
                                .string();
};

TEST_F(JointTrainerTest, ResumingAnywhereIsExact) {
  for (const char* strategy : {"joint", "one-stage", "pretrained-ir", "content-only"}) {
    JointTrainer whole = Make(Tiny(strategy));
    const std::vector<double> expected = Train(whole);
    for (int stop_after = 1; stop_after < static_cast<int>(expected.size()); ++stop_after) {
      JointTrainer first = Make(Tiny(strategy));
      std::vector<double> losses = Train(first, stop_after);
      ASSERT_TRUE(first.SaveCheckpoint(checkpoint_).ok());
      // With workers: they must not matter.
      auto second = JointTrainer::Resume(checkpoint_, data_, {.workers = 2});
      ASSERT_TRUE(second.ok()) << second.status().message();
      const std::vector<double> rest = Train(*second);
      losses.insert(losses.end(), rest.begin(), rest.end());
      ASSERT_EQ(losses, expected) << strategy << ", stopped after " << stop_after;
      EXPECT_EQ(Values(second->fusion().ToArchive()), Values(whole.fusion().ToArchive()));
      if (!NeedsLabels(whole.settings())) continue;
      EXPECT_EQ(Values(second->segmentation().ToArchive()),
                Values(whole.segmentation().ToArchive()));
    }
  }
}

TEST_F(JointTrainerTest, EachStageTrainsItsNetworkOnly) {
  JointTrainer trainer = Make(Tiny());
  auto fusion = Values(trainer.fusion().ToArchive());
  auto segmentation = Values(trainer.segmentation().ToArchive());
  std::vector<std::string> names;
  const Status s =
      trainer.Train(stop_, {[&](const JointEvent& e) {
                              const bool fusing = e.stage.kind == Stage::Kind::kFusion;
                              const auto f = Values(trainer.fusion().ToArchive());
                              const auto g = Values(trainer.segmentation().ToArchive());
                              EXPECT_EQ(f != fusion, fusing);
                              // Running statistics included: the guide is in evaluation mode.
                              EXPECT_EQ(g != segmentation, !fusing);
                              fusion = f;
                              segmentation = g;
                              if (fusing) {
                                EXPECT_EQ(e.losses.size(), e.stage.round == 1 ? 3u : 7u);
                              }
                              return OkStatus();
                            },
                            [&](const Stage& stage) {
                              names.push_back(StageName(stage));
                              return OkStatus();
                            }});
  ASSERT_TRUE(s.ok()) << s.message();
  EXPECT_THAT(names, ::testing::ElementsAre("round 1: fusion", "round 1: segmentation",
                                            "round 2: fusion", "round 2: segmentation"));
  EXPECT_EQ(trainer.stage(), trainer.stages().size());
}

TEST_F(JointTrainerTest, ALiteNetworkLearnsOverScalesAndResumesExactly) {
  JointSettings settings = Tiny();
  settings.network = "lite";
  settings.content_loss = "scales";
  JointTrainer whole = Make(settings);
  const std::vector<double> expected = Train(whole);
  for (const int stop_after : {1, 5}) {
    JointTrainer first = Make(settings);
    std::vector<double> losses = Train(first, stop_after);
    ASSERT_TRUE(first.SaveCheckpoint(checkpoint_).ok());
    auto second = JointTrainer::Resume(checkpoint_, data_, machine_);
    ASSERT_TRUE(second.ok()) << second.status().message();
    const std::vector<double> rest = Train(*second);
    losses.insert(losses.end(), rest.begin(), rest.end());
    EXPECT_EQ(losses, expected) << "stopped after " << stop_after;
    EXPECT_EQ(Values(second->fusion().ToArchive()), Values(whole.fusion().ToArchive()));
  }
  const auto network = model::IdentifyNetwork(whole.fusion().ToArchive());
  ASSERT_TRUE(network.ok()) << network.status().message();
  EXPECT_TRUE(network->lite && network->lite->coarse);
}

TEST_F(JointTrainerTest, Espnetv2IsTrainedFurtherAndResumesExactly) {
  const std::string published = checkpoint_ + ".published", trained = checkpoint_ + ".trained";
  Write(model::RandomEspnetv2Weights(3), published);
  const JointSettings settings = Tiny();
  const auto begin = [&] {
    auto fresh = JointTrainer::LoadSegmentation(settings, published);
    auto trainer = JointTrainer::Create(settings, data_, machine_, nullptr, *std::move(fresh));
    EXPECT_TRUE(trainer.ok()) << trainer.status().message();
    return *std::move(trainer);
  };
  JointTrainer whole = begin();
  const auto before = Values(whole.segmentation().ToArchive());
  const std::vector<double> expected = Train(whole);
  const model::TensorArchive after = whole.segmentation().ToArchive();
  // Weights and running statistics have moved.
  EXPECT_EQ(model::Espnetv2ClassesOf(after), settings.classes);
  EXPECT_TRUE(model::CheckEspnetv2Weights(after, settings.classes).ok());
  std::size_t moved = 0;
  for (const auto& [name, values] : Values(after)) moved += values != before.at(name) ? 1 : 0;
  EXPECT_GT(moved, before.size() * 9 / 10);

  JointTrainer first = begin();
  std::vector<double> losses = Train(first, 3);
  ASSERT_TRUE(first.SaveCheckpoint(checkpoint_).ok());
  auto second = JointTrainer::Resume(checkpoint_, data_, machine_);
  ASSERT_TRUE(second.ok()) << second.status().message();
  for (const double loss : Train(*second)) losses.push_back(loss);
  EXPECT_EQ(losses, expected);
  EXPECT_EQ(Values(second->segmentation().ToArchive()), Values(after));

  // What was trained goes on as it is.
  Write(after, trained);
  const auto again = JointTrainer::LoadSegmentation(settings, trained);
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(Values(again->ToArchive()), Values(after));
  JointSettings other = settings;
  other.classes = 4;
  EXPECT_EQ(JointTrainer::LoadSegmentation(other, trained).status().message(),
            trained + ": ESPNetv2 for 9 classes; the settings say 4");
  EXPECT_TRUE(JointTrainer::LoadSegmentation(other, published).ok());
  other = settings;
  other.precision = "bf16";
  EXPECT_EQ(JointTrainer::LoadSegmentation(other, published).status().message(),
            published + ": ESPNetv2 is trained in fp32 only, not in bf16");
  model::TensorArchive broken = after;
  broken.tensors.erase(broken.tensors.find("bu_dec_l4.merge_layer.3.bias"));
  Write(broken, trained);
  EXPECT_THAT(std::string(JointTrainer::LoadSegmentation(settings, trained).status().message()),
              AllOf(HasSubstr(trained), HasSubstr("bu_dec_l4.merge_layer.3")));
  std::filesystem::remove(published);
  std::filesystem::remove(trained);
}

TEST_F(JointTrainerTest, TellsTheTermsOfTheContentLossThatItWasGiven) {
  for (const auto& [loss, terms] : {std::pair<const char*, std::vector<std::string>>{
                                        "paper", {"intensity", "texture", "content"}},
                                    {"scales", {"intensity", "texture", "levels", "content"}}}) {
    JointSettings settings = Tiny("content-only");
    settings.content_loss = loss;
    JointTrainer trainer = Make(settings);
    std::vector<std::string> names;
    double sum = 0, content = 0;
    ASSERT_TRUE(trainer
                    .Train(stop_, {[&](const JointEvent& e) {
                                     names.clear();
                                     sum = 0;
                                     for (const auto& [name, value] : e.losses) {
                                       names.emplace_back(name);
                                       sum += value;
                                       content = value;
                                     }
                                     return OkStatus();
                                   },
                                   {}})
                    .ok());
    EXPECT_EQ(names, terms);
    // Over scales all weights are 1.
    if (std::string(loss) == "scales") {
      EXPECT_NEAR(sum - content, content, 1e-5);
    }
  }
}

TEST_F(JointTrainerTest, WeightsOfAnotherNetworkAreRefused) {
  JointSettings settings = Tiny("content-only");
  const auto full = FreshFusion(settings, 1);
  ASSERT_TRUE(full.ok());
  const model::TensorArchive archive = (*full)->ToArchive();
  settings.network = "lite";
  EXPECT_EQ(JointTrainer::Create(settings, data_, machine_, &archive).status().message(),
            "the weights are of the network full, the one to train is lite");
  settings.gradient_stream = false;
  EXPECT_EQ(JointTrainer::Create(settings, data_, machine_).status().message(),
            "gradient_stream: the network lite has none");
}

TEST_F(JointTrainerTest, TheSemanticLossReachesTheFusionNetwork) {
  // The same round 2 with and without it.
  JointSettings without = Tiny();
  without.gamma = 0;
  JointTrainer a = Make(Tiny()), b = Make(without);
  Train(a, 6);
  Train(b, 6);
  EXPECT_NE(Values(a.fusion().ToArchive()), Values(b.fusion().ToArchive()));
}

TEST_F(JointTrainerTest, WithoutTheGradientStreamItsWeightsStayZero) {
  JointSettings s = Tiny();
  s.gradient_stream = false;
  s.carry_fusion = false;
  JointTrainer trainer = Make(s);
  Train(trainer);
  for (const auto& [name, values] : Values(trainer.fusion().ToArchive())) {
    if (name.find(".convup.") == std::string::npos) continue;
    EXPECT_THAT(values, ::testing::Each(0.0f)) << name;
  }
}

TEST_F(JointTrainerTest, ContentOnlyNeedsNoLabels) {
  const PairDataset plain = TestPairs(2, 36, 32);
  EXPECT_THAT(std::string(JointTrainer::Create(Tiny(), plain, machine_).status().message()),
              HasSubstr("needs labels"));
  auto trainer = JointTrainer::Create(Tiny("content-only"), plain, machine_);
  ASSERT_TRUE(trainer.ok());
  EXPECT_EQ(Train(*trainer).size(), 4u);
}

TEST_F(JointTrainerTest, WholePicturesNeedOneSize) {
  const ImageBuffer small = TestPicture(32, 32, 1), large = TestPicture(40, 32, 2);
  const auto mixed =
      PairDataset::FromImages({small.view(), large.view()}, {small.view(), large.view()});
  JointSettings s = Tiny("content-only");
  s.fusion_crop = 0;
  EXPECT_THAT(std::string(JointTrainer::Create(s, *mixed, machine_).status().message()),
              HasSubstr("32x32"));
  s.fusion_crop = 33;
  EXPECT_THAT(std::string(JointTrainer::Create(s, *mixed, machine_).status().message()),
              HasSubstr("fusion_crop 33"));
}

TEST_F(JointTrainerTest, ANonFiniteLossStopsBeforeItReachesTheWeights) {
  JointTrainer trainer = Make(Tiny());
  {
    const torch::NoGradGuard no_grad;
    trainer.fusion().parameter_tensors()[0].fill_(std::numeric_limits<float>::quiet_NaN());
  }
  const Status s = trainer.Train(stop_, {[](const JointEvent&) { return OkStatus(); }, {}});
  EXPECT_EQ(s.message(), "the intensity loss is not finite at step 1 of round 1: fusion");
  EXPECT_EQ(trainer.step(), 0u);
}

TEST_F(JointTrainerTest, AnObserversFailureEndsTheRun) {
  JointTrainer trainer = Make(Tiny("content-only"));
  const Status s =
      trainer.Train(stop_, {[](const JointEvent&) { return IoError("log.csv: full"); }, {}});
  EXPECT_EQ(s.message(), "log.csv: full");
  EXPECT_EQ(trainer.step(), 1u);
}

TEST_F(JointTrainerTest, ACheckpointOfAnotherKindIsNotTaken) {
  constexpr CheckpointKind kOther = {"seafusion other checkpoint 1\n", "other checkpoint"};
  ASSERT_TRUE(Make(Tiny("content-only")).SaveCheckpoint(checkpoint_, kOther).ok());
  EXPECT_TRUE(JointTrainer::Resume(checkpoint_, data_, machine_, kOther).ok());
  EXPECT_TRUE(JointTrainer::SettingsOf(checkpoint_, kOther).ok());
  EXPECT_EQ(JointTrainer::Resume(checkpoint_, data_, machine_).status().message(),
            checkpoint_ + ": not a complete joint training checkpoint");
}

TEST_F(JointTrainerTest, AFailedSegmentationStepLeavesBatchNormAsItWas) {
  JointSettings s = Tiny("segmentation");
  s.segmentation_source = "vis";
  JointTrainer trainer = Make(s);
  {
    const torch::NoGradGuard no_grad;
    for (const auto& group : trainer.segmentation().parameter_groups()) {
      if (!group.head) continue;
      for (torch::Tensor t : group.tensors) t.fill_(std::numeric_limits<float>::quiet_NaN());
    }
  }
  const auto statistics = [&] {
    std::map<std::string, std::vector<float>> values;
    for (const auto& [name, tensor] : trainer.segmentation().ToArchive().tensors) {
      if (name.find(".running_") != std::string::npos) values[name] = tensor.values;
    }
    return values;
  };
  const auto before = statistics();
  const Status status = trainer.Train(stop_, {[](const JointEvent&) { return OkStatus(); }, {}});
  EXPECT_EQ(status.message(), "the main loss is not finite at step 1 of round 1: segmentation");
  EXPECT_EQ(statistics(), before);
}

TEST_F(JointTrainerTest, Bfloat16TrainsOrIsRefused) {
  JointSettings s = Tiny("content-only");
  s.precision = "fp16";
  EXPECT_EQ(ValidateJointSettings(s).message(), "precision \"fp16\" is none of fp32, bf16");
  s.precision = "bf16";
  if (const Status can = CheckBfloat16(torch::kCPU); !can.ok()) {
    EXPECT_EQ(JointTrainer::Create(s, data_, machine_).status().message(), can.message());
    GTEST_SKIP() << can.message();
  }
  s.rounds = 1;
  s.fusion_steps = 20;
  s.fusion_lr = 3e-3;
  JointTrainer trainer = Make(s);
  const std::vector<double> losses = Train(trainer);
  ASSERT_EQ(losses.size(), 20u);
  EXPECT_LT(losses.back(), 0.8 * losses.front());
  s.precision = "fp32";
  JointTrainer exact = Make(s);
  const std::vector<double> expected = Train(exact, 1);
  EXPECT_NE(losses[0], expected[0]);
  EXPECT_NEAR(losses[0], expected[0], 0.02 * expected[0]);

  // Both networks, and across a resume.
  JointSettings joint = Tiny();
  joint.precision = "bf16";
  JointTrainer whole = Make(joint), part = Make(joint);
  std::vector<double> all = Train(whole), both = Train(part, 5);
  ASSERT_TRUE(part.SaveCheckpoint(checkpoint_).ok());
  auto rest = JointTrainer::Resume(checkpoint_, data_, machine_);
  ASSERT_TRUE(rest.ok()) << rest.status().message();
  EXPECT_EQ(rest->settings().precision, "bf16");
  for (double loss : Train(*rest)) both.push_back(loss);
  EXPECT_EQ(both, all);
}

TEST_F(JointTrainerTest, BrokenCheckpointsAreRefused) {
  JointTrainer trainer = Make(Tiny());
  ASSERT_TRUE(trainer.SaveCheckpoint(checkpoint_).ok());
  std::ifstream in(checkpoint_, std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(in)), {});
  const auto refused = [&](const std::string& content) {
    std::ofstream(checkpoint_, std::ios::binary) << content;
    const Status s = JointTrainer::Resume(checkpoint_, data_, machine_).status();
    EXPECT_EQ(s.code(), StatusCode::kCorruptData);
    EXPECT_THAT(std::string(s.message()), HasSubstr(checkpoint_));
  };
  for (std::size_t size = 0; size < file.size(); size += file.size() / 20 + 1) {
    refused(file.substr(0, size));
  }
  for (std::size_t at = 0; at < file.size(); at += file.size() / 20 + 1) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    refused(changed);
  }
}

}  // namespace
}  // namespace seafusion::learn
