#include "command_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace seafusion::tools {
namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    std::perror("pipe2");
    std::abort();
  }
  return {ends[0], ends[1]};
}

// The child's side between fork and exec.
[[noreturn]] void Execute(const std::vector<std::string>& arguments,
                          const CommandRunOptions& options, const Pipe& out, const Pipe& err) {
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  const int file = options.out.empty() ? -1 : ::open(options.out.c_str(), O_WRONLY);
  ::dup2(file < 0 ? out.write_end : file, STDOUT_FILENO);
  ::dup2(err.write_end, STDERR_FILENO);
  for (const auto& [name, value] : options.environment) {
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  if (!options.working_folder.empty() && ::chdir(options.working_folder.c_str()) != 0) {
    std::perror("chdir");
    ::_exit(127);
  }
  if (options.max_file_bytes != 0) {
    const rlimit limit{options.max_file_bytes, options.max_file_bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  std::vector<std::string> words = {SEAFUSION_COMMAND};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  std::perror(argv[0]);
  ::_exit(127);
}

// Appends what is there; false at the end of the stream.
bool Drain(int fd, std::string& text) {
  std::array<char, 4096> buffer{};
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  text.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0;
}

}  // namespace

CommandResult RunSeafusion(const std::vector<std::string>& arguments,
                           const CommandRunOptions& options) {
  const Pipe out = MakePipe();
  const Pipe err = MakePipe();
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) {
    std::perror("fork");
    std::abort();
  }
  if (child == 0) Execute(arguments, options, out, err);
  ::close(out.write_end);
  ::close(err.write_end);

  CommandResult result;
  const auto deadline = std::chrono::steady_clock::now() + options.timeout;
  std::array<pollfd, 2> fds = {pollfd{out.read_end, POLLIN, 0}, pollfd{err.read_end, POLLIN, 0}};
  const std::array<std::string*, 2> texts = {&result.out, &result.err};
  bool interrupted = options.interrupt_at.empty();
  bool signalled = !options.signal_when;
  bool killed = false;
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    if (!killed && std::chrono::steady_clock::now() > deadline) {
      ::kill(child, SIGKILL);
      killed = true;
    }
    if (!signalled && options.signal_when()) {
      ::kill(child, options.signal);
      signalled = true;
    }
    if (::poll(fds.data(), fds.size(), 100) <= 0) continue;
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].fd >= 0 && fds[i].revents != 0 && !Drain(fds[i].fd, *texts[i])) fds[i].fd = -1;
    }
    if (!interrupted && result.err.find(options.interrupt_at) != std::string::npos) {
      ::kill(child, SIGINT);
      interrupted = true;
    }
  }
  ::close(out.read_end);
  ::close(err.read_end);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace seafusion::tools
