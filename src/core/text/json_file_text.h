// How a JSON document becomes the text of a file.
#ifndef SEAFUSION_CORE_TEXT_JSON_FILE_TEXT_H_
#define SEAFUSION_CORE_TEXT_JSON_FILE_TEXT_H_

#include <string>

namespace seafusion {

/// Indented by 2, with an end of line. What is no UTF-8 in it, names of files for example, is
/// replaced (U+FFFD) and not an exception. `Json`: nlohmann::json or ordered_json.
template <typename Json>
std::string JsonFileText(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace seafusion

#endif  // SEAFUSION_CORE_TEXT_JSON_FILE_TEXT_H_
