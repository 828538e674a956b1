// The work of `seafusion bench --ir --vis`: how far a precision is from fp32, picture by picture.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/fuser.h>
#include <nlohmann/json.hpp>

#include "arguments/precision_text.h"
#include "command_status.h"
#include "core/file.h"
#include "core/image_buffer.h"
#include "core/status_macros.h"
#include "interrupt.h"
#include "io/image_file.h"
#include "io/pair_list.h"
#include "options/accuracy_options.h"

namespace seafusion::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{64} << 20;

struct Difference {
  std::string picture;
  double psnr = 0;      // dB, of the luma before it is rounded; infinite when equal
  double most = 0;      // in levels of 8 bits, before rounding
  int most_levels = 0;  // after rounding to 8 bits
  double unequal = 0;   // share of the pixels, after rounding
};

Difference Compare(std::string name, const ImageBuffer& a, const ImageBuffer& b) {
  Difference d{.picture = std::move(name)};
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

void PrintTable(const std::vector<Difference>& all, const std::string& engine) {
  std::printf(
      "%s against fp32; PSNR and difference of the fused luma before rounding, equal and "
      "levels after it\n\n",
      engine.c_str());
  std::printf("%-24s %9s %12s %7s %9s\n", "picture", "PSNR dB", "most, 1/255", "levels", "equal %");
  Difference worst{.picture = "worst of " + std::to_string(all.size()),
                   .psnr = std::numeric_limits<double>::infinity()};
  const auto line = [](const Difference& d) {
    std::printf("%-24s %9.2f %12.3f %7d %9.3f\n", d.picture.c_str(), d.psnr, d.most, d.most_levels,
                100 * (1 - d.unequal));
  };
  for (const Difference& d : all) {
    line(d);
    worst.psnr = std::min(worst.psnr, d.psnr);
    worst.most = std::max(worst.most, d.most);
    worst.most_levels = std::max(worst.most_levels, d.most_levels);
    worst.unequal = std::max(worst.unequal, d.unequal);
  }
  line(worst);
}

void PrintJson(const std::vector<Difference>& all, const std::string& engine) {
  ordered_json pictures = ordered_json::array();
  for (const Difference& d : all) {
    // JSON has no infinity: null then.
    pictures.push_back({{"picture", d.picture},
                        {"psnr_db", d.psnr},
                        {"most_of_255", d.most},
                        {"most_levels", d.most_levels},
                        {"unequal_share", d.unequal}});
  }
  const ordered_json report = {{"engine", engine}, {"pictures", pictures}};
  std::printf("%s\n", report.dump(2, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

Status Run(const AccuracyOptions& options) {
  SEAFUSION_ASSIGN_OR_RETURN(const io::PairList list,
                             io::ListPairs(options.infrared, options.visible));
  std::vector<std::uint8_t> weights;
  if (!options.model.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(weights, ReadFile(options.model, kMaxModelBytes));
  }
  const auto make = [&](Precision precision) {
    return Fuser::Create({.threads = options.threads,
                          .precision = precision,
                          .cpu_target = options.cpu_target,
                          .weights = weights});
  };
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser exact, make(Precision::kFp32));
  SEAFUSION_ASSIGN_OR_RETURN(const Fuser other, make(PrecisionOf(options.precision)));
  std::vector<Difference> all;
  const InterruptGuard interrupt;
  for (const io::PicturePair& pair : list.pairs) {
    if (interrupt.Interrupted()) return Cancelled("interrupted");
    const io::ReadImageOptions read = {.max_pixels = options.max_pixels};
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer infrared, io::ReadImage(pair.infrared, read));
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer visible, io::ReadImage(pair.visible, read));
    const auto a = FuseLuma(exact, infrared, visible);
    if (!a.ok()) return a.status().Annotate(pair.visible);
    const auto b = FuseLuma(other, infrared, visible);
    if (!b.ok()) return b.status().Annotate(pair.visible);
    all.push_back(Compare(pair.stem, *a, *b));
  }
  if (options.json) {
    PrintJson(all, other.engine_name());
  } else {
    PrintTable(all, other.engine_name());
  }
  return OkStatus();
}

}  // namespace
}  // namespace seafusion::tools

extern "C" __attribute__((visibility("default"))) int seafusion_run_accuracy(const void* options) {
  using seafusion::tools::AccuracyOptions;
  try {
    return seafusion::tools::ExitStatus(
        "bench", seafusion::tools::Run(*static_cast<const AccuracyOptions*>(options)));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "seafusion bench: %s\n", e.what());
    return 1;
  }
}
