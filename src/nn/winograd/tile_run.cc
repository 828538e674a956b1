#include "nn/winograd/tile_run.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace seafusion::nn::winograd {
namespace {

// Tiles transformed, multiplied and transformed back together. The more, the less often the weights
// (up to 885 kB for decode4) are read; but V and M of a chunk must stay in the second-level cache
// beside them. Of 192, 288, 608 and 1200 kB for the two, 192 was the fastest on 1 MB of cache.
constexpr int kMaxChunk = 48;
constexpr int kMostConvBlocks = 6;
constexpr std::size_t kChunkBytes = std::size_t{192} << 10;
// Also one group of tiles of the widest layer fits.
static_assert((kMostConvBlocks * kRowGroup + 1) * kBlock * kFrequencies * sizeof(float) <=
              kChunkBytes);

// One line between two frequencies keeps a tile's 36 values from falling into the same cache sets.
std::ptrdiff_t FrequencyStride(int blocks, int chunk) {
  return static_cast<std::ptrdiff_t>(blocks * chunk + 1) * kBlock;
}

template <typename T>
int ChunkTiles(const ProductWeights<T>& product) {
  const std::size_t tile =
      (product.in_blocks * sizeof(T) + product.out_blocks * sizeof(float)) * kFrequencies * kBlock;
  const auto fit = static_cast<int>(kChunkBytes / tile) / kRowGroup * kRowGroup;
  return std::clamp(fit, kRowGroup, kMaxChunk);
}

// Rows that a ring must hold: see the schedule in TileRun.
constexpr int kInputRows = 16;   // of a dense block: read by head, and two steps later by tail
constexpr int kConvRows = 12;    // read by the next step only
constexpr int kPartialRows = 8;  // read without neighbours
constexpr int kChunkPixels = kMaxChunk * kTileSide + kRowGroup;

}  // namespace

ScratchRows::ScratchRows(int width, int height)
    : max_width(width), max_height(height), pitch(RowPitch(std::min(width, kBandWidth))) {
  const int rows_of_a_tile = height + 2 * kHalo + kTileSide;
  const bool several_bands = width > kBandWidth;
  std::size_t total = 0;
  // First all sizes, then all pointers: the same lines for both.
  for (const bool measure : {true, false}) {
    float* next = measure ? nullptr : memory_.data();
    const auto take = [&](std::size_t floats) {
      const std::size_t rounded = (floats + kBlock - 1) / kBlock * kBlock;
      if (measure) {
        total += rounded;
        return next;
      }
      float* p = next;
      next += rounded;
      return p;
    };
    const auto ring = [&](int blocks, int rows) {
      return RowRing(take(RowRing::SizeInFloats(blocks, rows, pitch)), blocks, rows, pitch);
    };
    const auto carry = [&](int blocks, int columns) {
      const std::size_t floats =
          several_bands ? std::size_t{kBlock} * blocks * columns * rows_of_a_tile : 0;
      return CarriedColumns{take(floats), columns};
    };
    for (CarriedEncoder& e : carried) {
      for (int b = 0; b < 2; ++b) {
        e.x[b] = carry(b + 1, kCarriedInput);
        e.conv1[b] = carry(b + 1, kCarried);
        e.partial[b] = carry(b + 1, kCarried);
      }
    }
    carried_features = carry(6, kCarried);
    carried_decoded = {carry(4, kCarried), carry(2, kCarried), carry(1, kCarried)};
    for (EncoderRows& e : encoders) {
      for (int b = 0; b < 2; ++b) {
        e.x[b] = ring(b + 1, kInputRows);
        e.conv1[b] = ring(b + 1, kConvRows);
        e.partial[b] = ring(b + 1, kPartialRows);
      }
    }
    features = ring(6, kConvRows);
    decoded = {ring(4, kConvRows), ring(2, kConvRows), ring(1, kConvRows)};
    zero_row = take(static_cast<std::size_t>(pitch) * kBlock);
    input_rows = take(static_cast<std::size_t>(pitch) * kPatchSide);
    products = take(kChunkBytes / sizeof(float) + kFrequencies * kBlock);
    conv2 = take(static_cast<std::size_t>(kTileSide) * 2 * kChunkPixels * kBlock);
    gradient = take(static_cast<std::size_t>(2) * kChunkPixels * kBlock);
    if (measure) memory_ = Buffer<float>(total);
  }
}

namespace {

template <typename T>
class TileRun {
 public:
  TileRun(const Kernels& kernels, const Weights<T>& weights, const TilePlanes& planes,
          Scratch<T>& s, Ranges* record)
      : k_(kernels),
        products_(ProductsOf<T>(kernels)),
        w_(weights),
        planes_(planes),
        s_(s),
        record_(record),
        regions_(PlanRegions(planes.tile, planes.width, planes.height)),
        input_region_(Grown(planes.tile, kHalo, planes.width, planes.height)) {}

  void Run() {
    for (const Band& band : PlanBands(regions_)) {
      band_ = band;
      for (int step = 0; step < kSteps; ++step) {
        done_[0][step] = done_[1][step] = regions_[step].y0;
      }
      ClearPicturePadding();
      Advance(kLast, 0, planes_.tile.y1);
    }
  }

 private:
  // A tile row of outputs goes to `blocks` blocks of `ring`, from block `first` on.
  struct Destination {
    const RowRing& ring;
    int blocks;
    float slope;
  };

  // Computes a step up to row `until`, making its inputs first. A step works on the four rows from
  // a multiple of 4 and reads one row more on both sides; so a step is never more than eight rows
  // ahead of the one that reads it, and the head of a dense block, which the tail follows at that
  // distance, twelve rows. (The encoder is 0 from kDecode4 on.)
  void Advance(Step step, int encoder, int until) {
    int& done = done_[encoder][step];
    const Rect& region = regions_[step];
    until = std::min(until, region.y1);
    while (done < until) {
      const int y = done;
      // The last step may start anywhere; then it ends at the next multiple of 4.
      done = std::min((y / kTileSide + 1) * kTileSide, region.y1);
      if (step == kDecode4) {
        for (int e = 0; e < 2; ++e) Advance(kTail2, e, done + 1);
      } else if (step != kFirst) {
        Advance(static_cast<Step>(step - 1), encoder, done + 1);
      }
      RestoreColumns(step, encoder, y, done);
      if (band_.steps[step].x0 < band_.steps[step].x1) Compute(step, encoder, y);
      SaveColumns(step, encoder, y, done);
    }
  }

  // Calls body(ring, carried) for each feature map that a step makes.
  template <typename Body>
  void ForMaps(Step step, int encoder, const Body& body) {
    ScratchRows::EncoderRows& rows = s_.encoders[encoder];
    ScratchRows::CarriedEncoder& carried = s_.carried[encoder];
    switch (step) {
      case kFirst:
        return body(rows.x[0], carried.x[0], 0, 1);
      case kTail1:
        return body(rows.x[1], carried.x[1], 0, 2);
      case kHead1:
      case kHead2: {
        const int index = step == kHead1 ? 0 : 1;
        body(rows.conv1[index], carried.conv1[index], 0, index + 1);
        return body(rows.partial[index], carried.partial[index], 0, index + 1);
      }
      case kTail2:
        return body(s_.features, s_.carried_features, 3 * encoder, 3);
      case kLast:
        return;
      default:
        return body(s_.decoded[step - kDecode4], s_.carried_decoded[step - kDecode4], 0,
                    s_.decoded[step - kDecode4].blocks());
    }
  }

  // Calls body(row's columns left of x, their place in the memory for carried columns, floats) for
  // rows [y0, y1) of each feature map that a step makes.
  template <typename Body>
  void ForCarried(Step step, int encoder, int y0, int y1, int x, const Body& body) {
    ForMaps(step, encoder,
            [&](const RowRing& ring, const ScratchRows::CarriedColumns& carried, int first,
                int blocks) {
              const std::ptrdiff_t floats = std::ptrdiff_t{carried.columns} * kBlock;
              for (int y = y0; y < std::min(y1, planes_.height); ++y) {
                for (int b = first; b < first + blocks; ++b) {
                  const std::ptrdiff_t row =
                      std::ptrdiff_t{y - regions_[kFirst].y0} * ring.blocks() + b;
                  body(ring.Row(y, b) + Column(x - carried.columns), carried.data + row * floats,
                       floats);
                }
              }
            });
  }

  void RestoreColumns(Step step, int encoder, int y0, int y1) {
    if (band_.first) return;
    ForCarried(step, encoder, y0, y1, band_.steps[step].x0,
               [](float* row, const float* carried, std::ptrdiff_t floats) {
                 std::copy_n(carried, floats, row);
               });
  }

  void SaveColumns(Step step, int encoder, int y0, int y1) {
    if (band_.last) return;
    ForCarried(step, encoder, y0, y1, band_.steps[step].x1,
               [](const float* row, float* carried, std::ptrdiff_t floats) {
                 std::copy_n(row, floats, carried);
               });
  }

  void Compute(Step step, int encoder, int y) {
    ScratchRows::EncoderRows& rows = s_.encoders[encoder];
    const Encoder<T>& e = w_.encoders[encoder];
    switch (step) {
      case kFirst:
        return First(encoder, y);
      case kHead1:
        return Head(e.dense[0], rows.x[0], rows.conv1[0], rows.partial[0], step, y);
      case kTail1:
        return Tail(e.dense[0], rows, 0, rows.x[1], 0, step, y);
      case kHead2:
        return Head(e.dense[1], rows.x[1], rows.conv1[1], rows.partial[1], step, y);
      case kTail2:
        return Tail(e.dense[1], rows, 1, s_.features, 3 * encoder, step, y);
      case kDecode4:
        return Decode(0, s_.features, step, y);
      case kDecode3:
      case kDecode2:
        return Decode(step - kDecode4, s_.decoded[step - kDecode4 - 1], step, y);
      default:
        return Last(y);
    }
  }

  void First(int encoder, int y0) {
    const Encoder<T>& e = w_.encoders[encoder];
    const ConstPlane& plane = encoder == 0 ? planes_.vis : planes_.inf;
    const Columns& r = band_.steps[kFirst];
    const int width = r.x1 - r.x0;
    const int y1 = std::min(y0 + kTileSide, regions_[kFirst].y1);
    // The rows with a pixel more on each side, zero outside the picture.
    float* row[kPatchSide];
    for (int i = 0; i < y1 - y0 + 2; ++i) {
      row[i] = s_.input_rows + static_cast<std::ptrdiff_t>(i) * s_.pitch;
      const int y = y0 - 1 + i;
      std::fill_n(row[i], width + 2, 0.0f);
      if (y < 0 || y >= planes_.height) continue;
      const int x0 = std::max(r.x0 - 1, 0), x1 = std::min(r.x1 + 1, planes_.width);
      const float* from = plane.Row(y - input_region_.y0) + (x0 - input_region_.x0);
      std::copy(from, from + (x1 - x0), row[i] + (x0 - (r.x0 - 1)));
    }
    for (int y = y0; y < y1; ++y) {
      k_.first_layer(row + (y - y0), width, e.first.data(), e.first_slope,
                     s_.encoders[encoder].x[0].Row(y, 0) + Column(r.x0));
    }
  }

  // Calls body(x, tiles, pixels) for chunks of the region's tiles.
  template <class Body>
  void ForChunks(Step step, int chunk, const Body& body) {
    const Columns& r = band_.steps[step];
    for (int x = r.x0; x < r.x1; x += chunk * kTileSide) {
      const int pixels = std::min(chunk * kTileSide, r.x1 - x);
      body(x, (pixels + kTileSide - 1) / kTileSide, pixels);
    }
  }

  // V of the patches around `tiles` tiles, then M.
  void Multiply(const Conv<T>& conv, const RowRing& in, int x, int y, int tiles, int chunk) {
    const ProductWeights<T>& product = conv.product;
    const Spectrum<T> v = SpectrumAt(s_.transformed.data(), product.in_blocks, chunk);
    for (int b = 0; b < product.in_blocks; ++b) {
      const float* rows[kPatchSide];
      for (int i = 0; i < kPatchSide; ++i) rows[i] = InputRow(in, y - 1 + i, b, x - 1);
      products_.input_transform(rows, tiles, product.scales.data() + b * kFrequencies,
                                v.data + b * v.block_stride, v.frequency_stride);
      if (record_ != nullptr) RecordSpectrum(v, b, tiles, record_->spectra[conv.index][b]);
    }
    products_.product(v, product.in_blocks, tiles, product.matrix(), product.out_blocks,
                      SpectrumAt(s_.products, product.out_blocks, chunk));
  }

  static void RecordSpectrum(const Spectrum<T>& v, int block, int tiles, Ranges::Spectrum& most) {
    if constexpr (std::is_same_v<T, float>) {
      for (int f = 0; f < kFrequencies; ++f) {
        most[f] = std::max(
            most[f],
            Largest(v.data + f * v.frequency_stride + block * v.block_stride, tiles * kBlock));
      }
    }
  }

  static float Largest(const float* values, int count) {
    float most = 0.0f;
    for (int i = 0; i < count; ++i) most = std::max(most, std::abs(values[i]));
    return most;
  }

  // M's blocks from `first` on, back to pixels.
  void Store(const Conv<T>& conv, int first, const Destination& to, int x, int y, int pixels,
             int chunk) {
    const Spectrum<float> m = SpectrumAt(s_.products, conv.product.out_blocks, chunk);
    for (int b = 0; b < to.blocks; ++b) {
      TileRowOutput out = {};
      out.bias = conv.bias.data() + (first + b) * kBlock;
      out.slope = to.slope;
      out.row_count = std::min(kTileSide, planes_.height - y);
      out.pixels = pixels;
      for (int i = 0; i < out.row_count; ++i) out.rows[i] = to.ring.Row(y + i, b) + Column(x);
      k_.output_transform(m.data + (first + b) * m.block_stride, m.frequency_stride, out);
    }
  }

  void Decode(int layer, const RowRing& in, Step step, int y) {
    const Conv<T>& conv = w_.decoder[layer];
    const int chunk = ChunkTiles(conv.product);
    ForChunks(step, chunk, [&](int x, int tiles, int pixels) {
      Multiply(conv, in, x, y, tiles, chunk);
      Store(conv, 0, {s_.decoded[layer], conv.product.out_blocks, conv.slope}, x, y, pixels, chunk);
    });
  }

  void Head(const DenseBlock<T>& block, const RowRing& in, const RowRing& conv1,
            const RowRing& partial, Step step, int y) {
    const Conv<T>& conv = block.head;
    const int chunk = ChunkTiles(conv.product);
    ForChunks(step, chunk, [&](int x, int tiles, int pixels) {
      Multiply(conv, in, x, y, tiles, chunk);
      Store(conv, 0, {conv1, block.blocks, conv.slope}, x, y, pixels, chunk);
      Store(conv, block.blocks, {partial, block.blocks, 1.0f}, x, y, pixels, chunk);
    });
  }

  void Tail(const DenseBlock<T>& block, const ScratchRows::EncoderRows& rows, int index,
            const RowRing& out, int first_out, Step step, int y0) {
    const Conv<T>& conv = block.rest;
    const int n = block.blocks, chunk = ChunkTiles(conv.product);
    const RowRing& x_rows = rows.x[index];
    const int y1 = std::min(y0 + kTileSide, planes_.height);
    constexpr std::ptrdiff_t kRow = std::ptrdiff_t{kChunkPixels} * kBlock;
    const auto conv2_row = [&](int i, int b) { return s_.conv2 + (i * n + b) * kRow; };
    ForChunks(step, chunk, [&](int x, int tiles, int pixels) {
      Multiply(conv, rows.conv1[index], x, y0, tiles, chunk);
      const Spectrum<float> m = SpectrumAt(s_.products, conv.product.out_blocks, chunk);
      for (int b = 0; b < n; ++b) {
        TileRowOutput to = {};
        to.slope = conv.slope;
        to.row_count = y1 - y0;
        to.pixels = pixels;
        for (int i = 0; i < to.row_count; ++i) {
          to.rows[i] = conv2_row(i, b);
          to.addend[i] = rows.partial[index].Row(y0 + i, b) + Column(x);
        }
        k_.output_transform(m.data + b * m.block_stride, m.frequency_stride, to);
      }
      for (int y = y0; y < y1; ++y) {
        const float* in[4 * 2];
        float* to[3];
        for (int b = 0; b < n; ++b) {
          const float* around[3];
          for (int i = 0; i < 3; ++i) around[i] = InputRow(x_rows, y - 1 + i, b, x - 1);
          float* g = s_.gradient + b * kRow;
          k_.gradient(around, pixels, block.gradient.data() + b * 18 * kBlock, g);
          in[b] = x_rows.Row(y, b) + Column(x);
          in[n + b] = rows.conv1[index].Row(y, b) + Column(x);
          in[2 * n + b] = conv2_row(y - y0, b);
          in[3 * n + b] = g;
        }
        for (int b = 0; b < block.tail.out_blocks; ++b)
          to[b] = out.Row(y, first_out + b) + Column(x);
        if (record_ != nullptr) {
          for (int b = 0; b < 4 * n; ++b) {
            float& most = record_->tails[block.index][b];
            most = std::max(most, Largest(in[b], pixels * kBlock));
          }
        }
        products_.tail(in, 4 * n, pixels, block.tail.scales.data(), block.tail.matrix(),
                       block.tail_bias.data(), block.tail_slope, to, block.tail.out_blocks);
      }
    });
  }

  void Last(int y0) {
    const Columns& r = band_.steps[kLast];
    const Rect& tile = planes_.tile;
    const int y1 = std::min((y0 / kTileSide + 1) * kTileSide, tile.y1);
    for (int y = y0; y < y1; ++y) {
      const float* rows[3];
      for (int i = 0; i < 3; ++i) rows[i] = InputRow(s_.decoded[2], y - 1 + i, 0, r.x0 - 1);
      k_.last_layer(rows, r.x1 - r.x0, w_.last.data(), w_.last_bias,
                    planes_.out.Row(y - tile.y0) + (r.x0 - tile.x0));
    }
  }

  // Columns left and right of the picture read as zero. Those beyond a tile or a band that ends
  // inside it are never read.
  void ClearPicturePadding() {
    const auto clear = [&](const RowRing& ring) {
      for (int y = 0; y < ring.rows(); ++y) {
        for (int b = 0; b < ring.blocks(); ++b) {
          if (band_.first && regions_[kFirst].x0 == 0) {
            std::fill_n(ring.Row(y, b), kBlock * kLeftColumns, 0.0f);
          }
          if (band_.steps[kFirst].x1 == planes_.width) {
            std::fill_n(ring.Row(y, b) + Column(planes_.width), kBlock * kPatchSide, 0.0f);
          }
        }
      }
    };
    for (const ScratchRows::EncoderRows& e : s_.encoders) {
      for (int b = 0; b < 2; ++b) {
        clear(e.x[b]);
        clear(e.conv1[b]);
      }
    }
    clear(s_.features);
    for (const RowRing& ring : s_.decoded) clear(ring);
  }

  std::ptrdiff_t Column(int x) const { return std::ptrdiff_t{x - band_.origin} * kBlock; }
  const float* InputRow(const RowRing& ring, int y, int b, int x) const {
    return (y < 0 || y >= planes_.height ? s_.zero_row : ring.Row(y, b)) + Column(x);
  }
  template <typename U>
  static Spectrum<U> SpectrumAt(U* data, int blocks, int chunk) {
    return {data, FrequencyStride(blocks, chunk), std::ptrdiff_t{chunk} * kBlock};
  }

  const Kernels& k_;
  const ProductKernels<T>& products_;
  const Weights<T>& w_;
  const TilePlanes& planes_;
  Scratch<T>& s_;
  Ranges* const record_;
  const std::array<Rect, kSteps> regions_;
  const Rect input_region_;
  Band band_;
  int done_[2][kSteps] = {};  // the row each step has come to
};

}  // namespace

template <typename T>
void RunTile(const Kernels& kernels, const Weights<T>& weights, const TilePlanes& planes,
             Scratch<T>& scratch) {
  TileRun<T>(kernels, weights, planes, scratch, nullptr).Run();
}
template void RunTile(const Kernels&, const Weights<float>&, const TilePlanes&, Scratch<float>&);
template void RunTile(const Kernels&, const Weights<std::int16_t>&, const TilePlanes&,
                      Scratch<std::int16_t>&);
template void RunTile(const Kernels&, const Weights<Bf16>&, const TilePlanes&, Scratch<Bf16>&);

void RunTileAndRecord(const Kernels& kernels, const Weights<float>& weights,
                      const TilePlanes& planes, Scratch<float>& scratch, Ranges& ranges) {
  TileRun<float>(kernels, weights, planes, scratch, &ranges).Run();
}

template <typename T>
Scratch<T>::Scratch(int width, int height)
    : ScratchRows(width, height),
      transformed(kChunkBytes / sizeof(T) + static_cast<std::size_t>(kFrequencies) * kBlock) {}
template Scratch<float>::Scratch(int, int);
template Scratch<std::int16_t>::Scratch(int, int);
template Scratch<Bf16>::Scratch(int, int);

}  // namespace seafusion::nn::winograd
