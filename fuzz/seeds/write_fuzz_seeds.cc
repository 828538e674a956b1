// write_fuzz_seeds FOLDER: each seed in FOLDER/NAME_fuzz.
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

#include "core/files/file.h"
#include "seeds/seeds.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_fuzz_seeds FOLDER\n");
    return 2;
  }
  using namespace seafusion;  // NOLINT: this function
  for (const auto& make :
       {fuzz::PictureSeeds, fuzz::RequestSeeds, fuzz::TextSeeds, fuzz::WeightSeeds}) {
    for (const fuzz::Seed& seed : make()) {
      const std::string folder = std::string(argv[1]) + "/" + seed.fuzzer + "_fuzz";
      Status status = MakeFolder(folder);
      if (status.ok()) {
        status = WriteTextAtomically(folder + "/" + seed.name, seed.bytes, IfExists::kReplace);
      }
      if (!status.ok()) {
        std::fprintf(stderr, "write_fuzz_seeds: %s\n", status.message().c_str());
        return 1;
      }
    }
  }
  return 0;
}
