// seafusion info: what this build is, and what weights, pictures and videos hold.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "command.h"
#include "command_status.h"
#include "core/cpu/cpu_target.h"
#include "core/files/sha256.h"
#include "core/status_macros.h"
#include "core/text/printable.h"
#include "fuse/weights/load_fuser.h"
#include "io/sources/source_layout.h"
#include "model/graph/network.h"
#include "module.h"
#include "options/info_options.h"
#include "options/option_checks.h"
#include "options/run_options.h"

namespace seafusion::tools {
namespace {

using nlohmann::ordered_json;

constexpr const char* kInfoFooter = R"(Examples:
  A thermal camera's file: counts, temperatures, the pictures inside
    seafusion info FLIR0042.jpg
  Every file of a folder, for a program
    seafusion info --json flight/*
  Bare samples of 16 bits behind a header of 128 bytes
    seafusion info --ir-format gray16le:640x512+128 dump.raw

Exit status: 0 all shown, 1 some could not be read, 2 wrong arguments.)";

// "key  value" lines.
std::string Lines(const ordered_json& object) {
  std::string lines;
  for (const auto& [key, value] : object.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    std::string name = key;
    name.resize(std::max<std::size_t>(name.size(), 16), ' ');
    lines += name + " " + text + "\n";
  }
  return lines;
}

// Names of built-in weights, and files that begin as safetensors do: the length of a header of
// JSON in eight bytes, and its brace. Names that are no file count as weights, which say so.
bool AreWeights(const std::string& name) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(name, ec)) return !std::filesystem::exists(name, ec);
  std::array<char, 9> begin{};
  std::ifstream(name, std::ios::binary).read(begin.data(), begin.size());
  return begin[8] == '{' || std::filesystem::path(name).extension() == ".safetensors";
}

ordered_json BuildInfo() {
  ordered_json info;
  info["version"] = Version();
  info["cpu_targets"] = SupportedCpuTargetNames();
  info["weights_bytes"] = DefaultWeights().size();
  info["weights_sha256"] = DefaultWeightsSha256();
  info["full_bytes"] = FullWeights().size();
  info["full_sha256"] = FullWeightsSha256();
  info["compiler"] = SEAFUSION_COMPILER;
  info["build_type"] = SEAFUSION_BUILD_TYPE;
  info["modules"] = SEAFUSION_MODULES;
  return info;
}

// Which network the weights called `name` are of, and what it costs.
StatusOr<ordered_json> WeightsInfo(const std::string& name) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto bytes, ReadWeights(name));
  SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive, LoadWeights(name));
  ordered_json info;
  info["file"] = name;
  if (const std::string other = model::OtherNetworkOf(archive); !other.empty()) {
    info["network"] = Printable(other);
    std::size_t parameters = 0;
    for (const auto& [tensor, value] : archive.tensors) parameters += value.values.size();
    info["parameters"] = parameters;
    info["bytes"] = bytes.size();
    info["sha256"] = Sha256Hex(bytes);
    return info;
  }
  const auto network = model::IdentifyNetwork(archive);
  if (!network.ok()) return network.status().Annotate(name);
  info["network"] = network->name;
  if (network->lite) {
    info["channels"] = network->lite->channels;
    info["layers"] = network->lite->layers;
    info["coarse_path"] = network->lite->coarse;
  }
  info["parameters"] = network->ParameterCount();
  info["macs_per_pixel"] = model::MultiplyAddsPerPixel(network->graph);
  info["halo_pixels"] = model::Halo(network->graph);
  info["bytes"] = bytes.size();
  info["sha256"] = Sha256Hex(bytes);
  return info;
}

class InfoCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand(
        "info", "Show what pictures, videos and weights hold, or how this was built");
    sub->footer(kInfoFooter);
    sub->add_option("FILE", files_,
                    "Pictures, videos, or weights (.safetensors, lite\n"
                    "or full); none: the version and the build")
        ->expected(0, -1);
    sub->add_option("--ir-format", raw_format_,
                    "Files hold bare samples, as FORMAT:WxH+BYTES says:\n"
                    "gray16le:640x512 by FFmpeg's names; BYTES are\n"
                    "skipped")
        ->check(Accepts(io::ParseRawFormat))
        ->type_name("F");
    AddMaxPixels(*sub, kNoGroup, max_pixels_);
    sub->add_flag("--json", json_, "Print as JSON");
    return sub;
  }

  int Run() override {
    if (files_.empty()) {
      Show(BuildInfo());
      return kExitOk;
    }
    // CLI11 checks no name where none has to be given.
    if (std::find(files_.begin(), files_.end(), "") != files_.end()) {
      std::fprintf(stderr, "seafusion info: the name is empty\n");
      return kExitUsage;
    }
    auto all = ordered_json::array();
    int status = kExitOk;
    bool first = true;
    for (const std::string& file : files_) {
      auto info = raw_format_.empty() && AreWeights(file) ? OfWeights(file) : OfFile(file);
      if (!info.ok()) {
        status = ExitStatus("info", info.status());
        continue;
      }
      if (json_) {
        all.push_back(std::move(info->json));
        continue;
      }
      if (!std::exchange(first, false)) std::printf("\n");
      std::fputs(WithoutControls(info->text).c_str(), stdout);
    }
    if (json_) Show(all);
    return status;
  }

 private:
  struct Info {
    ordered_json json;
    std::string text;
  };

  static StatusOr<Info> OfWeights(const std::string& name) {
    SEAFUSION_ASSIGN_OR_RETURN(ordered_json json, WeightsInfo(name));
    std::string text = Lines(json);
    return Info{std::move(json), std::move(text)};
  }

  StatusOr<Info> OfFile(const std::string& path) const {
    FileInfo info;
    info.path = path;
    info.max_pixels = max_pixels_;
    if (!raw_format_.empty()) info.raw_format = *io::ParseRawFormat(raw_format_);
    SEAFUSION_ASSIGN_OR_RETURN(void* const function, FindInModule("video", "seafusion_run_info"));
    reinterpret_cast<int (*)(FileInfo*)>(function)(&info);
    SEAFUSION_RETURN_IF_ERROR(info.status);
    return Info{ordered_json::parse(info.json), std::move(info.text)};
  }

  // File names need not be UTF-8, which JSON must be.
  void Show(const ordered_json& json) const {
    if (json_) {
      std::printf("%s\n", json.dump(2, ' ', false, ordered_json::error_handler_t::replace).c_str());
    } else {
      std::fputs(Lines(json).c_str(), stdout);
    }
  }

  std::vector<std::string> files_;
  std::string raw_format_;
  std::uint64_t max_pixels_ = std::uint64_t{1} << 28;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeInfoCommand() {
  return std::make_unique<InfoCommand>();
}

}  // namespace seafusion::tools
