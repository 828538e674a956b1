// Methods of fusion side by side as one HTML page that needs nothing else to be read.
#ifndef SEAFUSION_REPORT_PAGE_H_
#define SEAFUSION_REPORT_PAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/metrics.h>
#include <seafusion/status.h>

namespace seafusion::report {

inline constexpr const char* kDefaultTitle = "Infrared and visible image fusion";

struct Method {
  std::string name;    ///< As on the page; no two alike.
  std::string folder;  ///< Where its pictures are, as the user wrote it.
  /// A source measured as if it were fused: it has numbers, and no pictures beside the source's.
  bool is_source = false;
};

/// How the page gets a picture: it holds `bytes`, or it points to `link`, or it has none (both
/// empty).
struct Picture {
  std::vector<std::uint8_t> bytes;
  std::string media_type;  ///< Of `bytes`: "image/jpeg".
  std::string link;        ///< As LinkTo makes it.
};

struct Pair {
  std::string name;
  int width = 0;
  int height = 0;
  /// For each method what EvaluateMetrics returned for the report's request; empty: no picture.
  std::vector<std::vector<metrics::MetricValue>> values;
  std::vector<Picture> pictures;  ///< Infrared, visible, then one for each method.
};

/// What a network saw in the sources and in each method's pictures.
struct TaskTable {
  struct Figure {
    std::optional<double> value;  ///< Empty: there was nothing to be found.
    std::optional<std::pair<double, double>> interval;
  };
  struct Row {
    std::string name;
    std::vector<Figure> figures;  ///< One for each column.
  };
  /// A pair with what was seen drawn over it.
  struct Panel {
    std::string pair;
    std::vector<Picture> pictures;  ///< One for each row.
  };
  /// The highest precision at a recall of at least 0, 0.01, ... 1.
  struct Curve {
    std::string row;
    std::string category;
    std::vector<double> precision;
  };
  std::string title;
  std::string note;
  std::vector<std::pair<std::string, std::string>> columns;  ///< "AP@0.5", "person"
  std::vector<Row> rows;
  std::vector<Panel> panels;
  std::vector<Curve> curves;
};

struct Report {
  std::string title;
  metrics::MetricRequest request;
  std::vector<Method> methods;
  std::vector<Pair> pairs;
  std::vector<TaskTable> tasks;
  /// What the page lists of the run, in this order: name, value.
  std::vector<std::pair<std::string, std::string>> settings;
};

/// The page's numbers as JSON: methods, pairs, columns (a metric in a convention; "both" where the
/// conventions agree), values[method][pair][column] (null without a picture; "NaN", "Inf", "-Inf"
/// as text), their summaries, and tasks. No '<' stands in it, so that it can stand inside a script
/// element, whatever the names of files are. Bytes that are no UTF-8 become U+FFFD.
/// kInvalidArgument: names that repeat, nothing to show, values or pictures that do not fit the
/// methods, figures or pictures that do not fit a task's table.
StatusOr<std::string> PageData(const Report& report);

/// The page: `page_template` with the data in place of its mark. Errors: those of PageData;
/// kInternal when the template does not have the mark once.
StatusOr<std::string> RenderPage(const Report& report, std::string_view page_template);

/// The template that this build was made with; empty when it was built without
/// (SEAFUSION_REPORT=OFF). Lives as long as the program.
std::string_view PageTemplate();

/// The address of `path` for a page that stands in `folder`: relative, each byte that is special in
/// addresses as %NN.
std::string LinkTo(const std::string& path, const std::string& folder);

}  // namespace seafusion::report

#endif  // SEAFUSION_REPORT_PAGE_H_
