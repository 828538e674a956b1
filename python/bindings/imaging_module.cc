// seafusion._imaging: what reads and writes picture files. Needs OpenCV's imgcodecs and all that it
// brings along.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "align/rig/rig_file.h"
#include "compare/run.h"
#include "core/status_macros.h"
#include "errors.h"
#include "fuse/range/range_text.h"
#include "fuse/weights/precision_choice.h"
#include "interruptible.h"
#include "io/image_file.h"
#include "io/measure_files.h"
#include "methods/learning/learning_library.h"
#include "metrics/metric_list.h"
#include "pictures.h"

namespace seafusion::python {
namespace {

// How the pictures of one camera's file lie on each other, as its maker says.
std::optional<std::string> MakersRig(const io::SourcePictures& pair) {
  if (!pair.placement) return std::nullopt;
  const StatusOr<align::Rig> rig = align::RigFromFlir(
      pair.infrared.width(), pair.infrared.height(), pair.visible.width(), pair.visible.height(),
      pair.placement->real_to_ir, pair.placement->x, pair.placement->y);
  if (!rig.ok() || !rig->Validate().ok()) return std::nullopt;
  return align::RigText(*rig);
}

py::dict ReadPair(const std::string& infrared, const std::string& visible, bool shown,
                  std::optional<int> page, std::uint64_t max_pixels, bool force) {
  const io::SourceOptions options{
      .max_pixels = max_pixels,
      .infrared = shown ? io::CameraPicture::kShown : io::CameraPicture::kCounts,
      .infrared_page = page,
      .force = force};
  auto pair = [&] {
    const py::gil_scoped_release released;
    return io::ReadSources(infrared, visible, options);
  }();
  if (!pair.ok()) Raise(pair.status());
  py::dict result;
  const std::optional<std::string> rig = MakersRig(*pair);
  result["rig"] = rig ? py::object(Text(*rig)) : py::object(py::none());
  result["ir"] = ToArray(std::move(pair->infrared));
  result["visible"] = ToArray(std::move(pair->visible));
  result["alpha"] =
      pair->alpha.empty() ? py::object(py::none()) : py::object(ToArray(std::move(pair->alpha)));
  result["thermometer"] = pair->thermometer ? py::cast(*pair->thermometer) : py::object(py::none());
  py::list remarks;
  for (const std::string& remark : pair->remarks) remarks.append(Text(remark));
  result["remarks"] = remarks;
  return result;
}

void WritePicture(const std::string& path, const py::object& object, const py::object& opacity,
                  bool overwrite) {
  const Pictures picture = Pictures::ToRead(object, "picture");
  if (picture.batch()) RaiseValueError("picture has the shape " + picture.Shape() + ", a batch's");
  std::optional<Pictures> alpha;
  if (!opacity.is_none()) {
    alpha = Pictures::ToRead(opacity, "alpha");
    if (alpha->batch()) RaiseValueError("alpha has the shape " + alpha->Shape() + ", a batch's");
  }
  Check([&] {
    const py::gil_scoped_release released;
    return io::WriteImage(path, picture[0], overwrite ? IfExists::kReplace : IfExists::kFail, {},
                          alpha ? (*alpha)[0] : ImageView());
  }());
}

compare::CompareSettings SettingsOf(const py::dict& d) {
  compare::CompareSettings s;
  for (const py::handle item : d["data"]) {
    const auto [name, folder, ir, visible] =
        item.cast<std::tuple<std::string, std::string, std::string, std::string>>();
    if (folder.empty()) {
      s.data.push_back({.name = name, .infrared = ir, .visible = visible});
    } else {
      s.data.push_back(compare::DataSetOf(name, folder));
    }
  }
  for (const py::handle item : d["pictures"]) {
    const auto [data, label, source] =
        item.cast<std::tuple<std::string, std::string, std::string>>();
    s.pictures.push_back({data, label, source});
  }
  std::vector<compare::GivenWeights> weights;
  for (const py::handle item : d["models"]) {
    const auto [method, label, file] =
        item.cast<std::tuple<std::string, std::string, std::string>>();
    weights.push_back({method, label, file});
  }
  const auto supplied = d["supply"].cast<std::map<std::string, std::string>>();
  const compare::MethodSupply supply{.weights =
                                         [&](const std::string& method) {
                                           const auto it = supplied.find(method);
                                           return it == supplied.end() ? std::string() : it->second;
                                         },
                                     .libtorch = !d["learning"].cast<std::string>().empty()};
  s.methods =
      Check(compare::MethodsOf(d["methods"].cast<std::vector<std::string>>(), weights, supply));
  s.folder = d["out"].cast<std::string>();
  s.range = d["range"].cast<std::string>();
  s.ir_range = d["ir_range"].cast<std::string>();
  s.precision_name = d["precision"].cast<std::string>();
  s.fuse.output_range = Check(ParseOutputRange(s.range));
  s.fuse.infrared_range = Check(ParseInfraredRange(s.ir_range));
  s.precision = PrecisionFor(Check(ParsePrecision(s.precision_name)), 8, s.fuse.output_range);
  s.request.metrics = Check(metrics::ParseMetricList(d["metrics"].cast<std::string>()));
  s.request.conventions.clear();
  for (const py::handle name : d["conventions"]) {
    s.request.conventions.push_back(Check(metrics::ParseConvention(name.cast<std::string>())));
  }
  if (!d["title"].is_none()) s.title = d["title"].cast<std::string>();
  s.first = d["first"].cast<std::uint64_t>();
  s.threads = d["threads"].cast<int>();
  s.overwrite = d["overwrite"].cast<bool>();
  s.keep_going = d["keep_going"].cast<bool>();
  return s;
}

// The comparison as JSON, and as a table for people.
py::tuple Compare(const py::dict& wanted, py::object progress, py::object message) {
  const compare::CompareSettings settings = SettingsOf(wanted);
  compare::CompareServices services;
  if (const auto learning = wanted["learning"].cast<std::string>(); !learning.empty()) {
    services.open_learned = [learning](int threads) {
      return methods::LearnedMethodsIn(learning, threads);
    };
  }
  std::string json, text;
  Check(RunMonitored(
      std::move(progress), std::move(message), [&](const RunMonitor& monitor) -> Status {
        SEAFUSION_ASSIGN_OR_RETURN(const compare::Comparison comparison,
                                   compare::CompareMethods(settings, services, monitor));
        json = compare::ComparisonJson(settings, comparison);
        text = compare::ComparisonText(settings, comparison);
        return OkStatus();
      }));
  return py::make_tuple(Text(json), Text(text));
}

}  // namespace
}  // namespace seafusion::python

PYBIND11_MODULE(_imaging, m) {
  using namespace seafusion;          // NOLINT: this function
  using namespace seafusion::python;  // NOLINT

  m.doc() = "Picture files for the package seafusion; not for other code.";
  py::class_<io::Thermometer>(m, "Thermometer")
      .def("celsius", py::vectorize([](const io::Thermometer* t, double counts) {
             return t->Celsius(counts);
           }))
      .def("counts", py::vectorize([](const io::Thermometer* t, double celsius) {
             return t->Counts(celsius);
           }));
  m.def("read_pair", &ReadPair, py::arg("ir"), py::arg("visible"), py::arg("shown"),
        py::arg("page"), py::arg("max_pixels"), py::arg("force"));
  m.def("write_picture", &WritePicture, py::arg("path"), py::arg("picture"), py::arg("alpha"),
        py::arg("overwrite"));
  m.def("compare", &Compare, py::arg("settings"), py::arg("progress"), py::arg("message"));
}
