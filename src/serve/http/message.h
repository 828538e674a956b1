// What comes in from a client and what goes back, without the library that speaks the protocol.
#ifndef SEAFUSION_SERVE_HTTP_MESSAGE_H_
#define SEAFUSION_SERVE_HTTP_MESSAGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace seafusion::serve {

struct Request {
  std::string method;  ///< "GET", ...
  std::string path;    ///< As it came, without the query; never decoded, never a file's name.
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
  std::string peer;  ///< Address without port.
  bool tls = false;

  /// Empty where there is none.
  std::string Header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string() : found->second;
  }
  std::string Query(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
  }
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// A file in place of the body, of a name that this program has made itself.
  std::string file;
  /// Pictures without end in place of the body: bits of View.
  std::optional<std::uint32_t> views;
};

/// Called on a thread of the server's, several at a time; does not throw.
using Handler = std::function<Response(const Request&)>;

/// {"error": TEXT}
Response ErrorResponse(int status, const std::string& text);

/// The first line and the header, with the blank line. `length`: of what follows; nothing: it has
/// no end.
std::string HeadOf(const Response& response, std::optional<std::uint64_t> length, bool keep_alive);

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_HTTP_MESSAGE_H_
