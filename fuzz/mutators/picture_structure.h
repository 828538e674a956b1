// Changes that keep a picture file one: an entry of a TIFF's directory or of a FLIR block, a chunk
// of a PNG, the segment of a JPEG. Bytes alone seldom hit what the readers look at.
#ifndef SEAFUSION_FUZZ_MUTATORS_PICTURE_STRUCTURE_H_
#define SEAFUSION_FUZZ_MUTATORS_PICTURE_STRUCTURE_H_

#include <cstddef>
#include <cstdint>

namespace seafusion::fuzz {

/// As LLVMFuzzerCustomMutator: half of the time libFuzzer's own changes, and always these where the
/// file has no structure that is known.
std::size_t MutatePicture(std::uint8_t* data, std::size_t size, std::size_t max_size,
                          unsigned seed);

}  // namespace seafusion::fuzz

#endif  // SEAFUSION_FUZZ_MUTATORS_PICTURE_STRUCTURE_H_
