#include "serve/testing/running_page.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include <gtest/gtest.h>

#include "core/memory/image_buffer.h"
#include "io/image_file.h"

namespace seafusion::serve::testing {
namespace {

namespace fs = std::filesystem;

void WritePicture(const fs::path& path, int number, int width, int height, PixelFormat format) {
  ImageBuffer image = *ImageBuffer::Create(width, height, format);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool warm =
          (x - 6 * number) * (x - 6 * number) + (y - height / 2) * (y - height / 2) < 80;
      if (format == PixelFormat::kGray16) {
        image.view().Row<std::uint16_t>(y)[x] =
            static_cast<std::uint16_t>(warm ? 31000 : 28000 + 10 * y + x);
      } else {
        for (int c = 0; c < 3; ++c) {
          image.view().Row<std::uint8_t>(y)[3 * x + c] =
              static_cast<std::uint8_t>(40 + 2 * y + c * x + (warm ? 20 : 0));
        }
      }
    }
  }
  const Status written = io::WriteImage(path.string(), image.view(), IfExists::kReplace);
  if (!written.ok()) std::abort();
}

}  // namespace

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Under sanitizers a registration takes its time.
  const timeval patience{.tv_sec = 60, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(socket_);
    socket_ = -1;
  }
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawClient::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawClient::ReadAll(std::size_t most) const {
  std::string text;
  std::array<char, 16384> piece{};
  while (text.size() < most) {
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::string RawClient::ReadUntil(std::string_view wanted, int times) const {
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    int found = 0;
    for (std::size_t at = 0; (at = text.find(wanted, at)) != std::string::npos; at += 1) ++found;
    if (found >= times) return text;
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

Answer ParseAnswer(const std::string& text) {
  Answer answer;
  const std::size_t end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || end == std::string::npos) return answer;
  answer.status = std::atoi(text.c_str() + 9);
  answer.head = text.substr(0, end + 2);
  answer.body = text.substr(end + 4);
  return answer;
}

RunningPage::RunningPage(const std::string& name, ServeSettings settings, bool two_sizes)
    : folder_(fs::path(::testing::TempDir()) / ("seafusion_page_" + name)) {
  fs::remove_all(folder_);
  for (const char* sub : {"ir", "vi"}) fs::create_directories(folder_ / sub);
  for (int i = 0; i < 8; ++i) {
    const std::string file = std::to_string(i) + ".png";
    const int share = two_sizes ? 2 : 1;
    WritePicture(folder_ / "ir" / file, i, 64 / share, 48 / share, PixelFormat::kGray16);
    WritePicture(folder_ / "vi" / file, i, 64, 48, PixelFormat::kRgb8);
  }
  settings.session.stream.infrared = (folder_ / "ir").string();
  settings.session.stream.visible = (folder_ / "vi").string();
  settings.session.stream.fps = 50;
  settings.session.engine.threads = 1;
  settings.server.port = 0;
  if (settings.recordings.folder == "kept")
    settings.recordings.folder = (folder_ / "kept").string();
  std::promise<void> begun;
  thread_ = std::thread([this, settings, &begun] {
    bool told = false;
    status_ = RunServe(settings,
                       [&](const Address& address) {
                         address_ = address;
                         told = true;
                         begun.set_value();
                       },
                       {.stop = &stop_});
    if (!told) begun.set_value();
  });
  begun.get_future().wait();
  const std::size_t colon = address_.url.rfind(':');
  const std::size_t port = address_.url.find(':', 7);
  if (colon != std::string::npos) port_ = std::atoi(address_.url.c_str() + port + 1);
}

RunningPage::~RunningPage() {
  stop_ = true;
  thread_.join();
  fs::remove_all(folder_);
}

Answer RunningPage::Say(std::string_view bytes) const {
  const RawClient client(port_);
  // A refusal may come before all is sent.
  client.Send(bytes);
  return ParseAnswer(client.ReadAll());
}

Answer RunningPage::Ask(const std::string& method, const std::string& target,
                        const std::string& body, const std::string& headers) const {
  std::string request = method + " " + target +
                        " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                        "\r\nConnection: close\r\n" + headers;
  if (!address_.token.empty() && headers.find("Authorization") == std::string::npos) {
    request += "Authorization: Bearer " + address_.token + "\r\n";
  }
  if (!body.empty() || method == "POST") {
    if (headers.find("Content-Type") == std::string::npos) {
      request += "Content-Type: application/json\r\n";
    }
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return Say(request + "\r\n" + body);
}

}  // namespace seafusion::serve::testing
