// seafusion VERB [options]: registers the verbs, parses, and maps outcomes to exit statuses.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/seafusion.h>

#include "command.h"
#include "command_status.h"
#include "core/text/printable.h"
#include "options/option_checks.h"

namespace seafusion::tools {
namespace {

// An empty name is a variable of a script that was not set: what is written must not go into the
// current folder, or nowhere.
void RefuseEmptyNames(CLI::App& verb) {
  for (const char* name :
       {"--output", "--out", "--csv", "--latex", "--report", "--picture", "--write", "--folder"}) {
    if (CLI::Option* option = verb.get_option_no_throw(name)) option->check(NotEmpty());
  }
}

int Main(int argc, char** argv) {
  // A limit on file sizes makes a write fail, with a message; it must not end the program half-way.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app("Fuse infrared and visible pictures into one that people and machines read better.",
               "seafusion");
  app.set_version_flag("--version", "seafusion " + std::string(Version()));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  app.option_defaults()->always_capture_default();

  std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> verbs;
  const auto add = [&](std::unique_ptr<Command> command) {
    CLI::App* sub = command->Register(app);
    sub->group("Verbs");
    RefuseEmptyNames(*sub);
    verbs.emplace_back(sub, std::move(command));
  };
  add(MakeFuseCommand());
  add(MakeAlignCommand());
  add(MakeServeCommand());
  add(MakeMetricsCommand());
  add(MakeReportCommand());
  add(MakeCompareCommand());
  add(MakeDetectCommand());
  add(MakeSegmentCommand());
  add(MakeConvertCommand());
  add(MakeCalibrateCommand());
  add(MakeSynthCommand());
  add(MakePackCommand());
  add(MakeTrainCommand());
  add(MakeAblateCommand());
  add(MakeEvaluateCommand());
  add(MakeBenchCommand());
  add(MakeInfoCommand());

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(e);
    const CLI::App* at = &app;
    for (const auto& [sub, command] : verbs) {
      if (sub->parsed()) at = sub;
    }
    const std::string verb = at == &app ? "" : " " + at->get_name();
    std::string what = e.what();
    if (at == &app) {
      what = argc > 1 ? "\"" + Printable(argv[1]) + "\" is not a verb" : "a verb is missing";
    }
    std::fprintf(stderr, "seafusion%s: %s\nusage: seafusion %s [options]; see seafusion%s --help\n",
                 verb.c_str(), WithoutControls(what).c_str(),
                 at == &app ? "VERB" : at->get_name().c_str(), verb.c_str());
    return kExitUsage;
  }
  for (const auto& [sub, command] : verbs) {
    if (sub->parsed()) return command->Run();
  }
  return kExitUsage;
}

}  // namespace
}  // namespace seafusion::tools

int main(int argc, char** argv) {
  const int status = seafusion::tools::Main(argc, argv);
  // Whatever a verb printed last; a full disk behind a redirection shows only here.
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (written || status != seafusion::tools::kExitOk) return status;
  std::fprintf(stderr, "seafusion: cannot write to standard output: %s\n", std::strerror(errno));
  return seafusion::tools::kExitFailed;
}
