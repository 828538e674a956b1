// Reads matrices of numbers out of MATLAB's MAT files, level 5 (format: MathWorks, "MAT-File
// Format").
#ifndef SEAFUSION_MODEL_IMPORT_MAT_MAT_FILE_H_
#define SEAFUSION_MODEL_IMPORT_MAT_MAT_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::model {

struct MatArray {
  std::string name;
  std::vector<std::int64_t> shape;  ///< Two sides or more.
  std::vector<double> values;       ///< The first index runs fastest, as MATLAB stores them.
};

/// Upper limits for files from elsewhere.
struct MatLimits {
  /// What one compressed variable may unfold to: a small file can ask for a thousand times its
  /// size.
  std::uint64_t max_variable_bytes = std::uint64_t{64} << 20;
};

/// Whether the bytes begin as such a file does, in either byte order.
bool IsMatFile(std::span<const std::uint8_t> bytes);

/// All variables. Accepted are full real matrices of class double or single, compressed or not,
/// in a little-endian file; everything else (text, cells, structures, objects, sparse, integer,
/// logical or complex matrices) is refused with kUnsupported and its name. kCorruptData: what
/// breaks the format's rules, sizes that do not match, names that are not MATLAB's or appear twice,
/// bytes left over.
StatusOr<std::vector<MatArray>> ParseMatFile(std::span<const std::uint8_t> bytes,
                                             const MatLimits& limits = {});

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_MAT_MAT_FILE_H_
