#include "learn/parallel/process_group.h"

#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

#ifdef SEAFUSION_HAVE_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef SEAFUSION_HAVE_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

#include "core/files/sha256.h"
#include "learn/libtorch.h"

namespace seafusion::learn {
namespace {

// Reasons come with pages of stack frames, each on a line of its own.
std::string FirstLine(const std::exception& e) {
  const auto* of_torch = dynamic_cast<const c10::Error*>(&e);
  const std::string text = of_torch != nullptr ? of_torch->what_without_backtrace() : e.what();
  return text.substr(0, text.find('\n'));
}

// How long process 0 works between two signs of life to the others.
constexpr std::chrono::seconds kSignOfLife{1};
// What it says in them.
constexpr double kWorking = 0, kDone = 1, kStopped = 2, kFailed = 3;

}  // namespace

#ifdef SEAFUSION_HAVE_GLOO

struct ProcessGroup::Backend {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
#ifdef SEAFUSION_HAVE_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl;
#endif

  // exchange(group, tensors) on the group for the tensor's device; Gloo works on copies of what is
  // on a GPU.
  template <typename Exchange>
  void Run(torch::Tensor& tensor, const Exchange& exchange) {
    try {
#ifdef SEAFUSION_HAVE_NCCL
      if (tensor.is_cuda()) {
        std::vector<torch::Tensor> tensors = {tensor};
        exchange(*nccl, tensors)->wait();
        return;
      }
#endif
      std::vector<torch::Tensor> tensors = {tensor.to(torch::kCPU)};
      exchange(*gloo, tensors)->wait();
      if (!tensor.is_cpu()) tensor.copy_(tensors[0]);
    } catch (const std::exception& e) {
      throw ProcessLost("another process of this run has ended or does not answer: " +
                        FirstLine(e));
    }
  }
};

StatusOr<std::shared_ptr<ProcessGroup>> ProcessGroup::Join(const ProcessPlace& place,
                                                           torch::Device device,
                                                           std::chrono::seconds patience) {
  if (place.alone()) return Alone();
  try {
    auto backend = std::make_unique<Backend>();
    c10d::TCPStoreOptions meeting;
    meeting.port = static_cast<std::uint16_t>(place.port);
    meeting.isServer = place.rank == 0 && place.agent_prefix.empty();
    meeting.numWorkers = static_cast<std::size_t>(place.size);
    meeting.waitWorkers = place.agent_prefix.empty();
    meeting.timeout = patience;
    backend->store = c10::make_intrusive<c10d::TCPStore>(place.address, meeting);
    if (!place.agent_prefix.empty()) {
      backend->store = c10::make_intrusive<c10d::PrefixStore>(place.agent_prefix, backend->store);
    }
    auto options = c10d::ProcessGroupGloo::Options::create(patience);
    // As PyTorch does, but for the name of this machine: it need not be known to the machine.
    const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
    options->devices = {
        interface != nullptr     ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
        : place.on_one_machine() ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                 : c10d::ProcessGroupGloo::createDefaultDevice()};
    backend->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("gloo", backend->store), place.rank, place.size,
        options);
#ifdef SEAFUSION_HAVE_NCCL
    if (device.is_cuda()) {
      auto nccl = c10d::ProcessGroupNCCL::Options::create();
      nccl->timeout = patience;
      backend->nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(
          c10::make_intrusive<c10d::PrefixStore>("nccl", backend->store), place.rank, place.size,
          nccl);
    }
#endif
    static_cast<void>(device);
    return std::shared_ptr<ProcessGroup>(
        new ProcessGroup(place.rank, place.size, std::move(backend)));
  } catch (const std::exception& e) {
    return Internal("process " + std::to_string(place.rank) + " of " + std::to_string(place.size) +
                    " cannot meet the others at " + place.address + ":" +
                    std::to_string(place.port) + ": " + FirstLine(e));
  }
}

void ProcessGroup::Sum(torch::Tensor& tensor) {
  if (alone()) return;
  backend_->Run(tensor, [](auto& group, auto& tensors) { return group.allreduce(tensors); });
}

void ProcessGroup::Copy(torch::Tensor& tensor, int from) {
  if (alone()) return;
  c10d::BroadcastOptions options;
  options.rootRank = from;
  backend_->Run(tensor,
                [&](auto& group, auto& tensors) { return group.broadcast(tensors, options); });
}

#else  // without Gloo

struct ProcessGroup::Backend {};

StatusOr<std::shared_ptr<ProcessGroup>> ProcessGroup::Join(const ProcessPlace& place, torch::Device,
                                                           std::chrono::seconds) {
  if (place.alone()) return Alone();
  return Unsupported("started as " + std::to_string(place.size) +
                     " processes, but this build has no Gloo to join them (libgloo-dev)");
}
void ProcessGroup::Sum(torch::Tensor&) {}
void ProcessGroup::Copy(torch::Tensor&, int) {}

#endif

ProcessGroup::ProcessGroup(int rank, int size, std::unique_ptr<Backend> backend)
    : rank_(rank), size_(size), backend_(std::move(backend)) {}
ProcessGroup::~ProcessGroup() = default;

std::shared_ptr<ProcessGroup> ProcessGroup::Alone() {
  return std::shared_ptr<ProcessGroup>(new ProcessGroup(0, 1, nullptr));
}

torch::Tensor ProcessGroup::Rows(const torch::Tensor& row) {
  torch::Tensor table = torch::zeros({size_, row.numel()}, row.options().requires_grad(false));
  table[rank_].copy_(row.detach().flatten());
  Sum(table);
  return table;
}

bool ProcessGroup::Any(bool mine) {
  if (alone()) return mine;
  torch::Tensor flag = torch::tensor(mine ? 1 : 0);
  Sum(flag);
  return flag.item<std::int64_t>() > 0;
}

void ProcessGroup::SumGradients(const std::vector<torch::Tensor>& parameters) {
  if (alone()) return;
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> gradients, flat;
  for (const torch::Tensor& p : parameters) {
    if (!p.grad().defined()) continue;
    gradients.push_back(p.grad());
    flat.push_back(p.grad().flatten());
  }
  if (flat.empty()) return;
  torch::Tensor all = torch::cat(flat);
  Sum(all);
  std::int64_t at = 0;
  for (torch::Tensor& gradient : gradients) {
    gradient.copy_(all.narrow(0, at, gradient.numel()).view(gradient.sizes()));
    at += gradient.numel();
  }
}

Status ProcessGroup::CheckSame(std::string_view what, const std::string& text) {
  if (alone()) return OkStatus();
  const std::string digest = Sha256Hex(std::span<const std::uint8_t>(
      reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  torch::Tensor row = torch::empty({static_cast<std::int64_t>(digest.size())}, torch::kInt64);
  for (std::size_t i = 0; i < digest.size(); ++i) {
    row[static_cast<std::int64_t>(i)] = static_cast<std::int64_t>(digest[i]);
  }
  const torch::Tensor rows = Rows(row);
  for (int r = 1; r < size_; ++r) {
    if (torch::equal(rows[r], rows[0])) continue;
    return InvalidArgument("process " + std::to_string(r) + " has other " + std::string(what) +
                           " than process 0");
  }
  return OkStatus();
}

Status ProcessGroup::OnFirst(const std::atomic<bool>& stop,
                             const std::function<Status(const std::atomic<bool>& stop)>& work) {
  if (alone()) return work(stop);
  // What process 0 says, and how many have been told to stop.
  const auto exchange = [&](double word) {
    torch::Tensor words = torch::tensor({word, stop.load() ? 1.0 : 0.0}, torch::kFloat64);
    Sum(words);
    return std::pair(words[0].item<double>(), words[1].item<double>() > 0);
  };
  if (!first()) {
    double word = kWorking;
    while (word == kWorking) word = exchange(kWorking).first;
    if (word == kStopped) return Cancelled("stopped on request");
    if (word == kFailed) return Internal("process 0 failed; it tells why");
    return OkStatus();
  }
  std::mutex mutex;
  std::condition_variable changed;
  double word = kWorking;
  std::atomic<bool> stop_work = stop.load();
  std::exception_ptr lost;
  std::thread signs([&] {
    try {
      std::unique_lock lock(mutex);
      while (true) {
        const double said = word;
        lock.unlock();
        if (exchange(said).second) stop_work = true;
        if (said != kWorking) return;
        lock.lock();
        changed.wait_for(lock, kSignOfLife, [&] { return word != kWorking; });
      }
    } catch (...) {
      lost = std::current_exception();
      stop_work = true;
    }
  });
  const auto finish = [&](double last) {
    {
      const std::lock_guard lock(mutex);
      word = last;
    }
    changed.notify_one();
    signs.join();
  };
  Status status = OkStatus();
  try {
    status = work(stop_work);
  } catch (...) {
    finish(kFailed);
    throw;
  }
  finish(status.ok() ? kDone : status.code() == StatusCode::kCancelled ? kStopped : kFailed);
  if (lost) std::rethrow_exception(lost);
  return status;
}

ProcessGroup::Share ProcessGroup::ShareOf(int batch) const {
  const auto begin = [&](int rank) { return static_cast<int>(std::int64_t{batch} * rank / size_); };
  const int count = begin(rank_ + 1) - begin(rank_);
  return {begin(rank_), count, static_cast<double>(count) / batch};
}

}  // namespace seafusion::learn
