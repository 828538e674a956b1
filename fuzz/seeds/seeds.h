// Valid small inputs for the fuzzers to start from.
#ifndef SEAFUSION_FUZZ_SEEDS_SEEDS_H_
#define SEAFUSION_FUZZ_SEEDS_SEEDS_H_

#include <string>
#include <vector>

namespace seafusion::fuzz {

struct Seed {
  std::string fuzzer;  ///< Without "_fuzz".
  std::string name;
  std::string bytes;
};

std::vector<Seed> PictureSeeds();
std::vector<Seed> RequestSeeds();
std::vector<Seed> TextSeeds();
std::vector<Seed> WeightSeeds();

}  // namespace seafusion::fuzz

#endif  // SEAFUSION_FUZZ_SEEDS_SEEDS_H_
