// Changes to a safetensors file whose header stays as long as its first eight bytes say.
#ifndef SEAFUSION_FUZZ_MUTATORS_SAFETENSORS_STRUCTURE_H_
#define SEAFUSION_FUZZ_MUTATORS_SAFETENSORS_STRUCTURE_H_

#include <cstddef>
#include <cstdint>

namespace seafusion::fuzz {

/// As LLVMFuzzerCustomMutator.
std::size_t MutateSafetensors(std::uint8_t* data, std::size_t size, std::size_t max_size,
                              unsigned seed);

}  // namespace seafusion::fuzz

#endif  // SEAFUSION_FUZZ_MUTATORS_SAFETENSORS_STRUCTURE_H_
