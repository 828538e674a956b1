#include "fuse/speed/speed.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <span>
#include <utility>
#include <vector>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "core/cpu/cpu_target.h"
#include "core/cpu/thread_pool.h"
#include "core/status_macros.h"
#include "fuse/weights/load_fuser.h"
#include "model/graph/network.h"
#include "model/weights/safetensors.h"
#include "nn/winograd/peak.h"

namespace seafusion {
namespace {

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double PeakResidentMegabytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Between two sorted samples, as the field's tools do it.
double Quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

// Neither flat nor noise: a gradient with texture, different for each seed.
void Paint(const MutableImageView& image, int seed) {
  const int channels = ChannelCount(image.format);
  for (int y = 0; y < image.height; ++y) {
    auto* row = image.Row<std::uint8_t>(y);
    for (int i = 0; i < image.width * channels; ++i) {
      row[i] = static_cast<std::uint8_t>((i * seed + y * 3 + ((i ^ y) & 31)) & 255);
    }
  }
}

struct Pictures {
  ImageBuffer ir, vi, out;
};

StatusOr<Pictures> MakePictures(int width, int height) {
  Pictures p;
  SEAFUSION_ASSIGN_OR_RETURN(p.ir, ImageBuffer::Create(width, height, PixelFormat::kGray8));
  SEAFUSION_ASSIGN_OR_RETURN(p.vi, ImageBuffer::Create(width, height, PixelFormat::kRgb8));
  SEAFUSION_ASSIGN_OR_RETURN(p.out, ImageBuffer::Create(width, height, PixelFormat::kRgb8));
  Paint(p.ir.view(), 1);
  Paint(p.vi.view(), 2);
  // Touched before any memory is measured.
  Paint(p.out.view(), 3);
  return p;
}

// Of the network as defined, so that engines with fewer multiplications show a higher rate.
StatusOr<double> MultiplyAddsPerPixelOf(std::span<const std::uint8_t> weights) {
  SEAFUSION_ASSIGN_OR_RETURN(const auto archive,
                             model::ParseSafetensors(weights.empty() ? DefaultWeights() : weights));
  SEAFUSION_ASSIGN_OR_RETURN(const auto network, model::IdentifyNetwork(archive));
  return model::MultiplyAddsPerPixel(network.graph);
}

template <typename... Values>
std::string Format(const char* format, Values... values) {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

}  // namespace

StatusOr<SpeedReport> MeasureSpeed(const SpeedSettings& settings, const RunMonitor& monitor) {
  const int width = settings.width, height = settings.height;
  SEAFUSION_ASSIGN_OR_RETURN(Pictures p, MakePictures(width, height));
  SEAFUSION_ASSIGN_OR_RETURN(auto pool, ThreadPool::Create(settings.engine.threads));
  SEAFUSION_ASSIGN_OR_RETURN(const CpuTarget target, FindCpuTarget(settings.engine.cpu_target));
  const double resident_before = PeakResidentMegabytes();

  SEAFUSION_ASSIGN_OR_RETURN(const auto weights, ReadWeights(settings.weights));
  FuserOptions options = settings.engine;
  options.weights = weights;
  const auto cold = Clock::now();
  const StatusOr<Fuser> fuser = Fuser::Create(options);
  if (!fuser.ok()) {
    return settings.weights.empty() ? fuser.status() : fuser.status().Annotate(settings.weights);
  }
  SEAFUSION_RETURN_IF_ERROR(fuser->Fuse(p.ir.view(), p.vi.view(), p.out.view()));
  SpeedReport report = {.engine = fuser->engine_name(),
                        .width = width,
                        .height = height,
                        .threads = pool->thread_count(),
                        .cold_start = MillisecondsSince(cold),
                        .pictures_memory = 7e-6 * width * height};

  // The peak before and after: a machine that slows down in between must not flatter the engine.
  SEAFUSION_ASSIGN_OR_RETURN(const double peak,
                             nn::winograd::MeasurePeakMultiplyAdds(*pool, target));
  std::vector<double> times;
  const auto start = Clock::now();
  while (times.size() < settings.frames || MillisecondsSince(start) < 1e3 * settings.seconds) {
    if (monitor.Stopped()) return Cancelled("interrupted");
    const auto frame = Clock::now();
    SEAFUSION_RETURN_IF_ERROR(fuser->Fuse(p.ir.view(), p.vi.view(), p.out.view()));
    times.push_back(MillisecondsSince(frame));
  }
  SEAFUSION_ASSIGN_OR_RETURN(const double peak_after,
                             nn::winograd::MeasurePeakMultiplyAdds(*pool, target));
  SEAFUSION_ASSIGN_OR_RETURN(const double multiply_adds, MultiplyAddsPerPixelOf(weights));
  std::sort(times.begin(), times.end());
  report.frames = times.size();
  report.median = Quantile(times, 0.5);
  report.least = times.front();
  report.quartile_1 = Quantile(times, 0.25);
  report.quartile_3 = Quantile(times, 0.75);
  report.rate = multiply_adds * width * height / (report.median * 1e-3) * 1e-9;
  report.peak_rate = std::max(peak, peak_after) * 1e-9;
  report.engine_memory = PeakResidentMegabytes() - resident_before;
  report.peak_memory = PeakResidentMegabytes();
  return report;
}

std::string SpeedText(const SpeedReport& r) {
  return Format("engine        %s, threads: %d, %dx%d\n", r.engine.c_str(), r.threads, r.width,
                r.height) +
         Format(
             "steady        %.2f ms median of %d frames, %.2f to %.2f the middle half, %.2f best\n",
             r.median, static_cast<int>(r.frames), r.quartile_1, r.quartile_3, r.least) +
         Format("              %.2f frames/s\n", r.frames_per_second()) +
         Format("cold start    %.1f ms until the first frame is done\n", r.cold_start) +
         Format(
             "arithmetic    %.1f GMAC/s of the network as defined; the units' peak in 32 bits is "
             "%.1f (%.0f %%;\n              Winograd saves multiplications, narrower numbers save "
             "instructions, so more\n              than 100 %% is possible)\n",
             r.rate, r.peak_rate, 100 * r.rate / r.peak_rate) +
         Format(
             "memory        %.1f MB for the engine, %.1f MB pictures, %.1f MB peak of the "
             "process\n",
             r.engine_memory, r.pictures_memory, r.peak_memory);
}

std::string SpeedJson(const SpeedReport& r) {
  nlohmann::ordered_json report;
  report["engine"] = r.engine;
  report["width"] = r.width;
  report["height"] = r.height;
  report["threads"] = r.threads;
  report["frames"] = r.frames;
  report["cold_start_ms"] = r.cold_start;
  report["median_ms"] = r.median;
  report["min_ms"] = r.least;
  report["quartile_1_ms"] = r.quartile_1;
  report["quartile_3_ms"] = r.quartile_3;
  report["frames_per_s"] = r.frames_per_second();
  report["gmac_per_s"] = r.rate;
  report["peak_gmac_per_s"] = r.peak_rate;
  report["share_of_peak"] = r.rate / r.peak_rate;
  report["pictures_mb"] = r.pictures_memory;
  report["engine_mb"] = r.engine_memory;
  report["peak_resident_mb"] = r.peak_memory;
  return report.dump(2) + "\n";
}

FuseTimer::FuseTimer(Fuser fuser, ImageBuffer infrared, ImageBuffer visible, ImageBuffer fused)
    : fuser_(std::move(fuser)),
      infrared_(std::move(infrared)),
      visible_(std::move(visible)),
      fused_(std::move(fused)) {}

StatusOr<FuseTimer> FuseTimer::Create(const SpeedSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(Pictures p, MakePictures(settings.width, settings.height));
  SEAFUSION_ASSIGN_OR_RETURN(Fuser fuser, LoadFuser(settings.weights, settings.engine));
  FuseTimer timer(std::move(fuser), std::move(p.ir), std::move(p.vi), std::move(p.out));
  constexpr int kWarmUp = 2;
  for (int i = 0; i < kWarmUp; ++i) SEAFUSION_RETURN_IF_ERROR(timer.Fuse().status());
  return timer;
}

StatusOr<double> FuseTimer::Fuse() {
  const auto start = Clock::now();
  SEAFUSION_RETURN_IF_ERROR(fuser_.Fuse(infrared_.view(), visible_.view(), fused_.view()));
  return MillisecondsSince(start);
}

}  // namespace seafusion
