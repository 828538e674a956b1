#include "methods/learned/learned_method.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "core/cpu/thread_pool.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"
#include "fuse/fuse_call.h"
#include "fuse/rows/output_writer.h"
#include "learn/libtorch.h"
#include "methods/learned/network_weights.h"
#include "methods/networks/network_method.h"
#include "methods/networks/scipy_range.h"

namespace seafusion::methods {
namespace {

constexpr std::string_view kForPicture = "to fuse the picture";

// LibTorch throws one type for everything; its text goes on with pages of stack frames.
Status FromLibTorch(const c10::Error& error) {
  const std::string text = error.what_without_backtrace();
  if (text.find("allocate memory") != std::string::npos) return OutOfMemory(kForPicture);
  return Internal("LibTorch: " + text.substr(0, text.find('\n')));
}

torch::Tensor TensorOf(std::vector<float>& levels, const ImageView& view) {
  return torch::from_blob(levels.data(), {1, 1, view.height, view.width}, torch::kFloat32);
}

class LearnedMethod : public FusionMethod {
 public:
  LearnedMethod(LearnedDescriptor descriptor, NetworkWeights weights, int threads)
      : descriptor_(std::move(descriptor)), weights_(std::move(weights)), threads_(threads) {}

  const MethodInfo& info() const override { return descriptor_.info; }
  std::string engine_name() const override { return "libtorch fp32"; }

  Status FuseComplete(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                      const FuseSettings& settings, const TraceLine&) const override {
    try {
      SEAFUSION_RETURN_IF_ERROR(CheckFuseCall(ir, vi, out, settings));
      return FuseChecked(ir, vi, out, settings);
    } catch (const c10::Error& e) {
      return FromLibTorch(e);
    } catch (const std::bad_alloc&) {
      return OutOfMemory(kForPicture);
    } catch (const std::exception& e) {
      return Internal(e.what());
    }
  }

 private:
  Status FuseChecked(const ImageView& ir, const ImageView& vi, const MutableImageView& out,
                     const FuseSettings& settings) const {
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<float> infrared,
                               ReadInfraredLevels(ir, settings.infrared_range, descriptor_.luma));
    SEAFUSION_ASSIGN_OR_RETURN(std::vector<float> visible, ReadVisibleLevels(vi, descriptor_.luma));
    // OpenMP keeps this for each thread that calls. Each setting also makes LibTorch a pool of
    // threads anew, which then spin for a while.
    if (torch::get_num_threads() != threads_) torch::set_num_threads(threads_);
    const c10::InferenceMode inference;
    const TensorSource tensors = [this](const std::string& name) { return weights_[name]; };
    const torch::Tensor fused =
        descriptor_.fuse(tensors, TensorOf(infrared, ir), TensorOf(visible, vi));
    OutputRange range = settings.output_range;
    torch::Tensor levels;
    if (range.kind == OutputRange::Kind::kReference) {
      levels = descriptor_.published(fused, BytesPerSample(out.format) == 1);
      range.kind = OutputRange::Kind::kNone;
    } else {
      levels = descriptor_.clipped(fused);
    }
    const torch::Tensor luma = (levels / kWhite).contiguous();
    if (!torch::isfinite(luma).all().item<bool>()) {
      return InvalidArgument("the weights give values that are not finite for this picture");
    }
    const nn::ConstPlane plane{luma.data_ptr<float>(), vi.width};
    WriteWholePicture(plane, vi, out, range);
    return OkStatus();
  }

  LearnedDescriptor descriptor_;
  NetworkWeights weights_;
  int threads_;
};

StatusOr<NetworkWeights> Weights(const LearnedDescriptor& descriptor,
                                 const model::TensorArchive& archive) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<model::TensorSpec> tensors,
                             descriptor.tensors(archive));
  return NetworkWeights::FromArchive(archive, descriptor.info.name, tensors);
}

}  // namespace

torch::Tensor StretchedAsSciPy(const torch::Tensor& levels, bool whole) {
  torch::Tensor stretched = levels.clone(torch::MemoryFormat::Contiguous);
  StretchAsSciPy({stretched.data_ptr<float>(), static_cast<std::size_t>(stretched.numel())}, whole);
  return stretched;
}

StatusOr<std::unique_ptr<FusionMethod>> MakeLearnedMethod(LearnedDescriptor descriptor,
                                                          const MethodOptions& options) {
  const std::string name(descriptor.info.name);
  if (options.threads < 0) return InvalidArgument("threads must not be negative");
  if (options.weights.empty()) return LacksWeights(name);
  try {
    SEAFUSION_ASSIGN_OR_RETURN(const model::TensorArchive archive,
                               model::ParseSafetensors(options.weights));
    StatusOr<NetworkWeights> weights = Weights(descriptor, archive);
    if (!weights.ok()) {
      return Status(weights.status().code(),
                    "not the weights of " + name + ": " + weights.status().message());
    }
    const int threads = options.threads == 0 ? AvailableProcessors() : options.threads;
    return std::unique_ptr<FusionMethod>(
        std::make_unique<LearnedMethod>(std::move(descriptor), *std::move(weights), threads));
  } catch (const c10::Error& e) {
    return FromLibTorch(e);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("for the network");
  }
}

}  // namespace seafusion::methods
