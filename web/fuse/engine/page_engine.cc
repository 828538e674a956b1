#include "page_engine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <seafusion/version.h>

#include "core/status_macros.h"
#include "fuse/agc/gain_control.h"
#include "fuse/range/infrared_range.h"
#include "fuse/show_visible.h"
#include "fuse/weights/precision_choice.h"
#include "io/camera/radiometric_file.h"
#include "io/decode/decode.h"
#include "io/probe/image_probe.h"

namespace seafusion::web {
namespace {

// Three pictures of four bytes a pixel and the network's own memory stay below a gigabyte.
constexpr std::uint64_t kMaxPixels = 40'000'000;
constexpr int kBins = 128;

std::size_t Index(Source source) {
  return source == Source::kInfrared ? 0 : 1;
}

// One value a pixel, as histograms and people want it.
StatusOr<ImageBuffer> Brightness(const ImageView& picture) {
  const PixelFormat format =
      BytesPerSample(picture.format) == 2 ? PixelFormat::kGray16 : PixelFormat::kGray8;
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer gray,
                             ImageBuffer::Create(picture.width, picture.height, format));
  SEAFUSION_RETURN_IF_ERROR(ShowVisible(picture, gray.view(), {}));
  return gray;
}

template <typename T>
void Count(const ImageView& gray, Levels& levels) {
  T least = std::numeric_limits<T>::max(), most = 0;
  for (int y = 0; y < gray.height; ++y) {
    const auto [low, high] = std::minmax_element(gray.Row<T>(y), gray.Row<T>(y) + gray.width);
    least = std::min(least, *low);
    most = std::max(most, *high);
  }
  // Of 8 bits all, which is their automatic range.
  const bool deep = sizeof(T) > 1;
  levels.least = deep ? least : 0;
  levels.most = deep ? std::max<double>(most, least + 1.0) : 255;
  levels.bins.assign(kBins, 0);
  const double scale = kBins / (levels.most - levels.least);
  for (int y = 0; y < gray.height; ++y) {
    const T* row = gray.Row<T>(y);
    for (int x = 0; x < gray.width; ++x) {
      const int bin = static_cast<int>((row[x] - levels.least) * scale);
      ++levels.bins[static_cast<std::size_t>(std::min(bin, kBins - 1))];
    }
  }
}

StatusOr<ImageBuffer> ToRgba(const ImageView& picture) {
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer rgba, ImageBuffer::Create(picture.width, picture.height, PixelFormat::kRgba8));
  SEAFUSION_RETURN_IF_ERROR(ShowVisible(picture, rgba.view(), {}));
  return rgba;
}

template <typename T>
void Map(const ImageView& gray, const LinearMap& map, const MutableImageView& out) {
  for (int y = 0; y < gray.height; ++y) {
    const T* from = gray.Row<T>(y);
    auto* to = out.Row<std::uint8_t>(y);
    for (int x = 0; x < gray.width; ++x) {
      const float value =
          std::clamp((static_cast<float>(from[x]) - map.lo) * map.scale, 0.0f, 1.0f);
      to[x] = static_cast<std::uint8_t>(value * 255 + 0.5f);
    }
  }
}

// The infrared as the network gets it.
StatusOr<ImageBuffer> InfraredShown(const ImageView& infrared, const FuseChoice& choice) {
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer gray, Brightness(infrared));
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer shown, ImageBuffer::Create(infrared.width, infrared.height, PixelFormat::kGray8));
  if (choice.gain.kind != InfraredGain::Kind::kLinear) {
    GainControl control(choice.gain);
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer level, control.Next(gray.view(), choice.range));
    Map<float>(level.view(), {}, shown.view());
  } else {
    SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(gray.view(), choice.range));
    if (gray.format() == PixelFormat::kGray16) {
      Map<std::uint16_t>(gray.view(), map, shown.view());
    } else {
      Map<std::uint8_t>(gray.view(), map, shown.view());
    }
  }
  return ToRgba(std::as_const(shown).view());
}

}  // namespace

StatusOr<Opened> PageEngine::Open(Source source, std::span<const std::uint8_t> bytes) {
  Opened opened;
  const bool infrared = source == Source::kInfrared;
  if (const auto kind = infrared ? io::FindRadiometry(bytes) : std::nullopt) {
    SEAFUSION_ASSIGN_OR_RETURN(io::RadiometricPicture picture,
                               io::ReadRadiometricPicture(bytes, kMaxPixels));
    opened.taken = true;
    opened.kind = io::RadiometricKindName(*kind);
    if (!picture.model.empty()) opened.kind += ", " + picture.model;
    opened.remarks = picture.remarks;
    if (picture.frames > 1) {
      opened.remarks.push_back("the first of its " + std::to_string(picture.frames) + " frames");
    }
    StatusOr<ImageBuffer> visible = io::ReadEmbeddedVisible(bytes, kMaxPixels);
    Close(Source::kInfrared);
    sources_[0] = std::move(picture.counts);
    if (picture.calibration) {
      thermometer_ =
          std::visit([](const auto& c) { return io::Thermometer(c); }, *picture.calibration);
    }
    if (visible.ok()) {
      Close(Source::kVisible);
      sources_[1] = *std::move(visible);
      flir_ = picture.placement;
      opened.both = true;
    } else if (visible.status().code() != StatusCode::kNotFound) {
      opened.remarks.push_back(visible.status().message());
    }
    return opened;
  }
  const std::optional<io::ImageFileFormat> format = io::FindImageFormat(bytes);
  if (format == io::ImageFileFormat::kTiff || format == io::ImageFileFormat::kPnm) {
    return Unsupported(
        std::string(io::ImageFileFormatName(*format)) +
        " is a format that this page does not read; PNG of 8 or 16 bits, and what the "
        "browser shows, it does. The command seafusion reads all of them");
  }
  if (format != io::ImageFileFormat::kPng) return opened;
  SEAFUSION_ASSIGN_OR_RETURN(const io::ImageInfo info, io::ProbeImage(bytes, kMaxPixels));
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image, io::DecodePng(info, bytes));
  Close(source);
  sources_[Index(source)] = std::move(image);
  opened.taken = true;
  opened.kind = "PNG, " + std::to_string(info.bits) + " bits";
  return opened;
}

StatusOr<MutableImageView> PageEngine::Pixels(Source source, int width, int height) {
  if (width < 1 || height < 1 ||
      static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > kMaxPixels) {
    return ResourceExhausted("a picture of " + std::to_string(width) + "x" +
                             std::to_string(height) + " is more than the page's limit of " +
                             std::to_string(kMaxPixels / 1'000'000) + " million pixels");
  }
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer image,
                             ImageBuffer::Create(width, height, PixelFormat::kRgba8));
  Close(source);
  sources_[Index(source)] = std::move(image);
  return sources_[Index(source)].view();
}

void PageEngine::Close(Source source) {
  sources_[Index(source)] = {};
  flir_.reset();
  if (source == Source::kInfrared) thermometer_.reset();
}

StatusOr<Levels> PageEngine::MeasureInfrared() const {
  if (sources_[0].empty()) return NotFound("there is no infrared picture");
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer gray, Brightness(sources_[0].view()));
  Levels levels;
  const bool deep = gray.format() == PixelFormat::kGray16;
  if (deep) {
    Count<std::uint16_t>(gray.view(), levels);
  } else {
    Count<std::uint8_t>(gray.view(), levels);
  }
  SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(gray.view(), {}));
  levels.automatic_lo = map.lo;
  levels.automatic_hi = map.scale > 0 ? map.lo + 1.0 / map.scale : levels.most;
  levels.celsius = deep && std::isfinite(Celsius(levels.automatic_lo)) &&
                   std::isfinite(Celsius(levels.automatic_hi));
  return levels;
}

double PageEngine::Celsius(double sample) const {
  return thermometer_ ? thermometer_->Celsius(sample) : std::numeric_limits<double>::quiet_NaN();
}

Status PageEngine::Prepare(const FuseChoice& choice) {
  const std::string is = choice.model + " " + choice.precision;
  if (fuser_ && fuser_is_ == is) return OkStatus();
  const std::span<const std::uint8_t> weights = BuiltInWeights(choice.model);
  if (weights.empty()) return NotFound("there is no model '" + choice.model + "'");
  // A thread needs shared memory, which browsers give only to pages that servers isolate.
  FuserOptions options{.threads = 1, .weights = weights};
  SEAFUSION_ASSIGN_OR_RETURN(options.precision, ParsePrecision(choice.precision));
  SEAFUSION_ASSIGN_OR_RETURN(Fuser made, Fuser::Create(options));
  fuser_ = std::move(made);
  fuser_is_ = is;
  return OkStatus();
}

StatusOr<Fused> PageEngine::Fuse(const FuseChoice& choice) {
  if (sources_[0].empty()) return NotFound("there is no infrared picture");
  if (sources_[1].empty()) return NotFound("there is no visible picture");
  SEAFUSION_RETURN_IF_ERROR(Prepare(choice));
  const ImageView infrared = std::as_const(sources_[0]).view();
  SEAFUSION_ASSIGN_OR_RETURN(const Placement placement,
                             Place(infrared, std::as_const(sources_[1]).view(), flir_));
  const ImageView visible = Cut(std::as_const(sources_[1]).view(), placement);
  FuseChoice on_canvas = choice;
  ImageBuffer placed;
  ImageView ir = infrared;
  if (!placement.Plain()) {
    SEAFUSION_ASSIGN_OR_RETURN(placed, OnCanvas(infrared, placement));
    ir = std::as_const(placed).view();
    // The range is that of the camera's picture, not of what is interpolated.
    if (choice.range.kind == InfraredRange::Kind::kAuto) {
      SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer gray, Brightness(infrared));
      SEAFUSION_ASSIGN_OR_RETURN(const LinearMap map, FindInfraredMap(gray.view(), choice.range));
      if (map.scale != 0) {
        on_canvas.range.kind = InfraredRange::Kind::kFixed;
        const double end = map.lo + 1.0 / map.scale;
        on_canvas.range.lo = std::min<double>(map.lo, end);
        on_canvas.range.hi = std::max<double>(map.lo, end);
      }
    }
  }
  std::array<ImageBuffer, 3> shown;
  SEAFUSION_ASSIGN_OR_RETURN(shown[0], InfraredShown(ir, on_canvas));
  SEAFUSION_ASSIGN_OR_RETURN(shown[1], ToRgba(visible));
  SEAFUSION_ASSIGN_OR_RETURN(
      shown[2], ImageBuffer::Create(visible.width, visible.height, PixelFormat::kRgba8));
  ImageBuffer gray;
  MutableImageView out = shown[2].view();
  if (choice.gray) {
    SEAFUSION_ASSIGN_OR_RETURN(
        gray, ImageBuffer::Create(visible.width, visible.height, PixelFormat::kGray8));
    out = gray.view();
  }
  const auto begin = std::chrono::steady_clock::now();
  SEAFUSION_RETURN_IF_ERROR(fuser_->Fuse(ir, visible, out,
                                         {.infrared_range = on_canvas.range,
                                          .output_range = {.kind = OutputRange::Kind::kGentle},
                                          .infrared_gain = choice.gain}));
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - begin;
  if (choice.gray) {
    SEAFUSION_ASSIGN_OR_RETURN(shown[2], ToRgba(std::as_const(gray).view()));
  }
  shown_ = std::move(shown);
  return Fused{.engine = fuser_->engine_name(),
               .width = visible.width,
               .height = visible.height,
               .milliseconds = passed.count(),
               .stretched = !placement.Plain() && !flir_};
}

}  // namespace seafusion::web
