// Where and when the steps of a plan work: the part of the picture that each computes for a tile,
// in which bands of columns, in which order of rows, and the memory that takes.
//
// Winograd's rounding makes every pixel of a 4x4 output tile depend on its whole 6x6 input patch.
// So that a pixel gets the same value whatever tile of the picture it is computed in, the 4x4 grid
// is anchored to the picture, and a step computes whole patches for the next one: a margin grows
// by 4 pixels where the receptive field alone would ask for 1.
#ifndef SEAFUSION_NN_PLAN_SCHEDULE_H_
#define SEAFUSION_NN_PLAN_SCHEDULE_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "nn/plan/plan.h"
#include "nn/plane.h"

namespace seafusion::nn::plan {

/// Pixels of a picture's side at a coarser resolution; the last one may be cut.
inline int Coarser(int pixels, int shift) {
  return (pixels + (1 << shift) - 1) >> shift;
}

/// The first pixel at resolution `to` of those that pixel `v` at resolution `from` covers, and the
/// end of them.
inline int ScaledBegin(int v, int from, int to) {
  return to >= from ? v >> (to - from) : v << (from - to);
}
inline int ScaledEnd(int end, int from, int to) {
  return to >= from ? Coarser(end, to - from) : end << (from - to);
}

/// Fills in what a plan's structures say is found here. Throws std::bad_alloc.
void Schedule(Plan& plan);

/// What each step computes for a tile, at its resolution: inside the picture, starting at multiples
/// of its grain and ending at such or at the picture's edge; the last step's is the tile itself.
std::vector<Rect> Regions(const Plan& plan, const Rect& tile, int width, int height);

/// The columns that one step computes in one band. A step that others read is ahead of them, and
/// the columns to its left that they still need are carried over from the band before.
struct Columns {
  int x0 = 0, x1 = 0;
  int origin = 0;  ///< Column that the memory of the step's maps begins with.
};
struct Band {
  std::vector<Columns> steps;
  bool first = false, last = false;
};

/// A tile is computed in bands of columns, from left to right, so that the rows of all maps that
/// are alive stay in the cache. One band, where the tile is no wider than the plan's.
std::vector<Band> Bands(const Plan& plan, const std::vector<Rect>& regions);

/// The margin of all steps on average, by their work, in pixels of the picture.
double MeanMargin(const Plan& plan);

/// Columns in front of the first one computed: the padding left of the picture.
inline constexpr int kLeftColumns = 1;

/// Columns that a row of each step's maps needs in tiles of at most this width, from the padding
/// on the left to the last one computed.
std::vector<int> RowColumns(const Plan& plan, int tile_width);

/// The order of rows: depth first, so that what a step makes is read soon after.
template <typename Body>
class RowSchedule {
 public:
  /// Calls body(step, y0, y1) for rows [y0, y1) of a step's region, after those that they read.
  /// `done` receives the row that each step has come to.
  RowSchedule(const Plan& plan, const std::vector<Rect>& regions, std::vector<int>& done,
              const Body& body)
      : plan_(plan), regions_(regions), done_(done), body_(body) {}

  void Run() {
    done_.resize(plan_.steps.size());
    for (std::size_t s = 0; s < done_.size(); ++s) done_[s] = regions_[s].y0;
    const int last = static_cast<int>(done_.size()) - 1;
    Advance(last, regions_[last].y1);
  }

 private:
  void Advance(int s, int until) {
    const Step& step = plan_.steps[s];
    int& done = done_[s];
    until = std::min(until, regions_[s].y1);
    while (done < until) {
      const int y = done;
      // The last step may start anywhere; then it ends at the next multiple.
      done = std::min((y / step.grain + 1) * step.grain, regions_[s].y1);
      for (const Read& read : step.reads) {
        const Map& map = plan_.maps[read.map];
        Advance(map.step, ScaledEnd(done, step.shift, map.shift) + read.reach);
      }
      body_(s, y, done);
    }
  }

  const Plan& plan_;
  const std::vector<Rect>& regions_;
  std::vector<int>& done_;
  const Body& body_;
};

}  // namespace seafusion::nn::plan

#endif  // SEAFUSION_NN_PLAN_SCHEDULE_H_
