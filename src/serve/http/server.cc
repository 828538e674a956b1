#include "serve/http/server.h"

#include <utility>

#include "core/status_macros.h"
#include "serve/http/connection.h"

namespace seafusion::serve {

Status ServerState::Listen() {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return InvalidArgument("'" + options.address + "' is no address to listen on");
  if (!options.certificate.empty()) {
    tls.emplace(asio::ssl::context::tls_server);
    tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                     asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    tls->use_certificate_chain_file(options.certificate, error);
    if (error) return CorruptData(options.certificate + ": no certificate: " + error.message());
    tls->use_private_key_file(options.key, asio::ssl::context::pem, error);
    if (error) return CorruptData(options.key + ": no key for it: " + error.message());
  }
  const Tcp::endpoint endpoint(address, static_cast<unsigned short>(options.port));
  const std::string name = options.address + ":" + std::to_string(options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(1024, error);
  if (error) return IoError("cannot listen on " + name + ": " + error.message());
  return OkStatus();
}

void ServerState::Accept() {
  acceptor.async_accept([this](error_code error, Tcp::socket socket) {
    // Whoever came just before the end is let go with the socket.
    if (!acceptor.is_open()) return;
    if (!error) {
      Welcome(std::move(socket));
      return Accept();
    }
    // Where handles or memory are short, the client goes on waiting at the door and is reported
    // again at once: without a pause this thread would do nothing else.
    ++failed_accepts;
    retry.expires_after(options.accept_pause);
    retry.async_wait([this](error_code stopped) {
      if (!stopped && acceptor.is_open()) Accept();
    });
  });
}

void ServerState::Welcome(Tcp::socket socket) {
  error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return;
  if (client_count >= options.most_clients) {
    ++refused_clients;
    return;  // closed with the socket
  }
  std::string peer = remote.address().to_string();
  beast::tcp_stream stream(std::move(socket));
  if (tls) {
    std::make_shared<Connection<TlsStream>>(*this, TlsStream(std::move(stream), *tls),
                                            std::move(peer))
        ->Run();
  } else {
    std::make_shared<Connection<beast::tcp_stream>>(*this, std::move(stream), std::move(peer))
        ->Run();
  }
}

Server::Server(std::unique_ptr<ServerState> state) : state_(std::move(state)) {}

StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, Handler handler,
    std::function<std::shared_ptr<const Pictures>()> newest,
    std::function<void(std::uint32_t, int)> watched) {
  auto state = std::make_unique<ServerState>(options, std::move(handler));
  state->rate_limit = RateLimit(options.rate, 2 * options.rate);
  state->newest = std::move(newest);
  state->watched = std::move(watched);
  SEAFUSION_RETURN_IF_ERROR(state->Listen());
  ServerState* s = state.get();
  s->Accept();
  s->thread = std::thread([s] { s->io.run(); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
  asio::post(state_->io, [s = state_.get()] {
    error_code ignored;
    s->acceptor.close(ignored);
    s->retry.cancel();
    for (Client* client : s->clients) client->Close();
  });
  state_->workers.join();
  asio::post(state_->io, [s = state_.get()] { s->work.reset(); });
  state_->thread.join();
}

int Server::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

void Server::Notify() {
  asio::post(state_->io, [s = state_.get()] {
    for (Client* client : s->clients) client->PicturesAreThere();
  });
}

ServerCounts Server::counts() const {
  const ServerState& s = *state_;
  return {.requests = s.requests,
          .refused_clients = s.refused_clients,
          .refused_rate = s.refused_rate,
          .broken = s.broken,
          .timeouts = s.timeouts,
          .pictures = s.pictures,
          .bytes = s.bytes,
          .skipped = s.skipped,
          .failed_accepts = s.failed_accepts,
          .clients = s.client_count,
          .streams = s.stream_count};
}

}  // namespace seafusion::serve
