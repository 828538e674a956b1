// Whatever bytes a connection of the live page brings: each request gets an answer with the headers
// that keep pages of others out; without the token nothing is told, a GET changes nothing, and no
// file but those of the folder's list is ever named.
//
// The first byte says whether a token is asked for; the rest is what the connection brings.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <nlohmann/json.hpp>

#include "core/memory/image_buffer.h"
#include "io/image_file.h"
#include "serve/api/api.h"
#include "serve/http/request_reader.h"
#include "serve/http/server.h"

namespace {

namespace fs = std::filesystem;
using namespace seafusion;         // NOLINT(google-build-using-namespace)
using namespace seafusion::serve;  // NOLINT(google-build-using-namespace)

// Known to the seeds.
constexpr std::string_view kToken = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kSecret = "what lies outside of the folder";

// Small pictures that stand still, with a folder for snapshots, and a secret beside it.
struct Service {
  fs::path folder;
  std::unique_ptr<Recordings> recordings;
  std::unique_ptr<Session> session;
  std::unique_ptr<Broadcast> broadcast;

  Service() {
    std::string name = (fs::temp_directory_path() / "serve_request_fuzz_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder = name;
    std::ofstream(folder / "secret.png") << kSecret;
    for (const char* side : {"ir", "vi"}) {
      fs::create_directory(folder / side);
      const auto format = side[0] == 'i' ? PixelFormat::kGray16 : PixelFormat::kRgb8;
      for (int i = 0; i < 3; ++i) {
        const ImageBuffer picture = *ImageBuffer::Create(32, 24, format);
        const std::string path = (folder / side / (std::to_string(i) + ".png")).string();
        if (!io::WriteImage(path, picture.view(), IfExists::kReplace).ok()) std::abort();
      }
    }
    recordings = *Recordings::Open({.folder = (folder / "kept").string(), .quota = 2'000'000});
    fs::create_symlink(folder / "secret.png", folder / "kept" / "20260101-000000-abcd-fused.png");
    broadcast = std::make_unique<Broadcast>(80, [] {});
    SessionOptions options;
    options.stream.infrared = (folder / "ir").string();
    options.stream.visible = (folder / "vi").string();
    options.engine.threads = 1;
    auto started = Session::Start(options, [this](const MomentPtr& moment) {
      broadcast->Publish(moment);
      recordings->Push(moment);
    });
    if (!started.ok()) std::abort();
    session = *std::move(started);
    Rest();
  }

  // As between two inputs: what one began must not be what the next one meets.
  void Rest() const {
    if (recordings->state().recording) (void)recordings->End();
    (void)session->SetPlay({.paused = true});
    (void)session->SetControls({});
  }
};

// Never destroyed: its threads run until the program ends.
Service& TheService() {
  static Service& service = *[] {
    auto* made = new Service();
    std::atexit([] {
      std::error_code ignored;
      fs::remove_all(TheService().folder, ignored);
    });
    return made;
  }();
  return service;
}

bool HasHeader(const Response& response, std::string_view wanted) {
  for (const auto& [name, value] : response.headers) {
    if (value.find_first_of("\r\n") != std::string::npos) std::abort();
    if (name == wanted) return true;
  }
  return false;
}

void Check(const Response& response, const fs::path& folder) {
  for (const char* name : {"Content-Security-Policy", "X-Content-Type-Options",
                           "Cross-Origin-Resource-Policy", "X-Frame-Options", "Cache-Control"}) {
    if (!HasHeader(response, name)) std::abort();
  }
  if (response.body.find(kSecret) != std::string::npos) std::abort();
  if (!response.file.empty() && fs::path(response.file).parent_path() != folder / "kept") {
    std::abort();
  }
  if (HeadOf(response, response.body.size(), true).find("\r\n\r\n") == std::string::npos) {
    std::abort();
  }
}

void Ask(Service& service, Api& api, const Request& request, bool token) {
  // A second of registration each; of the request it reads one truth value.
  if (request.path == "/api/align/find") return;
  const auto before = JsonOf(service.session->controls());
  const Response response = api.Handle(request);
  Check(response, service.folder);
  const bool read = request.method == "GET" || request.method == "HEAD";
  if (read && JsonOf(service.session->controls()) != before) std::abort();
  // Nobody can have made a cookie up.
  const bool knows = request.Header("authorization").find(kToken) != std::string::npos ||
                     !request.Header("cookie").empty();
  const bool told =
      response.views || !response.file.empty() ||
      (request.path.starts_with("/api/") && response.status < 300 && request.path != "/api/login");
  if (token && !knows && told) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  Service& service = TheService();
  const bool token = (data[0] & 1) != 0;
  Access access({.token_hash = token ? HashOfToken(kToken) : "", .host_names = {"mast.local"}});
  Api api({.access = &access,
           .session = service.session.get(),
           .broadcast = service.broadcast.get(),
           .recordings = service.recordings.get(),
           .server_counts = [] { return ServerCounts(); }});
  const ServerOptions options;
  ++data;
  --size;
  while (size > 0) {
    RequestParser parser;
    parser.eager(true);
    SetLimits(parser, options.most_header, options.most_body);
    boost::system::error_code error;
    while (size > 0 && !parser.is_done() && !error) {
      const std::size_t used = parser.put(boost::asio::buffer(data, size), error);
      data += used;
      size -= used;
      if (used == 0) break;
    }
    if (error) {
      (void)RefuseBytes(error, options.most_header, options.most_body);
      break;
    }
    if (!parser.is_done()) break;
    const auto request = RequestOf(parser.get(), "127.0.0.1", false);
    if (!request) break;
    Ask(service, api, *request, token);
    if (!parser.get().keep_alive()) break;
  }
  service.Rest();
  return 0;
}
