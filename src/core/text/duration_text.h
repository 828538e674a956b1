// Spans of time, for people.
#ifndef SEAFUSION_CORE_TEXT_DURATION_TEXT_H_
#define SEAFUSION_CORE_TEXT_DURATION_TEXT_H_

#include <string>

namespace seafusion {

/// "7 s", "3:49", "2:03:49"; "?" for what is no span: negative, infinite, not a number.
std::string DurationText(double seconds);

}  // namespace seafusion

#endif  // SEAFUSION_CORE_TEXT_DURATION_TEXT_H_
