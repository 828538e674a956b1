// Text in tables of comma-separated values.
#ifndef SEAFUSION_CORE_TEXT_CSV_FIELD_H_
#define SEAFUSION_CORE_TEXT_CSV_FIELD_H_

#include <string>

namespace seafusion {

/// The text as a field (RFC 4180): in quotes where it needs them.
inline std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

}  // namespace seafusion

#endif  // SEAFUSION_CORE_TEXT_CSV_FIELD_H_
