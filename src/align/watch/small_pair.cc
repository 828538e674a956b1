#include "align/watch/small_pair.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>

#include <opencv2/imgproc.hpp>

#include "align/registration.h"
#include "core/memory/out_of_memory.h"
#include "core/status_macros.h"

namespace seafusion::align {
namespace {

GrayPyramid Small(const ImageView& view, cv::Size size) {
  const ImageView* from = &view;
  ImageView reduced;
  cv::Mat small;
  const bool plain = !IsFloatingPoint(view.format) && view.format != PixelFormat::kYuyv8;
  if (plain && view.width > size.width) {
    const int depth = BytesPerSample(view.format) == 1 ? CV_8U : CV_16U;
    const int type = CV_MAKETYPE(depth, BytesPerPixel(view.format) / BytesPerSample(view.format));
    const cv::Mat whole(view.height, view.width, type, const_cast<void*>(view.data),
                        static_cast<std::size_t>(view.stride));
    cv::resize(whole, small, size, 0, 0, cv::INTER_AREA);
    reduced = {small.data, small.cols, small.rows, static_cast<std::ptrdiff_t>(small.step),
               view.format};
    from = &reduced;
  }
  GrayPyramid pyramid(*from);
  if (pyramid.width() <= size.width) return pyramid;
  // Floats and packed colours: reduced as a pyramid, then made one of its own.
  const ReducedPicture picture = pyramid.ToWidth(size.width);
  cv::Mat gray;
  picture.samples.convertTo(gray, CV_16U, 200);
  return GrayPyramid({gray.data, gray.cols, gray.rows, static_cast<std::ptrdiff_t>(gray.step),
                      PixelFormat::kGray16});
}

}  // namespace

StatusOr<SearchFrame> SmallPair(const ImageView& infrared, const ImageView& visible) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(infrared, "infrared"));
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(visible, "visible"));
  const auto size_text = [](int w, int h) { return std::to_string(w) + "x" + std::to_string(h); };
  if (infrared.width != visible.width || infrared.height != visible.height) {
    return InvalidArgument("infrared is " + size_text(infrared.width, infrared.height) +
                           ", visible is " + size_text(visible.width, visible.height));
  }
  const int width = std::min(infrared.width, kSmallWidth);
  const cv::Size size(width, static_cast<int>(std::lround(static_cast<double>(infrared.height) *
                                                          width / infrared.width)));
  if (std::min(size.width, size.height) < Registrar::kLeastSide) {
    return InvalidArgument("pictures of " + size_text(infrared.width, infrared.height) +
                           " are too small or too narrow to be watched");
  }
  try {
    return SearchFrame{Small(infrared, size), Small(visible, size)};
  } catch (const std::bad_alloc&) {
    return OutOfMemory("to watch a pair of pictures");
  } catch (const cv::Exception& e) {
    return Internal("watching a pair of pictures: " + e.err);
  }
}

}  // namespace seafusion::align
