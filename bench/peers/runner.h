// What the C++ runners share: their arguments, their input, and the conversation with compare.mjs.
#ifndef SEAFUSION_BENCH_PEERS_RUNNER_H_
#define SEAFUSION_BENCH_PEERS_RUNNER_H_

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace seafusion::peers {

/// RUNNER MODEL WIDTH HEIGHT THREADS; ends the program when they are not that.
struct Arguments {
  Arguments(int argc, char** argv) {
    if (argc == 5) {
      model = argv[1];
      width = std::atoi(argv[2]);
      height = std::atoi(argv[3]);
      threads = std::atoi(argv[4]);
    }
    if (width < 1 || height < 1 || threads < 1) {
      std::fprintf(stderr, "usage: %s MODEL WIDTH HEIGHT THREADS\n", argv[0]);
      std::exit(2);
    }
  }
  const char* model = "";
  int width = 0, height = 0, threads = 0;
};

/// Values 0..1.
inline void Paint(float* values, std::size_t count, std::size_t seed) {
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i * seed % 97) / 96;
}

/// Runs `frame` twice, prints "ready"; then runs it once for each line of the input and prints the
/// milliseconds. `frame` returns a number of its result, so that nothing can be left out.
template <typename Frame>
int Serve(const Frame& frame) {
  float result = frame() + frame();
  std::printf("ready\n");
  std::fflush(stdout);
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    if (c != '\n') continue;
    const auto start = std::chrono::steady_clock::now();
    result += frame();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    std::printf("%.3f\n", time.count());
    std::fflush(stdout);
  }
  return result >= 0 ? 0 : 1;
}

}  // namespace seafusion::peers

#endif  // SEAFUSION_BENCH_PEERS_RUNNER_H_
