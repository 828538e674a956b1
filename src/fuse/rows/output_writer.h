// From the fused luma to the caller's samples: colour, output range, rounding.
#ifndef SEAFUSION_FUSE_ROWS_OUTPUT_WRITER_H_
#define SEAFUSION_FUSE_ROWS_OUTPUT_WRITER_H_

#include <limits>

#include <seafusion/fuser.h>
#include <seafusion/image.h>

#include "fuse/pixels/kernels.h"
#include "nn/plane.h"

namespace seafusion {

/// Smallest and largest value of a picture's fused samples, over all channels that are written.
struct SampleExtremes {
  float lo = std::numeric_limits<float>::infinity();
  float hi = -std::numeric_limits<float>::infinity();
  void Merge(const SampleExtremes& o);
};

/// Checks the numbers in `range`: lo < hi, both finite.
Status ValidateOutputRange(const OutputRange& range);

/// Whether `range` needs the whole picture's extremes before the first sample can be written.
bool NeedsExtremes(const OutputRange& range);

/// Writes rectangles of the fused picture; different rectangles may be written by different
/// threads.
class OutputWriter {
 public:
  /// `luma`: of `out`, where that is gray or kYuyv8. `range`: kGentle is kNone here, until
  /// LumaHistogram says what it means for the picture.
  OutputWriter(const ImageView& vi, const MutableImageView& out, const OutputRange& range,
               LumaRange luma = LumaRange::kFull)
      : vi_(vi), out_(out), range_(range), luma_(luma) {}

  /// What Write would scale by; `luma` holds `region`.
  SampleExtremes FindExtremes(nn::ConstPlane luma, const nn::Rect& region) const;

  /// `extremes` is used only where NeedsExtremes(range); equal ones leave values as they are.
  void Write(nn::ConstPlane luma, const nn::Rect& region, const SampleExtremes& extremes) const;

 private:
  // Luma within the range, which is what is written; `luma` is that of pixel x0.
  void WriteLuma(const float* luma, int y, int x0, int x1, const Quantization& q) const;
  template <typename T>
  void WriteRow(const float* luma, int y, int x0, int x1, const Quantization& q) const;
  void WritePackedRow(const float* luma, int y, int x0, int x1, const Quantization& q) const;

  ImageView vi_;
  MutableImageView out_;
  OutputRange range_;
  LumaRange luma_;
};

/// A whole picture; `luma` has its size. Any range.
void WriteWholePicture(nn::ConstPlane luma, const ImageView& vi, const MutableImageView& out,
                       const OutputRange& range);

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_ROWS_OUTPUT_WRITER_H_
