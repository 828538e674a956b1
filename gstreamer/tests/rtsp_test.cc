// The example's RTSP server, and the command as the other end: a camera on the network.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"

namespace seafusion::gstreamer {
namespace {

using ::testing::HasSubstr;

// A server of two moving pictures, until it goes out of scope.
class RtspServer {
 public:
  explicit RtspServer(const std::string& port) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      setenv("GST_PLUGIN_PATH", SEAFUSION_GST_PLUGIN_FOLDER, 1);
      setenv("GST_REGISTRY", SEAFUSION_GST_REGISTRY, 1);
      // GStreamer's own program that looks at plugins cannot load one that a sanitizer was built
      // in.
      setenv("GST_REGISTRY_FORK", "no", 1);
      const std::string size = "video/x-raw,width=320,height=240,framerate=10/1";
      const std::string infrared =
          "videotestsrc is-live=true pattern=ball ! " + size + ",format=GRAY8";
      const std::string visible = "videotestsrc is-live=true ! " + size;
      execl(SEAFUSION_RTSP_EXAMPLE, SEAFUSION_RTSP_EXAMPLE, infrared.c_str(), visible.c_str(), "",
            port.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) url_ += c;
    close(ends[0]);
  }
  ~RtspServer() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;

  const std::string& url() const { return url_; }
  std::string port() const {
    const auto colon = url_.rfind(':');
    return url_.substr(colon + 1, url_.find('/', colon) - colon - 1);
  }

 private:
  pid_t pid_ = -1;
  std::string url_;
};

struct Said {
  int status = -1;
  std::string text;
};

Said Output(const std::string& line) {
  Said said;
  FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) return said;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) said.text += part.data();
  const int status = pclose(pipe);
  if (WIFEXITED(status)) said.status = WEXITSTATUS(status);
  return said;
}

TEST(RtspTest, ACameraThatVanishesComesBack) {
  gst_init(nullptr, nullptr);
  for (const char* name : {"videotestsrc", "jpegenc", "rtpjpegpay"}) {
    GstElementFactory* factory = gst_element_factory_find(name);
    if (factory == nullptr) GTEST_SKIP() << "no " << name << " (gstreamer1.0-plugins-good)";
    gst_object_unref(factory);
  }
  const ScratchFolder folder;
  auto server = std::make_unique<RtspServer>("0");
  ASSERT_THAT(server->url(), HasSubstr("rtsp://127.0.0.1:"));
  const std::string url = server->url(), port = server->port(), out = folder / "fused.mkv";
  // Once frames are in the file the server goes away, and another takes its place. They come in
  // clusters of some seconds; the header alone is shorter.
  constexpr std::uintmax_t kHeader = 4096;
  std::atomic<bool> ended = false;
  std::thread breaker([&] {
    std::error_code none;
    while (!ended && (!std::filesystem::exists(out) ||
                      std::filesystem::file_size(out, none) <= kHeader || none)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    server.reset();
    server = std::make_unique<RtspServer>(port);
  });
  const Said run = Output(std::string(SEAFUSION_COMMAND) + " fuse --ir " + url + " --vis " + url +
                          " -o " + out + " --frames 100 --live-timeout 5 --reconnect 60 2>&1");
  ended = true;
  breaker.join();
  EXPECT_EQ(run.status, 0) << run.text;
  for (const char* camera : {"infrared", "visible"}) {
    EXPECT_THAT(run.text, HasSubstr(std::string(camera) + " lost 1 time, back 1"));
  }
  EXPECT_THAT(run.text, HasSubstr("fused 100 frames"));
}

}  // namespace
}  // namespace seafusion::gstreamer
