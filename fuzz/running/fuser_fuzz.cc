// The public Fuser on views of every kind: sizes, strides, formats, ranges, gains, engines. Buffers
// end where the view's last row does, so that the address sanitizer sees one byte too many; what
// lies between rows stays as it was; a call with other strides gives the same pixels.
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>
#include <seafusion/fuser.h>

namespace {

using namespace seafusion;  // NOLINT: this file

constexpr int kLargestSide = 40;
constexpr std::uint8_t kCanary = 0xa5;

// A picture in memory of its own, which ends with the last row's last sample.
class Picture {
 public:
  Picture(int width, int height, PixelFormat format, std::ptrdiff_t stride)
      : width_(width), height_(height), format_(format), stride_(stride) {
    const std::size_t row = static_cast<std::size_t>(width) * BytesPerPixel(format);
    bytes_.reset(new std::uint8_t[size_ = static_cast<std::size_t>(stride) * (height - 1) + row]);
    std::fill_n(bytes_.get(), size_, kCanary);
  }

  ImageView view() const { return {bytes_.get(), width_, height_, stride_, format_}; }
  MutableImageView view() { return {bytes_.get(), width_, height_, stride_, format_}; }
  std::size_t row_bytes() const {
    return static_cast<std::size_t>(width_) * BytesPerPixel(format_);
  }

  bool PaddingUntouched() const {
    for (int y = 0; y + 1 < height_; ++y) {
      const std::uint8_t* row = bytes_.get() + y * stride_;
      if (std::any_of(row + row_bytes(), row + stride_, [](auto b) { return b != kCanary; })) {
        return false;
      }
    }
    return true;
  }

  // Integers are any bytes; of floats one in some is none that counts.
  void Fill(std::uint32_t seed, bool finite) {
    for (int y = 0; y < height_; ++y) {
      auto* row = view().Row<std::uint8_t>(y);
      for (std::size_t i = 0; i < row_bytes(); ++i) {
        seed = seed * 1664525 + 1013904223;
        row[i] = static_cast<std::uint8_t>(seed >> 24);
      }
      if (!IsFloatingPoint(format_)) continue;
      for (std::size_t i = 0; i + 4 <= row_bytes(); i += 4) {
        float v = static_cast<float>(row[i]) / 200.0F - 0.1F;
        if (!finite && row[i + 1] < 8) {
          constexpr std::array<float, 4> kOdd = {std::numeric_limits<float>::quiet_NaN(),
                                                 std::numeric_limits<float>::infinity(), -3e38F,
                                                 1e-40F};
          v = kOdd[row[i + 1] % kOdd.size()];
        }
        std::memcpy(row + i, &v, sizeof(v));
      }
    }
  }

 private:
  int width_, height_;
  PixelFormat format_;
  std::ptrdiff_t stride_;
  std::size_t size_ = 0;
  std::unique_ptr<std::uint8_t[]> bytes_;
};

// With tiles small enough that pictures have several, one or two threads, every arithmetic.
const std::vector<Fuser>& Fusers() {
  static const std::vector<Fuser> fusers = [] {
    std::vector<Fuser> made;
    for (const Precision precision : {Precision::kFp32, Precision::kInt16, Precision::kInt8,
                                      Precision::kBf16, Precision::kReference}) {
      for (const char* target : {"", "scalar", "sse4", "avx2"}) {
        // Plain loops, whatever the target.
        if (precision == Precision::kReference && target[0] != '\0') continue;
        FuserOptions options{.threads = target[0] == '\0' ? 2 : 1, .tile = 16};
        options.precision = precision;
        options.cpu_target = target;
        auto fuser = Fuser::Create(options);
        if (fuser.ok()) made.push_back(*std::move(fuser));
      }
    }
    if (made.empty()) std::abort();
    return made;
  }();
  return fusers;
}

PixelFormat AnyFormat(FuzzedDataProvider& in) {
  return static_cast<PixelFormat>(in.ConsumeIntegralInRange(0, 8));
}

FuseSettings AnySettings(FuzzedDataProvider& in) {
  FuseSettings s;
  s.infrared_range.kind = static_cast<InfraredRange::Kind>(in.ConsumeIntegralInRange(0, 5));
  s.infrared_range.percentile = in.ConsumeFloatingPointInRange(-1.0, 60.0);
  s.infrared_range.upper_percentile = in.ConsumeBool() ? 0 : in.ConsumeFloatingPoint<double>();
  s.infrared_range.invert = in.ConsumeBool();
  if (in.ConsumeBool()) s.infrared_range.lo = in.ConsumeFloatingPoint<double>();
  if (in.ConsumeBool()) s.infrared_range.hi = in.ConsumeFloatingPoint<double>();
  s.output_range.kind = static_cast<OutputRange::Kind>(in.ConsumeIntegralInRange(0, 5));
  if (in.ConsumeBool()) s.output_range.lo = in.ConsumeFloatingPoint<double>();
  if (in.ConsumeBool()) s.output_range.hi = in.ConsumeFloatingPoint<double>();
  s.infrared_gain.kind = static_cast<InfraredGain::Kind>(in.ConsumeIntegralInRange(0, 2));
  if (in.ConsumeBool()) s.infrared_gain.plateau = in.ConsumeFloatingPoint<double>();
  if (in.ConsumeBool()) s.infrared_gain.clip_limit = in.ConsumeFloatingPoint<double>();
  s.visible_luma = in.ConsumeBool() ? LumaRange::kVideo : LumaRange::kFull;
  s.output_luma = in.ConsumeBool() ? LumaRange::kVideo : LumaRange::kFull;
  return s;
}

// A view as a careless caller would make it: refused, never read.
void TryBroken(const Fuser& fuser, FuzzedDataProvider& in) {
  Picture ir(8, 8, PixelFormat::kGray8, 8), vi(8, 8, PixelFormat::kRgb8, 24),
      out(8, 8, PixelFormat::kRgb8, 24);
  ImageView broken = ir.view();
  switch (in.ConsumeIntegralInRange(0, 4)) {
    case 0:
      broken.data = nullptr;
      break;
    case 1:
      broken.width = in.PickValueInArray({0, -1, 9, std::numeric_limits<int>::max()});
      break;
    case 2:
      broken.height = in.PickValueInArray({0, -8, 9, std::numeric_limits<int>::min()});
      break;
    case 3:
      broken.stride = in.PickValueInArray<std::ptrdiff_t>(
          {0, 7, -8, std::numeric_limits<std::ptrdiff_t>::min()});
      break;
    default:
      broken.format = static_cast<PixelFormat>(in.ConsumeIntegralInRange(1, 255));
      broken.stride = 8;
  }
  if (fuser.Fuse(broken, vi.view(), out.view()).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider in(data, size);
  const Fuser& fuser = Fusers()[in.ConsumeIntegralInRange<std::size_t>(0, Fusers().size() - 1)];
  if (in.ConsumeIntegralInRange(0, 15) == 0) {
    TryBroken(fuser, in);
    return 0;
  }
  const int width = in.ConsumeIntegralInRange(1, kLargestSide);
  const int height = in.ConsumeIntegralInRange(1, kLargestSide);
  const PixelFormat ir_format = AnyFormat(in), vi_format = AnyFormat(in),
                    out_format = AnyFormat(in);
  const auto stride = [&](PixelFormat f) {
    return std::ptrdiff_t{width} * BytesPerPixel(f) +
           in.ConsumeIntegralInRange(0, 5) * BytesPerSample(f);
  };
  Picture ir(width, height, ir_format, stride(ir_format));
  Picture vi(width, height, vi_format, stride(vi_format));
  Picture out(width, height, out_format, stride(out_format));
  ir.Fill(in.ConsumeIntegral<std::uint32_t>(), in.ConsumeBool());
  vi.Fill(in.ConsumeIntegral<std::uint32_t>(), in.ConsumeIntegralInRange(0, 7) != 0);
  const FuseSettings settings = AnySettings(in);
  const Status status = fuser.Fuse(ir.view(), vi.view(), out.view(), settings);
  if (!out.PaddingUntouched()) std::abort();
  if (!status.ok()) {
    if (status.message().empty()) std::abort();
    return 0;
  }
  Picture again(width, height, out_format, std::ptrdiff_t{width} * BytesPerPixel(out_format));
  if (!fuser.Fuse(ir.view(), vi.view(), again.view(), settings).ok()) std::abort();
  for (int y = 0; y < height; ++y) {
    const auto* row = std::as_const(out).view().Row<std::uint8_t>(y);
    if (std::memcmp(row, std::as_const(again).view().Row<std::uint8_t>(y), out.row_bytes()) != 0) {
      std::abort();
    }
    if (!IsFloatingPoint(out_format)) continue;
    for (std::size_t i = 0; i < out.row_bytes(); i += 4) {
      float v = 0;
      std::memcpy(&v, row + i, sizeof(v));
      if (!std::isfinite(v)) std::abort();
    }
  }
  return 0;
}
