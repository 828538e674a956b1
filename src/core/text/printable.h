// Text from a file, made safe to show in a message.
#ifndef SEAFUSION_CORE_TEXT_PRINTABLE_H_
#define SEAFUSION_CORE_TEXT_PRINTABLE_H_

#include <string>
#include <string_view>

namespace seafusion {

/// Control characters and bytes outside ASCII as \xNN (a name from a hostile file must not steer
/// the terminal), and cut to 100 bytes with "..." at the end.
std::string Printable(std::string_view text);

/// Between double quotes.
std::string Quoted(std::string_view text);

/// All of a message or page for a terminal: control characters but tabs and ends of lines as \xNN,
/// the rest as it is, UTF-8 included.
std::string WithoutControls(std::string_view text);

}  // namespace seafusion

#endif  // SEAFUSION_CORE_TEXT_PRINTABLE_H_
