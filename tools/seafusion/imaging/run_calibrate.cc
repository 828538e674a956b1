// The work of `seafusion calibrate`.
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include <seafusion/version.h>

#include "command_status.h"
#include "core/file.h"
#include "core/status_macros.h"
#include "fuse/calibration.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "io/pair_list.h"
#include "model/safetensors.h"
#include "options/calibrate_options.h"
#include "progress.h"

namespace seafusion::tools {
namespace {

StatusOr<model::TensorArchive> LoadWeights(const std::string& path) {
  if (!path.empty()) return model::LoadSafetensors(path);
  return model::ParseSafetensors(DefaultWeights());
}

Status AddPair(const CalibrateOptions& options, const io::PicturePair& pair,
               Calibration& calibration) {
  const io::ReadImageOptions read = {.max_pixels = options.max_pixels};
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer infrared, io::ReadImage(pair.infrared, read));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer visible, io::ReadImage(pair.visible, read));
  return calibration.Add(infrared.view(), visible.view(), options.infrared_range)
      .Annotate(pair.infrared + " and " + pair.visible);
}

Status Calibrate(const CalibrateOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(const io::PairList list,
                             io::ListPairs(options.infrared, options.visible));
  if (!list.unpaired.empty()) {
    return InvalidArgument(list.unpaired.front() + " has no partner of the same name");
  }
  StatusOr<model::TensorArchive> weights = LoadWeights(options.model);
  if (!weights.ok()) return weights.status();
  StatusOr<Calibration> calibration = Calibration::Create(*std::move(weights));
  if (!calibration.ok()) {
    return options.model.empty() ? calibration.status()
                                 : calibration.status().Annotate(options.model);
  }
  const InterruptGuard interrupt;
  Progress progress("calibrate", "pairs", list.pairs.size(),
                    options.quiet ? ProgressMode::kNever : ProgressMode::kAuto);
  std::size_t done = 0;
  for (const io::PicturePair& pair : list.pairs) {
    if (interrupt.Interrupted()) return Cancelled("interrupted; nothing was written");
    SEAFUSION_RETURN_IF_ERROR(AddPair(options, pair, *calibration));
    progress.Update(++done);
  }
  progress.Finish();
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes,
                             model::SerializeSafetensors((*std::move(calibration)).Finish()));
  const Status written = WriteFileAtomically(
      options.output, bytes, options.overwrite ? IfExists::kReplace : IfExists::kFail);
  if (written.code() == StatusCode::kAlreadyExists) {
    return AlreadyExists(written.message() + " (--overwrite replaces it)");
  }
  SEAFUSION_RETURN_IF_ERROR(written);
  if (!options.quiet) {
    std::printf("%s: calibrated on %zu pairs\n", options.output.c_str(), list.pairs.size());
  }
  return OkStatus();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_calibrate(const void* options) {
  using seafusion::tools::CalibrateOptions;
  try {
    return seafusion::tools::ExitStatus(
        "calibrate", seafusion::tools::Calibrate(*static_cast<const CalibrateOptions*>(options)));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion calibrate: %s\n", e.what());
    return 1;
  }
}
