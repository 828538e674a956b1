// Aligned memory for feature maps and weights.
#ifndef SEAFUSION_NN_BUFFER_H_
#define SEAFUSION_NN_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace seafusion::nn {

/// Zeroed numbers, starting at a page; throws std::bad_alloc.
template <typename T>
class Buffer {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  Buffer() = default;
  explicit Buffer(std::size_t size)
      : size_(size), data_(static_cast<T*>(::operator new(size * sizeof(T), Alignment()))) {
#if defined(__linux__)
    // A tile's 36 frequencies lie on as many pages; with huge pages the TLB still holds them. Only
    // a hint: failure changes nothing.
    constexpr std::size_t kHugePage = std::size_t{1} << 21;
    if (size * sizeof(T) >= kHugePage) madvise(data_.get(), size * sizeof(T), MADV_HUGEPAGE);
#endif
    std::fill_n(data_.get(), size, T{});
  }

  T* data() {
    return data_.get();
  }
  const T* data() const {
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
    void operator()(T* p) const { ::operator delete(p, Alignment()); }
  };
  std::size_t size_ = 0;
  std::unique_ptr<T, Free> data_;
};

}  // namespace seafusion::nn

#endif  // SEAFUSION_NN_BUFFER_H_
