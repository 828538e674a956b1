// Aligned float memory for feature maps and weights.
#ifndef SEAFUSION_NN_WINOGRAD_FLOAT_BUFFER_H_
#define SEAFUSION_NN_WINOGRAD_FLOAT_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace seafusion::nn::winograd {

/// Zeroed floats at a 64-byte boundary; throws std::bad_alloc.
class FloatBuffer {
 public:
  FloatBuffer() = default;
  explicit FloatBuffer(std::size_t size)
      : size_(size), data_(static_cast<float*>(::operator new(size * sizeof(float), Alignment()))) {
#if defined(__linux__)
    // A tile's 36 frequencies lie on as many pages; with huge pages the TLB still holds them. Only
    // a hint: failure changes nothing.
    constexpr std::size_t kHugePage = std::size_t{1} << 21;
    if (size * sizeof(float) >= kHugePage)
      madvise(data_.get(), size * sizeof(float), MADV_HUGEPAGE);
#endif
    std::fill_n(data_.get(), size, 0.0f);
  }

  float* data() {
    return data_.get();
  }
  const float* data() const {
    return data_.get();
  }
  std::size_t size() const {
    return size_;
  }

 private:
  // Large buffers start at a page, as madvise asks.
  static constexpr std::align_val_t Alignment() {
    return std::align_val_t{4096};
  }
  struct Free {
    void operator()(float* p) const { ::operator delete(p, Alignment()); }
  };
  std::size_t size_ = 0;
  std::unique_ptr<float, Free> data_;
};

}  // namespace seafusion::nn::winograd

#endif  // SEAFUSION_NN_WINOGRAD_FLOAT_BUFFER_H_
