// What each path means: docs/serve.md describes it for programs.
#ifndef SEAFUSION_SERVE_API_API_H_
#define SEAFUSION_SERVE_API_API_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

#include "serve/http/access.h"
#include "serve/http/message.h"
#include "serve/http/server.h"
#include "serve/live/session.h"
#include "serve/live/view/broadcast.h"
#include "serve/record/recordings.h"

namespace seafusion::serve {

/// All parts of a running service, as the API sees them; they outlive it.
struct Parts {
  Access* access = nullptr;
  Session* session = nullptr;
  Broadcast* broadcast = nullptr;
  Recordings* recordings = nullptr;
  std::function<ServerCounts()> server_counts;
};

/// Thread-safe; never throws.
class Api {
 public:
  explicit Api(Parts parts) : parts_(std::move(parts)) {}

  /// Access is checked first, then the path. Every answer has the headers that keep pages of others
  /// out.
  Response Handle(const Request& request);

 private:
  Response Route(const Request& request);
  Response Get(const Request& request);
  Response Post(const Request& request);
  Response Align(const std::string& what, const Request& request);
  /// Sets what `change` makes of the settings in use.
  Response ChangeControls(const std::function<StatusOr<Controls>(const Controls&)>& change);
  Response Find(const Request& request);
  Response File(const std::string& id);

  Parts parts_;
  // Held from reading the settings until the changed ones are set, so that of two changes at a time
  // none is lost. Loading a model takes seconds: who only reads does not take it.
  std::mutex changing_;
  std::atomic<bool> finding_ = false;
};

/// The state of all as JSON,
std::string StatusText(const Parts& parts);
/// and in the text format of Prometheus.
std::string MetricsText(const Parts& parts);
/// How the infrared samples of the newest moment are spread, in 256 steps; null without any.
StatusOr<std::string> HistogramText(const Session& session);
/// The map in use.
StatusOr<std::string> AlignmentText(const Session& session);

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_API_API_H_
