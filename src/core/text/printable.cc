#include "core/text/printable.h"

#include <cstddef>

namespace seafusion {
namespace {

void AppendHex(unsigned char byte, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

}  // namespace

std::string Printable(std::string_view text) {
  constexpr std::size_t kMaxBytes = 100;
  std::string out;
  for (const char c : text.substr(0, kMaxBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      AppendHex(byte, out);
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

std::string WithoutControls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    // U+0080 to U+009F steer some terminals, too.
    if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
      AppendHex(byte, out);
      AppendHex(static_cast<unsigned char>(next), out);
      ++i;
    } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) {
      AppendHex(byte, out);
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace seafusion
