// The page of a comparison.
#ifndef SEAFUSION_COMPARE_PAGE_H_
#define SEAFUSION_COMPARE_PAGE_H_

#include <string>

#include <seafusion/status.h>

#include "compare/comparison.h"

namespace seafusion::compare {

/// Writes the report's page of what was measured on one data set, in place of an earlier one.
/// kInvalidArgument where nothing was; kUnsupported in a build without the page.
Status WriteComparePage(const CompareSettings& settings, const Comparison& comparison,
                        const ComparedData& data, const std::string& path);

}  // namespace seafusion::compare

#endif  // SEAFUSION_COMPARE_PAGE_H_
