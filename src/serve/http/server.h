// The HTTP server: limits, time and the sending of pictures. Boost.Beast speaks the protocol.
#ifndef SEAFUSION_SERVE_HTTP_SERVER_H_
#define SEAFUSION_SERVE_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <seafusion/status.h>

#include "serve/http/message.h"
#include "serve/live/view/pictures.h"

namespace seafusion::serve {

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 8080;               ///< 0: one that is free.
  std::string certificate, key;  ///< PEM files; empty: without TLS.

  int most_clients = 64;           ///< Connections; more are closed as soon as they come.
  int most_streams = 32;           ///< Of these, such that get pictures.
  std::size_t most_header = 8192;  ///< Bytes of a request before its body,
  std::size_t most_body = 65536;   ///< and of that.
  std::chrono::milliseconds request_time{10'000};  ///< For a request to come in, or the next one,
  std::chrono::milliseconds answer_time{10'000};   ///< for each 64 KB, or picture, to go out.
  std::chrono::milliseconds accept_pause{50};      ///< After a connection that could not be taken.
  /// Requests a second from one address; twice as many at once.
  double rate = 100;
};

struct ServerCounts {
  std::uint64_t requests = 0, refused_clients = 0, refused_rate = 0, broken = 0, timeouts = 0;
  std::uint64_t pictures = 0, bytes = 0, skipped = 0;
  std::uint64_t failed_accepts = 0;  ///< For want of file handles, mostly.
  int clients = 0, streams = 0;
};

struct ServerState;

/// Serves from Start to its end. Thread-safe.
class Server {
 public:
  /// Binds. `newest`: the newest pictures, for streams; `watched`: told by how much each view's
  /// number of watchers changes. Errors: kInvalidArgument (no such address), kIoError (taken),
  /// kNotFound, kCorruptData (certificate).
  static StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, Handler handler,
      std::function<std::shared_ptr<const Pictures>()> newest,
      std::function<void(std::uint32_t views, int change)> watched);
  ~Server();

  int port() const;
  /// New pictures are there; from any thread.
  void Notify();
  ServerCounts counts() const;

 private:
  explicit Server(std::unique_ptr<ServerState> state);
  std::unique_ptr<ServerState> state_;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_HTTP_SERVER_H_
