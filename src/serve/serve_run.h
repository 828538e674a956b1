// A live page of two sources, from its start to its end.
#ifndef SEAFUSION_SERVE_SERVE_RUN_H_
#define SEAFUSION_SERVE_SERVE_RUN_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "core/run_monitor.h"
#include "serve/http/server.h"
#include "serve/live/session.h"
#include "serve/record/recordings.h"

namespace seafusion::serve {

struct ServeSettings {
  SessionOptions session;  ///< Its rig comes from the file below.
  ServerOptions server;
  RecordingOptions recordings;
  std::string rig;         ///< A rig file; align::kAutoRig: found from the sources; empty: none.
  bool token = false;      ///< Also where only this machine can ask.
  std::string token_hash;  ///< SHA-256 of a token of the user's own; empty: a new one is made.
  std::vector<std::string> host_names;  ///< By which the page may be called (Access).
  int quality = 85;                     ///< Of the JPEGs, 1..100.
};

/// What to open in a browser; told once, when all is running.
struct Address {
  std::string url;    ///< With the token, where one was made now.
  std::string token;  ///< The same alone; empty: none was made.
};

/// Serves until the monitor's flag is set. Errors: those of starting; what fails later is on the
/// page. On an address that others can reach a token is always asked for.
Status RunServe(const ServeSettings& settings, const std::function<void(const Address&)>& started,
                const RunMonitor& monitor);

/// "127.0.0.1:8080", "[::1]:0", ":8080" (loopback) into `server`. Errors: kInvalidArgument.
Status ParseListen(std::string_view text, ServerOptions& server);

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_SERVE_RUN_H_
