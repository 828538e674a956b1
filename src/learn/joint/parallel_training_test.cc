// Joint training by several processes, which threads stand for here.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/data/test_pairs.h"
#include "learn/joint/joint_trainer.h"
#include "learn/libtorch.h"
#include "learn/parallel/test_processes.h"

namespace seafusion::learn {
namespace {

using ::testing::HasSubstr;

JointSettings Tiny(const char* strategy) {
  JointSettings s;
  s.strategy = strategy;
  s.rounds = 2;
  s.fusion_steps = 2;
  s.fusion_batch = 5;
  s.fusion_crop = 24;
  s.segmentation_width = 8;
  s.segmentation_steps = 2;
  s.segmentation_batch = 5;
  s.segmentation_crop_width = 32;
  s.segmentation_crop_height = 32;
  return s;
}

class ParallelTrainingTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { at::set_num_threads(1); }

  // The last loss of each step; fails after `stop_after` of them.
  static std::vector<double> Train(JointTrainer& trainer, Status& status, int stop_after = 1000) {
    std::vector<double> losses;
    const std::atomic<bool> stop = false;
    status = trainer.Train(stop, {[&](const JointEvent& e) {
                                    losses.push_back(e.losses.back().second);
                                    return static_cast<int>(losses.size()) == stop_after
                                               ? IoError("disk full")
                                               : OkStatus();
                                  },
                                  {}});
    return losses;
  }

  std::vector<double> TrainAlone(const JointSettings& settings) const {
    auto trainer = JointTrainer::Create(settings, data_, {.workers = 0});
    EXPECT_TRUE(trainer.ok()) << trainer.status().message();
    Status status = OkStatus();
    std::vector<double> losses = Train(*trainer, status);
    EXPECT_TRUE(status.ok()) << status.message();
    return losses;
  }

  // `loose`: so many of the last steps are on pictures that were fused anew by weights that are
  // rounded differently: they differ by single levels.
  static void ExpectNear(const std::vector<double>& a, const std::vector<double>& b,
                         const std::string& what, std::size_t loose) {
    ASSERT_EQ(a.size(), b.size()) << what;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double tolerance = i + loose < a.size() ? 1e-3 : 1e-1;
      EXPECT_NEAR(a[i], b[i], tolerance * std::abs(b[i])) << what << ", step " << i;
    }
  }

  const PairDataset data_ = TestLabelledPairs(3, 40, 36);
};

TEST_F(ParallelTrainingTest, ProcessesTrainAsOneDoes) {
  for (const char* strategy : {"joint", "one-stage", "content-only"}) {
    const std::vector<double> expected = TrainAlone(Tiny(strategy));
    RunProcesses(3, [&](const std::shared_ptr<ProcessGroup>& group) {
      auto trainer =
          JointTrainer::Create(Tiny(strategy), data_, {.workers = group->rank(), .group = group});
      ASSERT_TRUE(trainer.ok()) << trainer.status().message();
      Status status = OkStatus();
      const std::vector<double> losses = Train(*trainer, status);
      EXPECT_TRUE(status.ok()) << status.message();
      ExpectNear(losses, expected, strategy, strategy == std::string("joint") ? 2 : 0);
    });
  }
}

TEST_F(ParallelTrainingTest, AfterALossOthersGoOnFromTheCheckpoint) {
  const std::vector<double> expected = TrainAlone(Tiny("joint"));
  const std::string checkpoint = (std::filesystem::temp_directory_path() /
                                  ("parallel_training_test." + std::to_string(::getpid())))
                                     .string();
  // In each network's stage.
  for (int lost_after : {1, 3, 4}) {
    std::vector<double> losses;
    RunProcesses(2, [&](const std::shared_ptr<ProcessGroup>& group) {
      auto trainer = JointTrainer::Create(Tiny("joint"), data_, {.workers = 0, .group = group});
      ASSERT_TRUE(trainer.ok()) << trainer.status().message();
      Status status = OkStatus();
      if (!group->first()) {
        Train(*trainer, status, lost_after);
        return;
      }
      losses = Train(*trainer, status);
      EXPECT_EQ(status.code(), StatusCode::kInternal);
      EXPECT_THAT(std::string(status.message()),
                  HasSubstr("another process of this run has ended"));
      EXPECT_TRUE(trainer->SaveCheckpoint(checkpoint).ok());
    });
    EXPECT_EQ(static_cast<int>(losses.size()), lost_after);
    auto rest = JointTrainer::Resume(checkpoint, data_, {.workers = 0});
    ASSERT_TRUE(rest.ok()) << rest.status().message();
    Status status = OkStatus();
    const std::vector<double> more = Train(*rest, status);
    EXPECT_TRUE(status.ok()) << status.message();
    losses.insert(losses.end(), more.begin(), more.end());
    ExpectNear(losses, expected, "lost after " + std::to_string(lost_after), 2);
  }
  std::filesystem::remove(checkpoint);
}

TEST_F(ParallelTrainingTest, ProcessesThatDoNotFitTogetherAreNamed) {
  RunProcesses(2, [&](const std::shared_ptr<ProcessGroup>& group) {
    const auto failure = [&](const JointSettings& settings) {
      auto trainer = JointTrainer::Create(settings, data_, {.workers = 0, .group = group});
      EXPECT_TRUE(trainer.ok()) << trainer.status().message();
      Status status = OkStatus();
      Train(*trainer, status);
      return std::string(status.message());
    };
    JointSettings settings = Tiny("joint");
    settings.seed = group->first() ? 1 : 2;
    EXPECT_EQ(failure(settings), "process 1 has other settings than process 0");
    settings = Tiny("content-only");
    settings.fusion_batch = 1;
    EXPECT_EQ(failure(settings),
              "fusion_batch 1 cannot be shared by 2 processes: each needs a picture");
  });
}

}  // namespace
}  // namespace seafusion::learn
