#include "io/facts/picture_facts.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_set>
#include <utility>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "io/camera/byte_order.h"
#include "io/camera/radiometric_file.h"
#include "io/decode/raw.h"
#include "io/image_file.h"
#include "io/probe/image_probe.h"

namespace seafusion::io {
namespace {

constexpr std::size_t kMostDistinct = 65536;

// Calls visit(value) for each sample; of a colour picture for each pixel's luma.
template <typename Visit>
void ForSamples(const ImageView& p, const Visit& visit) {
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      const std::ptrdiff_t at = std::ptrdiff_t{ChannelCount(p.format)} * x;
      const auto luma = [&](const auto* c) { return 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]; };
      switch (p.format) {
        case PixelFormat::kGray8:
          visit(static_cast<double>(p.Row<std::uint8_t>(y)[at]));
          break;
        case PixelFormat::kGray16:
          visit(static_cast<double>(p.Row<std::uint16_t>(y)[at]));
          break;
        case PixelFormat::kGrayF32:
          visit(static_cast<double>(p.Row<float>(y)[at]));
          break;
        case PixelFormat::kRgb8:
          visit(luma(p.Row<std::uint8_t>(y) + at));
          break;
        case PixelFormat::kRgb16:
          visit(luma(p.Row<std::uint16_t>(y) + at));
          break;
        case PixelFormat::kRgbF32:
          visit(luma(p.Row<float>(y) + at));
          break;
        case PixelFormat::kBgr8:
        case PixelFormat::kRgba8:
        case PixelFormat::kYuyv8:
          break;  // never read from a file
      }
    }
  }
}

TemperatureFacts TemperaturesOf(const ImageView& counts, const Thermometer& thermometer) {
  TemperatureFacts facts{std::numeric_limits<double>::infinity(),
                         -std::numeric_limits<double>::infinity(), 0};
  // As many logarithms as there are counts, not as many as there are pixels.
  std::vector<double> celsius(65536, std::nan(""));
  std::vector<bool> known(65536, false);
  double sum = 0, number = 0;
  ForSamples(counts, [&](double v) {
    const auto count = static_cast<std::size_t>(v);
    if (!known[count]) {
      celsius[count] = thermometer.Celsius(v);
      known[count] = true;
    }
    const double t = celsius[count];
    if (!std::isfinite(t)) return;
    facts.min = std::min(facts.min, t);
    facts.max = std::max(facts.max, t);
    sum += t;
    ++number;
  });
  facts.mean = number > 0 ? sum / number : std::nan("");
  return facts;
}

Status AddShown(const std::string& path, std::uint64_t max_pixels,
                const std::optional<RawFormat>& raw_format, PictureFacts& facts) {
  SEAFUSION_ASSIGN_OR_RETURN(
      ReadPictureResult shown,
      ReadPicture(path, {.max_pixels = max_pixels,
                         .page = facts.pages > 1 ? std::optional(0) : std::nullopt,
                         .raw_format = raw_format}));
  const ImageView view = shown.image.view();
  if (facts.bits == 0) facts.bits = 8 * BytesPerSample(view.format);
  facts.orientation = shown.metadata.orientation();
  facts.gps = shown.metadata.has_gps();
  facts.geotiff = shown.metadata.has_geotiff();
  if (facts.taken.empty()) facts.taken = shown.metadata.taken();
  if (facts.camera.empty()) facts.camera = shown.metadata.camera();
  facts.shown = FactsOf(view);
  facts.transparency = !shown.alpha.empty();
  facts.coloured_share = ColouredShare(view);
  facts.palette = FindPalette(view);
  facts.bytes_swapped = view.format == PixelFormat::kGray16 && BytesSeemSwapped(view);
  std::move(shown.remarks.begin(), shown.remarks.end(), std::back_inserter(facts.remarks));
  return OkStatus();
}

Status AddCounts(const std::vector<std::uint8_t>& bytes, std::uint64_t max_pixels,
                 PictureFacts& facts) {
  SEAFUSION_ASSIGN_OR_RETURN(RadiometricPicture picture, ReadRadiometricPicture(bytes, max_pixels));
  facts.pages = picture.frames;
  facts.counts = FactsOf(picture.counts.view());
  if (picture.calibration) {
    const Thermometer thermometer =
        std::visit([](const auto& c) { return Thermometer(c); }, *picture.calibration);
    facts.temperature = TemperaturesOf(picture.counts.view(), thermometer);
  }
  facts.placement = picture.placement;
  facts.camera = picture.model;
  facts.camera_palette = picture.palette;
  facts.taken = picture.taken;
  if (picture.frames > 1) facts.last_taken = LastFrameTaken(bytes);
  for (const std::string& remark : picture.remarks) {
    facts.remarks.push_back(facts.path + ": " + remark);
  }
  return OkStatus();
}

}  // namespace

SampleFacts FactsOf(const ImageView& picture) {
  SampleFacts facts{.width = picture.width, .height = picture.height, .format = picture.format};
  facts.min = std::numeric_limits<double>::infinity();
  facts.max = -facts.min;
  double sum = 0, number = 0;
  std::unordered_set<std::uint64_t> distinct;
  ForSamples(picture, [&](double v) {
    if (!std::isfinite(v)) {
      ++facts.not_finite;
      return;
    }
    facts.min = std::min(facts.min, v);
    facts.max = std::max(facts.max, v);
    sum += v;
    ++number;
    if (distinct.size() < kMostDistinct) distinct.insert(std::bit_cast<std::uint64_t>(v));
  });
  facts.distinct = distinct.size();
  facts.mean = number > 0 ? sum / number : std::nan("");
  if (number == 0) facts.min = facts.max = std::nan("");
  return facts;
}

StatusOr<PictureFacts> FindPictureFacts(const std::string& path, std::uint64_t max_pixels,
                                        const std::optional<RawFormat>& raw_format) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes, ReadFile(path, kMostBytes));
  PictureFacts facts;
  facts.path = path;
  facts.bytes = bytes.size();
  if (raw_format) {
    facts.kind = "bare samples";
    const StatusOr<RawFrame> frame = DecodeRaw(*raw_format, bytes, max_pixels, 0);
    if (frame.ok()) facts.pages = frame->frames;
    SEAFUSION_RETURN_IF_ERROR(AddShown(path, max_pixels, raw_format, facts));
    return facts;
  }
  const std::optional<RadiometricKind> kind = FindRadiometry(bytes);
  Status counts;
  if (kind) {
    facts.kind = RadiometricKindName(*kind);
    counts = AddCounts(bytes, max_pixels, facts);
    if (!counts.ok()) facts.remarks.push_back(path + ": " + counts.message());
    if (const auto visible = ReadEmbeddedVisible(bytes, max_pixels); visible.ok()) {
      facts.visible = EmbeddedFacts{visible->width(), visible->height()};
    }
    if (*kind == RadiometricKind::kFlirSequence) {
      if (!counts.ok()) return counts.Annotate(path);
      facts.bits = 16;
      return facts;
    }
  } else {
    const StatusOr<ImageInfo> info = ProbeImage(bytes, max_pixels);
    facts.kind = info.ok() ? ImageFileFormatName(info->format) : "JPEG";
    if (info.ok()) {
      facts.pages = static_cast<std::size_t>(info->pages);
      facts.bits = info->bits;
    }
  }
  const Status shown = AddShown(path, max_pixels, {}, facts);
  if (!shown.ok()) {
    // A thermal camera's counts are worth more than its picture for people.
    if (!facts.counts) return shown;
    facts.remarks.push_back(shown.message());
  }
  return facts;
}

}  // namespace seafusion::io
