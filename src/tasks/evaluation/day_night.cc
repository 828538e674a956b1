#include "tasks/evaluation/day_night.h"

#include <algorithm>
#include <string_view>

namespace seafusion::tasks {

std::vector<PicturePart> DayAndNight(const std::vector<io::PictureFile>& files) {
  PicturePart day = {.name = "day", .pictures = {}}, night = {.name = "night", .pictures = {}};
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string_view stem = files[i].stem;
    if (stem.size() < 2) return {};
    const std::string_view digits = stem.substr(0, stem.size() - 1);
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      return {};
    }
    if (stem.back() != 'D' && stem.back() != 'N') return {};
    (stem.back() == 'D' ? day : night).pictures.push_back(i);
  }
  if (day.pictures.empty() || night.pictures.empty()) return {};
  return {day, night};
}

}  // namespace seafusion::tasks
