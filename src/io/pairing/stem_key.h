// File names that mean the same.
#ifndef SEAFUSION_IO_PAIRING_STEM_KEY_H_
#define SEAFUSION_IO_PAIRING_STEM_KEY_H_

#include <string>
#include <string_view>

namespace seafusion::io {

/// Names with one key are alike but for upper and lower case, composed and decomposed Unicode
/// (macOS stores "é" in two code points), and zeros in front of numbers. Bytes that are not UTF-8
/// stay what they are.
std::string StemKey(std::string_view stem);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PAIRING_STEM_KEY_H_
