#include "golden_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string_view>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "core/text/printable.h"
#include "io/image_file.h"

namespace seafusion::tools {
namespace {

using metrics::Convention;
using metrics::Metric;

constexpr std::uint64_t kMaxCsvBytes = std::uint64_t{1} << 26;

// Where the pictures of a role are besides golden/images; "*" stands for the pair.
struct Origin {
  std::string_view dataset;
  std::string_view role;
  std::string_view path;
};
constexpr std::array<Origin, 9> kOrigins = {{
    {"MSRS", "ir", "data/msrs/val/ir/*.png"},
    {"MSRS", "vi", "data/msrs/val/vi/*.png"},
    {"MSRS", "ir", "data/msrs/train/ir/*.png"},
    {"MSRS", "vi", "data/msrs/train/vi/*.png"},
    {"MSRS", "seafusion", "data/msrs/val/published/*.png"},
    {"TNO42", "ir", "data/tno/ir/*.png"},
    {"TNO42", "vi", "data/tno/vi/*.png"},
    {"TNO42", "seafusion", "data/tno/published/SeAFusion/*.png"},
    {"TNO42", "seafusion", "data/tno/published/SeAFusion/*.bmp"},
}};

std::string FindPicture(const std::string& shared_folder, const GoldenCase& golden,
                        const std::string& role) {
  const std::filesystem::path root(shared_folder);
  std::error_code ec;
  const auto copied =
      root / "golden" / "images" / (golden.dataset + "_" + golden.pair + "_" + role + ".png");
  if (std::filesystem::exists(copied, ec)) return copied.string();
  for (const Origin& origin : kOrigins) {
    if (origin.dataset != golden.dataset || origin.role != role) continue;
    std::string path(origin.path);
    path.replace(path.find('*'), 1, golden.pair);
    if (std::filesystem::exists(root / path, ec)) return (root / path).string();
  }
  return "";
}

bool RemoveSuffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

double ErrorOf(double actual, double expected) {
  if (std::isnan(expected) && std::isnan(actual)) return 0.0;
  if (actual == expected) return 0.0;
  const double error = std::abs(actual - expected) / (expected == 0.0 ? 1.0 : std::abs(expected));
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

}  // namespace

StatusOr<std::vector<GoldenCase>> ReadGoldenCases(const std::string& csv_path) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                             ReadFile(csv_path, kMaxCsvBytes));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<GoldenCase> cases;
  int line_number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (++line_number == 1 || line.empty()) continue;
    std::array<std::string, 5> fields;
    std::size_t field = 0;
    for (const char c : line) {
      if (c == ',') {
        if (++field == fields.size()) break;
      } else {
        fields[field] += c;
      }
    }
    char* rest = nullptr;
    const double value = std::strtod(fields[4].c_str(), &rest);
    if (field != 4 || fields[4].empty() || *rest != '\0') {
      return CorruptData(csv_path + ":" + std::to_string(line_number) +
                         ": not dataset,pair,method,metric,value: " + Printable(line));
    }
    if (cases.empty() || cases.back().dataset != fields[0] || cases.back().pair != fields[1] ||
        cases.back().method != fields[2]) {
      cases.push_back({fields[0], fields[1], fields[2], {}});
    }
    cases.back().values.push_back({fields[3], value});
  }
  return cases;
}

GoldenPaths FindGoldenPictures(const std::string& shared_folder, const GoldenCase& golden) {
  GoldenPaths paths = {FindPicture(shared_folder, golden, "ir"),
                       FindPicture(shared_folder, golden, "vi"),
                       FindPicture(shared_folder, golden, golden.method)};
  if (paths.infrared.empty() || paths.visible.empty() || paths.fused.empty()) return {};
  return paths;
}

StatusOr<GoldenName> ParseGoldenName(const std::string& name) {
  GoldenName parsed;
  std::string base = name;
  if (metrics::FindMetric(base) == nullptr) {
    if (RemoveSuffix(base, "_ir")) {
      parsed.part = GoldenName::Part::kInfrared;
    } else if (RemoveSuffix(base, "_vi")) {
      parsed.part = GoldenName::Part::kVisible;
    }
    if (RemoveSuffix(base, "_255")) parsed.convention = Convention::kF255;
  }
  const metrics::MetricInfo* info = metrics::FindMetric(base);
  if (info == nullptr) return CorruptData("there is no metric " + Printable(name));
  parsed.metric = info->metric;
  return parsed;
}

double GoldenTolerance(Metric metric) {
  switch (metric) {
    case Metric::kVif:
    case Metric::kSsim:
    case Metric::kMsSsim:
    case Metric::kFmiDct:
      return 1e-6;
    default:
      return 1e-9;
  }
}

StatusOr<std::vector<GoldenResult>> CheckGoldenCase(const GoldenPaths& paths,
                                                    const GoldenCase& golden) {
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer infrared, io::ReadImage(paths.infrared));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer visible, io::ReadImage(paths.visible));
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer fused, io::ReadImage(paths.fused));
  metrics::MetricRequest request;
  request.conventions = {Convention::kPaper, Convention::kF255};
  std::vector<GoldenName> names;
  for (const GoldenCase::Value& value : golden.values) {
    SEAFUSION_ASSIGN_OR_RETURN(const GoldenName name, ParseGoldenName(value.name));
    names.push_back(name);
    request.metrics.push_back(name.metric);
  }
  auto measured = metrics::EvaluateMetrics(infrared.view(), visible.view(), fused.view(), request);
  if (!measured.ok()) return measured.status().Annotate(paths.fused);
  std::vector<GoldenResult> results;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const metrics::MetricValue& m : *measured) {
      if (m.metric != names[i].metric || m.convention != names[i].convention) continue;
      const double actual = names[i].part == GoldenName::Part::kWhole      ? m.value
                            : names[i].part == GoldenName::Part::kInfrared ? m.infrared
                                                                           : m.visible;
      results.push_back({golden.values[i].name, golden.values[i].value, actual,
                         ErrorOf(actual, golden.values[i].value), GoldenTolerance(m.metric)});
    }
  }
  return results;
}

}  // namespace seafusion::tools
