#include "learn/segmentation/networks/global_batch_norm.h"

#include <cstdint>
#include <tuple>
#include <vector>

#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Those of torch::nn::BatchNorm2d.
constexpr double kMomentum = 0.1, kEpsilon = 1e-5;

torch::Tensor AsChannels(const torch::Tensor& v) {
  return v.view({1, -1, 1, 1});
}

// x: (N, C, H, W). Sums over all pixels of all processes are exchanged in double precision: the
// variance is a small difference of large ones.
struct Normalize : torch::autograd::Function<Normalize> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x,
                               const torch::Tensor& weight, const torch::Tensor& bias,
                               torch::Tensor running_mean, torch::Tensor running_var,
                               std::int64_t group_address) {
    auto* group = reinterpret_cast<ProcessGroup*>(group_address);
    const std::int64_t channels = x.size(1);
    const auto count = static_cast<double>(x.numel() / channels);
    const auto [own_var, own_mean] =
        torch::var_mean(x, at::IntArrayRef({0, 2, 3}), /*unbiased=*/false);
    const torch::Tensor m = own_mean.to(torch::kFloat64), v = own_var.to(torch::kFloat64);
    torch::Tensor sums = torch::cat({m * count, (v + m * m) * count, torch::full_like(m, count)});
    group->Sum(sums);
    const double total = sums[2 * channels].item<double>();
    const torch::Tensor mean = sums.narrow(0, 0, channels) / total;
    const torch::Tensor var =
        (sums.narrow(0, channels, channels) / total - mean * mean).clamp_min(0);
    running_mean.mul_(1 - kMomentum).add_(mean.to(running_mean.dtype()), kMomentum);
    running_var.mul_(1 - kMomentum)
        .add_((var * (total / (total - 1))).to(running_var.dtype()), kMomentum);
    const torch::Tensor mean_f = mean.to(x.dtype()), var_f = var.to(x.dtype());
    const torch::Tensor scale = (var + kEpsilon).rsqrt().to(x.dtype());
    context->save_for_backward({x, weight, mean_f, scale});
    context->saved_data["group"] = group_address;
    context->saved_data["total"] = total;
    return torch::batch_norm(x, weight, bias, mean_f, var_f, /*training=*/false, 0.0, kEpsilon,
                             /*cudnn_enabled=*/false);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const torch::Tensor &x = saved[0], &weight = saved[1], &mean = saved[2], &scale = saved[3];
    const torch::Tensor& dy = gradients[0];
    auto* group = reinterpret_cast<ProcessGroup*>(context->saved_data["group"].toInt());
    const double total = context->saved_data["total"].toDouble();
    const std::vector<std::int64_t> pixels = {0, 2, 3};
    const torch::Tensor normal = (x - AsChannels(mean)) * AsChannels(scale);
    const torch::Tensor d_bias = dy.sum(pixels), d_weight = (dy * normal).sum(pixels);
    torch::Tensor means = torch::cat({d_bias, d_weight}).to(torch::kFloat64);
    group->Sum(means);
    means = (means / total).to(x.dtype());
    const torch::Tensor mean_dy = AsChannels(means.narrow(0, 0, x.size(1)));
    const torch::Tensor mean_dy_normal = AsChannels(means.narrow(0, x.size(1), x.size(1)));
    const torch::Tensor dx = (dy - mean_dy - normal * mean_dy_normal) * AsChannels(scale * weight);
    return {dx, d_weight, d_bias, {}, {}, {}};
  }
};

}  // namespace

GlobalBatchNormImpl::GlobalBatchNormImpl(int channels)
    : weight(register_parameter("weight", torch::ones(channels))),
      bias(register_parameter("bias", torch::zeros(channels))),
      running_mean(register_buffer("running_mean", torch::zeros(channels))),
      running_var(register_buffer("running_var", torch::ones(channels))) {}

torch::Tensor GlobalBatchNormImpl::forward(const torch::Tensor& x) {
  if (!is_training() || group_->alone()) {
    TORCH_CHECK(!is_training() || x.numel() > x.size(1),
                "BatchNorm needs more than one value a channel to train");
    return torch::batch_norm(x, weight, bias, running_mean, running_var, is_training(), kMomentum,
                             kEpsilon, at::globalContext().userEnabledCuDNN());
  }
  return Normalize::apply(x.to(weight.dtype()), weight, bias, running_mean, running_var,
                          reinterpret_cast<std::int64_t>(group_.get()))
      .to(x.dtype());
}

}  // namespace seafusion::learn
