// Checks of options that say in the help and in messages what they want, and no more.
#ifndef SEAFUSION_TOOLS_OPTIONS_OPTION_CHECKS_H_
#define SEAFUSION_TOOLS_OPTIONS_OPTION_CHECKS_H_

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace seafusion::tools {

/// A check out of a parser that returns a StatusOr.
template <typename Parse>
CLI::Validator Accepts(const Parse& parse) {
  return CLI::Validator(
      [parse](const std::string& text) {
        const auto value = parse(text);
        return value.ok() ? std::string() : value.status().message();
      },
      "");
}

// The same checks as CLI11's, without their own words in the help: ours say it shorter.
template <typename T>
CLI::Validator InRange(T least, T most) {
  return CLI::Validator(CLI::Range(least, most)).description("");
}
template <typename T>
CLI::Validator OneOf(const std::vector<T>& values) {
  return CLI::Validator(CLI::IsMember(values)).description("");
}
inline CLI::Validator OneOf(const std::vector<std::string>& values) {
  return OneOf<std::string>(values);
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_OPTION_CHECKS_H_
