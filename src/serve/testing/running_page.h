// A page that runs, of small pictures in a folder of its own, and a client that says anything.
#ifndef SEAFUSION_SERVE_TESTING_RUNNING_PAGE_H_
#define SEAFUSION_SERVE_TESTING_RUNNING_PAGE_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "serve/serve_run.h"

namespace seafusion::serve::testing {

/// One connection to a port of this machine. What takes longer than some seconds has failed.
class RawClient {
 public:
  explicit RawClient(int port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool Send(std::string_view bytes) const;
  /// What comes until the other side closes, at most `most` bytes.
  std::string ReadAll(std::size_t most = std::size_t{1} << 22) const;
  /// What comes until `text` has come `times` times; all there is where it does not.
  std::string ReadUntil(std::string_view wanted, int times = 1) const;
  bool connected() const { return socket_ >= 0; }

 private:
  int socket_ = -1;
};

struct Answer {
  int status = 0;  ///< 0: none came.
  std::string head, body;
};
Answer ParseAnswer(const std::string& text);

/// A service with eight pairs of pictures of 64x48, half as much infrared as visible where
/// `two_sizes`, until it is destroyed.
class RunningPage {
 public:
  explicit RunningPage(const std::string& name, ServeSettings settings = {},
                       bool two_sizes = false);
  ~RunningPage();
  RunningPage(const RunningPage&) = delete;
  RunningPage& operator=(const RunningPage&) = delete;

  const Status& status() const { return status_; }  ///< Of an end before the start.
  int port() const { return port_; }
  const Address& address() const { return address_; }
  const std::filesystem::path& folder() const { return folder_; }

  /// A whole request on a connection of its own; "Host" and "Connection: close" are added, and the
  /// token where there is one.
  Answer Ask(const std::string& method, const std::string& target, const std::string& body = "",
             const std::string& headers = "") const;
  /// Bytes as they are, then all that comes back.
  Answer Say(std::string_view bytes) const;

 private:
  std::filesystem::path folder_;
  std::atomic<bool> stop_ = false;
  Address address_;
  Status status_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace seafusion::serve::testing

#endif  // SEAFUSION_SERVE_TESTING_RUNNING_PAGE_H_
