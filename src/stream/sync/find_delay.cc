#include "stream/sync/find_delay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "core/status_macros.h"
#include "fuse/range/scene_samples.h"

namespace seafusion::stream {
namespace {

constexpr std::int64_t kStep = kMicroseconds / 100;

// A picture as its mean over cells of 8 x 8 pixels: noise averages out, motion does not.
std::vector<float> Cells(const ImageView& picture) {
  constexpr int kCell = 8;
  const int columns = std::max(1, picture.width / kCell),
            rows = std::max(1, picture.height / kCell);
  std::vector<float> cells(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  std::vector<float> row;
  for (int y = 0; y < rows * kCell && y < picture.height; ++y) {
    ReadInfraredRow(picture, y, row);
    for (int x = 0; x < columns * kCell && x < picture.width; ++x) {
      const float v = row[static_cast<std::size_t>(x)];
      if (std::isfinite(v)) {
        cells[static_cast<std::size_t>(y / kCell * columns + x / kCell)] += v / (kCell * kCell);
      }
    }
  }
  return cells;
}

double Deviation(const std::vector<float>& v) {
  double sum = 0, squares = 0;
  for (const float x : v) {
    sum += x;
    squares += double{x} * x;
  }
  const auto n = static_cast<double>(v.size());
  return std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));
}

// Motion at the points of a grid that begins at `begin`, between the measured ones by straight
// lines. What is even lies at 0, and the range of values does not count.
std::vector<double> OnGrid(const std::vector<Motion>& motion, std::int64_t begin,
                           std::int64_t end) {
  std::vector<double> grid;
  std::size_t at = 0;
  for (std::int64_t t = begin; t <= end; t += kStep) {
    while (at + 2 < motion.size() && motion[at + 1].time < t) ++at;
    const Motion& a = motion[at];
    const Motion& b = motion[at + 1];
    const double share =
        b.time == a.time
            ? 0
            : std::clamp(static_cast<double>(t - a.time) / static_cast<double>(b.time - a.time),
                         0.0, 1.0);
    // The square root keeps one sudden event from outweighing all others.
    grid.push_back(std::sqrt(a.amount + share * (b.amount - a.amount)));
  }
  return grid;
}

// Of a[i] and b[i - lag] where both are; -2 where these are too few or even.
double Correlation(const std::vector<double>& a, const std::vector<double>& b, std::int64_t lag,
                   std::size_t least) {
  const auto n = static_cast<std::int64_t>(a.size()), m = static_cast<std::int64_t>(b.size());
  const std::int64_t from = std::max<std::int64_t>(0, lag), to = std::min(n, m + lag);
  if (to - from < static_cast<std::int64_t>(least)) return -2;
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::int64_t i = from; i < to; ++i) {
    const double x = a[static_cast<std::size_t>(i)], y = b[static_cast<std::size_t>(i - lag)];
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const auto count = static_cast<double>(to - from);
  const double va = saa - sa * sa / count, vb = sbb - sb * sb / count;
  constexpr double kEven = 1e-12;
  if (va < kEven || vb < kEven) return -2;
  return (sab - sa * sb / count) / std::sqrt(va * vb);
}

}  // namespace

StatusOr<std::vector<Motion>> MeasureMotion(FrameSource& source, double seconds) {
  std::vector<Motion> motion;
  std::vector<float> before;
  std::int64_t time = 0, begin = 0;
  bool first = true;
  while (true) {
    SEAFUSION_ASSIGN_OR_RETURN(const FramePtr frame, source.Next());
    if (frame == nullptr) break;
    // Broken stamps jump by years, and the grid between them would fill the memory.
    if (!first && static_cast<double>(frame->time - begin) > seconds * kMicroseconds) break;
    std::vector<float> cells = Cells(frame->image.view());
    if (first) {
      begin = frame->time;
      first = false;
    } else {
      double change = 0;
      for (std::size_t i = 0; i < cells.size(); ++i) change += std::abs(cells[i] - before[i]);
      const double contrast = Deviation(cells);
      const double mean = change / static_cast<double>(cells.size());
      motion.push_back({(time + frame->time) / 2, contrast > 0 ? mean / contrast : 0});
    }
    time = frame->time;
    before = std::move(cells);
  }
  return motion;
}

StatusOr<Delay> FindDelay(const std::vector<Motion>& infrared, const std::vector<Motion>& visible,
                          std::int64_t most) {
  constexpr std::int64_t kShortest = 2 * kMicroseconds;
  const auto span = [](const std::vector<Motion>& m) {
    return m.size() < 3 ? 0 : m.back().time - m.front().time;
  };
  if (span(infrared) < kShortest || span(visible) < kShortest) {
    return InvalidArgument(
        "the delay between the streams needs two seconds of both to be found; give it in seconds");
  }
  const std::vector<double> a = OnGrid(visible, visible.front().time, visible.back().time);
  const std::vector<double> b = OnGrid(infrared, infrared.front().time, infrared.back().time);
  // Infrared sample j is at front + j steps; lag moves it against the visible grid.
  const std::int64_t offset = (infrared.front().time - visible.front().time) / kStep;
  const std::size_t least =
      std::max<std::size_t>(std::min(a.size(), b.size()) / 2, kShortest / kStep / 2);
  const std::int64_t range = most / kStep;
  std::vector<double> values;
  for (std::int64_t d = -range; d <= range; ++d) {
    values.push_back(Correlation(a, b, offset + d, least));
  }
  const auto best =
      static_cast<std::int64_t>(std::max_element(values.begin(), values.end()) - values.begin());
  const double top = values[static_cast<std::size_t>(best)];
  // The next best that is no slope of the same peak.
  constexpr std::int64_t kPeak = 50;
  double rival = -1;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(values.size()); ++i) {
    if (std::abs(i - best) > kPeak) rival = std::max(rival, values[static_cast<std::size_t>(i)]);
  }
  constexpr double kLeast = 0.4, kMargin = 0.1;
  if (top < kLeast || top - rival < kMargin) {
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(),
                  "what moves in both streams does not tell the delay between them: the best fit "
                  "has a correlation of %.2f, another one of %.2f; give it in seconds",
                  std::max(top, -1.0), rival);
    return InvalidArgument(text.data());
  }
  double fraction = 0;
  if (best > 0 && best + 1 < static_cast<std::int64_t>(values.size())) {
    const double l = values[static_cast<std::size_t>(best - 1)];
    const double r = values[static_cast<std::size_t>(best + 1)];
    const double curve = l - 2 * top + r;
    if (l > -1 && r > -1 && curve < 0) fraction = std::clamp(0.5 * (l - r) / curve, -0.5, 0.5);
  }
  return Delay{.microseconds = std::llround((static_cast<double>(best - range) + fraction) *
                                            static_cast<double>(kStep)),
               .agreement = top};
}

}  // namespace seafusion::stream
