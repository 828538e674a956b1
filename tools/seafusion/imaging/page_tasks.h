// What `seafusion detect` and `seafusion segment` wrote, as a part of a page.
#ifndef SEAFUSION_TOOLS_IMAGING_PAGE_TASKS_H_
#define SEAFUSION_TOOLS_IMAGING_PAGE_TASKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "page_parts.h"
#include "report/page.h"

namespace seafusion::tools {

/// The table of `folder` (its table.json) and, of six of `pairs` spread over them, the pictures in
/// its overlays/ROW/PAIR.png, as far as a pair has one for every row. `note` begins what is said
/// about it. Fails, naming the file, when there is no such table or it is damaged.
StatusOr<report::TaskTable> ReadTaskTable(const std::string& folder, const std::string& note,
                                          const std::vector<std::string>& pairs,
                                          std::uint64_t max_pixels, PagePictures& pictures);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_IMAGING_PAGE_TASKS_H_
