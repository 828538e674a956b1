// Time of the classical fusion methods on one pair of 640 x 480, for one and two threads.
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "drawn_picture.h"
#include "methods/registry.h"
#include "model/weights/safetensors.h"
#include "model/weights/sparse_dictionary.h"

namespace seafusion::methods {
namespace {

// 256 cosines: how long coding takes depends on the numbers of atoms and of pixels more than on the
// atoms, and the public dictionary may not be passed on.
std::vector<std::uint8_t> CosineDictionary() {
  model::Tensor tensor = {.shape = {256, model::kDictionaryPatchPixels}};
  for (int atom = 0; atom < 256; ++atom) {
    const int u = atom % 16, v = atom / 16;
    for (int i = 0; i < model::kDictionaryPatchPixels; ++i) {
      const double x = i % 8 + 0.5, y = i / 8 + 0.5;
      const double cosine =
          std::cos(std::numbers::pi * x * u / 16) * std::cos(std::numbers::pi * y * v / 16);
      tensor.values.push_back(atom == 0 ? (i < 32 ? 1.0f : -1.0f) : static_cast<float>(cosine));
    }
  }
  model::TensorArchive archive;
  archive.tensors[model::kDictionaryTensor] = tensor;
  return *model::SerializeSafetensors(archive);
}

void FusePair(benchmark::State& state, const std::string& name) {
  const std::vector<std::uint8_t> dictionary = CosineDictionary();
  MethodOptions options = {.threads = static_cast<int>(state.range(0))};
  if (name == "mst-sr") options.weights = dictionary;
  const std::unique_ptr<FusionMethod> method = *BuiltInMethods().Create(name, options);
  const std::vector<std::uint8_t> ir = DrawPicture(1), vi = DrawPicture(2);
  std::vector<std::uint8_t> out(ir.size());
  const auto view = [](const std::vector<std::uint8_t>& samples) {
    return ImageView{samples.data(), kDrawnWidth, kDrawnHeight, kDrawnWidth, PixelFormat::kGray8};
  };
  const MutableImageView out_view{out.data(), kDrawnWidth, kDrawnHeight, kDrawnWidth,
                                  PixelFormat::kGray8};
  for ([[maybe_unused]] auto _ : state) {
    if (!method->Fuse(view(ir), view(vi), out_view).ok()) state.SkipWithError("cannot fuse");
  }
}

const bool kRegistered = [] {
  for (const char* name : {"gtf", "mst-sr", "average"}) {
    benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { FusePair(state, name); })
        ->ArgName("threads")
        ->Arg(1)
        ->Arg(2)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
}  // namespace seafusion::methods
