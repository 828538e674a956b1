#include "align/run/rig_outputs.h"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <tuple>
#include <utility>
#include <vector>

#include "align/place/on_canvas.h"
#include "align/rig/rig_file.h"
#include "align/run/judging_picture.h"
#include "core/files/file.h"
#include "core/memory/image_buffer.h"
#include "core/status_macros.h"
#include "io/image_file.h"

namespace seafusion::align {
namespace {

namespace fs = std::filesystem;

std::string Now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

IfExists RuleOf(const RigSettings& settings) {
  return settings.overwrite ? IfExists::kReplace : IfExists::kFail;
}

std::string PathOf(const RigSettings& settings, const char* folder, const std::string& name) {
  return (fs::path(settings.write) / folder / (name + ".png")).string();
}

}  // namespace

Status CheckRigOutputs(const RigSettings& settings, const std::vector<io::PicturePair>& pairs,
                       io::KeptInputs inputs) {
  std::vector<std::string> outputs;
  for (const std::string& path : {settings.output, settings.picture}) {
    if (!path.empty()) outputs.push_back(path);
  }
  if (!settings.write.empty()) {
    for (const io::PicturePair& pair : pairs) {
      outputs.push_back(PathOf(settings, "ir", pair.stem));
      outputs.push_back(PathOf(settings, "vi", pair.stem));
    }
  }
  for (const std::string& path :
       {settings.points, settings.calibration, settings.infrared_calibration,
        settings.visible_calibration, settings.rig, settings.pairing.table}) {
    inputs.Add(path);
  }
  for (const std::string& path : outputs) SEAFUSION_RETURN_IF_ERROR(inputs.Check(path));
  if (settings.overwrite) return OkStatus();
  std::error_code ec;
  for (const std::string& path : outputs) {
    if (fs::exists(path, ec)) return AlreadyExists(path + ": exists already (see --overwrite)");
  }
  return OkStatus();
}

Status TakeRegistration(const RigSettings& settings, const Registration& found, RigReport& report) {
  report.registration = found;
  report.verdict = found.verdict;
  report.refused = found.verdict == Verdict::kRefuse ||
                   (found.verdict == Verdict::kUnsure && !settings.accept_unsure);
  if (report.refused) return OkStatus();
  Rig rig = RigFromRegistration(found);
  SEAFUSION_RETURN_IF_ERROR(rig.Validate());
  report.rig = std::move(rig);
  return OkStatus();
}

Status TakeBoard(const RigSettings& settings, BoardCalibrator& calibrator, RigReport& report) {
  StatusOr<BoardCalibration> found = calibrator.Calibrate();
  report.views = calibrator.views();
  if (!found.ok()) return found.status();
  report.board = *std::move(found);
  Rig rig = report.board->rig;
  rig.distance = settings.distance;
  SEAFUSION_RETURN_IF_ERROR(rig.Validate());
  report.rig = std::move(rig);
  return OkStatus();
}

StatusOr<Warper> WarperOfRig(const RigSettings& settings, RigReport& report) {
  if (report.rig->origin.when.empty()) report.rig->origin.when = Now();
  SEAFUSION_ASSIGN_OR_RETURN(Warper warper, Warper::Create(*report.rig, settings.canvas));
  report.canvas_width = warper.width();
  report.canvas_height = warper.height();
  return warper;
}

Status WriteJudgingPicture(const RigSettings& settings, const Rig& rig, const std::string& name,
                           const ImageView& infrared, const ImageView& visible) {
  if (settings.picture.empty()) return OkStatus();
  StatusOr<ImageBuffer> sheet = JudgingPicture(rig, infrared, visible);
  if (!sheet.ok()) return sheet.status().Annotate(name);
  return io::WriteImage(settings.picture, sheet->view(), RuleOf(settings));
}

Status WriteRegisteredPair(const RigSettings& settings, const Warper& warper,
                           const std::string& name, const ImageView& infrared,
                           const ImageView& visible) {
  for (const auto& [source, view, folder] :
       {std::tuple{Source::kInfrared, &infrared, "ir"}, {Source::kVisible, &visible, "vi"}}) {
    SEAFUSION_RETURN_IF_ERROR(MakeFolder((fs::path(settings.write) / folder).string()));
    const StatusOr<ImageBuffer> out = OnCanvas(warper, source, *view);
    if (!out.ok()) return out.status().Annotate(name);
    SEAFUSION_RETURN_IF_ERROR(
        io::WriteImage(PathOf(settings, folder, name), out->view(), RuleOf(settings)));
  }
  return OkStatus();
}

Status WriteRigFile(const RigSettings& settings, const RigReport& report) {
  if (settings.output.empty()) return OkStatus();
  return WriteRig(settings.output, *report.rig, RuleOf(settings));
}

}  // namespace seafusion::align
