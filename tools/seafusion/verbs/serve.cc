// seafusion serve: the options; the work is in src/serve.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "fuse/range/range_text.h"
#include "fuse/weights/load_fuser.h"
#include "fuse/weights/precision_choice.h"
#include "module.h"
#include "options/config_file.h"
#include "options/option_checks.h"
#include "options/run_options.h"
#include "options/serve_options.h"
#include "options/source_options.h"

namespace seafusion::tools {
namespace {

constexpr const char* kServeFooter =
    R"(SRC is a camera (/dev/videoN), an address (rtsp://...), a video, numbered pictures (ir_%04d.png), a
folder of pictures, or a pattern in quotes. Prints the address of the page, and runs until Ctrl-C.

Only this machine can see the page, unless --listen names another address: then whoever wants it must
know the token that is in the printed address (docs/serve.md, SECURITY.md).

Examples:
  Two cameras; then open what is printed in a browser:
    seafusion serve --ir /dev/video2 --vis /dev/video0 --folder recordings
  To be seen from a phone:
    seafusion serve --ir rtsp://10.0.0.7/ir --vis rtsp://10.0.0.7/main --listen 0.0.0.0:8080
  Looking through the results of a folder:
    seafusion serve --ir data/ir --vis data/vi --fps 2

Exit status: 0 ended by Ctrl-C, 1 failed, 2 wrong arguments.)";

class ServeCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("serve", "Show, align, tune and record two cameras live");
    sub->footer(kServeFooter);
    AddSources(*sub);
    AddPicture(*sub);
    AddPage(*sub);
    AddKeeping(*sub);
    sub->callback([this, sub] { CheckTogether(*sub); });
    return sub;
  }

  int Run() override {
    serve::SessionOptions& session = options_.session;
    serve::Controls& controls = session.controls;
    controls.precision = *ParsePrecision(precision_);
    if (model_ != "lite" && model_ != "full") {
      session.weights = model_;
      controls.model = serve::kStartModel;
    } else {
      controls.model = model_;
    }
    if (range_.empty() && DefaultOutputRange(model_).kind == OutputRange::Kind::kNone) {
      range_ = "none";
    }
    if (!range_.empty()) controls.output_range = range_;
    controls.range = texts_.range;
    controls.invert = texts_.invert;
    TakeGainTexts(texts_, controls.gain);
    TakeStreamTexts(texts_, session.stream);
    session.loop = !no_loop_;
    options_.recordings.quota = static_cast<std::uint64_t>(quota_ * 1e9);
    return RunInModule("serve", "seafusion_run_serve", &options_);
  }

 private:
  void AddSources(CLI::App& sub) {
    const std::string group = "Sources";
    stream::StreamSettings& stream = options_.session.stream;
    sub.add_option("--ir", stream.infrared, "Infrared camera, video or pictures")
        ->required()
        ->type_name("SRC")
        ->group(group);
    sub.add_option("--vis", stream.visible, "Visible camera, video or pictures")
        ->required()
        ->type_name("SRC")
        ->group(group);
    sub.add_option("--rig", options_.rig,
                   "How the two cameras map onto each other, found by\n"
                   "seafusion align or saved on the page; auto: found\n"
                   "from the first seconds")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--canvas", canvas_,
                   "What is shown: visible or infrared, all that this\n"
                   "camera sees; overlap, what both see")
        ->check(OneOf({"overlap", "visible", "infrared"}))
        ->type_name("C")
        ->group(group);
    sub.add_flag("--no-loop", no_loop_, "Recordings stop at their end")->group(group);
    AddSampleOptions(sub, group, texts_);
    AddStreamOptions(sub, group, texts_, stream);
    AddMaxPixels(sub, group, stream.max_pixels);
  }

  void AddPicture(CLI::App& sub) {
    const std::string group = "Picture; the page can change all of it";
    serve::Controls& controls = options_.session.controls;
    AddConfig(sub, group, config_);
    sub.add_option("--model", model_, "Weights to use: lite, full or a file (.safetensors)")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--precision", precision_,
                   "Arithmetic of the network: auto, fp32, int16,\nbf16, int8 or reference")
        ->check(OneOf({"auto", "fp32", "int16", "bf16", "int8", "reference"}))
        ->type_name("P")
        ->group(group);
    AddRangeOptions(sub, group, texts_, /*fuse=*/false);
    sub.add_option("--range", range_,
                   "Contrast of the result: gentle, the default with lite\nand full, none, image, "
                   "reference or fixed:LO,HI, as of\nfuse")
        ->check(Accepts(ParseOutputRange))
        ->type_name("R")
        ->group(group);
    AddGainOptions(sub, group, texts_, controls.gain);
    sub.add_flag("--gray", controls.gray, "Show the fused brightness alone, without colour")
        ->group(group);
    AddSteadinessOptions(sub, group, controls.range_smoothing, controls.hold);
    sub.add_option("--ir-delay", controls.delay,
                   "Seconds that are added to the infrared stream's\ntimes; of cameras at most 2")
        ->check(InRange(-60.0, 60.0))
        ->type_name("S")
        ->group(group);
    sub.add_option("--palette", palette_,
                   "Of the infrared view: gray, iron, rainbow, arctic\nor lava")
        ->check(OneOf({"gray", "iron", "rainbow", "arctic", "lava"}))
        ->type_name("P")
        ->group(group);
    sub.add_option("--method", controls.method,
                   "That the network is compared with: average or\nmaximum")
        ->type_name("NAME")
        ->group(group);
    AddThreads(sub, group, options_.session.engine.threads, "Threads; 0 means one a processor");
  }

  void AddPage(CLI::App& sub) {
    const std::string group = "Page";
    sub.add_option("--listen", listen_, "Address and port; port 0: one that is free")
        ->type_name("A:P")
        ->group(group);
    sub.add_flag("--token", options_.token, "Ask for a token on the loopback address, too")
        ->group(group);
    sub.add_option("--token-hash", options_.token_hash,
                   "SHA-256 of a token of your own, in place of one\nthat is new at each start")
        ->type_name("HEX")
        ->group(group);
    sub.add_option("--host-name", options_.host_names,
                   "Name by which the page may be called, beside\nlocalhost and addresses; may be\n"
                   "repeated")
        ->expected(1)
        ->take_all()
        ->default_str("")
        ->type_name("NAME")
        ->group(group);
    sub.add_option("--tls-cert", options_.server.certificate, "Certificate chain (PEM): https")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--tls-key", options_.server.key, "Its key (PEM)")
        ->type_name("FILE")
        ->group(group);
    sub.add_option("--quality", options_.quality, "Of the JPEGs that are sent")
        ->check(InRange(1, 100))
        ->type_name("N")
        ->group(group);
    sub.add_option("--max-clients", options_.server.most_clients, "Connections at a time")
        ->check(InRange(1, 10000))
        ->type_name("N")
        ->group(group);
    AddQuiet(sub, group, options_.quiet);
  }

  void AddKeeping(CLI::App& sub) {
    const std::string group = "Recordings and snapshots";
    sub.add_option("--folder", options_.recordings.folder,
                   "Where they are written, and nothing elsewhere; made\n"
                   "if missing. Without: no recordings")
        ->type_name("DIR")
        ->group(group);
    sub.add_option("--quota", quota_, "Gigabytes that the folder may take")
        ->check(InRange(0.001, 1e6))
        ->type_name("GB")
        ->group(group);
    sub.add_option("--pre-roll", options_.recordings.pre_roll,
                   "Seconds before its start that a recording has")
        ->check(InRange(0.0, 60.0))
        ->type_name("S")
        ->group(group);
  }

  // Options that are right each by itself.
  void CheckTogether(CLI::App& sub) {
    TakeConfig(sub, config_, {"fuse", "view"});
    options_.session.canvas = *align::CanvasNamed(canvas_);
    options_.session.controls.palette = *serve::PaletteNamed(palette_);
    if (const Status status = serve::ParseListen(listen_, options_.server); !status.ok()) {
      throw CLI::ValidationError("--listen", std::string(status.message()));
    }
    if (options_.server.certificate.empty() != options_.server.key.empty()) {
      throw CLI::ValidationError("--tls-cert", "and --tls-key are given together");
    }
  }

  ServeOptions options_;
  SourceTexts texts_;
  std::string model_ = "lite", precision_ = "auto", palette_ = "gray", canvas_ = "visible";
  std::string range_;
  std::string listen_ = "127.0.0.1:8080", config_;
  double quota_ = 10;
  bool no_loop_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeServeCommand() {
  return std::make_unique<ServeCommand>();
}

}  // namespace seafusion::tools
