#include "learn/joint/stage_samples.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <seafusion/fuser.h>

#include "core/memory/image_buffer.h"
#include "core/status_macros.h"
#include "learn/libtorch.h"
#include "model/weights/safetensors.h"

namespace seafusion::learn {
namespace {

OutputRange RangeOf(const std::string& name) {
  using Kind = OutputRange::Kind;
  return {name == "image" ? Kind::kImage : name == "reference" ? Kind::kReference : Kind::kNone};
}

// From process `from` to all.
void CopyPicture(ImageBuffer& picture, int from, ProcessGroup& group) {
  const MutableImageView view = picture.view();  // rows without gaps
  torch::Tensor bytes = torch::from_blob(
      view.Row<std::uint8_t>(0), {std::int64_t{3} * view.width * view.height}, torch::kUInt8);
  group.Copy(bytes, from);
}

}  // namespace

StatusOr<SegmentationSamples> FuseDataset(const FusionModel& net, const PairDataset& data,
                                          const std::string& range, int threads,
                                          ProcessGroup* group) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> weights,
                             model::SerializeSafetensors(net.ToArchive()));
  SEAFUSION_ASSIGN_OR_RETURN(
      const Fuser fuser,
      Fuser::Create({.threads = threads, .precision = Precision::kFp32, .weights = weights}));
  FuseSettings settings;
  settings.output_range = RangeOf(range);
  const int rank = group == nullptr ? 0 : group->rank();
  const int size = group == nullptr ? 1 : group->size();
  std::vector<ImageBuffer> pictures;
  for (std::size_t i = 0; i < data.size(); ++i) {
    SEAFUSION_ASSIGN_OR_RETURN(
        ImageBuffer out, ImageBuffer::Create(data.width(i), data.height(i), PixelFormat::kRgb8));
    pictures.push_back(std::move(out));
  }
  const auto count = static_cast<std::int64_t>(data.size());
  for (std::int64_t first = 0; first < count; first += size) {
    const std::int64_t end = std::min<std::int64_t>(first + size, count);
    if (const std::int64_t mine = first + rank; mine < end) {
      const auto i = static_cast<std::size_t>(mine);
      SEAFUSION_RETURN_IF_ERROR(
          fuser.Fuse(data.infrared(i), data.visible(i), pictures[i].view(), settings)
              .Annotate(data.name(i)));
    }
    for (std::int64_t i = first; size > 1 && i < end; ++i) {
      CopyPicture(pictures[static_cast<std::size_t>(i)], static_cast<int>(i - first), *group);
    }
  }
  return SegmentationSamples(std::move(pictures), data);
}

StatusOr<SegmentationSamples> SamplesOfSource(std::string_view source, const FusionModel* net,
                                              const PairDataset& data, const std::string& range,
                                              int threads, ProcessGroup* group) {
  if (source == "vis") return SegmentationSamples::OfVisible(data);
  if (source == "ir") return SegmentationSamples::OfInfrared(data);
  return FuseDataset(*net, data, range, threads, group);
}

}  // namespace seafusion::learn
