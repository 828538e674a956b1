// seafusion fuse: the options; the work is in src/batch/fuse, that on streams in src/stream.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "command.h"
#include "fuse/range/range_text.h"
#include "fuse/weights/precision_choice.h"
#include "methods/registry.h"
#include "module.h"
#include "options/config_file.h"
#include "options/fuse_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "options/source_options.h"
#include "stream/stream_name.h"

namespace seafusion::tools {
namespace {

constexpr const char* kFuseFooter =
    R"(SRC is a picture, a folder of pictures, or a pattern in quotes; a video, numbered pictures
(ir_%04d.png), a camera (/dev/videoN) or an address (rtsp://...). Pictures of two folders are paired
by their names, or what these have in common (A_T and A_W), those of one folder, too; frames of two
videos by their time. Formats of pictures: png, jpg,
bmp, tif, webp, pgm, pfm; 8 or 16 bits, and infrared in floating
point. Files of thermal cameras (radiometric JPEG, .fff, .seq, .irg) give the sensor's counts.

Examples:
  One pair:
    seafusion fuse --ir thermal.png --vis camera.png -o fused.png
  Two folders, into a third:
    seafusion fuse --ir data/ir --vis data/vi -o fused
  Some of a folder; raw 16-bit thermal counts from 28000 to 34000:
    seafusion fuse --ir 'data/ir/*N.tif' --vis data/vi -o fused --ir-range fixed:28000,34000
  A thermal camera's file that holds both pictures:
    seafusion fuse --ir FLIR0042.jpg --vis FLIR0042.jpg -o fused.jpg
  Two cameras that do not look alike, by what align found (docs/alignment.md):
    seafusion fuse --ir data/ir --vis data/vi --rig rig.json -o fused
    seafusion fuse --ir thermal.mp4 --vis camera.mp4 --rig rig.json -o fused.mp4
  Two videos; two cameras, shown by another program:
    seafusion fuse --ir thermal.mp4 --vis camera.mp4 -o fused.mp4
    seafusion fuse --ir /dev/video2 --vis rtsp://10.0.0.7/main -o - | mpv -
  A folder on four machines, each with another I from 0 to 3; again for what is missing:
    seafusion fuse --ir data/ir --vis data/vi -o fused --shard I/4 --skip-existing
  Exactly as the published SeAFusion pictures were saved:
    seafusion fuse --ir data/ir --vis data/vi -o fused --range reference

Exit status: 0 all pairs or frames fused, 1 something failed, 2 wrong arguments. A live run ends with
Ctrl-C and status 0.)";

class FuseCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("fuse", "Fuse infrared and visible pictures or videos");
    sub->footer(kFuseFooter);
    AddFiles(*sub);
    AddCheck(*sub);
    AddPicture(*sub);
    AddStream(*sub);
    AddRun(*sub);
    sub->callback([this, sub] { CheckTogether(*sub); });
    return sub;
  }

  int Run() override {
    options_.fuse.output_range =
        range_.empty() ? methods::DefaultOutputRange(options_.method) : *ParseOutputRange(range_);
    if (const auto celsius = ParseCelsius(texts_.range)) {
      options_.celsius = {.lo = celsius->first, .hi = celsius->second};
    }
    options_.fuse.infrared_range = RangeOf(texts_);
    options_.folder_range = texts_.range == "folder";
    TakeGainTexts(texts_, options_.fuse.infrared_gain);
    TakeSourceTexts(texts_, options_.sources);
    TakePairingTexts(texts_, options_.pairing);
    options_.metadata = metadata_ == "copy";
    options_.notes = !options_.quiet;
    options_.check = !no_check_ && (!options_.quiet || options_.json);
    if (trace_) {
      options_.trace = [](const std::string& output, const std::string& line) {
        std::fprintf(stderr, "%s: %s\n", output.c_str(), line.c_str());
      };
    }
    options_.method.precision =
        PrecisionFor(*ParsePrecision(precision_), options_.bits, options_.fuse.output_range);
    if (IsStream()) {
      FillStream();
      return RunInModule("video", "seafusion_run_fuse_video", &options_);
    }
    return RunInModule("imaging", "seafusion_run_fuse", &options_);
  }

 private:
  void AddFiles(CLI::App& sub) {
    const std::string group = "Files";
    sub.add_option("--ir", options_.infrared, "Infrared pictures, video or camera")
        ->type_name("SRC")
        ->group(group);
    sub.add_option("--vis", options_.visible, "Visible pictures, video or camera")
        ->type_name("SRC")
        ->group(group);
    sub.add_option("-o,--output", options_.output,
                   "Picture, folder (made if missing) or video to\nwrite; - for standard output")
        ->required()
        ->type_name("DST")
        ->group(group);
    sub.add_option(
           "--format", options_.format,
           "Format of the pictures in a folder: png, jpg,\nbmp, tif or webp; png if not given")
        ->check(OneOf({"png", "jpg", "bmp", "tif", "webp"}))
        ->type_name("EXT")
        ->group(group);
    AddOverwrite(sub, group, options_.overwrite, "Replace outputs that exist already");
    sub.add_flag("--skip-existing", options_.skip_existing,
                 "Leave out pairs whose output exists already")
        ->group(group);
    AddPairingOptions(sub, group, texts_, options_.pairing);
    sub.add_option("--metadata", metadata_,
                   "Of the visible picture's EXIF, GPS, XMP and GeoTIFF\n"
                   "tags, and of the visible video's sound: copy or none")
        ->check(OneOf({"copy", "none"}))
        ->type_name("M")
        ->group(group);
    sub.add_option("--model", options_.method.model,
                   "Weights to use: lite (the default), full (the paper's\n"
                   "network) or a file (.safetensors), which some methods\n"
                   "need")
        ->type_name("FILE")
        ->group(group);
    AddConfig(sub, group, config_);
    sub.add_option(
           "--rig", options_.rig.file,
           "How the two cameras map onto each other, found by\n"
           "seafusion align; auto: found from these pictures,\nof streams from the first seconds")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--canvas", canvas_,
                   "With --rig: overlap, what both cameras see, or\n"
                   "visible or infrared, all that this camera sees;\n"
                   "what only one sees is shown as it saw it")
        ->check(OneOf({"overlap", "visible", "infrared"}))
        ->type_name("C")
        ->group(group);
  }

  void AddCheck(CLI::App& sub) {
    sub.add_flag("--no-check", no_check_,
                 "Without a rig some pairs are looked at meanwhile,\n"
                 "and where they do not lie on each other it is said;\nthis turns it off")
        ->group("Files");
  }

  // "NAME  a few words" for each method, below one another.
  static std::string MethodList() {
    std::string list = "Method to fuse pictures with:";
    constexpr std::size_t kNameWidth = 11;
    for (const methods::RegisteredMethod& method : methods::BuiltInMethods().all()) {
      std::string name(method.info.name);
      name.resize(std::max(name.size() + 1, kNameWidth), ' ');
      list += "\n" + name + std::string(method.info.summary);
    }
    return list;
  }

  // A check that names the methods there are.
  static std::string RefuseUnknownMethod(const std::string& name) {
    if (methods::BuiltInMethods().Find(name) != nullptr) return {};
    return methods::BuiltInMethods().Unknown(name).message();
  }

  void AddPicture(CLI::App& sub) {
    const std::string group = "Picture";
    sub.add_option("--method", options_.method.name, MethodList())
        ->check(CLI::Validator(RefuseUnknownMethod, ""))
        ->type_name("NAME")
        ->group(group);
    sub.add_option("--range", range_,
                   "Brightness of the result:\n"
                   "gentle       contrast up to a quarter more where black or\n"
                   "             white would be left unused; if not given, with\n"
                   "             the weights of this program\n"
                   "none         as the method gives it; if not given, else\n"
                   "image        each picture stretched to black and white\n"
                   "reference    as published: for seafusion the same,\n"
                   "             cut to 8 bits; others: see docs/methods.md\n"
                   "fixed:LO,HI  LO is black, HI is white; 0..1")
        ->check(Accepts(ParseOutputRange))
        ->type_name("R")
        ->group(group);
    AddRangeOptions(sub, group, texts_, /*fuse=*/true);
    AddGainOptions(sub, group, texts_, options_.fuse.infrared_gain);
    AddSourceOptions(sub, group, texts_, options_.sources);
    sub.add_flag("--gray", options_.gray, "Write the fused brightness alone, without colour")
        ->group(group);
    sub.add_option("--bits", options_.bits, "Bits a sample: 8, or 16 for png and tif")
        ->check(OneOf<int>({8, 16}))
        ->type_name("N")
        ->group(group);
  }

  static std::string RefuseNoDelay(const std::string& text) {
    if (text == "auto" || ParseSeconds(text)) return {};
    return "'" + text + "' is neither a number of seconds nor auto";
  }

  void AddStream(CLI::App& sub) {
    const std::string group = "Videos, cameras and numbered pictures";
    stream::StreamSettings& stream = options_.stream;
    sub.add_option("--ir-delay", ir_delay_,
                   "Seconds that are added to the infrared stream's\n"
                   "times; auto: found from what moves in both")
        ->check(CLI::Validator(RefuseNoDelay, ""))
        ->type_name("S")
        ->group(group);
    AddSteadinessOptions(sub, group, stream.range_smoothing, stream.hold_shutter);
    AddStreamOptions(sub, group, texts_, stream);
    sub.add_flag("--shortest", stream.sync.shortest, "End when either stream ends")->group(group);
    sub.add_option("--eof-action", eof_action_,
                   "When the infrared stream ends first:\n"
                   "repeat  its last frame stays\n"
                   "endall  both end\n"
                   "pass    the visible stream goes on alone\n"
                   "Given, it holds for a stream that fails, too;\n"
                   "else a failure ends the run")
        ->check(OneOf({"repeat", "endall", "pass"}))
        ->type_name("A")
        ->group(group);
    sub.add_option("--ts-sync", ts_sync_,
                   "Infrared frame for a visible one: default, the\n"
                   "latest that is not later; nearest in time")
        ->check(OneOf({"default", "nearest"}))
        ->type_name("S")
        ->group(group);
    sub.add_option("--frames", stream.max_frames, "Stop after N frames; 0: at the end")
        ->check(InRange<std::int64_t>(0, 1'000'000'000'000))
        ->type_name("N")
        ->group(group);
    sub.add_option("--reconnect", stream.reconnect,
                   "Seconds in which a camera that failed may come\nback; the picture goes on from "
                   "the other one; 0: a\nfailure ends the run")
        ->check(InRange(0.0, 1e6))
        ->type_name("S")
        ->group(group);
    sub.add_option("--latency", latency_,
                   "Of cameras: low, the newest frames and none waits;\n"
                   "smooth, some may wait, so that fewer are dropped")
        ->check(OneOf({"low", "smooth"}))
        ->type_name("L")
        ->group(group);
    sub.add_option("--codec", stream.codec,
                   "Encoder, by FFmpeg's name; by the extension if\nnot given")
        ->type_name("C")
        ->group(group);
    sub.add_option("--pixel-format", stream.pixel_format,
                   "By FFmpeg's name; on standard output: bare\npixels in place of YUV4MPEG")
        ->type_name("F")
        ->group(group);
    sub.add_flag("--rig-follow{8}", stream.rig_follow,
                 "With --rig: follow cameras that move against each\n"
                 "other, slowly and by at most 8 infrared pixels, or\n--rig-follow=PX. "
                 "Live streams tell it in any case")
        ->group(group);
    sub.add_flag("--preview", stream.preview, "Show the result in a window, too")->group(group);
  }

  void AddRun(CLI::App& sub) {
    const std::string group = "Run";
    AddThreads(sub, group, options_.method.threads, "Threads; 0 means one a processor");
    sub.add_option("--tile", options_.method.tile,
                   "Side of the tiles in pixels, at most 512; changes\n"
                   "memory and speed, never the result; 0: automatic")
        ->check(InRange(0, 512))
        ->type_name("N")
        ->group(group);
    sub.add_option("--precision", precision_,
                   "Arithmetic of the network:\n"
                   "fp32       32-bit floats\n"
                   "int16      16-bit integers: at most about a level\n"
                   "           of 255 off, and faster\n"
                   "bf16       bfloat16, some levels off; not on\n"
                   "           every machine\n"
                   "int8       8-bit integers: some more levels off;\n"
                   "           lite networks only\n"
                   "reference  plain loops, very slow\n"
                   "auto       int16 where it is fast; fp32 for 16-bit\n"
                   "           results and for --range reference")
        ->check(OneOf({"auto", "fp32", "int16", "bf16", "int8", "reference"}))
        ->type_name("P")
        ->group(group);
    sub.add_option("--cpu-target", options_.method.cpu_target,
                   "Instruction set to use, for comparisons; seafusion\n"
                   "info lists this machine's")
        ->type_name("T")
        ->group(group);
    AddMaxPixels(sub, group, options_.sources.max_pixels);
    sub.add_option("--shard", shard_,
                   "Fuse part I of N of the pairs, I from 0; auto:\n"
                   "as mpirun, srun or a Slurm array say; auto/N: as\n"
                   "a Kubernetes indexed job says")
        ->type_name("I/N")
        ->group(group);
    sub.add_flag("--keep-going", options_.keep_going,
                 "Leave out unpaired pictures and outputs that\n"
                 "exist, and go on after a pair that fails")
        ->group(group);
    AddJson(sub, group, options_.json, "Print a summary as JSON");
    sub.add_flag("--trace", trace_, "Print what a method that iterates does in each step")
        ->group(group);
    AddProgressAndQuiet(sub, group, options_.progress, options_.quiet);
  }

  // Videos, cameras and numbered pictures, which the module of that name reads and writes.
  bool IsStream() const {
    if (!options_.pairing.table.empty()) return false;
    return stream::KindOfSource(options_.infrared) != stream::SourceKind::kPictures ||
           stream::KindOfSource(options_.visible) != stream::SourceKind::kPictures ||
           stream::KindOfSink(options_.output) != stream::SinkKind::kPictures;
  }

  // What streams and pictures have in common.
  void FillStream() {
    stream::StreamSettings& s = options_.stream;
    s.infrared = options_.infrared;
    s.visible = options_.visible;
    s.output = options_.output;
    s.rig = options_.rig;
    s.check = options_.check;
    s.weights = options_.method.model;
    s.engine = {.threads = options_.method.threads,
                .precision = options_.method.precision,
                .cpu_target = options_.method.cpu_target,
                .tile = options_.method.tile};
    s.fuse = options_.fuse;
    s.gray = options_.gray;
    s.bits = options_.bits;
    s.max_pixels = options_.sources.max_pixels;
    s.leave_out_unpaired = options_.keep_going;
    s.format = options_.format;
    s.overwrite = options_.overwrite;
    s.metadata = options_.metadata;
    TakeStreamTexts(texts_, s);
    s.find_delay = ir_delay_ == "auto";
    if (!s.find_delay) s.infrared_delay = *ParseSeconds(ir_delay_);
  }

  // Options that are right each by itself.
  void CheckTogether(CLI::App& sub) {
    TakeConfig(sub, config_, {"fuse"});
    if (!shard_.empty()) {
      StatusOr<batch::Shard> shard = batch::ParseShard(shard_, batch::ProcessEnvironment);
      if (!shard.ok()) throw CLI::ValidationError("--shard", shard.status().message());
      options_.shard = *shard;
    }
    options_.stream.sync.eof_action = eof_action_ == "endall" ? stream::EofAction::kEndAll
                                      : eof_action_ == "pass" ? stream::EofAction::kPass
                                                              : stream::EofAction::kRepeat;
    options_.stream.sync.ts_sync =
        ts_sync_ == "nearest" ? stream::TimestampSync::kNearest : stream::TimestampSync::kDefault;
    options_.stream.latency =
        latency_ == "smooth" ? stream::Latency::kSmooth : stream::Latency::kLow;
    for (const char* name : {"--latency", "--reconnect"}) {
      if (sub.count(name) != 0 && IsStream() &&
          stream::KindOfSource(options_.visible) != stream::SourceKind::kLive) {
        throw CLI::ValidationError(name, "is for cameras and other live sources");
      }
    }
    methods::MethodChoice& method = options_.method;
    if (method.name != "seafusion") {
      if (IsStream()) {
        throw CLI::ValidationError("--method", "streams are fused by seafusion only");
      }
      for (const char* name : {"--precision", "--cpu-target", "--tile"}) {
        if (sub.count(name) != 0) throw CLI::ValidationError(name, "is for --method seafusion");
      }
      const methods::ModelUse use = methods::BuiltInMethods().Find(method.name)->info.model;
      if (use == methods::ModelUse::kRequired && method.model.empty()) {
        method.model = FindInstalledFile("methods/" + method.name + ".safetensors");
      }
      if (use == methods::ModelUse::kNone && sub.count("--model") != 0) {
        throw CLI::ValidationError("--model", method.name + " uses no weights");
      }
    }
    CheckSourcesNamed(options_.pairing, options_.infrared, options_.visible);
    options_.rig.canvas = *align::CanvasNamed(canvas_);
    if (sub.count("--rig-follow") != 0) {
      if (options_.rig.file.empty()) throw CLI::ValidationError("--rig-follow", "needs --rig");
      if (!(options_.stream.rig_follow > 0 && options_.stream.rig_follow <= 100)) {
        throw CLI::ValidationError("--rig-follow", "must be above 0 and at most 100 pixels");
      }
    }
    const bool one = !options_.infrared.empty() && options_.infrared == options_.visible;
    if (sub.count("--canvas") != 0 && options_.rig.file.empty() && !one) {
      throw CLI::ValidationError("--canvas", "needs --rig, or one file for --ir and --vis");
    }
    options_.stream.failure_is_end = sub.count("--eof-action") != 0;
    for (const char* name : {"--shard", "--skip-existing", "--ir-source", "--ir-page", "--force",
                             "--pairs", "--pair-by", "--pair-within"}) {
      if (sub.count(name) != 0 && IsStream()) {
        throw CLI::ValidationError(name, "is for folders of pictures, not for streams");
      }
    }
    if (IsStream() && (texts_.range == "folder" || ParseCelsius(texts_.range))) {
      throw CLI::ValidationError("--ir-range",
                                 "degrees and folder are for pictures, not for streams");
    }
    for (const char* name :
         {"--ir-delay", "--ir-hold", "--ir-input", "--ir-option", "--fps", "--shortest",
          "--eof-action", "--ts-sync", "--codec", "--pixel-format", "--preview", "--frames",
          "--range-smoothing", "--live-timeout", "--reconnect", "--latency", "--rig-follow"}) {
      if (sub.count(name) != 0 && !IsStream()) {
        throw CLI::ValidationError(name, "is for videos, cameras and numbered pictures");
      }
    }
    if (!options_.stream.pixel_format.empty() && options_.output != "-" &&
        !stream::HasVideoExtension(options_.output)) {
      throw CLI::ValidationError("--pixel-format", "is for videos and standard output");
    }
    const bool eight_bit =
        options_.format == "jpg" || options_.format == "bmp" || options_.format == "webp";
    if (options_.bits == 16 && eight_bit) {
      throw CLI::ValidationError("--bits", "16 bits need --format png or tif");
    }
    std::string extension = std::filesystem::path(options_.output).extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::error_code ec;
    if (options_.bits == 16 && !std::filesystem::is_directory(options_.output, ec) &&
        (extension == ".jpg" || extension == ".jpeg" || extension == ".bmp" ||
         extension == ".webp")) {
      throw CLI::ValidationError("--bits",
                                 "16 bits need an output of .png or .tif, not " + extension);
    }
  }

  FuseOptions options_;
  std::string range_;
  SourceTexts texts_;
  std::string config_;
  std::string metadata_ = "copy";
  std::string ir_delay_ = "0";
  std::string precision_ = "auto";
  std::string eof_action_ = "repeat";
  std::string ts_sync_ = "default";
  std::string latency_ = "low";
  std::string shard_;
  std::string canvas_ = "overlap";
  bool trace_ = false;
  bool no_check_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeFuseCommand() {
  return std::make_unique<FuseCommand>();
}

}  // namespace seafusion::tools
