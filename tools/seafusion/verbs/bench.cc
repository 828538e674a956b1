// seafusion bench: how fast this machine fuses.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <seafusion/seafusion.h>
#include <nlohmann/json.hpp>

#include "arguments/precision_text.h"
#include "command.h"
#include "command_status.h"
#include "core/file.h"
#include "core/image_buffer.h"
#include "core/status_macros.h"
#include "core/thread_pool.h"
#include "model/network.h"
#include "model/safetensors.h"
#include "module.h"
#include "nn/winograd/peak.h"
#include "options/imaging_options.h"

namespace seafusion::tools {
namespace {

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{64} << 20;

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

class BenchCommand : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* sub = app.add_subcommand("bench", "Measure how fast this machine fuses");
    sub->add_option("--size", size_, "Size of the pictures as WIDTHxHEIGHT");
    sub->add_option("--threads", threads_, "Threads; 0: one for each processor")
        ->check(CLI::Range(0, 1024).description(""))
        ->type_name("N");
    sub->add_option("--precision", precision_, "Arithmetic: auto, fp32, int16, bf16 or reference")
        ->check(CLI::IsMember({"auto", "fp32", "int16", "bf16", "reference"}).description(""))
        ->type_name("P");
    sub->add_option("--cpu-target", cpu_target_,
                    "Instruction set to use; seafusion info lists this\nmachine's")
        ->type_name("T");
    sub->add_option("--model", model_,
                    "Weights (.safetensors) to use in place of the\nbuilt-in ones")
        ->type_name("FILE");
    sub->add_option("--seconds", seconds_, "Time to measure for, at least --frames frames")
        ->check(CLI::Range(0.0, 3600.0).description(""))
        ->type_name("S");
    sub->add_option("--frames", frames_, "Least number of frames to measure")
        ->check(CLI::Range(1, 1000000).description(""))
        ->type_name("N");
    sub->add_flag("--on-request", on_request_,
                  "Print \"ready\", then for each line of the input fuse\n"
                  "once and print the milliseconds: for comparisons in turn");
    CLI::Option* ir = sub->add_option("--ir", infrared_,
                                      "Picture, folder or pattern: with --vis, print how far\n"
                                      "--precision is from fp32 on them, and measure no time")
                          ->type_name("SRC");
    sub->add_option("--vis", visible_, "The visible partners")->needs(ir)->type_name("SRC");
    ir->needs(sub->get_option("--vis"));
    sub->add_flag("--json", json_, "Print as JSON");
    return sub;
  }

  int Run() override {
    if (!infrared_.empty()) return MeasureAccuracy();
    int width = 0, height = 0;
    char rest = 0;
    if (std::sscanf(size_.c_str(), "%6dx%6d%c", &width, &height, &rest) != 2 || width < 1 ||
        height < 1) {
      std::fprintf(stderr, "seafusion bench: --size %s is not WIDTHxHEIGHT\n", size_.c_str());
      return kExitUsage;
    }
    if (on_request_) return ExitStatus("bench", MeasureOnRequest(width, height));
    auto report = Measure(width, height);
    if (!report.ok()) return ExitStatus("bench", report.status());
    if (json_) {
      std::printf("%s\n", report->dump(2).c_str());
    } else {
      Print(*report);
    }
    return kExitOk;
  }

 private:
  int MeasureAccuracy() const {
    AccuracyOptions options;
    options.infrared = infrared_;
    options.visible = visible_;
    options.model = model_;
    options.precision = PrecisionOf(precision_);
    options.cpu_target = cpu_target_;
    options.threads = threads_;
    options.json = json_;
    return RunInModule("imaging", "seafusion_run_accuracy", &options);
  }

  struct Pictures {
    ImageBuffer ir, vi, out;
  };
  static StatusOr<Pictures> MakePictures(int width, int height) {
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

  StatusOr<std::vector<std::uint8_t>> ReadModel() const {
    if (model_.empty()) return std::vector<std::uint8_t>();
    return ReadFile(model_, kMaxModelBytes);
  }

  StatusOr<Fuser> MakeFuser(const std::vector<std::uint8_t>& weights) const {
    return Fuser::Create({.threads = threads_,
                          .precision = PrecisionOf(precision_),
                          .cpu_target = cpu_target_,
                          .weights = weights});
  }

  Status MeasureOnRequest(int width, int height) const {
    SEAFUSION_ASSIGN_OR_RETURN(Pictures p, MakePictures(width, height));
    SEAFUSION_ASSIGN_OR_RETURN(const auto weights, ReadModel());
    SEAFUSION_ASSIGN_OR_RETURN(const Fuser fuser, MakeFuser(weights));
    constexpr int kWarmUp = 2;
    for (int i = 0; i < kWarmUp; ++i) {
      SEAFUSION_RETURN_IF_ERROR(fuser.Fuse(p.ir.view(), p.vi.view(), p.out.view()));
    }
    std::printf("ready\n");
    std::fflush(stdout);
    for (int c = std::getchar(); c != EOF; c = std::getchar()) {
      if (c != '\n') continue;
      const auto frame = Clock::now();
      SEAFUSION_RETURN_IF_ERROR(fuser.Fuse(p.ir.view(), p.vi.view(), p.out.view()));
      std::printf("%.3f\n", MillisecondsSince(frame));
      std::fflush(stdout);
    }
    return OkStatus();
  }

  StatusOr<nlohmann::ordered_json> Measure(int width, int height) const {
    SEAFUSION_ASSIGN_OR_RETURN(Pictures p, MakePictures(width, height));
    const double pictures_mb = 7e-6 * width * height;
    SEAFUSION_ASSIGN_OR_RETURN(auto pool, ThreadPool::Create(threads_));
    SEAFUSION_ASSIGN_OR_RETURN(const CpuTarget target, FindCpuTarget(cpu_target_));
    const double resident_before = PeakResidentMegabytes();

    SEAFUSION_ASSIGN_OR_RETURN(const auto weights, ReadModel());
    const auto cold = Clock::now();
    SEAFUSION_ASSIGN_OR_RETURN(const Fuser fuser, MakeFuser(weights));
    SEAFUSION_RETURN_IF_ERROR(fuser.Fuse(p.ir.view(), p.vi.view(), p.out.view()));
    const double cold_ms = MillisecondsSince(cold);

    // The peak before and after: a machine that slows down in between must not flatter the engine.
    SEAFUSION_ASSIGN_OR_RETURN(double peak, nn::winograd::MeasurePeakMultiplyAdds(*pool, target));
    std::vector<double> times;
    const auto start = Clock::now();
    while (times.size() < static_cast<std::size_t>(frames_) ||
           MillisecondsSince(start) < 1e3 * seconds_) {
      const auto frame = Clock::now();
      SEAFUSION_RETURN_IF_ERROR(fuser.Fuse(p.ir.view(), p.vi.view(), p.out.view()));
      times.push_back(MillisecondsSince(frame));
    }
    SEAFUSION_ASSIGN_OR_RETURN(const double peak_after,
                               nn::winograd::MeasurePeakMultiplyAdds(*pool, target));
    peak = std::max(peak, peak_after);
    std::sort(times.begin(), times.end());
    const double median = Quantile(times, 0.5);
    // Of the network as defined, so that engines with fewer multiplications show a higher rate.
    SEAFUSION_ASSIGN_OR_RETURN(
        const auto archive,
        model::ParseSafetensors(weights.empty() ? DefaultWeights() : std::span(weights)));
    SEAFUSION_ASSIGN_OR_RETURN(const auto network, model::IdentifyNetwork(archive));
    const double rate =
        model::MultiplyAddsPerPixel(network.graph) * width * height / (median * 1e-3);

    nlohmann::ordered_json report;
    report["engine"] = fuser.engine_name();
    report["width"] = width;
    report["height"] = height;
    report["threads"] = pool->thread_count();
    report["frames"] = times.size();
    report["cold_start_ms"] = cold_ms;
    report["median_ms"] = median;
    report["min_ms"] = times.front();
    report["quartile_1_ms"] = Quantile(times, 0.25);
    report["quartile_3_ms"] = Quantile(times, 0.75);
    report["frames_per_s"] = 1e3 / median;
    report["gmac_per_s"] = rate * 1e-9;
    report["peak_gmac_per_s"] = peak * 1e-9;
    report["share_of_peak"] = rate / peak;
    report["pictures_mb"] = pictures_mb;
    report["engine_mb"] = PeakResidentMegabytes() - resident_before;
    report["peak_resident_mb"] = PeakResidentMegabytes();
    return report;
  }

  static void Print(const nlohmann::ordered_json& r) {
    const auto number = [&](const char* key) { return r[key].get<double>(); };
    std::printf("engine        %s, threads: %d, %dx%d\n", r["engine"].get<std::string>().c_str(),
                r["threads"].get<int>(), r["width"].get<int>(), r["height"].get<int>());
    std::printf(
        "steady        %.1f ms median of %d frames, %.1f to %.1f the middle half, %.1f best\n",
        number("median_ms"), r["frames"].get<int>(), number("quartile_1_ms"),
        number("quartile_3_ms"), number("min_ms"));
    std::printf("              %.2f frames/s\n", number("frames_per_s"));
    std::printf("cold start    %.1f ms until the first frame is done\n", number("cold_start_ms"));
    std::printf(
        "arithmetic    %.1f GMAC/s of the network as defined; the units' peak is %.1f (%.0f %%; "
        "Winograd\n              saves multiplications, so more than 100 %% is possible)\n",
        number("gmac_per_s"), number("peak_gmac_per_s"), 100 * number("share_of_peak"));
    std::printf(
        "memory        %.1f MB for the engine, %.1f MB pictures, %.1f MB peak of the process\n",
        number("engine_mb"), number("pictures_mb"), number("peak_resident_mb"));
  }

  std::string size_ = "640x480";
  std::string precision_ = "auto";
  int threads_ = 0;
  std::string cpu_target_;
  std::string infrared_, visible_;
  std::string model_;
  double seconds_ = 3;
  int frames_ = 3;
  bool json_ = false;
  bool on_request_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeBenchCommand() {
  return std::make_unique<BenchCommand>();
}

}  // namespace seafusion::tools
