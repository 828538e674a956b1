#include "align/warp/warper.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "align/geometry/overlap.h"
#include "align/warp/picture_sampler.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "fuse/rows/packed_row.h"

namespace seafusion::align {
namespace {

constexpr int kLeastCanvas = 16;         // px
constexpr double kFade = 12;             // px of the canvas, from a field's rim inwards
constexpr double kMostCorrection = 0.1;  // share of the canvas' diagonal
constexpr double kInside = 1e-6;         // px: rounding must not cost a row of pixels

std::string SizeText(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

int MatType(PixelFormat f) {
  const int depth = IsFloatingPoint(f) ? CV_32F : BytesPerSample(f) == 1 ? CV_8U : CV_16U;
  return CV_MAKETYPE(depth, ChannelCount(f));
}

cv::Mat Mat(const ImageView& v) {
  return {v.height, v.width, MatType(v.format), const_cast<void*>(v.data),
          static_cast<std::size_t>(v.stride)};
}

bool Within(Point p, int width, int height) {
  return p.x >= -kInside && p.y >= -kInside && p.x <= width - 1 + kInside &&
         p.y <= height - 1 + kInside;
}

// From the canvas to one camera.
struct CameraView {
  int width = 0, height = 0;  // of the camera's pictures
  cv::Rect cut;               // where the canvas is a part of the picture, pixel for pixel
  PictureSampler sampler;     // else
  cv::Mat nearest;            // of cv::remap; for labels
  cv::Mat coverage;           // CV_8U
  bool covers = false;
};

Status CheckPicture(const ImageView& picture, const CameraView& camera, const char* name) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(picture, name));
  if (picture.width != camera.width || picture.height != camera.height) {
    return InvalidArgument(std::string(name) + " is " + SizeText(picture.width, picture.height) +
                           ", the rig is for " + SizeText(camera.width, camera.height));
  }
  return OkStatus();
}

template <typename From, typename To>
void Fade(const ImageView& share, const ImageView& alone, const LinearMap& map,
          const MutableImageView& fused) {
  const int from_channels = ChannelCount(alone.format), channels = ChannelCount(fused.format);
  constexpr float kWhite = std::numeric_limits<To>::max();
  for (int y = 0; y < fused.height; ++y) {
    const auto* s = share.Row<std::uint8_t>(y);
    const From* from = alone.Row<From>(y);
    To* to = fused.Row<To>(y);
    for (int x = 0; x < fused.width; ++x) {
      if (s[x] == 255) continue;
      const float kept = static_cast<float>(s[x]) / 255;
      for (int c = 0; c < channels; ++c) {
        const From sample = from[x * from_channels + (from_channels > 1 ? c : 0)];
        const float value =
            std::clamp((static_cast<float>(sample) - map.lo) * map.scale, 0.0f, 1.0f) * kWhite;
        To& out = to[x * channels + c];
        out = static_cast<To>(std::lround(value + kept * (static_cast<float>(out) - value)));
      }
    }
  }
}

}  // namespace

struct Warper::State {
  explicit State(const Rig& r, RigMap m) : rig(r), map(std::move(m)) {}
  // `place`, a Status of a State&, says where its canvas lies.
  template <typename Place>
  static StatusOr<Warper> Made(const Rig& rig, RigMap map, const Place& place);

  Rig rig;
  RigMap map;
  // Where infrared is seen that the rig has here; of base's upright pixels.
  Homography correction, correction_inverse;
  Source base = Source::kVisible;  // whose upright pixels the canvas has
  PixelRectangle canvas;           // in that camera's upright picture
  CameraView infrared, visible;

  const CameraView& Of(Source s) const { return s == Source::kInfrared ? infrared : visible; }
  const RigCamera& CameraOf(Source s) const {
    return s == Source::kInfrared ? rig.infrared : rig.visible;
  }
  // Between upright pictures.
  Point Across(Source from, Point p) const {
    if (from == Source::kVisible) {
      return base == Source::kVisible ? map.InfraredFromVisible(correction.Apply(p))
                                      : correction.Apply(map.InfraredFromVisible(p));
    }
    return base == Source::kVisible ? correction_inverse.Apply(map.VisibleFromInfrared(p))
                                    : map.VisibleFromInfrared(correction_inverse.Apply(p));
  }
  Status PlaceCanvas(Canvas kind);
  void MakeView(Source source, CameraView& view) const;
};

Warper::Warper(std::unique_ptr<State> state) : state_(std::move(state)) {}
Warper::Warper(Warper&&) noexcept = default;
Warper& Warper::operator=(Warper&&) noexcept = default;
Warper::~Warper() = default;

int Warper::width() const {
  return state_->canvas.width;
}
int Warper::height() const {
  return state_->canvas.height;
}

Source Warper::base() const {
  return state_->base;
}

Status Warper::State::PlaceCanvas(Canvas kind) {
  if (kind == Canvas::kOverlap) {
    // Infrared pixels a visible pixel, in the middle of what the infrared camera sees.
    const Point middle = map.VisibleFromInfrared(
        {(rig.infrared.upright_width() - 1) / 2.0, (rig.infrared.upright_height() - 1) / 2.0});
    const double scale = Distance(map.InfraredFromVisible(middle + Point{0.5, 0.5}),
                                  map.InfraredFromVisible(middle - Point{0.5, 0.5})) /
                         std::sqrt(2.0);
    base = scale > 1 ? Source::kInfrared : Source::kVisible;
  } else {
    base = kind == Canvas::kVisible ? Source::kVisible : Source::kInfrared;
  }
  const RigCamera& own = CameraOf(base);
  const RigCamera& other = base == Source::kVisible ? rig.infrared : rig.visible;
  const auto seen = [&](int x, int y) {
    return Within(Across(base, {static_cast<double>(x), static_cast<double>(y)}),
                  other.upright_width(), other.upright_height());
  };
  const PixelRectangle both = LargestRectangle(own.upright_width(), own.upright_height(), seen);
  if (both.width < kLeastCanvas || both.height < kLeastCanvas) {
    return InvalidArgument("the fields of view share " + SizeText(both.width, both.height) +
                           " pixels; at least " + SizeText(kLeastCanvas, kLeastCanvas) +
                           " are needed");
  }
  canvas = kind == Canvas::kOverlap
               ? both
               : PixelRectangle{0, 0, own.upright_width(), own.upright_height()};
  return OkStatus();
}

void Warper::State::MakeView(Source source, CameraView& view) const {
  const RigCamera& camera = CameraOf(source);
  view.width = camera.width;
  view.height = camera.height;
  const Homography raw = camera.ToUpright().Inverse().value_or(Homography{});
  const Point shift{static_cast<double>(canvas.x), static_cast<double>(canvas.y)};
  const cv::Size size(canvas.width, canvas.height);

  if (source == base && camera.rotation == 0 && !camera.flip_horizontal && !camera.flip_vertical) {
    const Point corner = raw.Apply(shift);
    view.cut = {static_cast<int>(std::lround(corner.x)), static_cast<int>(std::lround(corner.y)),
                size.width, size.height};
    view.coverage = cv::Mat(size, CV_8U, cv::Scalar(255));
    view.covers = true;
    return;
  }
  cv::Mat at(size, CV_32FC2);
  cv::Mat inside(size, CV_8U);
  std::vector<double> scales;
  view.covers = true;
  for (int y = 0; y < size.height; ++y) {
    auto* row = at.ptr<cv::Vec2f>(y);
    auto* in = inside.ptr<std::uint8_t>(y);
    Point before;
    for (int x = 0; x < size.width; ++x) {
      Point p = shift + Point{static_cast<double>(x), static_cast<double>(y)};
      if (source != base) p = Across(base, p);
      in[x] = Within(p, camera.upright_width(), camera.upright_height()) ? 255 : 0;
      view.covers = view.covers && in[x] != 0;
      p = raw.Apply(p);
      // Every 16th row says enough about the scale: canvas pixels a camera pixel.
      if (x > 0 && y % 16 == 0 && in[x] != 0 && in[x - 1] != 0) {
        scales.push_back(1 / std::max(Distance(p, before), 1e-6));
      }
      before = p;
      // cv::remap's fixed-point coordinates end at 16 bits; the edge is repeated from anywhere.
      const auto held = [](double v) {
        return static_cast<float>(std::isfinite(v) ? std::clamp(v, -100.0, 32700.0) : -100.0);
      };
      row[x] = {held(p.x), held(p.y)};
    }
  }
  double scale = 1;
  if (!scales.empty()) {
    const auto middle = scales.begin() + static_cast<std::ptrdiff_t>(scales.size() / 2);
    std::nth_element(scales.begin(), middle, scales.end());
    scale = *middle;
  }
  cv::Mat unused;
  cv::convertMaps(at, {}, view.nearest, unused, CV_16SC2, /*nninterpolation=*/true);
  view.sampler = PictureSampler(at, {view.width, view.height}, scale, /*cubic=*/source != base);

  if (view.covers) {
    view.coverage = inside;
    return;
  }
  cv::Mat distance, share;
  // Beyond the canvas nothing fades.
  cv::distanceTransform(inside, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  distance.convertTo(view.coverage, CV_8U, 255 / kFade);
}

template <typename Place>
StatusOr<Warper> Warper::State::Made(const Rig& rig, RigMap map, const Place& place) {
  try {
    auto state = std::make_unique<State>(rig, std::move(map));
    SEAFUSION_RETURN_IF_ERROR(place(*state));
    state->MakeView(Source::kInfrared, state->infrared);
    state->MakeView(Source::kVisible, state->visible);
    return Warper(std::move(state));
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for a rig's maps");
  } catch (const cv::Exception& e) {
    return Internal("warp: " + e.err);
  }
}

StatusOr<Warper> Warper::Create(const Rig& rig, Canvas canvas) {
  SEAFUSION_ASSIGN_OR_RETURN(RigMap map, RigMap::Create(rig));
  return State::Made(rig, std::move(map), [&](State& state) { return state.PlaceCanvas(canvas); });
}

StatusOr<Warper> Warper::Corrected(const Homography& correction) const {
  const State& own = *state_;
  const std::optional<Homography> inverse = correction.Inverse();
  const double most = kMostCorrection * std::hypot(width(), height());
  if (!correction.TameOn(width(), height()) || !inverse ||
      !(MeanMove(correction, width(), height()) <= most)) {
    return InvalidArgument("the correction moves the picture by more than " +
                           std::to_string(static_cast<int>(most)) + " pixels of the canvas");
  }
  return State::Made(own.rig, own.map, [&](State& state) {
    const Homography to_canvas{{1, 0, -1.0 * own.canvas.x, 0, 1, -1.0 * own.canvas.y, 0, 0, 1}};
    const Homography from_canvas{{1, 0, 1.0 * own.canvas.x, 0, 1, 1.0 * own.canvas.y, 0, 0, 1}};
    state.correction = from_canvas * correction * to_canvas;
    state.correction_inverse = from_canvas * *inverse * to_canvas;
    state.base = own.base;
    state.canvas = own.canvas;
    return OkStatus();
  });
}

double Warper::infrared_scale() const {
  const Point middle{(width() - 1) / 2.0, (height() - 1) / 2.0};
  return Distance(FromCanvas(Source::kInfrared, middle + Point{0.5, 0.5}),
                  FromCanvas(Source::kInfrared, middle - Point{0.5, 0.5})) /
         std::sqrt(2.0);
}

Status Warper::Warp(Source source, const ImageView& picture, const MutableImageView& out) const {
  const CameraView& camera = state_->Of(source);
  const char* name = source == Source::kInfrared ? "infrared" : "visible";
  SEAFUSION_RETURN_IF_ERROR(CheckPicture(picture, camera, name));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(out, "out"));
  if (out.width != width() || out.height != height() || out.format != picture.format) {
    return InvalidArgument("out is " + SizeText(out.width, out.height) + " " +
                           std::string(PixelFormatName(out.format)) + ", not " +
                           SizeText(width(), height()) + " " +
                           std::string(PixelFormatName(picture.format)));
  }
  if (picture.format == PixelFormat::kYuyv8 && camera.cut.empty()) {
    return Unsupported("yuyv8 cannot be warped: its chroma belongs to pairs of pixels");
  }
  try {
    const cv::Mat from = Mat(picture);
    cv::Mat to = Mat(out);
    if (!camera.cut.empty()) {
      from(camera.cut).copyTo(to);
      return OkStatus();
    }
    camera.sampler.Read(from, to);
    return OkStatus();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to warp a picture");
  } catch (const cv::Exception& e) {
    return Internal("warp: " + e.err);
  }
}

Status Warper::WarpLabels(Source source, const ImageView& labels, std::uint8_t outside,
                          const MutableImageView& out) const {
  const CameraView& camera = state_->Of(source);
  SEAFUSION_RETURN_IF_ERROR(CheckPicture(labels, camera, "labels"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(out, "out"));
  if (out.width != width() || out.height != height() || out.format != PixelFormat::kGray8 ||
      labels.format != PixelFormat::kGray8) {
    return InvalidArgument("labels must be gray8 and out gray8 of " + SizeText(width(), height()));
  }
  try {
    cv::Mat to = Mat(out);
    if (!camera.cut.empty()) {
      Mat(labels)(camera.cut).copyTo(to);
    } else {
      cv::remap(Mat(labels), to, camera.nearest, {}, cv::INTER_NEAREST, cv::BORDER_CONSTANT,
                cv::Scalar(outside));
    }
    return OkStatus();
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to warp labels");
  } catch (const cv::Exception& e) {
    return Internal("warp: " + e.err);
  }
}

bool Warper::Covers(Source source) const {
  return state_->Of(source).covers;
}

ImageView Warper::Coverage(Source source) const {
  const cv::Mat& m = state_->Of(source).coverage;
  return {m.data, m.cols, m.rows, static_cast<std::ptrdiff_t>(m.step), PixelFormat::kGray8};
}

Status Warper::ShowAlone(Source source, const ImageView& on_canvas, const LinearMap& map,
                         const MutableImageView& fused) const {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(on_canvas, "picture"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(fused, "fused"));
  for (const ImageView& v : {on_canvas, static_cast<ImageView>(fused)}) {
    if (v.width != width() || v.height != height() || IsFloatingPoint(v.format)) {
      return InvalidArgument("pictures to be joined must be of integers and " +
                             SizeText(width(), height()));
    }
  }
  const bool packed = IsPacked(on_canvas.format) || IsPacked(fused.format);
  if (on_canvas.format != fused.format &&
      (packed || (HasColour(on_canvas.format) && !HasColour(fused.format)))) {
    return InvalidArgument("a picture of " + std::string(PixelFormatName(on_canvas.format)) +
                           " cannot be shown in one of " +
                           std::string(PixelFormatName(fused.format)));
  }
  const ImageView share =
      Coverage(source == Source::kInfrared ? Source::kVisible : Source::kInfrared);
  const bool wide = BytesPerSample(on_canvas.format) == 2;
  if (BytesPerSample(fused.format) == 2) {
    wide ? Fade<std::uint16_t, std::uint16_t>(share, on_canvas, map, fused)
         : Fade<std::uint8_t, std::uint16_t>(share, on_canvas, map, fused);
  } else {
    wide ? Fade<std::uint16_t, std::uint8_t>(share, on_canvas, map, fused)
         : Fade<std::uint8_t, std::uint8_t>(share, on_canvas, map, fused);
  }
  return OkStatus();
}

Point Warper::ToCanvas(Source source, Point pixel) const {
  Point p = state_->CameraOf(source).ToUpright().Apply(pixel);
  if (source != state_->base) p = state_->Across(source, p);
  return p - Point{static_cast<double>(state_->canvas.x), static_cast<double>(state_->canvas.y)};
}

Point Warper::FromCanvas(Source source, Point canvas) const {
  Point p =
      canvas + Point{static_cast<double>(state_->canvas.x), static_cast<double>(state_->canvas.y)};
  if (source != state_->base) p = state_->Across(state_->base, p);
  return state_->CameraOf(source).ToUpright().Inverse().value_or(Homography{}).Apply(p);
}

}  // namespace seafusion::align
