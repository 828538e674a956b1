// What `seafusion detect` and `seafusion segment` wrote, as a part of a page.
#ifndef SEAFUSION_REPORT_TASK_TABLE_H_
#define SEAFUSION_REPORT_TASK_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "report/page.h"
#include "report/page_pictures.h"

namespace seafusion::report {

/// The table of `folder` (its table.json) and, of six of `pairs` spread over them, the pictures in
/// its overlays/ROW/PAIR.png, as far as a pair has one for every row. `note` begins what is said
/// about it. Fails, naming the file, when there is no such table or it is damaged.
StatusOr<TaskTable> ReadTaskTable(const std::string& folder, const std::string& note,
                                  const std::vector<std::string>& pairs, std::uint64_t max_pixels,
                                  PagePictures& pictures);

}  // namespace seafusion::report

#endif  // SEAFUSION_REPORT_TASK_TABLE_H_
