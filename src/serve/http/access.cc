#include "serve/http/access.h"

#include <arpa/inet.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <span>

#include <nlohmann/json.hpp>

#include "core/files/sha256.h"
#include "core/status_macros.h"
#include "model/json_text.h"
#include "serve/http/rate_limit.h"

namespace seafusion::serve {
namespace {

constexpr char kCookie[] = "seafusion";

// The host of "host:port", "[v6]:port" or "host"; nothing where it is none of these.
std::optional<std::string> HostOf(std::string_view text) {
  std::string host;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    host = text.substr(0, end);
    rest = text.substr(end);
  }
  if (!rest.empty()) {
    if (rest[0] != ':' || rest.size() < 2 || rest.size() > 6) return std::nullopt;
    for (const char c : rest.substr(1)) {
      if (c < '0' || c > '9') return std::nullopt;
    }
  }
  if (host.empty()) return std::nullopt;
  for (char& c : host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return host;
}

bool IsAddress(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

std::string CookieOf(const Request& request) {
  const std::string all = request.Header("cookie");
  const std::string wanted = std::string(kCookie) + "=";
  std::size_t at = 0;
  while (at < all.size()) {
    const std::size_t end = std::min(all.find(';', at), all.size());
    std::string_view one = std::string_view(all).substr(at, end - at);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(wanted)) return std::string(one.substr(wanted.size()));
    at = end + 1;
  }
  return {};
}

}  // namespace

StatusOr<std::string> NewToken() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return IoError(std::string("the system gives no random numbers: ") + std::strerror(errno));
  }
  std::string text;
  for (const unsigned char byte : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string HashOfToken(std::string_view token) {
  return Sha256Hex(std::span(reinterpret_cast<const std::uint8_t*>(token.data()), token.size()));
}

bool SameInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

bool Access::IsOwnName(std::string_view text) const {
  const std::optional<std::string> host = HostOf(text);
  if (!host) return false;
  if (*host == "localhost") return true;
  if (std::find(options_.host_names.begin(), options_.host_names.end(), *host) !=
      options_.host_names.end()) {
    return true;
  }
  // A name can be made to mean any address, an address only itself.
  return IsAddress(*host) && (!options_.loopback || IsLoopback(*host));
}

std::optional<Response> Access::RefuseStranger(const Request& request) const {
  const std::string host = request.Header("host");
  if (!IsOwnName(host)) return ErrorResponse(421, "this server is not called by that name");
  const std::string origin = request.Header("origin");
  const std::string own = std::string(request.tls ? "https://" : "http://") + host;
  if (!origin.empty() && origin != own) return ErrorResponse(403, "asked by a page of another");
  const std::string site = request.Header("sec-fetch-site");
  const bool page = request.method == "GET" && request.Header("sec-fetch-mode") == "navigate";
  if (!site.empty() && site != "same-origin" && site != "none" && !page) {
    return ErrorResponse(403, "asked by a page of another");
  }
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  if (request.method != "POST" && request.method != "DELETE") {
    return ErrorResponse(405, "there is no method " + request.method + " here");
  }
  const std::string type = request.Header("content-type");
  if (request.method == "POST" && type != "application/json" &&
      !type.starts_with("application/json;")) {
    return ErrorResponse(415, "what changes something is asked for in application/json");
  }
  return std::nullopt;
}

std::optional<Response> Access::RefuseToken(std::string_view token, const std::string& peer) {
  const auto now = Clock::now();
  if (wrong_.size() >= RateLimit::kMostAddresses && !wrong_.contains(peer)) wrong_.clear();
  Wrong& wrong = wrong_[peer];
  if (now - wrong.since > std::chrono::minutes(1)) wrong = {.since = now};
  if (wrong.count >= kMostWrong) {
    return ErrorResponse(429, "too many wrong tokens; wait a minute");
  }
  if (SameInConstantTime(HashOfToken(token), options_.token_hash)) return std::nullopt;
  ++wrong.count;
  return ErrorResponse(401, "the token is wrong");
}

std::optional<Response> Access::RefuseWithoutToken(const Request& request) {
  if (!needs_token()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  constexpr std::string_view kBearer = "Bearer ";
  const std::string authorization = request.Header("authorization");
  if (authorization.starts_with(kBearer)) {
    return RefuseToken(std::string_view(authorization).substr(kBearer.size()), request.peer);
  }
  const std::string cookie = CookieOf(request);
  if (!cookie.empty()) {
    const auto session = sessions_.find(HashOfToken(cookie));
    if (session != sessions_.end() && session->second > Clock::now()) return std::nullopt;
  }
  return ErrorResponse(401, "the token is missing, wrong or too old");
}

Response Access::Login(const Request& request) {
  const auto body = model::ParseJson<nlohmann::json>(request.body);
  if (!body.is_object() || !body.value("token", nlohmann::json()).is_string()) {
    return ErrorResponse(400, "a login is {\"token\": TEXT}");
  }
  const std::lock_guard lock(mutex_);
  if (needs_token()) {
    auto refusal = RefuseToken(body["token"].get<std::string>(), request.peer);
    if (refusal) return *std::move(refusal);
  }
  const StatusOr<std::string> cookie = NewToken();
  if (!cookie.ok()) return ErrorResponse(503, std::string(cookie.status().message()));
  const auto now = Clock::now();
  std::erase_if(sessions_, [&](const auto& session) { return session.second <= now; });
  while (sessions_.size() >= kMostSessions) {
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; }));
  }
  sessions_[HashOfToken(*cookie)] = now + kSessionTime;
  Response response{.body = "{}\n"};
  response.headers.emplace_back("Set-Cookie", std::string(kCookie) + "=" + *cookie +
                                                  "; HttpOnly; SameSite=Strict; Path=/" +
                                                  (request.tls ? "; Secure" : ""));
  return response;
}

}  // namespace seafusion::serve
