#include "serve/serve_run.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "align/place/placed_sources.h"
#include "align/rig/rig_file.h"
#include "core/files/file.h"
#include "core/status_macros.h"
#include "serve/api/api.h"
#include "serve/http/access.h"
#include "serve/live/view/broadcast.h"
#include "stream/rig/find_stream_rig.h"

namespace seafusion::serve {
namespace {

struct TokenChoice {
  std::string hash, token;
};

StatusOr<TokenChoice> ChooseToken(const ServeSettings& settings) {
  TokenChoice choice{.hash = settings.token_hash};
  if (!choice.hash.empty()) {
    if (choice.hash.size() != 64 ||
        choice.hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return InvalidArgument("a token's hash has 64 hexadecimal digits, as sha256sum prints it");
    }
    return choice;
  }
  if (!settings.token && IsLoopback(settings.server.address)) return choice;
  SEAFUSION_ASSIGN_OR_RETURN(choice.token, NewToken());
  choice.hash = HashOfToken(choice.token);
  return choice;
}

std::string UrlOf(const ServerOptions& options, int port, const std::string& token) {
  std::string host = options.address;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  // A fragment is never sent to a server, nor kept in its logs.
  return (options.certificate.empty() ? "http://" : "https://") + host + ":" +
         std::to_string(port) + "/" + (token.empty() ? "" : "#token=" + token);
}

// The rig to begin with. One that was to be found and was not is no reason not to begin: on the
// page it can be made by hand.
StatusOr<std::optional<align::Rig>> RigOf(const ServeSettings& settings,
                                          const RunMonitor& monitor) {
  if (settings.rig.empty()) return std::optional<align::Rig>();
  if (settings.rig != align::kAutoRig) {
    SEAFUSION_ASSIGN_OR_RETURN(align::Rig rig, align::ReadRig(settings.rig));
    return std::optional(std::move(rig));
  }
  stream::StreamSettings sources = settings.session.stream;
  sources.rig.file = align::kAutoRig;
  sources.engine.threads = settings.session.engine.threads;
  SEAFUSION_ASSIGN_OR_RETURN(const bool live, stream::AreLive(sources));
  if (!live) sources.infrared_delay = settings.session.controls.delay;
  StatusOr<align::Rig> found = stream::FindRigOfStreams(sources, nullptr, monitor);
  if (found.ok()) return std::optional(*std::move(found));
  if (found.status().code() == StatusCode::kCancelled) return found.status();
  monitor.Say("begun without a rig: " + std::string(found.status().message()));
  return std::optional<align::Rig>();
}

}  // namespace

Status RunServe(const ServeSettings& settings, const std::function<void(const Address&)>& started,
                const RunMonitor& monitor) {
  SessionOptions session_options = settings.session;
  SEAFUSION_ASSIGN_OR_RETURN(session_options.rig, RigOf(settings, monitor));
  SEAFUSION_ASSIGN_OR_RETURN(const TokenChoice token, ChooseToken(settings));
  if (!token.hash.empty() && settings.server.certificate.empty() &&
      !IsLoopback(settings.server.address)) {
    monitor.Say(
        "without --tls-cert, whoever listens on the network sees the token and the pictures");
  }
  Access access({.token_hash = token.hash,
                 .host_names = settings.host_names,
                 .loopback = IsLoopback(settings.server.address)});
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<Recordings> recordings,
                             Recordings::Open(settings.recordings));

  // Each hands on to the next; what comes last is made first, and ends last.
  std::mutex server_mutex;
  Server* notified = nullptr;
  Broadcast broadcast(settings.quality, [&] {
    const std::lock_guard lock(server_mutex);
    if (notified != nullptr) notified->Notify();
  });
  SEAFUSION_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session,
                             Session::Start(session_options, [&](const MomentPtr& moment) {
                               broadcast.Publish(moment);
                               recordings->Push(moment);
                             }));
  Server* counted = nullptr;
  Api api({.access = &access,
           .session = session.get(),
           .broadcast = &broadcast,
           .recordings = recordings.get(),
           .server_counts = [&] {
             const std::lock_guard lock(server_mutex);
             return counted == nullptr ? ServerCounts() : counted->counts();
           }});
  SEAFUSION_ASSIGN_OR_RETURN(
      const std::unique_ptr<Server> server,
      Server::Start(
          settings.server, [&](const Request& request) { return api.Handle(request); },
          [&] { return broadcast.newest(); },
          [&](std::uint32_t views, int change) { broadcast.Watched(views, change); }));
  {
    const std::lock_guard lock(server_mutex);
    notified = counted = server.get();
  }
  started({.url = UrlOf(settings.server, server->port(), token.token), .token = token.token});
  while (!monitor.Stopped()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::lock_guard lock(server_mutex);
  notified = nullptr;
  return OkStatus();
}

}  // namespace seafusion::serve
