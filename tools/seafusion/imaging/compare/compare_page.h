// The page of a comparison.
#ifndef SEAFUSION_TOOLS_IMAGING_COMPARE_COMPARE_PAGE_H_
#define SEAFUSION_TOOLS_IMAGING_COMPARE_COMPARE_PAGE_H_

#include <string>

#include <seafusion/status.h>

#include "compare/comparison.h"

namespace seafusion::tools {

/// Writes the page that seafusion report makes of what was measured on one data set, in place of
/// an earlier one. kInvalidArgument where nothing was.
Status WriteComparePage(const CompareOptions& options, const Comparison& comparison,
                        const ComparedData& data, const std::string& path);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_IMAGING_COMPARE_COMPARE_PAGE_H_
