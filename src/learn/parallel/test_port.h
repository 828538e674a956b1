// Where processes of a test can meet.
#ifndef SEAFUSION_LEARN_PARALLEL_TEST_PORT_H_
#define SEAFUSION_LEARN_PARALLEL_TEST_PORT_H_

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace seafusion::learn {

/// A port of this machine that nothing listens on.
inline int FreePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_PARALLEL_TEST_PORT_H_
