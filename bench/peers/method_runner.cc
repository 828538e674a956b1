// method_runner WEIGHTS.safetensors WIDTH HEIGHT THREADS: the method that the weights name, from
// two gray pictures of 8 bits to one.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/files/file.h"
#include "methods/registry.h"
#include "model/weights/safetensors.h"
#include "runner.h"
#if SEAFUSION_PEERS_LEARN
#include "methods/learned/registry.h"
#endif

namespace {

// Where the method can be created.
const seafusion::methods::MethodRegistry& Registry(const std::string& name) {
#if SEAFUSION_PEERS_LEARN
  using seafusion::methods::LearnedMethods;
  if (LearnedMethods().Find(name) != nullptr) return LearnedMethods();
#endif
  (void)name;
  return seafusion::methods::BuiltInMethods();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace seafusion;  // NOLINT: a program
  const peers::Arguments arguments(argc, argv);
  const auto bytes = ReadFile(arguments.model, std::uint64_t{1} << 30);
  const auto archive = model::LoadSafetensors(arguments.model);
  if (!bytes.ok() || !archive.ok()) {
    std::fprintf(stderr, "method_runner: %s\n", archive.status().message().c_str());
    return 1;
  }
  const auto method = Registry(archive->metadata.at("method"))
                          .Create(archive->metadata.at("method"),
                                  {.threads = arguments.threads, .weights = *bytes});
  if (!method.ok()) {
    std::fprintf(stderr, "method_runner: %s\n", method.status().message().c_str());
    return 1;
  }
  const auto pixels =
      static_cast<std::size_t>(arguments.width) * static_cast<std::size_t>(arguments.height);
  std::vector<std::uint8_t> ir(pixels), vi(pixels), out(pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    ir[i] = static_cast<std::uint8_t>(i * 3 % 251);
    vi[i] = static_cast<std::uint8_t>(i * 7 % 241);
  }
  const auto view = [&](std::vector<std::uint8_t>& samples) {
    return MutableImageView{samples.data(), arguments.width, arguments.height, arguments.width,
                            PixelFormat::kGray8};
  };
  const auto read = [&](std::vector<std::uint8_t>& samples) {
    return ImageView{samples.data(), arguments.width, arguments.height, arguments.width,
                     PixelFormat::kGray8};
  };
  return peers::Serve([&] {
    if (!(*method)->Fuse(read(ir), read(vi), view(out)).ok()) std::exit(1);
    return static_cast<float>(out[pixels / 2]);
  });
}
