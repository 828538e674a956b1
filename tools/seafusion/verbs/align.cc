// seafusion align: the options; the work is in src/align.
#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "command.h"
#include "module.h"
#include "options/imaging_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "stream/stream_name.h"

namespace seafusion::tools {
namespace {

constexpr const char* kAlignFooter =
    R"(SRC is a picture, a folder of pictures, or a pattern in quotes; a video, numbered pictures
(ir_%04d.png), a camera (/dev/videoN) or an address (rtsp://...). Pictures of two folders are paired
by their names without extension, frames by their time; the cameras may differ in size. All pairs must be of the same two cameras,
fixed to each other: what is found holds for all of them, and several pairs say more than one.

Examples:
  From a folder, with a picture to judge by; then fuse with it:
    seafusion align --ir data/ir --vis data/vi -o rig.json --picture rig.png
    seafusion fuse --ir data/ir --vis data/vi --rig rig.json -o fused
  From two cameras, as many frames as are needed:
    seafusion align --ir /dev/video2 --vis rtsp://10.0.0.7/main -o rig.json --picture rig.png
  The visible camera sees about 1.4 times as wide:
    seafusion align --ir thermal.png --vis camera.jpg --scale 1.4 -o rig.json
  From points seen in both pictures, lines of "ir_x ir_y vis_x vis_y":
    seafusion align --ir thermal.png --vis camera.jpg --points points.txt -o rig.json
  From a folder of pairs in which a board of 9x6 inner corners, 25 mm apart, is shown all around:
    seafusion align --ir board/ir --vis board/vi --board 9x6 --square 25 -o rig.json
  From a calibration made by Kalibr, cam0 visible and cam1 infrared:
    seafusion align --calibration camchain.yaml -o rig.json
  Registered pairs for other programs, by a rig that is there already:
    seafusion align --ir data/ir --vis data/vi --rig rig.json --write registered

Exit status: 0 found, 1 not found or failed, 2 wrong arguments.)";

class AlignCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("align", "Find how two cameras map onto each other");
    sub->footer(kAlignFooter);
    AddFiles(*sub);
    AddSearch(*sub);
    AddOtherWays(*sub);
    AddRun(*sub);
    sub->callback([this, sub] { CheckTogether(*sub); });
    return sub;
  }

  int Run() override {
    if (IsVideo()) return RunInModule("video", "seafusion_run_align_video", &options_);
    return RunInModule("imaging", "seafusion_run_align", &options_);
  }

 private:
  bool IsVideo() const {
    for (const std::string* name : {&options_.infrared, &options_.visible}) {
      if (!name->empty() && stream::KindOfSource(*name) != stream::SourceKind::kPictures)
        return true;
    }
    return false;
  }

  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    sub.add_option("--ir", options_.infrared, "Infrared pictures, video or camera")
        ->type_name("SRC")
        ->group(group);
    sub.add_option("--vis", options_.visible, "Visible pictures, video or camera")
        ->type_name("SRC")
        ->group(group);
    sub.add_option("-o,--output", options_.output, "Rig to write (docs/alignment.md)")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--picture", options_.picture,
                   "Picture to judge by: edges and checkerboard,\nwithout the rig and with it")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--write", options_.write,
                   "Write all pairs, registered, as DIR/ir/NAME.png\nand DIR/vi/NAME.png")
        ->type_name("DIR")
        ->group(group);
    sub.add_option("--canvas", canvas_,
                   "What registered pairs show: overlap, what both\n"
                   "cameras see; visible or infrared, that camera's\n"
                   "picture")
        ->check(OneOf({"overlap", "visible", "infrared"}))
        ->type_name("C")
        ->group(group);
    AddOverwrite(sub, group, options_.overwrite, "Replace files that exist already");
  }

  void AddSearch(CLI::App& sub) {
    const std::string group = "Search";
    sub.add_option("--scale", scale_,
                   "Width of the visible camera's field of view over\n"
                   "the infrared camera's, known to 10 %; or between\n"
                   "two numbers, LO,HI")
        ->check(CLI::Validator([this](const std::string& text) { return ParseScale(text); }, ""))
        ->type_name("R")
        ->group(group);
    sub.add_option("--model", model_,
                   "The freest map that may come out: similarity,\n"
                   "homography, homography+lens (8 pairs or more)")
        ->check(OneOf({"similarity", "homography", "homography+lens"}))
        ->type_name("M")
        ->group(group);
    sub.add_option("--frames", options_.frames, "Pairs of a folder to look at, at most")
        ->check(InRange(1, align::Registrar::kMostFrames))
        ->type_name("N")
        ->group(group);
    sub.add_flag("--accept-unsure", options_.accept_unsure,
                 "Write a rig that is no more than unsure, too")
        ->group(group);
    sub.add_option("--seed", options_.registration.seed, "Of the random part of the search")
        ->type_name("N")
        ->group(group);
  }

  void AddOtherWays(CLI::App& sub) {
    const std::string group = "In place of a search";
    sub.add_option("--points", options_.points,
                   "Points seen in both pictures: lines of\n\"ir_x ir_y vis_x vis_y\"")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--tolerance", options_.tolerance, "Infrared pixels within which points agree")
        ->check(InRange(0.01, 1000.0))
        ->type_name("PX")
        ->group(group);
    sub.add_option("--board", board_,
                   "A chessboard that both cameras see, of this many\n"
                   "inner corners: calibrates lenses and places")
        ->check(CLI::Validator([this](const std::string& text) { return ParseBoard(text); }, ""))
        ->type_name("CxR")
        ->group(group);
    sub.add_flag("--circles", circles_, "The board has circles, of this many")->group(group);
    sub.add_option("--square", square_mm_, "Millimetres from one corner or circle to the next")
        ->check(InRange(0.1, 10000.0))
        ->type_name("MM")
        ->group(group);
    sub.add_option("--calibration", options_.calibration,
                   "Calibration of both cameras, the visible one\n"
                   "first: OpenCV's YAML or XML, Kalibr's camchain")
        ->type_name("FILE")
        ->group(group);
    sub.add_flag("--infrared-first", options_.infrared_first,
                 "The calibration has the infrared camera first")
        ->group(group);
    sub.add_option("--ir-calibration", options_.infrared_calibration,
                   "Lens of the infrared camera from another file,\nalso ROS' camera_info")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--vis-calibration", options_.visible_calibration,
                   "Lens of the visible camera, likewise")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--distance", options_.distance, "Metres to what should fit best; 0: far away")
        ->check(InRange(0.0, 1e6))
        ->type_name("M")
        ->group(group);
    sub.add_option("--flir", flir_, "Real2IR,OffsetX,OffsetY as FLIR cameras write them")
        ->check(CLI::Validator([this](const std::string& text) { return ParseFlir(text); }, ""))
        ->type_name("R,X,Y")
        ->group(group);
    sub.add_option("--rig", options_.rig, "A rig that was found before")
        ->type_name("FILE")
        ->group(group);
  }

  void AddRun(CLI::App& sub) {
    const std::string group = "Run";
    AddThreads(sub, group, options_.registration.threads, "Threads; 0 means one a processor");
    AddMaxPixels(sub, group, options_.sources.max_pixels);
    AddJson(sub, group, options_.json, "Print everything as JSON");
    AddProgressAndQuiet(sub, group, options_.progress, options_.quiet);
  }

  // Empty when the text can be used; CLI11 shows what is wrong otherwise.
  std::string ParseScale(const std::string& text) {
    double lo = 0, hi = 0;
    int used = 0;
    if (std::sscanf(text.c_str(), "%lf,%lf%n", &lo, &hi, &used) == 2 &&
        static_cast<std::size_t>(used) == text.size()) {
      options_.registration.field_ratio = align::FieldRatio{lo, hi};
    } else if (std::sscanf(text.c_str(), "%lf%n", &lo, &used) == 1 &&
               static_cast<std::size_t>(used) == text.size()) {
      options_.registration.field_ratio = align::FieldRatio{lo / 1.1, lo * 1.1};
    } else {
      return "\"" + text + "\" is neither a number nor two of them";
    }
    const align::FieldRatio r = *options_.registration.field_ratio;
    if (!(r.least >= 0.1 && r.least <= r.most && r.most <= 10)) {
      return text + ": must rise within 0.1..10";
    }
    return "";
  }

  std::string ParseBoard(const std::string& text) {
    options_.board = align::BoardNamed(text);
    if (!options_.board) return "\"" + text + "\" is not a board like 9x6";
    return std::string(options_.board->Validate().message());
  }

  std::string ParseFlir(const std::string& text) {
    std::array<double, 3> v{};
    int used = 0;
    if (std::sscanf(text.c_str(), "%lf,%lf,%lf%n", &v[0], &v[1], &v[2], &used) != 3 ||
        static_cast<std::size_t>(used) != text.size()) {
      return "\"" + text + "\" is not Real2IR,OffsetX,OffsetY";
    }
    options_.flir = v;
    return "";
  }

  void CheckTogether(const CLI::App& sub) {
    options_.canvas = *align::CanvasNamed(canvas_);
    options_.registration.model = *align::TransformModelNamed(model_);
    int ways = 0;
    for (const char* way : {"--points", "--board", "--calibration", "--flir", "--rig"}) {
      if (sub.count(way) != 0) ++ways;
    }
    if (ways > 1) {
      throw CLI::ValidationError("align",
                                 "--points, --board, --calibration, --flir and --rig exclude each "
                                 "other");
    }
    const bool needs_no_pictures = sub.count("--calibration") != 0 || sub.count("--rig") != 0;
    const bool pictures_asked_for = !options_.picture.empty() || !options_.write.empty();
    for (const auto& [name, value] :
         {std::pair<const char*, const std::string&>{"--ir", options_.infrared},
          {"--vis", options_.visible}}) {
      if (value.empty() && (!needs_no_pictures || pictures_asked_for))
        throw CLI::RequiredError(name);
    }
    if (options_.infrared.empty() != options_.visible.empty()) {
      throw CLI::ValidationError("align", "--ir and --vis belong together");
    }
    if (sub.count("--points") != 0 &&
        options_.registration.model == align::TransformModel::kHomographyLens) {
      throw CLI::ValidationError("--model", "points give a similarity or a homography");
    }
    for (const char* name : {"--ir-calibration", "--vis-calibration", "--infrared-first"}) {
      if (sub.count(name) != 0 && options_.calibration.empty()) {
        throw CLI::ValidationError(name, "is for --calibration");
      }
    }
    if (sub.count("--distance") != 0 && options_.calibration.empty() && !options_.board) {
      throw CLI::ValidationError("--distance", "is for --calibration and --board");
    }
    for (const char* name : {"--circles", "--square"}) {
      if (sub.count(name) != 0 && !options_.board) {
        throw CLI::ValidationError(name, "is for --board");
      }
    }
    if (options_.board) {
      options_.board->square = square_mm_ / 1000;
      if (circles_) options_.board->kind = align::BoardPattern::Kind::kCircles;
    }
    if (!options_.output.empty() && options_.output == options_.picture) {
      throw CLI::ValidationError("--picture", "names the same file as --output");
    }
  }

  AlignOptions options_;
  std::string canvas_ = "overlap";
  std::string model_ = "homography";
  std::string scale_, flir_, board_;
  double square_mm_ = 25;
  bool circles_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeAlignCommand() {
  return std::make_unique<AlignCommand>();
}

}  // namespace seafusion::tools
