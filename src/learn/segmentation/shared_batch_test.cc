// A batch divided among processes gives what one process makes of the whole batch.
#include <gtest/gtest.h>

#include "learn/libtorch.h"
#include "learn/parallel/test_processes.h"
#include "learn/segmentation/networks/global_batch_norm.h"
#include "learn/segmentation/semantic_loss.h"

namespace seafusion::learn {
namespace {

using torch::indexing::Slice;

torch::Tensor OfProcess(const torch::Tensor& batch, ProcessGroup& group) {
  const auto share = group.ShareOf(static_cast<int>(batch.size(0)));
  return batch.narrow(0, share.first, share.count).clone();
}

TEST(SharedBatch, NormalizationAndItsGradients) {
  torch::manual_seed(1);
  // Far from zero: where the variance is a small difference of large sums.
  const torch::Tensor x = torch::randn({5, 3, 4, 6}) + 50;
  const torch::Tensor weigh = torch::randn({5, 3, 4, 6});
  torch::nn::BatchNorm2d whole(3);
  const torch::Tensor in = x.clone().set_requires_grad(true);
  const torch::Tensor out = whole(in);
  (out * weigh).sum().backward();

  RunProcesses(3, [&](const std::shared_ptr<ProcessGroup>& group) {
    GlobalBatchNorm norm(3);
    norm->set_group(group);
    const torch::Tensor mine = OfProcess(x, *group).set_requires_grad(true);
    const torch::Tensor y = norm(mine);
    (y * OfProcess(weigh, *group)).sum().backward();
    group->SumGradients(norm->parameters());
    const auto near = [](const torch::Tensor& a, const torch::Tensor& b) {
      return torch::allclose(a, b, 1e-4, 1e-4);
    };
    EXPECT_TRUE(near(y, OfProcess(out, *group)));
    EXPECT_TRUE(near(mine.grad(), OfProcess(in.grad(), *group)));
    EXPECT_TRUE(near(norm->weight.grad(), whole->weight.grad()));
    EXPECT_TRUE(near(norm->bias.grad(), whole->bias.grad()));
    EXPECT_TRUE(near(norm->running_mean, whole->running_mean));
    EXPECT_TRUE(near(norm->running_var, whole->running_var));
    norm->eval();
    whole->eval();
    EXPECT_TRUE(near(norm(mine), whole(mine)));
  });
}

TEST(SharedBatch, CrossEntropyWithAndWithoutHardExamples) {
  torch::manual_seed(2);
  const torch::Tensor scores = 3 * torch::randn({5, 4, 6, 7});
  torch::Tensor labels = torch::randint(0, 4, {5, 6, 7}, torch::kInt64);
  // Ignored ones are spread unevenly; the first picture has no others.
  labels.index_put_({0}, kIgnoredLabel);
  labels.index_put_({Slice(1, 3), Slice(0, 2)}, kIgnoredLabel);
  for (const HardExamples& hard :
       {HardExamples{}, HardExamples{true, 0.7, 20}, HardExamples{true, 0.7, 150},
        HardExamples{true, 0.7, 100000}, HardExamples{true, 1e-6, 0}, HardExamples{true, 0.7, 0}}) {
    const torch::Tensor in = scores.clone().set_requires_grad(true);
    const torch::Tensor whole = CrossEntropy(in, labels, hard);
    whole.backward();
    RunProcesses(3, [&](const std::shared_ptr<ProcessGroup>& group) {
      const torch::Tensor mine = OfProcess(scores, *group).set_requires_grad(true);
      const torch::Tensor part = CrossEntropy(mine, OfProcess(labels, *group), hard, group.get());
      part.backward();
      torch::Tensor sum = part.detach().clone();
      group->Sum(sum);
      EXPECT_NEAR(sum.item<double>(), whole.item<double>(), 1e-5) << hard.least;
      EXPECT_TRUE(torch::allclose(mine.grad(), OfProcess(in.grad(), *group), 1e-4, 1e-7))
          << hard.least;
    });
  }
}

}  // namespace
}  // namespace seafusion::learn
