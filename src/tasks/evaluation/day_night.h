// Day and night apart, where the names of pictures say which is which.
#ifndef SEAFUSION_TASKS_EVALUATION_DAY_NIGHT_H_
#define SEAFUSION_TASKS_EVALUATION_DAY_NIGHT_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "io/sets/picture_sets.h"
#include "tasks/evaluation/figure_table.h"

namespace seafusion::tasks {

struct PicturePart {
  std::string name;                   ///< "day", "night"
  std::vector<std::size_t> pictures;  ///< Their places.
};

/// Of MSRS, whose names are digits and a D or an N ("00229D"): day, then night. Nothing for other
/// names, be it one of them, and where all are of one part.
std::vector<PicturePart> DayAndNight(const std::vector<io::PictureFile>& files);

/// Adds the parts that `files` have to `table`: what `measure` makes of a vector of the same sets
/// with the part's pictures alone. A Set has `pictures`, one for each of `files`.
template <typename Set, typename Measure>
void AddParts(const std::vector<Set>& sets, const std::vector<io::PictureFile>& files,
              const Measure& measure, FigureTable& table) {
  for (const PicturePart& part : DayAndNight(files)) {
    std::vector<Set> of_part;
    for (const Set& set : sets) {
      Set& some = of_part.emplace_back(set);
      some.pictures.clear();
      for (const std::size_t i : part.pictures) some.pictures.push_back(set.pictures[i]);
    }
    FigureTable measured = measure(of_part);
    table.parts.push_back({part.name, part.pictures.size(), std::move(measured.rows)});
  }
}

}  // namespace seafusion::tasks

#endif  // SEAFUSION_TASKS_EVALUATION_DAY_NIGHT_H_
