#include "learn/run/joint_log.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "model/segmentation_classes.h"

namespace seafusion::learn {
namespace {

constexpr const char* kStepsHeader =
    "stage,step,lr,intensity,texture,content,main,auxiliary,semantic,joint,levels";
constexpr const char* kValHeader =
    "stage,name,intensity,texture,content,accuracy,miou,background,car,person,bike,curve,car_stop,"
    "guardrail,color_cone,bump";
constexpr const char* kThroughputHeader =
    "stage,name,pictures,seconds,pictures_per_second,waited_share";
constexpr int kValClasses = 9;  // columns of kValHeader
constexpr std::uint64_t kMaxSampleBytes = std::uint64_t{1} << 30;

template <typename... Values>
std::string Formatted(const char* format, Values... values) {
  char text[160];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

std::string PercentText(double share) {
  return Formatted("%.1f %%", 100 * share);
}

std::string StepLine(std::size_t stage, const JointEvent& e) {
  std::string line = std::to_string(stage) + "," + std::to_string(e.step);
  line += Formatted(",%.6g", e.lr);
  for (const char* name :
       {"intensity", "texture", "content", "main", "auxiliary", "semantic", "joint", "levels"}) {
    const auto it = std::find_if(e.losses.begin(), e.losses.end(),
                                 [&](const auto& loss) { return loss.first == std::string(name); });
    line += it == e.losses.end() ? "," : Formatted(",%.6g", it->second);
  }
  return line;
}

}  // namespace

double StageThroughput::rate() const {
  return static_cast<double>(pictures) / std::max(seconds, 1e-9);
}

double StageThroughput::waited_share() const {
  return waited / std::max(seconds, 1e-9);
}

std::string MeasurementText(const StageMeasurement& m) {
  std::string text = "  val";
  if (m.content) text += Formatted("  content %.4f", m.content->content);
  if (!m.classes) return text;
  text += "  mIoU " + PercentText(m.classes->MeanIou());
  // Car, person and bike, as the paper's table.
  for (int c = 1; c <= std::min(3, m.classes->classes() - 1); ++c) {
    const auto iou = m.classes->Iou(c);
    if (!iou) continue;
    text += "  ";
    text += model::kSegmentationClasses[static_cast<std::size_t>(c)];
    text += " " + PercentText(*iou);
  }
  return text;
}

JointLog::JointLog(const RunFolder& folder, std::vector<Stage> stages, RunTable steps, RunTable val,
                   RunTable throughput, EventFile events)
    : folder_(folder),
      stages_(std::move(stages)),
      steps_(std::move(steps)),
      val_(std::move(val)),
      throughput_(std::move(throughput)),
      events_(std::move(events)) {}

StatusOr<JointLog> JointLog::Open(const RunFolder& folder, const std::vector<Stage>& stages,
                                  RunPosition position, bool resumed) {
  SEAFUSION_ASSIGN_OR_RETURN(
      RunTable steps, RunTable::Open(folder, "log.csv", kStepsHeader, [&](const std::string& line) {
        return resumed && PositionOf(line) <= position;
      }));
  const auto of_stages_before = [&](const std::string& line) {
    return resumed && std::strtoull(line.c_str(), nullptr, 10) < position.stage;
  };
  SEAFUSION_ASSIGN_OR_RETURN(RunTable val,
                             RunTable::Open(folder, "val.csv", kValHeader, of_stages_before));
  SEAFUSION_ASSIGN_OR_RETURN(
      RunTable throughput,
      RunTable::Open(folder, "throughput.csv", kThroughputHeader, of_stages_before));
  std::uint64_t done = position.step;
  for (std::size_t i = 0; i < position.stage; ++i) done += stages[i].steps;
  SEAFUSION_ASSIGN_OR_RETURN(EventFile events, EventFile::Create(folder.path(), done));
  return JointLog(folder, stages, std::move(steps), std::move(val), std::move(throughput),
                  std::move(events));
}

std::uint64_t JointLog::StepsBefore(std::size_t stage) const {
  std::uint64_t steps = 0;
  for (std::size_t i = 0; i < stage; ++i) steps += stages_[i].steps;
  return steps;
}

Status JointLog::AddStep(std::size_t stage, const JointEvent& e) {
  SEAFUSION_RETURN_IF_ERROR(steps_.Add(StepLine(stage, e)));
  const std::string kind = e.stage.kind == Stage::Kind::kSegmentation ? "segmentation" : "fusion";
  std::vector<std::pair<std::string, double>> named = {{kind + "/learning rate", e.lr}};
  for (const auto& [name, value] : e.losses) named.emplace_back(kind + "/" + name, value);
  const std::vector<EventFile::Scalar> scalars(named.begin(), named.end());
  return events_.AddScalars(StepsBefore(stage) + e.step, scalars);
}

Status JointLog::AddThroughput(std::size_t stage, const StageThroughput& t) {
  return throughput_.Add(std::to_string(stage) + "," + StageName(stages_[stage]) +
                         Formatted(",%llu,%.3f,%.4f,%.5f",
                                   static_cast<unsigned long long>(t.pictures), t.seconds, t.rate(),
                                   t.waited_share()));
}

Status JointLog::AddMeasurement(std::size_t stage, const StageMeasurement& m) {
  std::string line = std::to_string(stage) + "," + StageName(stages_[stage]);
  std::vector<EventFile::Scalar> scalars;
  if (m.content) {
    line +=
        Formatted(",%.6g,%.6g,%.6g", m.content->intensity, m.content->texture, m.content->content);
    scalars = {{"val/intensity", m.content->intensity},
               {"val/texture", m.content->texture},
               {"val/content", m.content->content}};
  } else {
    line += ",,,";
  }
  if (m.classes) {
    line += Formatted(",%.6g,%.6g", m.classes->Accuracy(), m.classes->MeanIou());
    scalars.emplace_back("val/accuracy", m.classes->Accuracy());
    scalars.emplace_back("val/mIoU", m.classes->MeanIou());
  } else {
    line += ",,";
  }
  for (int c = 0; c < kValClasses; ++c) {
    const auto iou = m.classes && c < m.classes->classes() ? m.classes->Iou(c) : std::nullopt;
    line += iou ? Formatted(",%.6g", *iou) : ",";
  }
  SEAFUSION_RETURN_IF_ERROR(events_.AddScalars(StepsAfter(stage), scalars));
  return val_.Add(line);
}

Status JointLog::AddSample(std::size_t stage, const std::string& name, const std::string& what,
                           const ImageView& picture) {
  const std::string path =
      folder_.path("samples/" + std::to_string(stage) + "-" + name + "-" + what + ".png");
  SEAFUSION_RETURN_IF_ERROR(io::WriteImage(path, picture, IfExists::kReplace));
  SEAFUSION_ASSIGN_OR_RETURN(const auto png, ReadFile(path, kMaxSampleBytes));
  return events_.AddPicture(StepsAfter(stage), what + "/" + name, picture.width, picture.height,
                            png);
}

}  // namespace seafusion::learn
