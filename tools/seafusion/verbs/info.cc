// seafusion info: what this build is.
#include <cstdio>
#include <string>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "command.h"
#include "core/cpu_target.h"

namespace seafusion::tools {
namespace {

class InfoCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub =
        app.add_subcommand("info", "Show the version, the weights and how this was built");
    sub->add_flag("--json", json_, "Print as JSON");
    return sub;
  }

  int Run() override {
    nlohmann::ordered_json info;
    info["version"] = Version();
    info["cpu_targets"] = SupportedCpuTargetNames();
    info["weights_bytes"] = DefaultWeights().size();
    info["weights_sha256"] = DefaultWeightsSha256();
    info["compiler"] = SEAFUSION_COMPILER;
    info["build_type"] = SEAFUSION_BUILD_TYPE;
    info["modules"] = SEAFUSION_MODULES;
    if (json_) {
      std::printf("%s\n", info.dump(2).c_str());
      return kExitOk;
    }
    for (const auto& [key, value] : info.items()) {
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      std::printf("%-16s %s\n", key.c_str(), text.c_str());
    }
    return kExitOk;
  }

 private:
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeInfoCommand() {
  return std::make_unique<InfoCommand>();
}

}  // namespace seafusion::tools
