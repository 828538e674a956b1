// A table of pairs: whatever its text, what is taken names files that are there and outputs that
// stay in their folder.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "io/pairing/pair_table.h"
#include "texts/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const seafusion::fuzz::ScratchFolder folder;
  static const std::string pictures[] = {folder.Put("a.png", {}), folder.Put("b, c.png", {})};
  const auto pairs = seafusion::io::ReadPairTable(folder.Put("pairs.csv", {data, size}));
  if (!pairs.ok()) return 0;
  if (pairs->empty()) std::abort();
  std::set<std::string> outputs;
  for (const seafusion::io::PicturePair& pair : *pairs) {
    if (!std::filesystem::is_regular_file(pair.infrared) ||
        !std::filesystem::is_regular_file(pair.visible)) {
      std::abort();
    }
    const std::string& output = pair.output.empty() ? pair.stem : pair.output;
    if (output.find('/') != std::string::npos || output == ".." || !outputs.insert(output).second) {
      std::abort();
    }
  }
  return 0;
}
