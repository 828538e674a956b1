#include "io/pairing/stem_key.h"

#include <utf8proc.h>

#include <cctype>
#include <cstdlib>
#include <memory>

namespace seafusion::io {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* p) const { std::free(p); }
};

std::string FoldedAndComposed(std::string_view text) {
  utf8proc_uint8_t* raw = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &raw,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, Free> folded(raw);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(folded.get()), static_cast<std::size_t>(size)};
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string StemKey(std::string_view stem) {
  const std::string folded = FoldedAndComposed(stem);
  std::string key;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const bool leading = folded[i] == '0' && (key.empty() || !IsDigit(key.back())) &&
                         i + 1 < folded.size() && IsDigit(folded[i + 1]);
    if (!leading) key += folded[i];
  }
  return key;
}

}  // namespace seafusion::io
