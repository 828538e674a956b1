// The command's own reading of its arguments: one a line, the first is the verb; what stands after
// an empty line is the file that --config @ means. Nothing is run.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "command.h"
#include "texts/scratch_file.h"

namespace {

using seafusion::tools::Command;

struct Verb {
  std::string_view name;
  std::unique_ptr<Command> (*make)();
};

#define VERB(name, Name)                         \
  Verb {                                         \
    name, &seafusion::tools::Make##Name##Command \
  }
constexpr std::array<Verb, 17> kVerbs = {
    VERB("ablate", Ablate),       VERB("align", Align),       VERB("bench", Bench),
    VERB("calibrate", Calibrate), VERB("compare", Compare),   VERB("convert", Convert),
    VERB("detect", Detect),       VERB("evaluate", Evaluate), VERB("fuse", Fuse),
    VERB("info", Info),           VERB("metrics", Metrics),   VERB("pack", Pack),
    VERB("report", Report),       VERB("segment", Segment),   VERB("serve", Serve),
    VERB("synth", Synth),         VERB("train", Train)};
#undef VERB

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const seafusion::fuzz::ScratchFolder folder;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> arguments;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) break;
    // As the system hands arguments over.
    arguments.emplace_back(line.substr(0, line.find('\0')));
  }
  if (arguments.empty()) return 0;
  const std::string config =
      folder.Put("config.json", {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  for (std::string& argument : arguments) {
    if (argument == "@") argument = config;
  }
  for (const Verb& verb : kVerbs) {
    if (arguments.front() != verb.name) continue;
    CLI::App app("", "seafusion");
    app.require_subcommand(1);
    app.option_defaults()->always_capture_default();
    const std::unique_ptr<Command> command = verb.make();
    command->Register(app);
    std::vector<std::string> last_first(arguments.rbegin(), arguments.rend());  // as CLI11 wants
    try {
      app.parse(last_first);
    } catch (const CLI::ParseError&) {
    }
  }
  return 0;
}
