#include "nn/direct/tile_run.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/status_macros.h"
#include "model/graph/graph.h"

namespace seafusion::nn::direct {
namespace {

constexpr int kSourceRows = 4;  // of the picture, for one row at half resolution

}  // namespace

template <typename T>
Scratch<T>::Scratch(const Weights<T>& weights, int width)
    : chain(weights.layers, model::SamplesAcross(width, 2)),
      max_width(width),
      source_rows(static_cast<int>(weights.layers.size()) + 1) {
  const int columns = model::SamplesAcross(width, 2) + 2 * static_cast<int>(weights.layers.size());
  pitch = (2 * columns + 2 * kSlack + kBlock - 1) / kBlock * kBlock;
  sources = Buffer<float>(static_cast<std::size_t>(pitch) * kSourceRows * source_rows);
  fused = Buffer<float>(static_cast<std::size_t>(pitch) * 2);
  if (!weights.coarse.empty()) {
    sums = Buffer<float>(static_cast<std::size_t>(1 + columns + kSlack) *
                         weights.layers.front().out_blocks * kBlock);
  }
}
template Scratch<float>::Scratch(const Weights<float>&, int);
template Scratch<Bf16>::Scratch(const Weights<Bf16>&, int);
template Scratch<std::int16_t>::Scratch(const Weights<std::int16_t>&, int);
template Scratch<std::uint8_t>::Scratch(const Weights<std::uint8_t>&, int);

namespace {

template <typename T>
class TileRun {
 public:
  TileRun(const Kernels& kernels, const Weights<T>& weights, const TileJob& job,
          Scratch<T>& scratch)
      : k_(kernels), w_(weights), job_(job), s_(scratch) {
    region_.width = model::SamplesAcross(job.width, 2);
    region_.height = model::SamplesAcross(job.height, 2);
    region_.rect = {job.tile.x0 / 2, job.tile.y0 / 2, model::SamplesAcross(job.tile.x1, 2),
                    model::SamplesAcross(job.tile.y1, 2)};
    const auto margin = static_cast<int>(weights.layers.size());
    input_ = Grown(region_.rect, margin, region_.width, region_.height);
  }

  Status Run() {
    const float* bias = w_.layers.front().bias.data();
    const Rect first =
        Grown(region_.rect, static_cast<int>(w_.layers.size()) - 1, region_.width, region_.height);
    return s_.chain.Run(
        ConvKernelsOf<T>(k_), w_.layers, region_, job_.record,
        [&](int y, T* row) { return Read(y, row); },
        [&](int y) -> const float* {
          if (job_.coarse == nullptr) return nullptr;
          // After room for a pixel: ConvRow::begins_within_pair.
          float* sums = s_.sums.data() + w_.layers.front().out_blocks * kBlock;
          job_.coarse->Enlarge(k_, bias, y, first.x0, first.x1, sums);
          return sums;
        },
        [&](int y, const float* maps) { Write(y, maps); });
  }

 private:
  // Row `i` of the four of row y at half resolution: infrared, then visible.
  float* Source(int y, int i) const {
    return s_.sources.data() + (std::ptrdiff_t{y % s_.source_rows} * kSourceRows + i) * s_.pitch;
  }

  Status Read(int y, T* row) {
    const int x0 = 2 * input_.x0, x1 = std::min(2 * input_.x1, job_.width);
    for (int i = 0; i < 2; ++i) {
      float* inf = Source(y, i);
      float* vis = Source(y, 2 + i);
      if (2 * y + i < job_.height) {
        SEAFUSION_RETURN_IF_ERROR(job_.source.Read(2 * y + i, x0, x1, vis, inf));
      } else {
        std::copy_n(Source(y, 0), s_.pitch, inf);
        std::copy_n(Source(y, 2), s_.pitch, vis);
      }
      if (2 * input_.x1 > x1) {
        inf[x1 - x0] = inf[x1 - x0 - 1];
        vis[x1 - x0] = vis[x1 - x0 - 1];
      }
    }
    const float* inf[] = {Source(y, 0), Source(y, 1)};
    const float* vis[] = {Source(y, 2), Source(y, 3)};
    ConvKernelsOf<T>(k_).unshuffle(inf, vis, input_.width(), w_.phase_scale, row);
    return OkStatus();
  }

  void Write(int y, const float* maps) {
    const std::ptrdiff_t at = std::ptrdiff_t{2} * (region_.rect.x0 - input_.x0);
    float* const rows[] = {s_.fused.data(), s_.fused.data() + s_.pitch};
    k_.blend({.maps = maps,
              .inf = {Source(y, 0) + at, Source(y, 1) + at},
              .vis = {Source(y, 2) + at, Source(y, 3) + at},
              .out = {rows[0], rows[1]},
              .pixels = region_.rect.width()});
    for (int i = 0; i < 2 && 2 * y + i < job_.tile.y1; ++i) {
      job_.sink.Write(2 * y + i, job_.tile.x0, job_.tile.x1, rows[i]);
    }
  }

  const Kernels& k_;
  const Weights<T>& w_;
  const TileJob& job_;
  Scratch<T>& s_;
  ChainRegion region_;
  Rect input_;
};

}  // namespace

template <typename T>
Status RunTile(const Kernels& kernels, const Weights<T>& weights, const TileJob& job,
               Scratch<T>& scratch) {
  if (job.tile.width() > scratch.max_width) return Internal("a tile is wider than its workspace");
  if (job.tile.x0 % 2 != 0 || job.tile.y0 % 2 != 0)
    return Internal("a tile starts at an odd pixel");
  return TileRun<T>(kernels, weights, job, scratch).Run();
}
template Status RunTile(const Kernels&, const Weights<float>&, const TileJob&, Scratch<float>&);
template Status RunTile(const Kernels&, const Weights<Bf16>&, const TileJob&, Scratch<Bf16>&);
template Status RunTile(const Kernels&, const Weights<std::int16_t>&, const TileJob&,
                        Scratch<std::int16_t>&);
template Status RunTile(const Kernels&, const Weights<std::uint8_t>&, const TileJob&,
                        Scratch<std::uint8_t>&);

}  // namespace seafusion::nn::direct
