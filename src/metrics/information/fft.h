// Discrete Fourier transforms of any length, several sequences at once.
#ifndef SEAFUSION_METRICS_INFORMATION_FFT_H_
#define SEAFUSION_METRICS_INFORMATION_FFT_H_

#include <memory>
#include <vector>

namespace seafusion::metrics {

/// Sequences that are transformed together: element i of sequence s is at [i * kFftBatch + s].
inline constexpr int kFftBatch = 8;

struct ComplexBatch {
  std::vector<double> re;
  std::vector<double> im;
  explicit ComplexBatch(int length)
      : re(static_cast<std::size_t>(length) * kFftBatch), im(re.size()) {}
};

/// X[k] = sum x[n] exp(-2 pi i n k / N), unscaled. Mixed radix (Stockham) for lengths whose prime
/// factors are small, otherwise as a convolution (Bluestein): O(N log N) for every N.
class Fft {
 public:
  explicit Fft(int length);  ///< length >= 1

  int length() const { return length_; }
  /// Transforms `data` in place; `scratch` has the same length.
  void Transform(ComplexBatch& data, ComplexBatch& scratch) const;

 private:
  void MixedRadix(ComplexBatch& data, ComplexBatch& scratch) const;
  void Convolve(ComplexBatch& data) const;

  int length_;
  std::vector<int> factors_;
  std::vector<double> cosine_;  // cos(2 pi k / N)
  std::vector<double> sine_;    // -sin(2 pi k / N)
  // Bluestein: the chirp exp(-pi i k^2 / N), the transform of its conjugate, and what computes it.
  std::unique_ptr<Fft> padded_;
  std::vector<double> chirp_re_, chirp_im_;
  std::vector<double> kernel_re_, kernel_im_;
};

}  // namespace seafusion::metrics

#endif  // SEAFUSION_METRICS_INFORMATION_FFT_H_
