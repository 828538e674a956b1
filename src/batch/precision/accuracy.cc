#include "batch/precision/accuracy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/memory/image_buffer.h"
#include "core/status_macros.h"
#include "core/text/json_file_text.h"
#include "fuse/weights/load_fuser.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"

namespace seafusion::batch {
namespace {

using nlohmann::ordered_json;

PictureAccuracy Compare(std::string name, const ImageBuffer& a, const ImageBuffer& b) {
  PictureAccuracy d{.picture = std::move(name)};
  double squares = 0;
  std::size_t unequal = 0;
  for (int y = 0; y < a.height(); ++y) {
    const auto* p = a.view().Row<float>(y);
    const auto* q = b.view().Row<float>(y);
    for (int x = 0; x < a.width(); ++x) {
      const double difference = std::abs(double{p[x]} - double{q[x]});
      squares += difference * difference;
      d.most = std::max(d.most, 255 * difference);
      const auto level = [](float v) { return static_cast<int>(std::lround(255 * double{v})); };
      const int levels = std::abs(level(p[x]) - level(q[x]));
      d.most_levels = std::max(d.most_levels, levels);
      unequal += levels > 0 ? 1 : 0;
    }
  }
  const double pixels = double(a.width()) * a.height();
  d.psnr =
      squares > 0 ? -10 * std::log10(squares / pixels) : std::numeric_limits<double>::infinity();
  d.unequal = static_cast<double>(unequal) / pixels;
  return d;
}

StatusOr<ImageBuffer> FuseLuma(const Fuser& fuser, const ImageBuffer& infrared,
                               const ImageBuffer& visible) {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer out, ImageBuffer::Create(visible.width(), visible.height(),
                                                                  PixelFormat::kGrayF32));
  SEAFUSION_RETURN_IF_ERROR(fuser.Fuse(infrared.view(), visible.view(), out.view()));
  return out;
}

std::string Line(const PictureAccuracy& d) {
  std::array<char, 128> numbers{};
  std::snprintf(numbers.data(), numbers.size(), " %9.2f %12.3f %7d %9.3f\n", d.psnr, d.most,
                d.most_levels, 100 * (1 - d.unequal));
  constexpr std::size_t kNameWidth = 24;
  std::string name = d.picture;
  if (name.size() < kNameWidth) name.resize(kNameWidth, ' ');
  return name + numbers.data();
}

}  // namespace

StatusOr<AccuracyReport> MeasureAccuracy(const AccuracySettings& settings,
                                         const RunMonitor& monitor) {
  SEAFUSION_ASSIGN_OR_RETURN(const io::PairList list,
                             io::ListPairs(settings.infrared, settings.visible));
  const auto load = [&](Precision precision) {
    return LoadFuser(
        settings.model,
        {.threads = settings.threads, .precision = precision, .cpu_target = settings.cpu_target});
  };
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser exact, load(Precision::kFp32));
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser other, load(settings.precision));
  AccuracyReport report = {.engine = other.engine_name(), .pictures = {}};
  for (const io::PicturePair& pair : list.pairs) {
    if (monitor.Stopped()) return Cancelled("interrupted");
    const io::ReadImageOptions read = {.max_pixels = settings.max_pixels};
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer infrared, io::ReadImage(pair.infrared, read));
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer visible, io::ReadImage(pair.visible, read));
    const auto a = FuseLuma(exact, infrared, visible);
    if (!a.ok()) return a.status().Annotate(pair.visible);
    const auto b = FuseLuma(other, infrared, visible);
    if (!b.ok()) return b.status().Annotate(pair.visible);
    report.pictures.push_back(Compare(pair.stem, *a, *b));
  }
  return report;
}

std::string TableText(const AccuracyReport& report) {
  std::string text = report.engine +
                     " against fp32; PSNR and difference of the fused luma before rounding, equal "
                     "and levels after it\n\n";
  std::array<char, 128> head{};
  std::snprintf(head.data(), head.size(), "%-24s %9s %12s %7s %9s\n", "picture", "PSNR dB",
                "most, 1/255", "levels", "equal %");
  text += head.data();
  PictureAccuracy worst{.picture = "worst of " + std::to_string(report.pictures.size()),
                        .psnr = std::numeric_limits<double>::infinity()};
  for (const PictureAccuracy& d : report.pictures) {
    text += Line(d);
    worst.psnr = std::min(worst.psnr, d.psnr);
    worst.most = std::max(worst.most, d.most);
    worst.most_levels = std::max(worst.most_levels, d.most_levels);
    worst.unequal = std::max(worst.unequal, d.unequal);
  }
  return text + Line(worst);
}

std::string JsonText(const AccuracyReport& report) {
  ordered_json pictures = ordered_json::array();
  for (const PictureAccuracy& d : report.pictures) {
    // JSON has no infinity: null then.
    pictures.push_back({{"picture", d.picture},
                        {"psnr_db", d.psnr},
                        {"most_of_255", d.most},
                        {"most_levels", d.most_levels},
                        {"unequal_share", d.unequal}});
  }
  const ordered_json json = {{"engine", report.engine}, {"pictures", pictures}};
  // File names need not be UTF-8.
  return JsonFileText(json);
}

}  // namespace seafusion::batch
