// Checks of options that say in the help and in messages what they want, and no more.
#ifndef SEAFUSION_TOOLS_OPTIONS_OPTION_CHECKS_H_
#define SEAFUSION_TOOLS_OPTIONS_OPTION_CHECKS_H_

#include <sstream>
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

/// As CLI11's Range, which takes "nan" for any range; and without its words in the help.
template <typename T>
CLI::Validator InRange(T least, T most) {
  return CLI::Validator(
      [least, most](const std::string& text) {
        T value{};
        const bool number = CLI::detail::lexical_cast(text, value);
        if (number && value >= least && value <= most) return std::string();
        std::ostringstream wanted;
        wanted << "Value " << text << " not in range [" << least << " - " << most << "]";
        return wanted.str();
      },
      "");
}

/// Of names of files and folders.
inline CLI::Validator NotEmpty() {
  return CLI::Validator(
      [](const std::string& text) {
        return text.empty() ? std::string("the name is empty") : std::string();
      },
      "");
}

/// As CLI11's IsMember, without its words in the help: ours say it shorter.
template <typename T>
CLI::Validator OneOf(const std::vector<T>& values) {
  return CLI::Validator(CLI::IsMember(values)).description("");
}
inline CLI::Validator OneOf(const std::vector<std::string>& values) {
  return OneOf<std::string>(values);
}

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_OPTION_CHECKS_H_
