// A connection, with TLS or without. For server.cc alone, which is the one source that Boost.Beast
// and Asio are compiled in: they take the compiler longer than all the rest of the layer.
#ifndef SEAFUSION_SERVE_HTTP_CONNECTION_H_
#define SEAFUSION_SERVE_HTTP_CONNECTION_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "serve/http/file_part.h"
#include "serve/http/rate_limit.h"
#include "serve/http/request_reader.h"
#include "serve/http/server.h"

namespace seafusion::serve {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

inline constexpr std::size_t kChunk = 65536;
// Bytes that the system holds for a client: what is sent ahead of a slow one is old when it comes.
inline constexpr int kSendBuffer = 1 << 17;
inline constexpr int kMostWaitingRequests = 64;

// A client; knows nothing of TLS.
class Client {
 public:
  virtual ~Client() = default;
  virtual void PicturesAreThere() = 0;
  virtual void Close() = 0;
};

struct ServerState {
  ServerState(ServerOptions o, Handler h) : options(std::move(o)), handler(std::move(h)) {}

  ServerOptions options;
  Handler handler;
  std::function<std::shared_ptr<const Pictures>()> newest;
  std::function<void(std::uint32_t, int)> watched;

  asio::io_context io{1};
  std::optional<asio::ssl::context> tls;
  // Until the end, so that what workers answer late is still taken, and let go, by the thread.
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
      asio::make_work_guard(io)};
  Tcp::acceptor acceptor{io};
  asio::steady_timer retry{io};
  asio::thread_pool workers{2};
  RateLimit rate_limit{100, 200};
  std::thread thread;
  std::atomic<int> waiting_requests = 0;

  // The server thread's.
  std::set<Client*> clients;

  std::atomic<int> client_count = 0, stream_count = 0;
  std::atomic<std::uint64_t> requests = 0, refused_clients = 0, refused_rate = 0, broken = 0,
                             timeouts = 0, pictures = 0, bytes = 0, skipped = 0, failed_accepts = 0;

  Status Listen();
  void Accept();
  void Welcome(Tcp::socket socket);
};

// One connection from its first byte to its last. All on the server's thread, but for the handler.
template <typename Stream>
class Connection : public Client, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(ServerState& server, Stream stream, std::string peer)
      : server_(server), stream_(std::move(stream)), peer_(std::move(peer)), buffer_(kChunk) {
    server_.clients.insert(this);
    ++server_.client_count;
  }
  ~Connection() override {
    server_.clients.erase(this);
    --server_.client_count;
    EndStream();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Run() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      Tcp_().expires_after(server_.options.request_time);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = Self()](error_code error) {
        if (error) return self->Failed(error);
        self->Read();
      });
    } else {
      Read();
    }
  }

  void Close() override { Tcp_().close(); }

  void PicturesAreThere() override {
    if (views_ != 0 && !writing_) SendPictures();
  }

 private:
  std::shared_ptr<Connection> Self() { return this->shared_from_this(); }
  beast::tcp_stream& Tcp_() { return beast::get_lowest_layer(stream_); }

  void Failed(error_code error) {
    if (error == beast::error::timeout) ++server_.timeouts;
    Close();
  }

  void Read() {
    parser_.emplace();
    SetLimits(*parser_, server_.options.most_header, server_.options.most_body);
    // One deadline for the whole request, however slowly it comes.
    Tcp_().expires_after(server_.options.request_time);
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = Self()](error_code error, std::size_t) { self->HasRead(error); });
  }

  void HasRead(error_code error) {
    if (error == beast::http::error::end_of_stream) return Close();
    if (error) {
      auto refusal = RefuseBytes(error, server_.options.most_header, server_.options.most_body);
      return refusal ? Refuse(*std::move(refusal)) : Failed(error);
    }
    ++server_.requests;
    const auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    head_ = message.method() == beast::http::verb::head;
    if (!server_.rate_limit.Take(peer_, RateLimit::Clock::now())) {
      ++server_.refused_rate;
      return Answer({.status = 429,
                     .body = ErrorResponse(429, "too many requests").body,
                     .headers = {{"Retry-After", "1"}}});
    }
    std::optional<Request> request =
        RequestOf(message, peer_, /*tls=*/std::is_same_v<Stream, TlsStream>);
    if (!request) return Refuse(ErrorResponse(400, "a header or the target is not one"));
    if (server_.waiting_requests >= kMostWaitingRequests) {
      return Answer(ErrorResponse(503, "too much to do"));
    }
    ++server_.waiting_requests;
    Tcp_().expires_never();
    // The worker keeps no part in this connection, which must end on the server's thread.
    asio::post(server_.workers, [self = Self(), request = *std::move(request)]() mutable {
      ServerState& server = self->server_;
      Response response = server.handler(request);
      --server.waiting_requests;
      asio::post(server.io, [self = std::move(self), response = std::move(response)]() mutable {
        self->Answer(std::move(response));
      });
    });
  }

  void Refuse(Response refusal) {
    ++server_.broken;
    keep_alive_ = false;
    head_ = false;
    Answer(std::move(refusal));
  }

  void Answer(Response response) {
    if (response.views) {
      if (server_.stream_count >= server_.options.most_streams) {
        response = ErrorResponse(
            503, "as many watch as may: " + std::to_string(server_.options.most_streams));
      } else {
        return BeginStream(std::move(response));
      }
    }
    std::uint64_t length = response.body.size();
    if (!response.file.empty()) {
      file_ = FilePart::Open(response.file, std::string(parser_->get()["Range"]));
      if (!file_) response = ErrorResponse(404, "it is not there any more");
      length = file_ ? file_->length() : response.body.size();
    }
    if (file_) {
      response.headers.emplace_back("Accept-Ranges", "bytes");
      if (file_->is_part()) {
        response.status = 206;
        response.headers.emplace_back("Content-Range", file_->ContentRange());
      }
      if (head_) file_.reset();
    }
    text_ = HeadOf(response, length, keep_alive_);
    if (!head_ && !file_) text_ += response.body;
    Send(asio::buffer(text_), [self = Self()] { self->Answered(); });
  }

  void Answered() {
    if (file_) return SendFile();
    if (!keep_alive_) return Finish();
    Read();
  }

  // What the client still sends is read for a moment: closed before, it would never see the answer.
  void Finish() {
    error_code ignored;
    Tcp_().socket().shutdown(Tcp::socket::shutdown_send, ignored);
    Tcp_().expires_after(std::chrono::milliseconds(500));
    Drain(0);
  }
  void Drain(std::size_t drained) {
    if (drained > 4 * kChunk) return Close();
    chunk_.resize(kChunk);
    Tcp_().async_read_some(asio::buffer(chunk_),
                           [self = Self(), drained](error_code error, std::size_t size) {
                             if (error) return self->Close();
                             self->Drain(drained + size);
                           });
  }

  template <typename Buffers, typename Next>
  void Send(const Buffers& buffers, Next next) {
    writing_ = true;
    Tcp_().expires_after(server_.options.answer_time);
    asio::async_write(stream_, buffers, [self = Self(), next](error_code error, std::size_t size) {
      self->writing_ = false;
      self->server_.bytes += size;
      if (error) return self->Failed(error);
      next();
    });
  }

  void SendFile() {
    // Shorter than it was: the length was promised, so the connection ends.
    if (!file_->Read(kChunk, chunk_)) return Close();
    if (chunk_.empty()) {
      file_.reset();
      return Answered();
    }
    Send(asio::buffer(chunk_), [self = Self()] { self->SendFile(); });
  }

  // --- Pictures without end ---

  void BeginStream(Response response) {
    keep_alive_ = false;
    response.type = "multipart/x-mixed-replace; boundary=seafusion";
    text_ = HeadOf(response, std::nullopt, keep_alive_);
    if (head_) return Send(asio::buffer(text_), [self = Self()] { self->Finish(); });
    text_ += "--seafusion\r\n";
    views_ = *response.views;
    ++server_.stream_count;
    server_.watched(views_, 1);
    error_code ignored;
    Tcp_().socket().set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
    Tcp_().socket().set_option(Tcp::no_delay(true), ignored);
    Tcp_().expires_never();
    chunk_.resize(64);
    WatchForEnd();
    Send(asio::buffer(text_), [self = Self()] { self->SendPictures(); });
  }

  // A client that goes away while no picture comes is noticed here.
  void WatchForEnd() {
    stream_.async_read_some(asio::buffer(chunk_), [self = Self()](error_code error, std::size_t) {
      if (error) {
        self->EndStream();
        return self->Close();
      }
      self->WatchForEnd();
    });
  }

  void EndStream() {
    if (views_ == 0) return;
    --server_.stream_count;
    server_.watched(std::exchange(views_, 0), -1);
  }

  // The newest pictures, unless these are sent already. While they are on their way newer ones may
  // come: only the last of them is ever sent.
  void SendPictures() {
    if (views_ == 0) return;
    const std::shared_ptr<const Pictures> newest = server_.newest();
    if (newest == nullptr || newest == sent_ || !newest->Has(views_)) return;
    if (sent_ != nullptr && newest->number > sent_->number + 1) {
      server_.skipped += newest->number - sent_->number - 1;
    }
    sent_ = newest;
    heads_.clear();
    std::vector<asio::const_buffer> buffers;
    for (std::size_t i = 0; i < kViews; ++i) {
      if ((views_ >> i & 1) != 0) heads_.push_back(PartHead(*newest, i));
    }
    std::size_t head = 0;
    static constexpr std::string_view kEnd = "\r\n--seafusion\r\n";
    for (std::size_t i = 0; i < kViews; ++i) {
      if ((views_ >> i & 1) == 0) continue;
      buffers.push_back(asio::buffer(heads_[head++]));
      buffers.push_back(asio::buffer(*newest->jpeg[i]));
      buffers.push_back(asio::buffer(kEnd.data(), kEnd.size()));
    }
    ++server_.pictures;
    Send(buffers, [self = Self()] { self->SendPictures(); });
  }

  static std::string PartHead(const Pictures& pictures, std::size_t view) {
    return "Content-Type: image/jpeg\r\nContent-Length: " +
           std::to_string(pictures.jpeg[view]->size()) +
           "\r\nX-View: " + std::string(kViewNames[view]) +
           "\r\nX-Frame: " + std::to_string(pictures.number) +
           "\r\nX-Captured: " + std::to_string(pictures.captured) +
           "\r\nX-Time: " + std::to_string(pictures.time) + "\r\n\r\n";
  }

  ServerState& server_;
  Stream stream_;
  const std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  std::string text_;
  std::vector<char> chunk_;
  bool keep_alive_ = false, head_ = false, writing_ = false;
  std::optional<FilePart> file_;
  std::uint32_t views_ = 0;
  std::shared_ptr<const Pictures> sent_;
  std::vector<std::string> heads_;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_HTTP_CONNECTION_H_
