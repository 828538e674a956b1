#include "fuse/weights/precision_choice.h"

#include <string>

#include "core/text/printable.h"

namespace seafusion {

StatusOr<Precision> ParsePrecision(std::string_view name) {
  std::string known;
  for (const auto& [one, precision] : kPrecisions) {
    if (one == name) return precision;
    known.append(known.empty() ? "" : ", ").append(one);
  }
  return InvalidArgument("precision '" + Printable(std::string(name)) + "' is none of " + known);
}

Precision PrecisionFor(Precision asked, int bits, const OutputRange& range) {
  const bool exact = bits > 8 || range.kind == OutputRange::Kind::kReference;
  return exact && asked == Precision::kAuto ? Precision::kFp32 : asked;
}

}  // namespace seafusion
