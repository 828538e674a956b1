// What the server does where the system gives it less than it asks for.
#include "serve/http/server.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/testing/scratch_folder.h"
#include "serve/http/file_part.h"
#include "serve/testing/running_page.h"

namespace seafusion::serve {
namespace {

using testing::ParseAnswer;
using testing::RawClient;

// Every file handle of this process but for those that are open already; few may be open at once.
class NoHandles {
 public:
  NoHandles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 200;
    ::setrlimit(RLIMIT_NOFILE, &few);
    while (true) {
      const int handle = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (handle < 0) break;
      handles_.push_back(handle);
    }
  }
  ~NoHandles() {
    while (!handles_.empty()) FreeOne();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  NoHandles(const NoHandles&) = delete;
  NoHandles& operator=(const NoHandles&) = delete;

  void FreeOne() {
    ::close(handles_.back());
    handles_.pop_back();
  }

 private:
  rlimit before_{};
  std::vector<int> handles_;
};

TEST(ServerTest, WithoutFileHandlesItWaitsForThemAndDoesNotSpin) {
  ServerOptions options;
  options.port = 0;
  options.accept_pause = std::chrono::milliseconds(20);
  const auto server = Server::Start(
      options, [](const Request&) { return Response{.body = "here"}; }, [] { return nullptr; },
      [](std::uint32_t, int) {});
  ASSERT_TRUE(server.ok()) << server.status().message();
  std::unique_ptr<RawClient> client;
  const auto begin = std::chrono::steady_clock::now();
  {
    NoHandles none;
    none.FreeOne();  // for the client's end
    client = std::make_unique<RawClient>((*server)->port());
    ASSERT_TRUE(client->connected());
    ASSERT_TRUE(client->Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    while ((*server)->counts().failed_accepts < 4)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  // It is taken as soon as there is a handle.
  EXPECT_EQ(ParseAnswer(client->ReadAll()).body, "here");
  const std::chrono::milliseconds passed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  EXPECT_LE(static_cast<std::int64_t>((*server)->counts().failed_accepts),
            1 + passed / options.accept_pause);
}

TEST(ServerTest, ItEndsWhileItWaitsForFileHandles) {
  ServerOptions options;
  options.port = 0;
  options.accept_pause = std::chrono::hours(1);
  auto server = Server::Start(
      options, [](const Request&) { return Response(); }, [] { return nullptr; },
      [](std::uint32_t, int) {});
  ASSERT_TRUE(server.ok()) << server.status().message();
  NoHandles none;
  none.FreeOne();
  const RawClient client((*server)->port());
  while ((*server)->counts().failed_accepts == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  server->reset();
}

TEST(FilePartTest, APipeInARecordingsPlaceIsRefusedWithoutWaiting) {
  const ScratchFolder scratch;
  const std::string pipe = scratch / "20260101-000000-abcd-fused.mkv";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FALSE(FilePart::Open(pipe, "").has_value());
  EXPECT_FALSE(FilePart::Open(scratch / ".", "").has_value());
}

}  // namespace
}  // namespace seafusion::serve
