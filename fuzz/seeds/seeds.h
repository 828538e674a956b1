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

/// A JSON object whose member `name` holds lists within lists, as deep as 60 KB can: deeper than
/// a fuzzer comes whose inputs begin short.
std::string DeepMember(const std::string& name);

std::vector<Seed> PictureSeeds();
std::vector<Seed> RequestSeeds();
std::vector<Seed> TextSeeds();
std::vector<Seed> WeightSeeds();

}  // namespace seafusion::fuzz

#endif  // SEAFUSION_FUZZ_SEEDS_SEEDS_H_
