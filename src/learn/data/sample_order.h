// The order in which training sees a data set: every pass visits every sample once, in an order
// that follows from the seed and the pass.
#ifndef SEAFUSION_LEARN_DATA_SAMPLE_ORDER_H_
#define SEAFUSION_LEARN_DATA_SAMPLE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "core/seeded_noise.h"

namespace seafusion::learn {

/// Keeps the order of the pass it was last asked about. Not thread-safe; cheap to make.
class SampleOrder {
 public:
  SampleOrder(std::size_t size, std::uint64_t seed) : seed_(seed), order_(size) {}

  /// Which picture sample `sample` of the endless sequence is.
  std::size_t Index(std::uint64_t sample) {
    const std::uint64_t pass = sample / order_.size();
    if (pass != pass_) {
      std::iota(order_.begin(), order_.end(), std::size_t{0});
      SeededNoise shuffle(seed_, 2 * pass);
      for (std::size_t i = order_.size(); i > 1; --i) {
        std::swap(order_[i - 1], order_[static_cast<std::size_t>(shuffle.Below(i))]);
      }
      pass_ = pass;
    }
    return order_[static_cast<std::size_t>(sample % order_.size())];
  }

  /// Place for SeededNoise of what else is drawn for a sample; never that of a pass.
  static std::uint64_t SamplePlace(std::uint64_t sample) { return 2 * sample + 1; }

 private:
  std::uint64_t seed_;
  std::uint64_t pass_ = ~std::uint64_t{0};
  std::vector<std::size_t> order_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_DATA_SAMPLE_ORDER_H_
