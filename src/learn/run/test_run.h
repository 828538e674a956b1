// For tests of runs: a folder to run on, the smallest schedule, and what a run tells.
#ifndef SEAFUSION_LEARN_RUN_TEST_RUN_H_
#define SEAFUSION_LEARN_RUN_TEST_RUN_H_

#include <atomic>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/run_monitor.h"
#include "learn/data/test_folder.h"
#include "learn/joint/joint_choice.h"
#include "learn/libtorch.h"

namespace seafusion::learn {

/// Keeps what it is told; asks the run to end once so many reports of a label have come.
class RecordingMonitor {
 public:
  explicit RecordingMonitor(std::string stop_label = {}, int stop_after = 0)
      : stop_label_(std::move(stop_label)), stop_after_(stop_after) {
    monitor_.progress = [this](const RunProgress& state) {
      reports.push_back(std::string(state.label) + " " + std::to_string(state.done) + "/" +
                        std::to_string(state.total) + " " + std::string(state.unit));
      if (state.label == stop_label_ && --stop_after_ == 0) stop_ = true;
    };
    monitor_.message = [this](std::string_view text) { messages.emplace_back(text); };
    monitor_.stop = &stop_;
  }
  RecordingMonitor(const RecordingMonitor&) = delete;
  RecordingMonitor& operator=(const RecordingMonitor&) = delete;

  const RunMonitor& monitor() const { return monitor_; }

  std::vector<std::string> reports;  ///< "train 1/3 steps"
  std::vector<std::string> messages;

 private:
  std::string stop_label_;
  int stop_after_;
  std::atomic<bool> stop_ = false;
  RunMonitor monitor_;
};

/// Labelled pairs in folder(), and room for runs beside it.
class RunTest : public PairFolderTest {
 protected:
  void SetUp() override {
    PairFolderTest::SetUp();
    for (const char* name : {"a", "b", "c"}) WritePair(name, 40, 36);
  }

  std::string Text(const std::string& name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// Two rounds, two steps of each network in each.
  static JointChoice TinyChoice() {
    return {.preset = "paper",
            .set = {"rounds=2", "fusion_steps=2", "fusion_batch=2", "fusion_crop=32",
                    "segmentation_width=8", "segmentation_steps=2", "segmentation_batch=2",
                    "segmentation_crop_width=32", "segmentation_crop_height=32"}};
  }
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RUN_TEST_RUN_H_
