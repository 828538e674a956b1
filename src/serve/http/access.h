// Who may ask for what: Host, Origin and token. No network here: decisions about requests alone.
#ifndef SEAFUSION_SERVE_HTTP_ACCESS_H_
#define SEAFUSION_SERVE_HTTP_ACCESS_H_

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "serve/http/message.h"

namespace seafusion::serve {

/// 128 bits from the system, in hexadecimal. Errors: kIoError.
StatusOr<std::string> NewToken();
/// What is kept of a token.
std::string HashOfToken(std::string_view token);
/// True where both are equal; takes as long wherever they differ.
bool SameInConstantTime(std::string_view a, std::string_view b);

/// Whether an address is one that only this machine can reach.
bool IsLoopback(const std::string& address);

class Access {
 public:
  struct Options {
    /// HashOfToken; empty: nobody needs one.
    std::string token_hash;
    /// Names beside localhost by which the page may be called; addresses always may.
    std::vector<std::string> host_names;
    bool loopback = true;  ///< Listens there alone: other addresses in Host are a stranger's.
  };
  static constexpr std::size_t kMostSessions = 64;
  static constexpr std::chrono::hours kSessionTime{12};
  /// Wrong tokens in a minute from one address, after which none from there is looked at.
  static constexpr int kMostWrong = 20;

  explicit Access(Options options) : options_(std::move(options)) {}

  /// What every request must hold, whatever it asks for: a Host by which this server may be called
  /// (against DNS rebinding), no Origin or Sec-Fetch-Site but its own (against pages of others, for
  /// POST and DELETE as for pictures), and JSON for what changes something (a form sends none). The
  /// refusal, or nothing.
  std::optional<Response> RefuseStranger(const Request& request) const;

  /// For all but the page itself and /healthz: a token in Authorization, or a session's cookie.
  std::optional<Response> RefuseWithoutToken(const Request& request);

  /// POST /api/login {"token": ...}: a session's cookie, or a refusal.
  Response Login(const Request& request);

  bool needs_token() const { return !options_.token_hash.empty(); }

 private:
  using Clock = std::chrono::steady_clock;
  bool IsOwnName(std::string_view text) const;
  // Nothing where it is right; else the refusal.
  std::optional<Response> RefuseToken(std::string_view token, const std::string& peer);

  const Options options_;
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> sessions_;  // hashes of cookies, and their end
  struct Wrong {
    int count = 0;
    Clock::time_point since{};
  };
  std::map<std::string, Wrong> wrong_;  // of each address
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_HTTP_ACCESS_H_
