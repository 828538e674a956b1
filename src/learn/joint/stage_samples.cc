#include "learn/joint/stage_samples.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <seafusion/fuser.h>

#include "core/image_buffer.h"
#include "core/status_macros.h"
#include "model/safetensors.h"

namespace seafusion::learn {
namespace {

OutputRange RangeOf(const std::string& name) {
  using Kind = OutputRange::Kind;
  return {name == "image" ? Kind::kImage : name == "reference" ? Kind::kReference : Kind::kNone};
}

}  // namespace

StatusOr<SegmentationSamples> FuseDataset(const FusionNet& net, const PairDataset& data,
                                          const std::string& range, int threads) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights,
                             model::SerializeSafetensors(net.ToArchive()));
  SEAFUSION_ASSIGN_OR_RETURN(
      const Fuser fuser,
      Fuser::Create({.threads = threads, .precision = Precision::kFp32, .weights = weights}));
  FuseSettings settings;
  settings.output_range = RangeOf(range);
  std::vector<ImageBuffer> pictures;
  for (std::size_t i = 0; i < data.size(); ++i) {
    SEAFUSION_ASSIGN_OR_RETURN(
        ImageBuffer out, ImageBuffer::Create(data.width(i), data.height(i), PixelFormat::kRgb8));
    SEAFUSION_RETURN_IF_ERROR(
        fuser.Fuse(data.infrared(i), data.visible(i), out.view(), settings).Annotate(data.name(i)));
    pictures.push_back(std::move(out));
  }
  return SegmentationSamples(std::move(pictures), data);
}

StatusOr<SegmentationSamples> SamplesOfSource(std::string_view source, const FusionNet* net,
                                              const PairDataset& data, const std::string& range,
                                              int threads) {
  if (source == "vis") return SegmentationSamples::OfVisible(data);
  if (source == "ir") return SegmentationSamples::OfInfrared(data);
  return FuseDataset(*net, data, range, threads);
}

}  // namespace seafusion::learn
