// Whatever the bytes, the reader returns; and what it accepts is a rig that a warp can be planned
// from, and is written as it was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "align/rig/rig_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion::align;
  const auto rig = ParseRig({reinterpret_cast<const char*>(data), size});
  if (!rig.ok()) return 0;
  if (!RigMap::Create(*rig).ok()) std::abort();
  const std::string text = RigText(*rig);
  const auto again = ParseRig(text);
  if (!again.ok() || RigText(*again) != text) std::abort();
  return 0;
}
