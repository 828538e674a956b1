#include "align/calibrate/import_calibration.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

#include <yaml-cpp/yaml.h>
#include <opencv2/core.hpp>

#include "core/files/file.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::align {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;

// The parsers recurse: a text nested deeper than any calibration is refused before they see it.
Status CheckNesting(std::string_view text) {
  constexpr int kDeepest = 64;
  constexpr std::size_t kMostIndent = 200;
  // A closing one in quotes or in a comment closes nothing: what bounds the depth for certain is
  // how many are opened. OpenCV's parsers need eight times as many for a stack of 8 MB.
  constexpr int kMostOpened = 4096;
  Status too_deep = CorruptData("is nested too deeply");
  int brackets = 0, elements = 0, dashes = 0, opened = 0;
  std::size_t indent = 0;
  bool line_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      line_start = true;
      indent = 0;
      dashes = 0;
      continue;
    }
    if (line_start && (c == ' ' || c == '\t')) {
      if (++indent > kMostIndent) return too_deep;
      continue;
    }
    // "- - - x" nests as deep as it has dashes, "? ? x" likewise.
    if ((c == '-' || c == '?') && i + 1 < text.size() && text[i + 1] == ' ') ++dashes;
    line_start = false;
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') --brackets;
    if (c == '<' && i + 1 < text.size()) elements += text[i + 1] == '/' ? -1 : 1;
    if (c == '[' || c == '{' || c == '<') ++opened;
    if (brackets > kDeepest || elements > kDeepest || dashes > kDeepest || opened > kMostOpened) {
      return too_deep;
    }
  }
  return OkStatus();
}

// OpenCV 4.6 never comes to the end of some texts with a value behind the "---" that begins a
// document. It writes none there.
Status CheckDocuments(std::string_view yaml) {
  constexpr std::string_view kBegin = "---";
  int line = 1;
  for (std::size_t at = 0; at < yaml.size(); ++line) {
    const std::size_t end = std::min(yaml.find('\n', at), yaml.size());
    std::string_view text = yaml.substr(at, end - at);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (text.starts_with(kBegin) &&
        text.find_first_not_of(" \t\r", kBegin.size()) != std::string_view::npos) {
      return CorruptData("line " + std::to_string(line) + ": something follows ---");
    }
    at = end + 1;
  }
  return OkStatus();
}

// --- What both kinds of readers hand over: numbers, whatever they were wrapped in ---

StatusOr<CameraCalibration> Calibration(const std::vector<double>& matrix,
                                        std::vector<double> distortion, const std::string& name) {
  if (matrix.size() != 9) {
    return CorruptData(name + ": its camera matrix has " + std::to_string(matrix.size()) +
                       " numbers, not 9");
  }
  // OpenCV writes up to 14, ROS always 5: zeros at the end say nothing.
  while (distortion.size() > 8 && distortion.back() == 0) distortion.pop_back();
  if (distortion.size() > 8) {
    return Unsupported(name + ": thin prism or tilted lenses are not known");
  }
  for (const std::size_t n : {std::size_t{0}, std::size_t{4}, std::size_t{5}, std::size_t{8}}) {
    if (distortion.size() <= n) {
      distortion.resize(n);
      break;
    }
  }
  CameraCalibration c{matrix[0], matrix[4], matrix[2], matrix[5], std::move(distortion)};
  if (Status s = c.Validate(); !s.ok()) return CorruptData(name + ": " + s.message());
  return c;
}

StatusOr<Extrinsics> ExtrinsicsOf(const std::vector<double>& rotation,
                                  const std::vector<double>& translation) {
  if (rotation.size() != 9 || translation.size() != 3) {
    return CorruptData("its rotation has " + std::to_string(rotation.size()) +
                       " numbers and its translation " + std::to_string(translation.size()) +
                       ", not 9 and 3");
  }
  Extrinsics e;
  std::copy(rotation.begin(), rotation.end(), e.rotation.begin());
  std::copy(translation.begin(), translation.end(), e.translation.begin());
  if (Status s = e.Validate(); !s.ok()) return CorruptData(s.message());
  return e;
}

StatusOr<int> Side(double value, const char* name) {
  if (!(value >= 2 && value <= RigCamera::kMostSide && value == std::floor(value))) {
    return CorruptData(std::string(name) + " is no picture's side");
  }
  return static_cast<int>(value);
}

// --- OpenCV's own files ---

std::vector<double> Numbers(const cv::FileNode& node) {
  std::vector<double> v;
  if (node.empty()) return v;
  cv::Mat m;
  if (node.isSeq()) {
    for (const cv::FileNode& n : node) {
      if (n.isInt() || n.isReal()) v.push_back(static_cast<double>(n));
    }
    return v;
  }
  // OpenCV allocates what the file says, before it looks for the numbers.
  constexpr int kMost = 64;
  const cv::FileNode rows = node["rows"], columns = node["cols"];
  if (!rows.isInt() || !columns.isInt()) return v;
  const int height = static_cast<int>(rows), width = static_cast<int>(columns);
  if (height < 1 || width < 1 || height > kMost || width > kMost || height * width > kMost) {
    return v;
  }
  node >> m;
  if (m.empty() || m.total() > kMost) return v;
  m.convertTo(m, CV_64F);
  m = m.reshape(1, 1).clone();
  v.assign(m.ptr<double>(), m.ptr<double>() + m.total());
  return v;
}

cv::FileNode FirstOf(const cv::FileStorage& file, const std::vector<const char*>& names) {
  for (const char* name : names) {
    if (cv::FileNode node = file[name]; !node.empty()) return node;
  }
  return {};
}

StatusOr<ImportedCalibration> ReadOpenCv(const std::string& text) {
  const cv::FileStorage file(text, cv::FileStorage::READ | cv::FileStorage::MEMORY);
  if (!file.isOpened()) return CorruptData("cannot be read as OpenCV's format");
  ImportedCalibration r;
  struct Names {
    std::vector<const char*> matrix, distortion;
    const char* name;
  };
  const std::array<Names, 3> known{
      Names{{"camera_matrix", "cameraMatrix", "Camera_Matrix", "K"},
            {"distortion_coefficients", "distCoeffs", "Distortion_Coefficients", "D"},
            "camera"},
      {{"M1", "cameraMatrix1", "K1"}, {"D1", "distCoeffs1"}, "camera 1"},
      {{"M2", "cameraMatrix2", "K2"}, {"D2", "distCoeffs2"}, "camera 2"}};
  for (const Names& n : known) {
    const cv::FileNode matrix = FirstOf(file, n.matrix);
    if (matrix.empty()) continue;
    ImportedCamera camera;
    SEAFUSION_ASSIGN_OR_RETURN(
        camera.calibration,
        Calibration(Numbers(matrix), Numbers(FirstOf(file, n.distortion)), n.name));
    const cv::FileNode width = FirstOf(file, {"image_width", "image_Width"});
    const cv::FileNode height = FirstOf(file, {"image_height", "image_Height"});
    if (width.isInt() && height.isInt()) {
      SEAFUSION_ASSIGN_OR_RETURN(camera.width, Side(static_cast<int>(width), "image_width"));
      SEAFUSION_ASSIGN_OR_RETURN(camera.height, Side(static_cast<int>(height), "image_height"));
    }
    if (const cv::FileNode name = file["camera_name"]; name.isString()) {
      camera.name = static_cast<std::string>(name);
    }
    r.cameras.push_back(std::move(camera));
  }
  const std::vector<double> rotation = Numbers(file["R"]), translation = Numbers(file["T"]);
  if (!rotation.empty() || !translation.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(r.second_from_first, ExtrinsicsOf(rotation, translation));
  }
  return r;
}

// --- ROS and Kalibr: plain YAML ---

StatusOr<std::vector<double>> Numbers(const YAML::Node& node, const std::string& name,
                                      std::size_t most) {
  if (!node || !node.IsSequence() || node.size() > most) {
    return CorruptData(name + " must be a list of at most " + std::to_string(most) + " numbers");
  }
  std::vector<double> v;
  for (const YAML::Node& n : node) {
    double value = 0;
    if (!n.IsScalar() || !YAML::convert<double>::decode(n, value)) {
      return CorruptData(name + " must hold numbers only");
    }
    v.push_back(value);
  }
  return v;
}

std::string Text(const YAML::Node& node) {
  return node && node.IsScalar() ? node.Scalar() : std::string();
}

StatusOr<int> Side(const YAML::Node& node, const char* name) {
  double value = 0;
  if (!node || !node.IsScalar() || !YAML::convert<double>::decode(node, value)) {
    return CorruptData(std::string(name) + " must be a number");
  }
  return Side(value, name);
}

StatusOr<ImportedCalibration> ReadRos(const YAML::Node& root) {
  const std::string model = Text(root["distortion_model"]);
  if (!model.empty() && model != "plumb_bob" && model != "rational_polynomial") {
    return Unsupported("distortion model " + Quoted(model) + " is not known");
  }
  const YAML::Node distortion_node = root["distortion_coefficients"];
  SEAFUSION_ASSIGN_OR_RETURN(const auto matrix,
                             Numbers(root["camera_matrix"]["data"], "camera_matrix.data", 9));
  std::vector<double> distortion;
  if (distortion_node) {
    SEAFUSION_ASSIGN_OR_RETURN(
        distortion, Numbers(distortion_node["data"], "distortion_coefficients.data", 14));
  }
  ImportedCamera camera;
  camera.name = Text(root["camera_name"]);
  SEAFUSION_ASSIGN_OR_RETURN(camera.width, Side(root["image_width"], "image_width"));
  SEAFUSION_ASSIGN_OR_RETURN(camera.height, Side(root["image_height"], "image_height"));
  SEAFUSION_ASSIGN_OR_RETURN(camera.calibration,
                             Calibration(matrix, std::move(distortion), "camera"));
  return ImportedCalibration{{std::move(camera)}, std::nullopt};
}

StatusOr<ImportedCamera> ReadKalibrCamera(const YAML::Node& node, const std::string& name) {
  const std::string model = Text(node["camera_model"]), distortion = Text(node["distortion_model"]);
  if (model != "pinhole") return Unsupported(name + ": camera model " + Quoted(model));
  if (distortion != "radtan" && distortion != "none") {
    return Unsupported(name + ": distortion model " + Quoted(distortion));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const auto k, Numbers(node["intrinsics"], name + ".intrinsics", 4));
  SEAFUSION_ASSIGN_OR_RETURN(const auto size, Numbers(node["resolution"], name + ".resolution", 2));
  if (k.size() != 4 || size.size() != 2) {
    return CorruptData(name + ": intrinsics must be 4 numbers and resolution 2");
  }
  std::vector<double> coefficients;
  if (distortion == "radtan") {
    SEAFUSION_ASSIGN_OR_RETURN(coefficients,
                               Numbers(node["distortion_coeffs"], name + ".distortion_coeffs", 4));
  }
  ImportedCamera camera;
  camera.name = name;
  SEAFUSION_ASSIGN_OR_RETURN(camera.width, Side(size[0], "resolution"));
  SEAFUSION_ASSIGN_OR_RETURN(camera.height, Side(size[1], "resolution"));
  SEAFUSION_ASSIGN_OR_RETURN(
      camera.calibration,
      Calibration({k[0], 0, k[2], 0, k[1], k[3], 0, 0, 1}, std::move(coefficients), name));
  return camera;
}

StatusOr<ImportedCalibration> ReadKalibr(const YAML::Node& root) {
  ImportedCalibration r;
  for (const char* name : {"cam0", "cam1"}) {
    const YAML::Node node = root[name];
    if (!node) break;
    if (!node.IsMap()) return CorruptData(std::string(name) + " must be a map");
    SEAFUSION_ASSIGN_OR_RETURN(ImportedCamera camera, ReadKalibrCamera(node, name));
    r.cameras.push_back(std::move(camera));
  }
  const YAML::Node second = root["cam1"];
  if (const YAML::Node rows =
          second ? second["T_cn_cnm1"] : YAML::Node(YAML::NodeType::Undefined)) {
    if (!rows.IsSequence() || rows.size() != 4) {
      return CorruptData("cam1.T_cn_cnm1 must have 4 rows");
    }
    std::vector<double> rotation, translation;
    for (std::size_t i = 0; i < 3; ++i) {
      SEAFUSION_ASSIGN_OR_RETURN(const auto row, Numbers(rows[i], "cam1.T_cn_cnm1", 4));
      if (row.size() != 4) return CorruptData("cam1.T_cn_cnm1 must have 4 columns");
      rotation.insert(rotation.end(), row.begin(), row.begin() + 3);
      translation.push_back(row[3]);
    }
    SEAFUSION_ASSIGN_OR_RETURN(r.second_from_first, ExtrinsicsOf(rotation, translation));
  }
  return r;
}

StatusOr<ImportedCalibration> ReadPlainYaml(const std::string& text) {
  const YAML::Node root = YAML::Load(text);
  if (root.IsMap() && root["cam0"]) return ReadKalibr(root);
  if (root.IsMap() && root["camera_matrix"] && root["camera_matrix"].IsMap()) return ReadRos(root);
  return CorruptData("is no calibration of OpenCV, ROS or Kalibr");
}

StatusOr<ImportedCalibration> Read(const std::string& text) {
  SEAFUSION_RETURN_IF_ERROR(CheckNesting(text));
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  const std::string_view rest =
      start == std::string::npos ? "" : std::string_view(text).substr(start);
  const bool opencv =
      rest.starts_with("%YAML") || rest.starts_with("<?xml") || rest.starts_with("{");
  if (rest.starts_with("%YAML")) SEAFUSION_RETURN_IF_ERROR(CheckDocuments(rest));
  SEAFUSION_ASSIGN_OR_RETURN(ImportedCalibration r,
                             opencv ? ReadOpenCv(text.substr(start)) : ReadPlainYaml(text));
  if (r.cameras.empty() && !r.second_from_first) return CorruptData("holds no camera");
  return r;
}

}  // namespace

StatusOr<ImportedCalibration> ParseCalibration(const std::string& text) {
  if (text.find('\0') != std::string::npos) return CorruptData("is no text");
  try {
    return Read(text);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for a calibration file");
  } catch (const YAML::Exception& e) {
    return CorruptData("is no YAML that can be read: see line " + std::to_string(e.mark.line + 1));
  } catch (const std::exception&) {
    // OpenCV's, and those of the standard library that its parser does not expect (of a
    // key without a name).
    return CorruptData("cannot be read as OpenCV's format");
  }
}

StatusOr<ImportedCalibration> ImportCalibration(const std::string& path) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kMostBytes));
  StatusOr<ImportedCalibration> r = ParseCalibration(std::string(bytes.begin(), bytes.end()));
  if (!r.ok()) return r.status().Annotate(path);
  return r;
}

StatusOr<Rig> RigFromCalibration(const ImportedCamera& infrared, const ImportedCamera& visible,
                                 const Extrinsics& visible_to_infrared, double distance) {
  Rig rig;
  for (const auto& [from, to, name] : {std::tuple{&infrared, &rig.infrared, "infrared"},
                                       std::tuple{&visible, &rig.visible, "visible"}}) {
    if (from->width == 0 || from->height == 0) {
      return InvalidArgument(std::string("the ") + name + " calibration does not say the size");
    }
    to->width = from->width;
    to->height = from->height;
    to->calibration = from->calibration;
  }
  rig.visible_to_infrared = visible_to_infrared;
  rig.distance = distance;
  rig.origin.method = RigMethod::kCalibration;
  SEAFUSION_RETURN_IF_ERROR(rig.Validate());
  return rig;
}

}  // namespace seafusion::align
