// Small pairs on disk for the tests of verbs that train.
#ifndef SEAFUSION_TOOLS_TESTS_GRAY_PAIRS_H_
#define SEAFUSION_TOOLS_TESTS_GRAY_PAIRS_H_

#include <filesystem>

#include "io/testing/drawn_pictures.h"

namespace seafusion::tools {

/// ir/ and vi/ in `folder`, with a.png and b.png in each: gray, 20x16.
inline void WriteGrayPairs(const std::filesystem::path& folder) {
  for (const char* band : {"ir", "vi"}) {
    for (const char* name : {"a", "b"}) {
      io::testing::WriteGray((folder / band / name).string() + ".png", 20, 16, [&](int x, int y) {
        return 37 * y + 71 * x + 11 * x * y + band[0] * name[0];
      });
    }
  }
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_TESTS_GRAY_PAIRS_H_
