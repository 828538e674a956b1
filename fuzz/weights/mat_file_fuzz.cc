// Whatever the bytes, the reader returns; every array it accepts has as many values as its shape
// says, and what becomes a dictionary passes the dictionary's own check.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "model/import/mat/mat_dictionary.h"
#include "model/import/mat/mat_file.h"
#include "model/weights/sparse_dictionary.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::model;
  const auto arrays = ParseMatFile({data, size}, {.max_variable_bytes = 1 << 20});
  if (!arrays.ok()) return 0;
  for (const MatArray& array : *arrays) {
    std::size_t count = 1;
    // A side of 0 first: the others may be as large as they like then.
    for (const std::int64_t side : array.shape) count = side == 0 ? 0 : count;
    for (const std::int64_t side : array.shape) count *= static_cast<std::size_t>(side);
    if (count != array.values.size()) std::abort();
  }
  const auto dictionary = ImportMatDictionary(*arrays);
  if (dictionary.ok() && !CheckSparseDictionary(*dictionary).ok()) std::abort();
  return 0;
}
