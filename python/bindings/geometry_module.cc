// seafusion._geometry: registration, rigs and warps. Needs OpenCV's core, imgproc and calib3d.
// Rigs cross as the text of their files, which every value of this module and of _imaging can be.
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "align/registration.h"
#include "align/rig/rig_file.h"
#include "align/warp/warper.h"
#include "core/status_macros.h"
#include "errors.h"
#include "fuse/range/range_text.h"
#include "interruptible.h"
#include "pictures.h"

namespace seafusion::python {
namespace {

using align::Canvas;
using align::Rig;
using align::Source;

std::vector<Pictures> Frames(const py::list& arrays, const char* name) {
  std::vector<Pictures> frames;
  for (const py::handle array : arrays) frames.push_back(Pictures::ToRead(array, name));
  return frames;
}

py::ssize_t CountOf(const std::vector<Pictures>& frames) {
  py::ssize_t count = 0;
  for (const Pictures& p : frames) count += p.count();
  return count;
}

std::vector<ImageView> ViewsOf(const std::vector<Pictures>& frames) {
  std::vector<ImageView> views;
  for (const Pictures& p : frames) {
    for (py::ssize_t i = 0; i < p.count(); ++i) views.push_back(p[i]);
  }
  return views;
}

Status Estimate(const std::vector<ImageView>& infrared, const std::vector<ImageView>& visible,
                const align::RegistrationOptions& options, const RunMonitor& monitor,
                std::optional<align::Registration>& result) {
  SEAFUSION_ASSIGN_OR_RETURN(align::Registrar registrar, align::Registrar::Create(options));
  for (std::size_t i = 0; i < infrared.size(); ++i) {
    if (monitor.Stopped()) return Cancelled("registration was stopped");
    SEAFUSION_RETURN_IF_ERROR(
        registrar.Add(infrared[i], visible[i]).Annotate("frame " + std::to_string(i)));
  }
  SEAFUSION_ASSIGN_OR_RETURN(result, registrar.Estimate(monitor));
  return OkStatus();
}

py::dict Register(const py::list& infrared_arrays, const py::list& visible_arrays,
                  const std::string& model, int threads, std::uint64_t seed,
                  std::optional<std::array<double, 2>> field_ratio, py::object progress) {
  align::RegistrationOptions options{.threads = threads, .seed = seed};
  const auto named = align::TransformModelNamed(model);
  if (!named) {
    RaiseValueError("model '" + model +
                    "' is none of identity, similarity, homography, homography+lens");
  }
  options.model = *named;
  if (field_ratio) options.field_ratio = {.least = (*field_ratio)[0], .most = (*field_ratio)[1]};
  const std::vector<Pictures> infrared = Frames(infrared_arrays, "ir");
  const std::vector<Pictures> visible = Frames(visible_arrays, "visible");
  if (CountOf(infrared) != CountOf(visible)) {
    RaiseValueError("ir has " + std::to_string(CountOf(infrared)) + " pictures, visible " +
                    std::to_string(CountOf(visible)));
  }
  std::optional<align::Registration> found;
  Check(RunMonitored(std::move(progress), py::none(), [&](const RunMonitor& monitor) {
    return Estimate(ViewsOf(infrared), ViewsOf(visible), options, monitor, found);
  }));
  const align::Evidence& e = found->evidence;
  py::dict evidence;
  evidence["score"] = e.score;
  evidence["peak"] = e.peak;
  evidence["margin"] = e.margin;
  evidence["inliers"] = e.inliers;
  evidence["coverage"] = e.coverage;
  evidence["runner_up"] = e.runner_up;
  evidence["half_spread"] = e.half_spread;
  evidence["half_shift"] = e.half_shift;
  py::dict result;
  const Rig rig = align::RigFromRegistration(*found);
  const bool usable = found->verdict != align::Verdict::kRefuse && rig.Validate().ok();
  result["rig"] = usable ? py::object(Text(align::RigText(rig))) : py::object(py::none());
  result["verdict"] = Text(align::VerdictName(found->verdict));
  result["confidence"] = found->confidence;
  result["expected_error_px"] = found->expected_error_px;
  result["model"] = Text(align::TransformModelName(found->model));
  result["frames"] = found->frames;
  result["evidence"] = evidence;
  return result;
}

Source SourceNamed(const std::string& name) {
  if (name == "ir") return Source::kInfrared;
  if (name == "visible") return Source::kVisible;
  RaiseValueError("camera '" + name + "' is neither ir nor visible");
}

// Warper::Create of the text of a rig's file.
class PythonWarper {
 public:
  PythonWarper(const std::string& rig, const std::string& canvas) : warper_(Make(rig, canvas)) {}

  int width() const { return warper_.width(); }
  int height() const { return warper_.height(); }

  py::object Warp(const std::string& camera, const py::object& object, const py::object& out_object,
                  const char* name) const {
    const Source source = SourceNamed(camera);
    const Pictures pictures = Pictures::ToRead(object, name);
    const Pictures out = OutputFor(pictures, out_object);
    Check(Each(out,
               [&](py::ssize_t i) { return warper_.Warp(source, pictures[i], out.Mutable(i)); }));
    return out.array();
  }

  py::object WarpLabels(const std::string& camera, const py::object& object, int outside,
                        const py::object& out_object) const {
    const Source source = SourceNamed(camera);
    if (outside < 0 || outside > 255) RaiseValueError("outside must be in 0..255");
    const Pictures labels = Pictures::ToRead(object, "labels");
    const Pictures out = OutputFor(labels, out_object);
    Check(Each(out, [&](py::ssize_t i) {
      return warper_.WarpLabels(source, labels[i], static_cast<std::uint8_t>(outside),
                                out.Mutable(i));
    }));
    return out.array();
  }

  py::array Coverage(const std::string& camera) const {
    const ImageView view = warper_.Coverage(SourceNamed(camera));
    const Pictures out = Pictures::New(0, view.height, view.width, PixelFormat::kGray8);
    const MutableImageView to = out.Mutable(0);
    for (int y = 0; y < view.height; ++y) {
      std::copy_n(view.Row<std::uint8_t>(y), view.width, to.Row<std::uint8_t>(y));
    }
    return out.array();
  }

  bool Covers(const std::string& camera) const { return warper_.Covers(SourceNamed(camera)); }

  void ShowAlone(const std::string& camera, const py::object& on_canvas, const py::object& fused,
                 const std::string& ir_range, bool ir_invert) const {
    const Source source = SourceNamed(camera);
    const Pictures picture = Pictures::ToRead(on_canvas, "picture");
    const Pictures out = Pictures::ToWrite(fused, "fused");
    CheckSameSize(picture, "picture", out, "fused");
    InfraredRange range = Check(ParseInfraredRange(ir_range));
    range.invert = ir_invert;
    Check(Each(out, [&](py::ssize_t i) -> Status {
      LinearMap map{0, 1 / FullScale(picture.format())};
      if (source == Source::kInfrared) {
        SEAFUSION_ASSIGN_OR_RETURN(map, FindInfraredMap(picture[i], range));
      }
      return warper_.ShowAlone(source, picture[i], map, out.Mutable(i));
    }));
  }

  py::array_t<double> Map(const std::string& camera, const py::array& points,
                          bool to_canvas) const {
    const Source source = SourceNamed(camera);
    const auto in = py::array_t<double, py::array::c_style | py::array::forcecast>::ensure(points);
    if (!in || in.ndim() != 2 || in.shape(1) != 2) {
      RaiseValueError("points must be Nx2 numbers, x and y");
    }
    py::array_t<double> out({in.shape(0), py::ssize_t{2}});
    for (py::ssize_t i = 0; i < in.shape(0); ++i) {
      const align::Point p{in.at(i, 0), in.at(i, 1)};
      const align::Point q =
          to_canvas ? warper_.ToCanvas(source, p) : warper_.FromCanvas(source, p);
      out.mutable_at(i, 0) = q.x;
      out.mutable_at(i, 1) = q.y;
    }
    return out;
  }

 private:
  static align::Warper Make(const std::string& rig, const std::string& canvas) {
    const auto named = align::CanvasNamed(canvas);
    if (!named) {
      RaiseValueError("canvas '" + canvas + "' is none of overlap, visible, infrared");
    }
    const Rig parsed = Check(align::ParseRig(rig));
    const py::gil_scoped_release released;
    StatusOr<align::Warper> warper = align::Warper::Create(parsed, *named);
    const py::gil_scoped_acquire acquired;
    return Check(std::move(warper));
  }

  Pictures OutputFor(const Pictures& in, const py::object& out) const {
    if (out.is_none()) {
      return Pictures::New(in.batch() ? in.count() : 0, height(), width(), in.format());
    }
    Pictures given = Pictures::ToWrite(out, "out");
    if (given.batch() != in.batch() || given.count() != in.count()) {
      RaiseValueError("out has the shape " + given.Shape() + ", the pictures " + in.Shape());
    }
    return given;
  }

  template <typename Work>
  static Status Each(const Pictures& out, const Work& work) {
    const py::gil_scoped_release released;
    for (py::ssize_t i = 0; i < out.count(); ++i) SEAFUSION_RETURN_IF_ERROR(work(i));
    return OkStatus();
  }

  align::Warper warper_;
};

}  // namespace
}  // namespace seafusion::python

PYBIND11_MODULE(_geometry, m) {
  using namespace seafusion;          // NOLINT: this function
  using namespace seafusion::python;  // NOLINT

  m.doc() = "Alignment for the package seafusion; not for other code.";
  m.def("register", &Register, py::arg("ir"), py::arg("visible"), py::arg("model"),
        py::arg("threads"), py::arg("seed"), py::arg("field_ratio"), py::arg("progress"));
  m.def("check_rig",
        [](const std::string& text) { return Text(align::RigText(Check(align::ParseRig(text)))); });
  m.def("read_rig",
        [](const std::string& path) { return Text(align::RigText(Check(align::ReadRig(path)))); });
  m.def("write_rig", [](const std::string& path, const std::string& text, bool overwrite) {
    Check(align::WriteRig(path, Check(align::ParseRig(text)),
                          overwrite ? IfExists::kReplace : IfExists::kFail));
  });
  py::class_<PythonWarper>(m, "Warper")
      .def(py::init<const std::string&, const std::string&>(), py::arg("rig"), py::arg("canvas"))
      .def("width", &PythonWarper::width)
      .def("height", &PythonWarper::height)
      .def("covers", &PythonWarper::Covers)
      .def("warp", &PythonWarper::Warp, py::arg("camera"), py::arg("picture"), py::arg("out"),
           py::arg("name"))
      .def("warp_labels", &PythonWarper::WarpLabels, py::arg("camera"), py::arg("labels"),
           py::arg("outside"), py::arg("out"))
      .def("coverage", &PythonWarper::Coverage)
      .def("show_alone", &PythonWarper::ShowAlone, py::arg("camera"), py::arg("picture"),
           py::arg("fused"), py::arg("ir_range"), py::arg("ir_invert"))
      .def("map", &PythonWarper::Map, py::arg("camera"), py::arg("points"), py::arg("to_canvas"));
}
