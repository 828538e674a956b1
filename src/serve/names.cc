// What texts on the command line mean; the command has these alone, without the layer's libraries.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/text/text_value.h"
#include "serve/live/view/palette.h"
#include "serve/serve_run.h"

namespace seafusion::serve {

std::optional<ViewPalette> PaletteNamed(std::string_view name) {
  for (std::size_t i = 0; i < kPaletteNames.size(); ++i) {
    if (name == kPaletteNames[i]) return static_cast<ViewPalette>(i);
  }
  return std::nullopt;
}

Status ParseListen(std::string_view text, ServerOptions& server) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return IsNot(text, "ADDRESS:PORT, as 127.0.0.1:8080");
  const auto port = NumberIn<int>(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return IsNot(text, "ADDRESS:PORT, as 127.0.0.1:8080");
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  server.address = host.empty() || host == "localhost" ? "127.0.0.1" : std::string(host);
  server.port = *port;
  return OkStatus();
}

}  // namespace seafusion::serve
