// From the bytes of a connection to a Request, by Boost.Beast's parser. For server.cc and the
// fuzzer alone, as connection.h is.
#ifndef SEAFUSION_SERVE_HTTP_REQUEST_READER_H_
#define SEAFUSION_SERVE_HTTP_REQUEST_READER_H_

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "serve/http/message.h"

namespace seafusion::serve {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// Of one request, for its header and what follows it.
inline void SetLimits(RequestParser& parser, std::size_t most_header, std::size_t most_body) {
  parser.header_limit(static_cast<std::uint32_t>(most_header));
  parser.body_limit(most_body);
}

/// What bytes are told that are no request within the limits; nothing where the connection itself
/// failed.
inline std::optional<Response> RefuseBytes(const boost::system::error_code& error,
                                           std::size_t most_header, std::size_t most_body) {
  using Http = boost::beast::http::error;
  if (error == Http::header_limit || error == Http::buffer_overflow) {
    return ErrorResponse(
        431, "the request's header is larger than " + std::to_string(most_header) + " bytes");
  }
  if (error == Http::body_limit) {
    return ErrorResponse(413, "the request is larger than " + std::to_string(most_body) + " bytes");
  }
  if (error.category() == boost::beast::http::make_error_code(Http::bad_method).category()) {
    return ErrorResponse(400, "not a request that HTTP/1.1 knows: " + error.message());
  }
  return std::nullopt;
}

inline std::map<std::string, std::string> QueryOf(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    std::string value(part.substr(equals + 1));
    // The one escape that the page's own values have.
    for (std::size_t at; (at = value.find("%2C")) != std::string::npos;) value.replace(at, 3, ",");
    query.emplace(part.substr(0, equals), std::move(value));
  }
  return query;
}

/// Nothing where the target is none, or a header comes twice that programs would read differently.
inline std::optional<Request> RequestOf(const RequestParser::value_type& message,
                                        const std::string& peer, bool tls) {
  const std::string_view target(message.target().data(), message.target().size());
  if (target.empty() || target[0] != '/') return std::nullopt;
  for (const char c : target) {
    if (c <= ' ' || c > '~') return std::nullopt;
  }
  const std::size_t query = std::min(target.find('?'), target.size());
  Request request;
  request.method = std::string(message.method_string());
  request.path = std::string(target.substr(0, query));
  if (query < target.size()) request.query = QueryOf(target.substr(query + 1));
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool fresh = request.headers.emplace(name, std::string(field.value())).second;
    if (!fresh && (name == "host" || name == "origin" || name == "content-length" ||
                   name == "authorization" || name == "content-type" || name == "cookie")) {
      return std::nullopt;
    }
  }
  request.body = message.body();
  request.peer = peer;
  request.tls = tls;
  return request;
}

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_HTTP_REQUEST_READER_H_
