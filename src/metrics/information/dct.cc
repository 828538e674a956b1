#include "metrics/information/dct.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "metrics/information/fft.h"

namespace seafusion::metrics {
namespace {

// Transforms 2 * kFftBatch real sequences at once: each complex sequence carries two.
class DctBatch {
 public:
  static constexpr int kSequences = 2 * kFftBatch;

  explicit DctBatch(int length)
      : fft_(length), data_(length), scratch_(length), length_(static_cast<std::size_t>(length)) {
    for (std::size_t k = 0; k < length_; ++k) {
      const double angle = std::numbers::pi * static_cast<double>(k) / (2.0 * length);
      const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / length);
      cosine_.push_back(scale * std::cos(angle));
      sine_.push_back(scale * std::sin(angle));
    }
  }

  /// Element i of sequence s is at first[i * element_step + s * sequence_step]; `count` of them.
  void Transform(double* first, std::size_t element_step, std::size_t sequence_step, int count) {
    const auto sequences = static_cast<std::size_t>(count);
    const auto slot = [](std::size_t s) { return s / 2; };
    std::fill(data_.re.begin(), data_.re.end(), 0.0);
    std::fill(data_.im.begin(), data_.im.end(), 0.0);
    for (std::size_t i = 0; i < length_; ++i) {
      // Even elements forwards, then odd ones backwards.
      const std::size_t to = i % 2 == 0 ? i / 2 : length_ - 1 - i / 2;
      for (std::size_t s = 0; s < sequences; ++s) {
        (s % 2 == 0 ? data_.re : data_.im)[to * kFftBatch + slot(s)] =
            first[i * element_step + s * sequence_step];
      }
    }
    fft_.Transform(data_, scratch_);
    for (std::size_t k = 0; k < length_; ++k) {
      const std::size_t at = k * kFftBatch;
      const std::size_t mirror = (length_ - k) % length_ * kFftBatch;
      for (std::size_t s = 0; s < sequences; ++s) {
        const std::size_t b = slot(s);
        // The transforms of the real and of the imaginary part are the symmetric and antisymmetric
        // halves.
        const double re = s % 2 == 0 ? data_.re[at + b] + data_.re[mirror + b]
                                     : data_.im[at + b] + data_.im[mirror + b];
        const double im = s % 2 == 0 ? data_.im[at + b] - data_.im[mirror + b]
                                     : data_.re[mirror + b] - data_.re[at + b];
        first[k * element_step + s * sequence_step] = 0.5 * (re * cosine_[k] + im * sine_[k]);
      }
    }
  }

 private:
  Fft fft_;
  ComplexBatch data_;
  ComplexBatch scratch_;
  std::size_t length_;
  std::vector<double> cosine_;
  std::vector<double> sine_;
};

}  // namespace

void TransformDct(Plane& plane) {
  const int width = plane.width();
  const int height = plane.height();
  const std::size_t stride = height > 1 ? static_cast<std::size_t>(plane.Row(1) - plane.Row(0)) : 0;
  DctBatch rows(width);
  for (int y = 0; y < height; y += DctBatch::kSequences) {
    rows.Transform(plane.Row(y), 1, stride, std::min(DctBatch::kSequences, height - y));
  }
  DctBatch columns(height);
  for (int x = 0; x < width; x += DctBatch::kSequences) {
    columns.Transform(plane.Row(0) + x, stride, 1, std::min(DctBatch::kSequences, width - x));
  }
}

}  // namespace seafusion::metrics
