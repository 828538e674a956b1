// Pictures a second that training makes, beside the same network in the shortest loop that LibTorch
// allows, in turn in one run:
//   compute   one batch again and again: forward, content loss, backward, Adam; no data at all
//   plain     the same, each batch made in the loop before it is used
//   train     learn::JointTrainer as `seafusion train` runs it, batches made ahead by one worker
// Usage: training_rate PAIRS [STEPS [REPETITIONS [THREADS]]]; PAIRS as --data of seafusion train.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "learn/data/pair_dataset.h"
#include "learn/joint/joint_trainer.h"
#include "learn/losses/content_loss.h"
#include "learn/networks/fusion_net.h"
#include "learn/run/torch_setup.h"

namespace seafusion::learn {
namespace {

constexpr int kBatch = 4, kCrop = 96;
constexpr std::uint64_t kSeed = 1;

struct Rate {
  double pictures_per_second = 0;
  double waited_share = 0;
};

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

Rate Loop(const PairDataset& data, int steps, bool new_batches) {
  const FusionNet net = FusionNet::Initialized(kSeed);
  torch::optim::Adam adam(net.parameter_tensors(), torch::optim::AdamOptions(1e-3));
  PairBatch batch = data.Crops(0, kBatch, kCrop, kSeed);
  double waited = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int step = 0; step < steps; ++step) {
    if (new_batches) {
      const auto made = std::chrono::steady_clock::now();
      batch = data.Crops(static_cast<std::uint64_t>(step) * kBatch, kBatch, kCrop, kSeed);
      waited += Seconds(made);
    }
    adam.zero_grad();
    ComputeContentLoss(net.Forward(batch.vis, batch.inf), batch.vis, batch.inf).content.backward();
    adam.step();
  }
  const double seconds = Seconds(start);
  return {kBatch * steps / seconds, waited / seconds};
}

Rate Train(const PairDataset& data, int steps) {
  JointSettings settings;
  settings.strategy = "content-only";
  settings.rounds = 1;
  settings.fusion_steps = static_cast<std::uint64_t>(steps);
  settings.fusion_batch = kBatch;
  settings.fusion_crop = kCrop;
  auto trainer = JointTrainer::Create(settings, data, {.workers = 1});
  if (!trainer.ok()) {
    std::fprintf(stderr, "%s\n", trainer.status().message().c_str());
    std::exit(1);
  }
  Rate rate;
  const std::atomic<bool> stop = false;
  const Status trained = trainer->Train(
      stop, {[&](const JointEvent& e) {
               rate = {static_cast<double>(e.pictures) / e.seconds, e.waited / e.seconds};
               return OkStatus();
             },
             {}});
  if (!trained.ok()) std::fprintf(stderr, "%s\n", trained.message().c_str());
  return rate;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Main(int argc, char** argv) {
  const auto number = [&](int index, int otherwise) {
    return argc > index ? std::max(1, std::atoi(argv[index])) : otherwise;
  };
  if (argc < 2) {
    std::fprintf(stderr, "usage: training_rate PAIRS [STEPS [REPETITIONS [THREADS]]]\n");
    return 2;
  }
  KeepLargeBlocks();  // as training runs do
  const int steps = number(2, 40), repetitions = number(3, 5);
  at::set_num_threads(number(4, at::get_num_threads()));
  const auto data = PairDataset::Load(argv[1], "train", 0);
  if (!data.ok()) {
    std::fprintf(stderr, "%s\n", data.status().message().c_str());
    return 1;
  }
  struct Row {
    const char* name;
    std::function<Rate()> run;
    std::vector<double> rates, waited;
  };
  std::vector<Row> rows = {{"compute", [&] { return Loop(*data, steps, false); }, {}, {}},
                           {"plain", [&] { return Loop(*data, steps, true); }, {}, {}},
                           {"train", [&] { return Train(*data, steps); }, {}, {}}};
  Loop(*data, 3, false);  // caches of oneDNN and of the allocator
  for (int i = 0; i < repetitions; ++i) {
    for (Row& row : rows) {
      const Rate rate = row.run();
      row.rates.push_back(rate.pictures_per_second);
      row.waited.push_back(rate.waited_share);
    }
  }
  std::printf("%zu pairs, crops of %d, batches of %d, %d steps, %d repetitions, %d threads\n",
              data->size(), kCrop, kBatch, steps, repetitions, at::get_num_threads());
  std::printf("%-8s %10s %10s %10s %18s\n", "", "median", "lowest", "highest", "waiting for data");
  for (const Row& row : rows) {
    std::printf("%-8s %10.2f %10.2f %10.2f %16.2f %%\n", row.name, Median(row.rates),
                *std::min_element(row.rates.begin(), row.rates.end()),
                *std::max_element(row.rates.begin(), row.rates.end()), 100 * Median(row.waited));
  }
  return 0;
}

}  // namespace
}  // namespace seafusion::learn

int main(int argc, char** argv) {
  return seafusion::learn::Main(argc, argv);
}
