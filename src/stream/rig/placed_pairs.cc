#include "stream/rig/placed_pairs.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "align/place/on_canvas.h"
#include "core/status_macros.h"

namespace seafusion::stream {
namespace {

// A camera's latest frame, as it came and on the canvas.
class PlacedFrame {
 public:
  explicit PlacedFrame(align::Source source) : source_(source) {}

  StatusOr<FramePtr> Place(const std::shared_ptr<const align::Warper>& warper,
                           const FramePtr& raw) {
    if (raw == raw_ && warper == warper_) return placed_;
    auto frame = std::make_shared<Frame>();
    SEAFUSION_ASSIGN_OR_RETURN(frame->image, align::OnCanvas(*warper, source_, raw->image.view()));
    frame->time = raw->time;
    raw_ = raw;
    warper_ = warper;
    placed_ = std::move(frame);
    return placed_;
  }

 private:
  align::Source source_;
  FramePtr raw_, placed_;
  std::shared_ptr<const align::Warper> warper_;
};

class PlacedPairs : public PairSource {
 public:
  PlacedPairs(std::unique_ptr<PairSource> pairs, const align::OpenedRig& rig, DriftWatch* drift)
      : pairs_(std::move(pairs)), rig_(rig), drift_(drift) {}

  std::optional<StreamPair> Next() override {
    std::optional<StreamPair> pair = pairs_->Next();
    if (!pair) return std::nullopt;
    if (const Status placed = Place(*pair); !placed.ok()) {
      failure_ = placed.Annotate(rig_.name);
      return std::nullopt;
    }
    if (!begin_) begin_ = pair->time;
    pair->time -= *begin_;
    return pair;
  }

  StreamCounts infrared() const override { return pairs_->infrared(); }
  StreamCounts visible() const override {
    StreamCounts counts = pairs_->visible();
    if (!failure_.ok()) counts.failure = failure_;
    return counts;
  }

 private:
  Status Place(StreamPair& pair) {
    DriftWatch::Placing placing{.warper = rig_.warper, .correction = {}};
    if (drift_ != nullptr) placing = drift_->placing();
    pair.warper = placing.warper;
    if (pair.visible != nullptr) {
      SEAFUSION_ASSIGN_OR_RETURN(pair.visible, visible_.Place(placing.warper, pair.visible));
    }
    if (pair.infrared == nullptr) return OkStatus();
    SEAFUSION_ASSIGN_OR_RETURN(pair.infrared, infrared_.Place(placing.warper, pair.infrared));
    if (drift_ != nullptr && pair.visible != nullptr) {
      const std::int64_t time = pair.arrival != 0 ? pair.arrival : pair.time;
      drift_->Look(pair.infrared, pair.visible, static_cast<double>(time) / kMicroseconds, placing);
    }
    return OkStatus();
  }

  std::unique_ptr<PairSource> pairs_;
  align::OpenedRig rig_;
  DriftWatch* drift_;
  PlacedFrame infrared_{align::Source::kInfrared};
  PlacedFrame visible_{align::Source::kVisible};
  std::optional<std::int64_t> begin_;
  Status failure_;
};

std::string SizeOf(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

Status CheckCameras(const align::OpenedRig& rig, const StreamInfo& infrared,
                    const StreamInfo& visible) {
  for (const auto& [camera, info, what] : {std::tuple{&rig.rig.infrared, &infrared, "infrared"},
                                           std::tuple{&rig.rig.visible, &visible, "visible"}}) {
    if (camera->width == info->width && camera->height == info->height) continue;
    return InvalidArgument(info->name + " is " + SizeOf(info->width, info->height) + ", " +
                           rig.name + " is for " + what + " pictures of " +
                           SizeOf(camera->width, camera->height));
  }
  return OkStatus();
}

std::unique_ptr<PairSource> PlacePairs(std::unique_ptr<PairSource> pairs,
                                       const align::OpenedRig& rig, DriftWatch* drift) {
  return std::make_unique<PlacedPairs>(std::move(pairs), rig, drift);
}

}  // namespace seafusion::stream
