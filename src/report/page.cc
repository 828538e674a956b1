#include "report/page.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <set>
#include <span>
#include <utility>

#include <seafusion/version.h>
#include <nlohmann/json.hpp>

#include "core/status_macros.h"
#include "report/base64.h"

namespace seafusion::report {
namespace {

using metrics::Convention;
using metrics::Metric;
using metrics::MetricInfo;
using metrics::MetricValue;
using nlohmann::ordered_json;

constexpr std::string_view kMark = "<!--seafusion:data-->";

struct Column {
  const MetricInfo* info;
  Convention convention;  // whose value is shown
  std::string name;       // "paper", "f255", or "both" where they are the same
};

std::vector<Column> Columns(const metrics::MetricRequest& request) {
  std::vector<Column> columns;
  std::set<Metric> seen;
  for (const Metric metric : request.metrics) {
    if (!seen.insert(metric).second) continue;
    const MetricInfo& info = metrics::DescribeMetric(metric);
    for (const Convention convention : request.conventions) {
      const bool same = info.conventions.empty();
      columns.push_back(
          {&info, convention, same ? "both" : std::string(metrics::ConventionName(convention))});
      if (same) break;
    }
  }
  return columns;
}

// JSON has no NaN and no infinity.
ordered_json Number(double v) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v > 0 ? "Inf" : "-Inf";
  return v;
}

ordered_json ToJson(const Column& column) {
  const MetricInfo& info = *column.info;
  return {{"metric", info.name},
          {"convention", column.name},
          {"title", info.title},
          {"better", info.direction == metrics::Direction::kHigherIsBetter ? "higher" : "lower"},
          {"unit", metrics::MetricUnit(info.metric, column.convention)},
          {"range", info.range},
          {"formula", info.formula},
          {"source", info.source},
          {"conventions", info.conventions},
          {"notFinite", info.not_finite_when},
          {"smallestSide", info.smallest_side}};
}

ordered_json ToJson(const metrics::Summary& summary) {
  return {{"count", summary.count},
          {"notFinite", summary.not_finite},
          {"mean", Number(summary.mean)},
          {"std", Number(summary.deviation)},
          {"median", Number(summary.median)}};
}

StatusOr<double> ValueOf(std::span<const MetricValue> values, const Column& column) {
  for (const MetricValue& value : values) {
    if (value.metric == column.info->metric && value.convention == column.convention) {
      return value.value;
    }
  }
  return InvalidArgument("the value of " + std::string(column.info->name) + " is missing");
}

Status Check(const Report& report) {
  if (report.methods.empty()) return InvalidArgument("a report needs a method");
  if (report.pairs.empty()) return InvalidArgument("a report needs a pair");
  if (report.request.metrics.empty() || report.request.conventions.empty()) {
    return InvalidArgument("a report needs a metric and a convention");
  }
  std::set<std::string> names;
  for (const Method& method : report.methods) {
    if (!names.insert(method.name).second) {
      return InvalidArgument("two methods have the name " + method.name);
    }
  }
  for (const Pair& pair : report.pairs) {
    if (pair.values.size() != report.methods.size() ||
        pair.pictures.size() != report.methods.size() + 2) {
      return InvalidArgument(pair.name + " has values of " + std::to_string(pair.values.size()) +
                             " and " + std::to_string(pair.pictures.size()) + " pictures for " +
                             std::to_string(report.methods.size()) + " methods");
    }
  }
  for (const TaskTable& task : report.tasks) {
    for (const TaskTable::Row& row : task.rows) {
      if (row.figures.size() == task.columns.size()) continue;
      return InvalidArgument(task.title + ": " + row.name + " has " +
                             std::to_string(row.figures.size()) + " figures for " +
                             std::to_string(task.columns.size()) + " columns");
    }
    for (const TaskTable::Panel& panel : task.panels) {
      if (panel.pictures.size() == task.rows.size()) continue;
      return InvalidArgument(task.title + ": " + panel.pair + " has " +
                             std::to_string(panel.pictures.size()) + " pictures for " +
                             std::to_string(task.rows.size()) + " rows");
    }
  }
  return OkStatus();
}

// values[method][pair][column] and summary[method][column].
Status AddNumbers(const Report& report, const std::vector<Column>& columns, ordered_json& json) {
  json["values"] = ordered_json::array();
  json["summary"] = ordered_json::array();
  for (std::size_t m = 0; m < report.methods.size(); ++m) {
    ordered_json of_method = ordered_json::array();
    std::vector<std::vector<double>> by_column(columns.size());
    for (const Pair& pair : report.pairs) {
      if (pair.values[m].empty()) {
        of_method.push_back(nullptr);
        continue;
      }
      ordered_json row = ordered_json::array();
      for (std::size_t c = 0; c < columns.size(); ++c) {
        SEAFUSION_ASSIGN_OR_RETURN(const double value, ValueOf(pair.values[m], columns[c]));
        by_column[c].push_back(value);
        row.push_back(Number(value));
      }
      of_method.push_back(std::move(row));
    }
    json["values"].push_back(std::move(of_method));
    ordered_json summary = ordered_json::array();
    for (const auto& values : by_column) summary.push_back(ToJson(metrics::Summarize(values)));
    json["summary"].push_back(std::move(summary));
  }
  return OkStatus();
}

// An element of its own for each picture: the browser decodes none before it is looked at.
void AddPictureElements(const std::string& id, const std::vector<Picture>& pictures,
                        std::string& text) {
  for (std::size_t s = 0; s < pictures.size(); ++s) {
    if (pictures[s].bytes.empty()) continue;
    text += "<script type=\"text/plain\" id=\"" + id + "-" + std::to_string(s) + "\" data-type=\"" +
            pictures[s].media_type + "\">";
    AppendBase64(pictures[s].bytes, text);
    text += "</script>\n";
  }
}

std::string PictureElements(const Report& report) {
  std::string text;
  for (std::size_t p = 0; p < report.pairs.size(); ++p) {
    AddPictureElements("picture-" + std::to_string(p), report.pairs[p].pictures, text);
  }
  for (std::size_t t = 0; t < report.tasks.size(); ++t) {
    const std::vector<TaskTable::Panel>& panels = report.tasks[t].panels;
    for (std::size_t p = 0; p < panels.size(); ++p) {
      AddPictureElements("overlay-" + std::to_string(t) + "-" + std::to_string(p),
                         panels[p].pictures, text);
    }
  }
  return text;
}

// true: it stands in the page; an address; or null.
ordered_json ToJson(const std::vector<Picture>& pictures) {
  ordered_json json = ordered_json::array();
  for (const Picture& picture : pictures) {
    if (!picture.bytes.empty()) {
      json.push_back(true);
    } else if (!picture.link.empty()) {
      json.push_back(picture.link);
    } else {
      json.push_back(nullptr);
    }
  }
  return json;
}

ordered_json ToJson(const TaskTable& task) {
  ordered_json json = {{"title", task.title},
                       {"note", task.note},
                       {"columns", ordered_json::array()},
                       {"rows", ordered_json::array()},
                       {"panels", ordered_json::array()},
                       {"curves", ordered_json::array()}};
  for (const auto& [figure, category] : task.columns) {
    json["columns"].push_back({{"figure", figure}, {"category", category}});
  }
  for (const TaskTable::Row& row : task.rows) {
    ordered_json figures = ordered_json::array();
    for (const TaskTable::Figure& figure : row.figures) {
      ordered_json entry = {{"value", figure.value ? Number(*figure.value) : ordered_json()}};
      if (figure.interval) {
        entry["interval"] = {Number(figure.interval->first), Number(figure.interval->second)};
      }
      figures.push_back(std::move(entry));
    }
    json["rows"].push_back({{"name", row.name}, {"figures", std::move(figures)}});
  }
  for (const TaskTable::Panel& panel : task.panels) {
    json["panels"].push_back({{"pair", panel.pair}, {"pictures", ToJson(panel.pictures)}});
  }
  for (const TaskTable::Curve& curve : task.curves) {
    json["curves"].push_back(
        {{"row", curve.row}, {"category", curve.category}, {"precision", curve.precision}});
  }
  return json;
}

}  // namespace

StatusOr<std::string> PageData(const Report& report) {
  SEAFUSION_RETURN_IF_ERROR(Check(report));
  ordered_json json;
  json["seafusion"] = Version();
  json["title"] = report.title;
  json["settings"] = ordered_json::array();
  for (const auto& [name, value] : report.settings) json["settings"].push_back({name, value});
  json["methods"] = ordered_json::array();
  for (const Method& method : report.methods) {
    json["methods"].push_back({{"name", method.name}, {"folder", method.folder}});
    if (method.is_source) json["methods"].back()["isSource"] = true;
  }
  const std::vector<Column> columns = Columns(report.request);
  json["columns"] = ordered_json::array();
  for (const Column& column : columns) json["columns"].push_back(ToJson(column));
  json["pairs"] = ordered_json::array();
  for (const Pair& pair : report.pairs) {
    json["pairs"].push_back({{"name", pair.name},
                             {"width", pair.width},
                             {"height", pair.height},
                             {"pictures", ToJson(pair.pictures)}});
  }
  json["tasks"] = ordered_json::array();
  for (const TaskTable& task : report.tasks) json["tasks"].push_back(ToJson(task));
  SEAFUSION_RETURN_IF_ERROR(AddNumbers(report, columns, json));

  const std::string text = json.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
  // '<' stands in JSON only inside strings, where its escape means the same.
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      escaped += "\\u003c";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

StatusOr<std::string> RenderPage(const Report& report, std::string_view page_template) {
  const std::size_t mark = page_template.find(kMark);
  if (mark == std::string_view::npos ||
      page_template.find(kMark, mark + 1) != std::string_view::npos) {
    return Internal("the page's template does not have the mark " + std::string(kMark) + " once");
  }
  SEAFUSION_ASSIGN_OR_RETURN(const std::string data, PageData(report));
  std::string page(page_template.substr(0, mark));
  page += PictureElements(report);
  page += "<script type=\"application/json\" id=\"report-data\">" + data + "</script>";
  page += page_template.substr(mark + kMark.size());
  return page;
}

std::string LinkTo(const std::string& path, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code ec;
  const fs::path base = fs::absolute(folder.empty() ? "." : folder, ec).lexically_normal();
  const fs::path target = fs::absolute(path, ec).lexically_normal();
  const std::string relative = target.lexically_relative(base).generic_string();
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string link;
  for (const char c : relative) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("/-_.~").find(c) != std::string_view::npos;
    if (plain) {
      link += c;
    } else {
      link += '%';
      link += kHex[byte >> 4];
      link += kHex[byte & 15];
    }
  }
  return link;
}

}  // namespace seafusion::report
