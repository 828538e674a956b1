#include "metrics/information/fft.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace seafusion::metrics {
namespace {

// A butterfly costs the square of its radix.
constexpr int kLargestRadix = 31;

std::vector<int> Factorise(int n) {
  std::vector<int> factors;
  for (int p = 4; n > 1;) {
    if (n % p == 0) {
      factors.push_back(p);
      n /= p;
    } else if (p == 4) {
      p = 2;
    } else {
      p += p == 2 ? 1 : 2;
      if (p > kLargestRadix) {
        factors.push_back(n);
        break;
      }
    }
  }
  return factors;
}

}  // namespace

Fft::Fft(int length) : length_(length), factors_(Factorise(length)) {
  const auto size = static_cast<std::size_t>(length);
  cosine_.resize(size);
  sine_.resize(size);
  for (std::size_t k = 0; k < size; ++k) {
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(k) / length;
    cosine_[k] = std::cos(angle);
    sine_[k] = -std::sin(angle);
  }
  if (factors_.empty() || factors_.back() <= kLargestRadix) return;
  int padded = 1;
  while (padded < 2 * length - 1) padded *= 2;
  padded_ = std::make_unique<Fft>(padded);
  chirp_re_.resize(size);
  chirp_im_.resize(size);
  ComplexBatch kernel(padded);
  for (std::int64_t k = 0; k < length; ++k) {
    // The square modulo 2N keeps the angle small and so exact.
    const double angle = std::numbers::pi * static_cast<double>(k * k % (2LL * length)) / length;
    const auto i = static_cast<std::size_t>(k);
    chirp_re_[i] = std::cos(angle);
    chirp_im_[i] = -std::sin(angle);
    for (const std::int64_t at : {k, (padded - k) % padded}) {
      kernel.re[static_cast<std::size_t>(at) * kFftBatch] = chirp_re_[i];
      kernel.im[static_cast<std::size_t>(at) * kFftBatch] = -chirp_im_[i];
    }
  }
  ComplexBatch scratch(padded);
  padded_->Transform(kernel, scratch);
  for (std::size_t i = 0; i < static_cast<std::size_t>(padded); ++i) {
    kernel_re_.push_back(kernel.re[i * kFftBatch] / padded);
    kernel_im_.push_back(kernel.im[i * kFftBatch] / padded);
  }
}

void Fft::Transform(ComplexBatch& data, ComplexBatch& scratch) const {
  if (padded_) {
    Convolve(data);
  } else {
    MixedRadix(data, scratch);
  }
}

// Before a pass with radix p, each run of `done` elements is a finished transform of a subsequence
// with stride N / done; the pass joins p of them.
void Fft::MixedRadix(ComplexBatch& data, ComplexBatch& scratch) const {
  constexpr std::size_t kB = kFftBatch;
  const auto n = static_cast<std::size_t>(length_);
  std::size_t done = 1;
  for (const int factor : factors_) {
    const auto p = static_cast<std::size_t>(factor);
    const std::size_t groups = n / (done * p);
    for (std::size_t g = 0; g < groups; ++g) {
      for (std::size_t j = 0; j < done; ++j) {
        std::array<std::array<double, kB>, kLargestRadix> re;
        std::array<std::array<double, kB>, kLargestRadix> im;
        for (std::size_t r = 0; r < p; ++r) {
          const std::size_t at = (j + done * (g + groups * r)) * kB;
          const std::size_t twiddle = r * j * groups;
          const double c = cosine_[twiddle];
          const double s = sine_[twiddle];
          for (std::size_t b = 0; b < kB; ++b) {
            re[r][b] = data.re[at + b] * c - data.im[at + b] * s;
            im[r][b] = data.re[at + b] * s + data.im[at + b] * c;
          }
        }
        double* out_re = scratch.re.data() + (j + done * p * g) * kB;
        double* out_im = scratch.im.data() + (j + done * p * g) * kB;
        const std::size_t step = done * kB;
        if (p == 2) {
          for (std::size_t b = 0; b < kB; ++b) {
            out_re[b] = re[0][b] + re[1][b];
            out_im[b] = im[0][b] + im[1][b];
            out_re[step + b] = re[0][b] - re[1][b];
            out_im[step + b] = im[0][b] - im[1][b];
          }
        } else if (p == 4) {
          for (std::size_t b = 0; b < kB; ++b) {
            const double even_re = re[0][b] + re[2][b], even_im = im[0][b] + im[2][b];
            const double odd_re = re[1][b] + re[3][b], odd_im = im[1][b] + im[3][b];
            const double left_re = re[0][b] - re[2][b], left_im = im[0][b] - im[2][b];
            const double right_re = re[1][b] - re[3][b], right_im = im[1][b] - im[3][b];
            out_re[b] = even_re + odd_re;
            out_im[b] = even_im + odd_im;
            out_re[step + b] = left_re + right_im;
            out_im[step + b] = left_im - right_re;
            out_re[2 * step + b] = even_re - odd_re;
            out_im[2 * step + b] = even_im - odd_im;
            out_re[3 * step + b] = left_re - right_im;
            out_im[3 * step + b] = left_im + right_re;
          }
        } else {
          for (std::size_t k = 0; k < p; ++k) {
            std::array<double, kB> sum_re = re[0];
            std::array<double, kB> sum_im = im[0];
            for (std::size_t r = 1; r < p; ++r) {
              const std::size_t root = (r * k % p) * (n / p);
              const double c = cosine_[root];
              const double s = sine_[root];
              for (std::size_t b = 0; b < kB; ++b) {
                sum_re[b] += re[r][b] * c - im[r][b] * s;
                sum_im[b] += re[r][b] * s + im[r][b] * c;
              }
            }
            for (std::size_t b = 0; b < kB; ++b) {
              out_re[k * step + b] = sum_re[b];
              out_im[k * step + b] = sum_im[b];
            }
          }
        }
      }
    }
    data.re.swap(scratch.re);
    data.im.swap(scratch.im);
    done *= p;
  }
}

// n k = (n^2 + k^2 - (k - n)^2) / 2 turns the sum into a convolution with a chirp.
void Fft::Convolve(ComplexBatch& data) const {
  constexpr std::size_t kB = kFftBatch;
  const auto n = static_cast<std::size_t>(length_);
  const auto multiply = [](const ComplexBatch& in, std::size_t i, double c, double s,
                           ComplexBatch& out) {
    for (std::size_t at = i * kB; at < (i + 1) * kB; ++at) {
      const double re = in.re[at];
      const double im = in.im[at];
      out.re[at] = re * c - im * s;
      out.im[at] = re * s + im * c;
    }
  };
  ComplexBatch work(padded_->length());
  ComplexBatch scratch(padded_->length());
  for (std::size_t i = 0; i < n; ++i) multiply(data, i, chirp_re_[i], chirp_im_[i], work);
  padded_->Transform(work, scratch);
  for (std::size_t i = 0; i < kernel_re_.size(); ++i) {
    multiply(work, i, kernel_re_[i], kernel_im_[i], work);
    // The inverse transform is the transform of the conjugate.
    for (std::size_t at = i * kB; at < (i + 1) * kB; ++at) work.im[at] = -work.im[at];
  }
  padded_->Transform(work, scratch);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t at = i * kB; at < (i + 1) * kB; ++at) work.im[at] = -work.im[at];
    multiply(work, i, chirp_re_[i], chirp_im_[i], data);
  }
}

}  // namespace seafusion::metrics
