// Several processes that train one network together.
#ifndef SEAFUSION_LEARN_PARALLEL_PROCESS_GROUP_H_
#define SEAFUSION_LEARN_PARALLEL_PROCESS_GROUP_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>
#include <torch/types.h>

#include "learn/parallel/process_place.h"

namespace seafusion::learn {

/// Another process of the group has ended or does not answer. The group is of no more use.
class ProcessLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All processes call the same functions in the same order; each waits for the others. Those that
/// exchange something throw ProcessLost. On c10d: Gloo, and NCCL for tensors on a GPU where
/// LibTorch has it. One thread at a time.
class ProcessGroup {
 public:
  /// One process by itself, for which nothing is exchanged.
  static std::shared_ptr<ProcessGroup> Alone();

  /// Meets the others. `patience`: how long a process may keep the others waiting, here and later.
  /// Fails with kUnsupported where this build has no Gloo, with kInternal when they do not come.
  static StatusOr<std::shared_ptr<ProcessGroup>> Join(const ProcessPlace& place,
                                                      torch::Device device,
                                                      std::chrono::seconds patience);

  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool alone() const { return size_ == 1; }
  bool first() const { return rank_ == 0; }

  /// Replaces `tensor` (contiguous) by the sum over all processes: the same bits in each.
  void Sum(torch::Tensor& tensor);
  /// Row r of the result is the `row` of process r; all have as many elements.
  torch::Tensor Rows(const torch::Tensor& row);
  /// Gives all the `tensor` (contiguous, of one shape and type) of process `from`.
  void Copy(torch::Tensor& tensor, int from);
  /// Whether any process says so.
  bool Any(bool mine);
  /// Sums the gradients of `parameters`, in one piece.
  void SumGradients(const std::vector<torch::Tensor>& parameters);

  /// Fails with kInvalidArgument, in all processes, naming `what` and a process where `text` is not
  /// that of process 0.
  Status CheckSame(std::string_view what, const std::string& text);

  /// Process 0 works while the others wait, however long that takes; they return its status code.
  /// `stop` of any process reaches the work.
  Status OnFirst(const std::atomic<bool>& stop,
                 const std::function<Status(const std::atomic<bool>& stop)>& work);

  /// Samples of a batch by process: this one takes [first, first + count) of `batch`.
  struct Share {
    int first = 0, count = 0;
    double weight = 1;  ///< Of a mean over this share in the mean over the batch.
  };
  Share ShareOf(int batch) const;

 private:
  struct Backend;
  ProcessGroup(int rank, int size, std::unique_ptr<Backend> backend);

  int rank_, size_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_PARALLEL_PROCESS_GROUP_H_
