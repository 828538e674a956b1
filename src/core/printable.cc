#include "core/printable.h"

#include <cstddef>

namespace seafusion {

std::string Printable(std::string_view text) {
  constexpr std::size_t kMaxBytes = 100;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, kMaxBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  if (text.size() > kMaxBytes) out += "...";
  return out;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  quoted.append(Printable(text)).append("\"");
  return quoted;
}

}  // namespace seafusion
