#include "methods/learned/networks/layers.h"

#include <algorithm>
#include <vector>

#include <ATen/Parallel.h>

#include "learn/libtorch.h"

namespace seafusion::methods {
namespace {

namespace F = torch::nn::functional;

torch::Tensor PaddedInOnePass(torch::TensorList maps, std::int64_t pad, bool reflect);

torch::Tensor Concatenated(torch::TensorList maps) {
  if (maps.size() == 1) return maps.front();
  return torch::GradMode::is_enabled() ? torch::cat(maps, 1) : PaddedInOnePass(maps, 0, false);
}

// What LibTorch can differentiate.
torch::Tensor PaddedByLibTorch(torch::TensorList maps, std::int64_t pad, bool reflect) {
  F::PadFuncOptions options({pad, pad, pad, pad});
  if (reflect) return F::pad(Concatenated(maps), options.mode(torch::kReflect));
  return F::pad(Concatenated(maps), options.mode(torch::kReplicate));
}

// Which of `size` samples stands at each of the places with `pad` more on both sides.
std::vector<std::int64_t> PaddedPlaces(std::int64_t size, std::int64_t pad, bool reflect) {
  std::vector<std::int64_t> places;
  for (std::int64_t k = -pad; k < size + pad; ++k) {
    const std::int64_t inside = std::clamp<std::int64_t>(k, 0, size - 1);
    places.push_back(reflect ? 2 * inside - k : inside);
  }
  return places;
}

// Concatenated and padded in one pass, channels last: LibTorch makes two, its padding undoes the
// order of memory, and its concatenation runs on one thread.
torch::Tensor PaddedInOnePass(torch::TensorList maps, std::int64_t pad, bool reflect) {
  struct Source {
    torch::Tensor map;
    const float* samples;
    std::int64_t channels;
  };
  std::vector<Source> sources;
  std::int64_t channels = 0;
  for (const torch::Tensor& map : maps) {
    const torch::Tensor ordered = map.contiguous(torch::MemoryFormat::ChannelsLast);
    sources.push_back({ordered, ordered.data_ptr<float>(), map.size(1)});
    channels += map.size(1);
  }
  const torch::Tensor& first = maps.front();
  const std::int64_t height = first.size(2), width = first.size(3);
  const std::vector<std::int64_t> rows = PaddedPlaces(height, pad, reflect);
  const std::vector<std::int64_t> columns = PaddedPlaces(width, pad, reflect);
  const auto padded_height = static_cast<std::int64_t>(rows.size());
  const auto padded_width = static_cast<std::int64_t>(columns.size());
  torch::Tensor padded =
      torch::empty({first.size(0), channels, padded_height, padded_width},
                   first.options().memory_format(torch::MemoryFormat::ChannelsLast));
  float* const target = padded.data_ptr<float>();
  at::parallel_for(0, first.size(0) * padded_height, 1, [&](std::int64_t begin, std::int64_t end) {
    float* to = target + begin * padded_width * channels;
    for (std::int64_t row = begin; row < end; ++row) {
      const std::int64_t picture = row / padded_height;
      const std::int64_t from = (picture * height + rows[row % padded_height]) * width;
      for (const std::int64_t column : columns) {
        for (const Source& source : sources) {
          to = std::copy_n(source.samples + (from + column) * source.channels, source.channels, to);
        }
      }
    }
  });
  return padded;
}

torch::Tensor ConvolvePadded(torch::TensorList maps, const torch::Tensor& weight,
                             const torch::Tensor& bias, Padding padding) {
  const std::int64_t pad = weight.size(2) / 2;
  if (pad == 0 || padding == Padding::kZero) {
    return torch::conv2d(Concatenated(maps), weight, bias, 1, pad);
  }
  const torch::Tensor& first = maps.front();
  const bool reflect = padding == Padding::kReflect && first.size(2) > pad && first.size(3) > pad;
  const torch::Tensor padded = torch::GradMode::is_enabled() ? PaddedByLibTorch(maps, pad, reflect)
                                                             : PaddedInOnePass(maps, pad, reflect);
  return torch::conv2d(padded, weight, bias);
}

// oneDNN has no fast channels-last kernels for one channel: it gets a second one, of zeros.
torch::Tensor ConvolveOneChannel(const torch::Tensor& map, const torch::Tensor& weight,
                                 const torch::Tensor& bias, Padding padding) {
  return ConvolvePadded({map, torch::zeros_like(map)},
                        torch::cat({weight, torch::zeros_like(weight)}, 1)
                            .contiguous(torch::MemoryFormat::ChannelsLast),
                        bias, padding);
}

// A kernel of one sample: what the maps give adds up, and nothing has to be concatenated.
torch::Tensor WeightedSum(torch::TensorList maps, const torch::Tensor& weight,
                          const torch::Tensor& bias) {
  torch::Tensor sum;
  std::int64_t at = 0;
  for (const torch::Tensor& map : maps) {
    const torch::Tensor part = weight.slice(1, at, at + map.size(1)).contiguous();
    at += map.size(1);
    if (sum.defined()) {
      sum += torch::conv2d(map, part);
    } else {
      sum = torch::conv2d(map, part, bias);
    }
  }
  return sum;
}

}  // namespace

torch::Tensor Convolve(torch::TensorList maps, const torch::Tensor& weight,
                       const torch::Tensor& bias, Padding padding) {
  if (!torch::GradMode::is_enabled()) {
    const bool one_sample = weight.size(2) == 1;
    if (one_sample && weight.size(0) == 1) return WeightedSum(maps, weight, bias);
    if (!one_sample && weight.size(1) == 1) {
      return ConvolveOneChannel(maps.front(), weight, bias, padding);
    }
  }
  return ConvolvePadded(maps, weight, bias, padding);
}

torch::Tensor Convolve(const TensorSource& tensors, const std::string& name, torch::TensorList maps,
                       Padding padding) {
  return Convolve(maps, tensors(name + ".weight"), tensors(name + ".bias"), padding);
}

}  // namespace seafusion::methods
