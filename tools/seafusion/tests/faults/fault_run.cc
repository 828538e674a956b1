#include "fault_run.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace seafusion::tools {

namespace fs = std::filesystem;

FaultRun RunWithFault(const std::vector<std::string>& arguments, const std::string& folder,
                      const std::string& log, const WriteFault& fault) {
  std::error_code ignored;
  fs::remove(log, ignored);
  FaultRun run;
  run.result =
      RunSeafusion(arguments, {.environment = {{"LD_PRELOAD", SEAFUSION_WRITE_FAULTS},
                                               {"WRITE_FAULT_FOLDER", folder},
                                               {"WRITE_FAULT_LOG", log},
                                               {"WRITE_FAULT_KIND", fault.kind},
                                               {"WRITE_FAULT_AT", std::to_string(fault.at)},
                                               {"OMP_NUM_THREADS", "1"}}});
  std::ifstream in(log);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    long number = 0;
    WriteCall call;
    words >> number >> call.name >> std::ws;
    std::getline(words, call.path);
    run.calls.push_back(call);
  }
  return run;
}

FolderContent ContentOf(const std::string& folder) {
  FolderContent content;
  if (!fs::exists(folder)) return content;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    content[fs::relative(entry.path(), folder).string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return content;
}

bool IsTemporary(const std::string& name) {
  return name.find(".tmp-") != std::string::npos;
}

}  // namespace seafusion::tools
