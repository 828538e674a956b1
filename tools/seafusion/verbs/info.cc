// seafusion info: what this build is, and what a weights file holds.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "command.h"
#include "command_status.h"
#include "core/cpu_target.h"
#include "core/sha256.h"
#include "core/status_macros.h"
#include "fuse/load_fuser.h"
#include "model/network.h"

namespace seafusion::tools {
namespace {

using nlohmann::ordered_json;

// "key  value" lines.
void Print(const ordered_json& object) {
  for (const auto& [key, value] : object.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    std::printf("%-16s %s\n", key.c_str(), text.c_str());
  }
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
  const auto network = model::IdentifyNetwork(archive);
  if (!network.ok()) return network.status().Annotate(name);
  ordered_json info;
  info["file"] = name;
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
        "info", "Show the version, the weights and how this was built, or what weights are of");
    sub->add_option(
           "MODEL", models_,
           "Weights (.safetensors), lite or full: show their\nnetwork and its work instead")
        ->expected(0, -1);
    sub->add_flag("--json", json_, "Print as JSON");
    return sub;
  }

  int Run() override {
    if (models_.empty()) {
      Show(BuildInfo());
      return kExitOk;
    }
    auto all = ordered_json::array();
    for (const std::string& model : models_) {
      auto info = WeightsInfo(model);
      if (!info.ok()) return ExitStatus("info", info.status());
      all.push_back(*std::move(info));
    }
    if (json_) {
      Show(all);
      return kExitOk;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i > 0) std::printf("\n");
      Print(all[i]);
    }
    return kExitOk;
  }

 private:
  // File names need not be UTF-8, which JSON must be.
  void Show(const ordered_json& json) const {
    if (json_) {
      std::printf("%s\n", json.dump(2, ' ', false, ordered_json::error_handler_t::replace).c_str());
    } else {
      Print(json);
    }
  }

  std::vector<std::string> models_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeInfoCommand() {
  return std::make_unique<InfoCommand>();
}

}  // namespace seafusion::tools
