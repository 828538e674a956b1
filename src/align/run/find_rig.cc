#include "align/run/find_rig.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "align/calibrate/import_calibration.h"
#include "align/place/found_rig.h"
#include "align/rig/rig_file.h"
#include "align/run/rig_outputs.h"
#include "core/status_macros.h"
#include "io/measure_files.h"
#include "io/pairing/pair_list.h"

namespace seafusion::align {
namespace {

namespace fs = std::filesystem;

class RigSearch {
 public:
  RigSearch(const RigSettings& settings, const RunMonitor& monitor, RigReport& report)
      : settings_(settings), monitor_(monitor), report_(report) {}

  Status Run() {
    SEAFUSION_RETURN_IF_ERROR(ListPairs());
    SEAFUSION_RETURN_IF_ERROR(
        CheckRigOutputs(settings_, pairs_.pairs, io::KeptInputs(pairs_.pairs)));
    SEAFUSION_RETURN_IF_ERROR(Find());
    if (report_.refused) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(const Warper warper, WarperOfRig(settings_, report_));
    if (!settings_.picture.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(const io::SourcePictures p, Read(pairs_.pairs.size() / 2));
      SEAFUSION_RETURN_IF_ERROR(WriteJudgingPicture(settings_, *report_.rig, NamesOf(p),
                                                    p.infrared.view(), p.visible.view()));
    }
    if (!settings_.write.empty()) SEAFUSION_RETURN_IF_ERROR(WritePairs(warper));
    return WriteRigFile(settings_, report_);
  }

 private:
  static std::string NamesOf(const io::SourcePictures& p) {
    return p.infrared_path + " and " + p.visible_path;
  }
  bool NeedsPictures() const { return settings_.calibration.empty() && settings_.rig.empty(); }

  Status ListPairs() {
    if (settings_.infrared.empty() && settings_.visible.empty() &&
        settings_.pairing.table.empty()) {
      if (!NeedsPictures() && settings_.picture.empty() && settings_.write.empty()) {
        return OkStatus();
      }
      return InvalidArgument("needs pictures of both cameras");
    }
    SEAFUSION_ASSIGN_OR_RETURN(
        pairs_, io::ListPairs(settings_.infrared, settings_.visible, settings_.pairing));
    for (const std::string& path : pairs_.unpaired) monitor_.Say(path + ": has no partner");
    report_.pairs = pairs_.pairs.size();
    return OkStatus();
  }

  StatusOr<io::SourcePictures> Read(std::size_t i) const {
    const io::PicturePair& p = pairs_.pairs[i];
    return io::ReadSources(p.infrared, p.visible, settings_.sources);
  }

  Status Find() {
    if (!settings_.rig.empty()) {
      SEAFUSION_ASSIGN_OR_RETURN(report_.rig, ReadRig(settings_.rig));
      return OkStatus();
    }
    if (!settings_.calibration.empty()) return FromCalibration();
    if (!settings_.points.empty()) return FromPoints();
    if (settings_.board) return FromBoard();
    if (settings_.flir) {
      SEAFUSION_ASSIGN_OR_RETURN(const io::SourcePictures first, Read(0));
      const auto& [real_to_ir, x, y] = *settings_.flir;
      SEAFUSION_ASSIGN_OR_RETURN(
          report_.rig,
          RigFromFlir(first.infrared.width(), first.infrared.height(), first.visible.width(),
                      first.visible.height(), real_to_ir, x, y));
      return OkStatus();
    }
    return FromPictures();
  }

  Status FromCalibration() {
    SEAFUSION_ASSIGN_OR_RETURN(const ImportedCalibration both,
                               ImportCalibration(settings_.calibration));
    if (!both.second_from_first) {
      return InvalidArgument(settings_.calibration +
                             ": does not say where one camera is from the other");
    }
    std::array<std::optional<ImportedCamera>, 2> cameras;  // infrared, visible
    if (both.cameras.size() == 2) {
      cameras[0] = both.cameras[settings_.infrared_first ? 0 : 1];
      cameras[1] = both.cameras[settings_.infrared_first ? 1 : 0];
    }
    for (const auto& [path, camera] : {std::pair{&settings_.infrared_calibration, &cameras[0]},
                                       {&settings_.visible_calibration, &cameras[1]}}) {
      if (path->empty()) {
        if (!*camera) {
          return InvalidArgument(settings_.calibration +
                                 ": holds no two cameras; name a file for each");
        }
        continue;
      }
      SEAFUSION_ASSIGN_OR_RETURN(ImportedCalibration one, ImportCalibration(*path));
      if (one.cameras.size() != 1) {
        return InvalidArgument(*path + ": holds " + std::to_string(one.cameras.size()) +
                               " cameras, not one");
      }
      *camera = one.cameras.front();
    }
    if (!pairs_.pairs.empty()) {  // What a file does not say, a picture does.
      SEAFUSION_ASSIGN_OR_RETURN(const io::SourcePictures first, Read(0));
      for (const auto& [camera, image] :
           {std::pair{&*cameras[0], &first.infrared}, {&*cameras[1], &first.visible}}) {
        if (camera->width != 0) continue;
        camera->width = image->width();
        camera->height = image->height();
      }
    }
    const Extrinsics& e = *both.second_from_first;
    SEAFUSION_ASSIGN_OR_RETURN(
        report_.rig,
        RigFromCalibration(*cameras[0], *cameras[1], settings_.infrared_first ? e.Inverse() : e,
                           settings_.distance));
    return OkStatus();
  }

  Status FromPoints() {
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<PointPair> points, ReadPoints(settings_.points));
    SEAFUSION_ASSIGN_OR_RETURN(const io::SourcePictures first, Read(0));
    StatusOr<PointFit> fit = FitPoints(points, settings_.registration.model, settings_.tolerance);
    if (!fit.ok()) return fit.status().Annotate(settings_.points);
    Rig rig;
    rig.infrared.width = first.infrared.width();
    rig.infrared.height = first.infrared.height();
    rig.visible.width = first.visible.width();
    rig.visible.height = first.visible.height();
    rig.model = settings_.registration.model;
    rig.map.map = fit->visible_to_infrared;
    rig.origin.method = RigMethod::kPoints;
    rig.origin.frames = static_cast<int>(points.size());
    rig.origin.expected_error_px = fit->deviation;
    SEAFUSION_RETURN_IF_ERROR(rig.Validate().Annotate(settings_.points));
    report_.points = *std::move(fit);
    report_.rig = rig;
    return OkStatus();
  }

  Status FromBoard() {
    SEAFUSION_ASSIGN_OR_RETURN(BoardCalibrator calibrator,
                               BoardCalibrator::Create(*settings_.board));
    const std::size_t all = pairs_.pairs.size(), count = std::min(all, kMostBoardPairs);
    for (std::size_t k = 0; k < count && calibrator.good() < BoardCalibrator::kMostViews; ++k) {
      monitor_.Report({.label = "board", .unit = "pairs", .done = k, .total = count, .detail = {}});
      if (monitor_.Stopped()) return Cancelled("interrupted");
      SEAFUSION_ASSIGN_OR_RETURN(const io::SourcePictures p, Read(k * all / count));
      const std::string name = fs::path(p.infrared_path).filename().string();
      if (Status s = calibrator.Add(name, p.infrared.view(), p.visible.view()); !s.ok()) {
        return s.Annotate(p.infrared_path + " and " + p.visible_path);
      }
    }
    return TakeBoard(settings_, calibrator, report_);
  }

  // Pairs spread evenly over the folder, twice as many each time until they say enough.
  Status FromPictures() {
    SEAFUSION_ASSIGN_OR_RETURN(Registrar registrar, Registrar::Create(settings_.registration));
    const std::size_t most = std::min<std::size_t>(
        pairs_.pairs.size(),
        static_cast<std::size_t>(std::clamp(settings_.frames, 1, Registrar::kMostFrames)));
    const bool lens = settings_.registration.model == TransformModel::kHomographyLens;
    std::vector<bool> taken(pairs_.pairs.size());
    std::size_t goal = lens ? most : std::min<std::size_t>(most, 8);
    Registration found;
    for (;;) {
      for (std::size_t k = 0; k < goal; ++k) {
        const std::size_t i = goal == 1 ? 0 : k * (pairs_.pairs.size() - 1) / (goal - 1);
        if (taken[i] || static_cast<std::size_t>(registrar.frames()) >= most) continue;
        if (monitor_.Stopped()) return Cancelled("interrupted");
        taken[i] = true;
        SEAFUSION_ASSIGN_OR_RETURN(const io::SourcePictures pictures, Read(i));
        if (Status s = registrar.Add(pictures.infrared.view(), pictures.visible.view()); !s.ok()) {
          return s.Annotate(pictures.infrared_path + " and " + pictures.visible_path);
        }
      }
      SEAFUSION_ASSIGN_OR_RETURN(found, registrar.Estimate(monitor_));
      if (SaysEnough(found) || goal >= most) break;
      goal = std::min(most, 2 * goal);
    }
    return TakeRegistration(settings_, found, report_);
  }

  Status WritePairs(const Warper& warper) {
    for (std::size_t i = 0; i < pairs_.pairs.size(); ++i) {
      monitor_.Report({.label = "write",
                       .unit = "pairs",
                       .done = i,
                       .total = pairs_.pairs.size(),
                       .detail = {}});
      if (monitor_.Stopped()) {
        return Cancelled("interrupted after " + std::to_string(i) + " of " +
                         std::to_string(pairs_.pairs.size()) + " pairs");
      }
      SEAFUSION_ASSIGN_OR_RETURN(const io::SourcePictures p, Read(i));
      SEAFUSION_RETURN_IF_ERROR(WriteRegisteredPair(settings_, warper, pairs_.pairs[i].stem,
                                                    p.infrared.view(), p.visible.view())
                                    .Annotate(NamesOf(p)));
      ++report_.written;
    }
    return OkStatus();
  }

  const RigSettings& settings_;
  const RunMonitor& monitor_;
  RigReport& report_;
  io::PairList pairs_;
};

}  // namespace

RigReport FindRig(const RigSettings& settings, const RunMonitor& monitor) {
  RigReport report;
  report.status = RigSearch(settings, monitor, report).Run();
  return report;
}

}  // namespace seafusion::align
