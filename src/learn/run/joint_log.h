// What a joint training run writes down: CSV tables, event files for TensorBoard, sample pictures.
#ifndef SEAFUSION_LEARN_RUN_JOINT_LOG_H_
#define SEAFUSION_LEARN_RUN_JOINT_LOG_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "learn/joint/joint_trainer.h"
#include "learn/log/event_file.h"
#include "learn/losses/content_evaluation.h"
#include "learn/run/run_folder.h"
#include "learn/segmentation/confusion_matrix.h"

namespace seafusion::learn {

/// What was measured after a stage, of what the stage trains.
struct StageMeasurement {
  std::optional<LossValues> content;
  std::optional<ConfusionMatrix> classes;
};

/// "  val  content 0.0312  mIoU 41.2 %  car 62.1 %  ..."
std::string MeasurementText(const StageMeasurement& measurement);

/// The steps of a stage since it was begun or resumed.
struct StageThroughput {
  double seconds = 0, waited = 0;
  std::uint64_t pictures = 0;
  double rate() const;          ///< Pictures a second.
  double waited_share() const;  ///< Of the time.
};

/// Not thread-safe. Whatever cannot be written is a failure that names the file.
class JointLog {
 public:
  /// Of a run of `stages` that is at `position`; lines of later steps are dropped, all of them
  /// unless `resumed`. The folder is there, with samples/ where AddSample is called.
  static StatusOr<JointLog> Open(const RunFolder& folder, const std::vector<Stage>& stages,
                                 RunPosition position, bool resumed);

  Status AddStep(std::size_t stage, const JointEvent& event);
  Status AddThroughput(std::size_t stage, const StageThroughput& throughput);
  Status AddMeasurement(std::size_t stage, const StageMeasurement& measurement);
  /// `what`: fused, segmented...; as a file, and in the same form for TensorBoard.
  Status AddSample(std::size_t stage, const std::string& name, const std::string& what,
                   const ImageView& picture);

 private:
  JointLog(const RunFolder& folder, std::vector<Stage> stages, RunTable steps, RunTable val,
           RunTable throughput, EventFile events);
  /// TensorBoard knows one count of steps.
  std::uint64_t StepsBefore(std::size_t stage) const;
  std::uint64_t StepsAfter(std::size_t stage) const {
    return StepsBefore(stage) + stages_[stage].steps;
  }

  RunFolder folder_;
  std::vector<Stage> stages_;
  RunTable steps_, val_, throughput_;
  EventFile events_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_RUN_JOINT_LOG_H_
