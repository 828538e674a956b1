// Names of a pair that differ in one part, which says the camera: IR_0042 and VIS_0042.
#ifndef SEAFUSION_IO_PAIRING_AFFIX_RULE_H_
#define SEAFUSION_IO_PAIRING_AFFIX_RULE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::io {

/// A part of the infrared names where the visible ones have another; at most one of the two is
/// empty.
struct AffixRule {
  enum class Place : std::uint8_t { kBegin, kInside, kEnd };
  Place place = Place::kEnd;
  std::string infrared, visible;

  /// What the two names of a pair have in common; nothing where the name has no such part or, with
  /// kInside, more than one.
  std::optional<std::string> Common(const std::string& name, const std::string& part) const;
  /// "infrared ends in _T, visible in _W".
  std::string Text() const;
};

/// Numbers of an infrared and a visible name that belong together.
using NamePairs = std::vector<std::pair<std::size_t, std::size_t>>;

struct AffixPairs {
  AffixRule rule;
  NamePairs pairs;  ///< At least one, in the order of the infrared names.
};

/// The rule that all names keep, and what it pairs; nothing where there is none. Names are those of
/// files without extension. Of rules that pair the same, the one with the longer parts. Takes time
/// with the number of names times a constant. Errors: kInvalidArgument, where two rules pair as
/// many names differently.
StatusOr<std::optional<AffixPairs>> FindAffixPairs(const std::vector<std::string>& infrared,
                                                   const std::vector<std::string>& visible);

/// The same for both kinds among `names`, where the parts must be words that say a camera (T and W,
/// ir and vis, thermal and rgb, ...); names with neither are left alone.
StatusOr<std::optional<AffixPairs>> FindAffixPairs(const std::vector<std::string>& names);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PAIRING_AFFIX_RULE_H_
