#include "arguments/named_source.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "core/text/printable.h"

namespace seafusion::tools {
namespace {

NamedSource Split(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos) return {};
  return {text.substr(0, at), text.substr(at + 1)};
}

}  // namespace

void TakeNamedSources(CLI::Option& option, const char* type_name) {
  option.expected(1)
      ->take_all()
      ->check(CLI::Validator(
          [type_name](const std::string& text) {
            const auto [name, source] = Split(text);
            return name.empty() || source.empty() ? "'" + Printable(text) + "' is not " + type_name
                                                  : std::string();
          },
          ""))
      ->type_name(type_name);
}

std::vector<NamedSource> NamedSources(const std::vector<std::string>& texts, const char* option) {
  std::vector<NamedSource> sources;
  for (const std::string& text : texts) {
    NamedSource source = Split(text);
    if (std::any_of(sources.begin(), sources.end(),
                    [&](const NamedSource& other) { return other.name == source.name; })) {
      throw CLI::ValidationError(option, "the name '" + Printable(source.name) + "' comes twice");
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

void CheckFolderNames(const std::vector<NamedSource>& sources, const char* option) {
  for (const NamedSource& source : sources) {
    if (source.name.find('/') != std::string::npos || source.name == "." || source.name == "..") {
      throw CLI::ValidationError(option, "'" + Printable(source.name) + "' cannot name a folder");
    }
  }
}

}  // namespace seafusion::tools
