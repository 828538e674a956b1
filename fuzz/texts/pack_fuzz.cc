// A pack of decoded pairs, which training maps into memory: whatever the bytes, it is refused or
// all of its planes lie inside the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "learn/data/pair_pack.h"
#include "texts/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const seafusion::fuzz::ScratchFolder folder;
  const auto pack = seafusion::learn::PairPack::Open(folder.Put("pairs.pack", {data, size}));
  if (!pack.ok()) return 0;
  for (std::size_t i = 0; i < (*pack)->size(); ++i) {
    (void)(*pack)->name(i);
    (void)(*pack)->Verify(i);  // reads all of the pair
    const auto planes = (*pack)->planes(i);
    if (planes.width < 1 || planes.height < 1) std::abort();
  }
  return 0;
}
