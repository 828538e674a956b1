#include "batch/precision/calibrate.h"

#include <utility>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "fuse/weights/calibration.h"
#include "fuse/weights/load_fuser.h"
#include "io/image_file.h"
#include "io/pairing/kept_inputs.h"
#include "io/pairing/pair_list.h"
#include "model/weights/safetensors.h"

namespace seafusion::batch {
namespace {

Status AddPair(const CalibrateSettings& settings, const io::PicturePair& pair,
               Calibration& calibration) {
  const io::ReadImageOptions read = {.max_pixels = settings.max_pixels};
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer infrared, io::ReadImage(pair.infrared, read));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer visible, io::ReadImage(pair.visible, read));
  return calibration.Add(infrared.view(), visible.view(), settings.infrared_range)
      .Annotate(pair.infrared + " and " + pair.visible);
}

}  // namespace

StatusOr<std::size_t> CalibrateWeights(const CalibrateSettings& settings,
                                       const RunMonitor& monitor) {
  SEAFUSION_ASSIGN_OR_RETURN(const io::PairList list,
                             io::ListPairs(settings.infrared, settings.visible));
  if (!list.unpaired.empty()) {
    return InvalidArgument(list.unpaired.front() + " has no partner of the same name");
  }
  SEAFUSION_RETURN_IF_ERROR(io::KeptInputs(list.pairs).Check(settings.output));
  SEAFUSION_ASSIGN_OR_RETURN(model::TensorArchive weights, LoadWeights(settings.model));
  StatusOr<Calibration> calibration = Calibration::Create(std::move(weights));
  if (!calibration.ok()) {
    return settings.model.empty() ? calibration.status()
                                  : calibration.status().Annotate(settings.model);
  }
  RunProgress progress = {.label = "calibrate", .unit = "pairs", .total = list.pairs.size()};
  monitor.Report(progress);
  for (const io::PicturePair& pair : list.pairs) {
    if (monitor.Stopped()) return Cancelled("interrupted; nothing was written");
    SEAFUSION_RETURN_IF_ERROR(AddPair(settings, pair, *calibration));
    ++progress.done;
    monitor.Report(progress);
  }
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes,
                             model::SerializeSafetensors((*std::move(calibration)).Finish()));
  const Status written = WriteFileAtomically(
      settings.output, bytes, settings.overwrite ? IfExists::kReplace : IfExists::kFail);
  if (written.code() == StatusCode::kAlreadyExists) {
    return AlreadyExists(written.message() + " (--overwrite replaces it)");
  }
  SEAFUSION_RETURN_IF_ERROR(written);
  return list.pairs.size();
}

}  // namespace seafusion::batch
