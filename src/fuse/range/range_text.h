// Ranges as a user writes them: on the command line, in Python, as a property of GStreamer.
#ifndef SEAFUSION_FUSE_RANGE_RANGE_TEXT_H_
#define SEAFUSION_FUSE_RANGE_RANGE_TEXT_H_

#include <optional>
#include <string_view>
#include <utility>

#include <seafusion/fuser.h>

namespace seafusion {

/// "gentle", "none", "image", "reference" or "fixed:LO,HI" with LO < HI.
StatusOr<OutputRange> ParseOutputRange(std::string_view text);

/// "auto", "full", "minmax", "percentile" (0.5), "percentile:P" with 0 <= P < 50,
/// "percentile:LO,HI" with 0 <= LO < HI <= 100, or "fixed:LO,HI" with LO < HI.
StatusOr<InfraredRange> ParseInfraredRange(std::string_view text);

/// "20C..40C": degrees Celsius; nothing where the text has another form.
std::optional<std::pair<double, double>> ParseCelsius(std::string_view text);

/// A finite number of seconds, as "-0.25"; nothing where the text has another form.
std::optional<double> ParseSeconds(std::string_view text);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_RANGE_RANGE_TEXT_H_
