#include "tasks/detection/overlay.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <exception>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/status_macros.h"

namespace seafusion::tasks {
namespace {

// Told apart by people with any colour vision (Okabe and Ito 2008), on dark and on bright ground.
const std::array<cv::Scalar, 6> kColours = {cv::Scalar(230, 159, 0),   cv::Scalar(86, 180, 233),
                                            cv::Scalar(0, 158, 115),   cv::Scalar(240, 228, 66),
                                            cv::Scalar(204, 121, 167), cv::Scalar(213, 94, 0)};
const cv::Scalar kWhite(255, 255, 255);
const cv::Scalar kBlack(0, 0, 0);

cv::Rect Pixels(const Box& box) {
  const cv::Point from(static_cast<int>(std::lround(box.left)),
                       static_cast<int>(std::lround(box.top)));
  const cv::Point to(static_cast<int>(std::lround(box.right)),
                     static_cast<int>(std::lround(box.bottom)));
  return {from, to};
}

void DrawDetection(cv::Mat& canvas, const Detection& detection, const std::string& label) {
  const cv::Scalar& colour =
      kColours[static_cast<std::size_t>(detection.category) % kColours.size()];
  const cv::Rect box = Pixels(detection.box);
  cv::rectangle(canvas, box, colour, 2);
  constexpr double kScale = 0.4;
  constexpr int kMargin = 2;
  std::array<char, 16> score{};
  std::snprintf(score.data(), score.size(), " %.2f", detection.score);
  const std::string text = label + score.data();
  int base = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, kScale, 1, &base);
  // Above the box, or inside at the picture's upper edge.
  const int top = box.y >= size.height + 2 * kMargin ? box.y - size.height - 2 * kMargin : box.y;
  cv::rectangle(canvas, cv::Rect(box.x, top, size.width + 2 * kMargin, size.height + 2 * kMargin),
                colour, cv::FILLED);
  cv::putText(canvas, text, cv::Point(box.x + kMargin, top + size.height + kMargin),
              cv::FONT_HERSHEY_SIMPLEX, kScale, kBlack, 1, cv::LINE_AA);
}

}  // namespace

StatusOr<ImageBuffer> DrawBoxes(const ImageView& picture, const PictureBoxes& boxes,
                                const std::vector<std::string>& labels, double least_score) {
  SEAFUSION_RETURN_IF_ERROR(ValidateImage(picture, "picture"));
  const bool gray = picture.format == PixelFormat::kGray8;
  if (!gray && picture.format != PixelFormat::kRgb8) {
    return Unsupported("boxes are drawn into 8-bit pictures only");
  }
  SEAFUSION_ASSIGN_OR_RETURN(
      ImageBuffer out, ImageBuffer::Create(picture.width, picture.height, PixelFormat::kRgb8));
  try {
    const MutableImageView view = out.view();
    cv::Mat canvas(view.height, view.width, CV_8UC3, view.data,
                   static_cast<std::size_t>(view.stride));
    const cv::Mat source(picture.height, picture.width, gray ? CV_8UC1 : CV_8UC3,
                         const_cast<void*>(picture.data), static_cast<std::size_t>(picture.stride));
    if (gray) {
      cv::cvtColor(source, canvas, cv::COLOR_GRAY2RGB);
    } else {
      source.copyTo(canvas);
    }
    for (const GroundTruth& truth : boxes.truth) {
      cv::rectangle(canvas, Pixels(truth.box), kWhite, 1);
    }
    // The surest on top.
    for (auto d = boxes.detections.rbegin(); d != boxes.detections.rend(); ++d) {
      if (d->score < least_score) continue;
      const auto category = static_cast<std::size_t>(d->category);
      DrawDetection(canvas, *d, category < labels.size() ? labels[category] : "?");
    }
    return out;
  } catch (const std::exception& e) {
    return Internal(std::string("cannot draw boxes: ") + e.what());
  }
}

}  // namespace seafusion::tasks
