// When a registration is good enough to be used without anybody looking at it.
#ifndef SEAFUSION_ALIGN_PLACE_FOUND_RIG_H_
#define SEAFUSION_ALIGN_PLACE_FOUND_RIG_H_

#include <seafusion/status.h>

#include "align/registration.h"

namespace seafusion::align {

/// Evidence that more frames would hardly change.
bool SaysEnough(const Registration& registration);

/// kInvalidArgument, with the evidence as one sentence, unless the verdict is kOk.
Status CheckFound(const Registration& registration);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_PLACE_FOUND_RIG_H_
