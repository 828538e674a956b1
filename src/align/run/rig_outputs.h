// What every search for a rig ends with, wherever its pictures come from.
#ifndef SEAFUSION_ALIGN_RUN_RIG_OUTPUTS_H_
#define SEAFUSION_ALIGN_RUN_RIG_OUTPUTS_H_

#include <string>
#include <vector>

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "align/registration.h"
#include "align/run/find_rig.h"
#include "align/warp/warper.h"
#include "io/pairing/kept_inputs.h"
#include "io/pairing/pair_list.h"

namespace seafusion::align {

/// kInvalidArgument for an output, registered pairs included, that is one of `inputs` or of the
/// files that the settings name beside the pictures; unless the settings overwrite, kAlreadyExists
/// for the first that is there.
Status CheckRigOutputs(const RigSettings& settings, const std::vector<io::PicturePair>& pairs,
                       io::KeptInputs inputs);

/// Puts what was registered into the report: verdict, whether it is refused, and the rig unless it
/// is. Errors: kInvalidArgument.
Status TakeRegistration(const RigSettings& settings, const Registration& found, RigReport& report);
/// Likewise of a board. `report.views` says what was seen of it, also where there is an error.
Status TakeBoard(const RigSettings& settings, BoardCalibrator& calibrator, RigReport& report);

/// The report's rig, dated; its canvas' size goes into the report.
StatusOr<Warper> WarperOfRig(const RigSettings& settings, RigReport& report);

/// The picture to judge by, where one is asked for. `name` begins messages.
Status WriteJudgingPicture(const RigSettings& settings, const Rig& rig, const std::string& name,
                           const ImageView& infrared, const ImageView& visible);

/// One registered pair: DIR/ir/NAME.png and DIR/vi/NAME.png. The folders are made if missing.
Status WriteRegisteredPair(const RigSettings& settings, const Warper& warper,
                           const std::string& name, const ImageView& infrared,
                           const ImageView& visible);

/// The rig file, where one is asked for: last of all.
Status WriteRigFile(const RigSettings& settings, const RigReport& report);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_RUN_RIG_OUTPUTS_H_
