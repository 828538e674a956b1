// From evidence to a verdict.
#ifndef SEAFUSION_ALIGN_SEARCH_CONFIDENCE_H_
#define SEAFUSION_ALIGN_SEARCH_CONFIDENCE_H_

#include "align/registration.h"

namespace seafusion::align {

/// Fills in confidence, expected error and verdict from the evidence and the sizes.
void Judge(Registration& registration);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_CONFIDENCE_H_
