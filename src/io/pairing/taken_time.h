// When a picture was taken, and pairs by that.
#ifndef SEAFUSION_IO_PAIRING_TAKEN_TIME_H_
#define SEAFUSION_IO_PAIRING_TAKEN_TIME_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::io {

/// Microseconds since 1970 that a file name says, taken for UTC: 20240131_235959, with
/// "-", "_", "T", ":" or "." between the parts or not, with a fraction of a second behind; or a
/// number of seconds, milliseconds, microseconds or nanoseconds since 1970 (10, 13, 16 or 19
/// digits). Nothing where it says none, or two.
std::optional<std::int64_t> TimeInName(std::string_view name);

struct ClockTime {
  std::int64_t shown = 0;            ///< Microseconds since 1970 by the camera's clock.
  std::optional<std::int64_t> zone;  ///< Of which these are ahead of UTC, where it is known.
};

/// Of "2018-11-05T12:14:43.084+01:00", with or without fraction and zone.
std::optional<ClockTime> ClockTimeInIso(std::string_view text);

/// The times of all files: out of their names where all names of all files have one, else out of
/// what cameras wrote into them, as UTC where all tell their zone, else as their clocks show it.
/// Errors: kInvalidArgument, naming a file without a time.
StatusOr<std::vector<std::vector<std::int64_t>>> TimesOf(
    const std::vector<std::vector<std::string>>& sources);

/// Numbers of two times that are each other's nearest and at most `within` microseconds apart; in
/// the order of `a`.
std::vector<std::pair<std::size_t, std::size_t>> PairNearest(const std::vector<std::int64_t>& a,
                                                             const std::vector<std::int64_t>& b,
                                                             std::int64_t within);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PAIRING_TAKEN_TIME_H_
