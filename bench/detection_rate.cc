// detection_rate MODEL.onnx SETTINGS.json FOLDER ROUNDS: pictures a second that `seafusion detect`
// finds things in, from files to boxes, beside OpenCV called directly, in turn.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/files/file.h"
#include "io/image_file.h"
#include "io/pairing/pair_list.h"
#include "tasks/detection/detector/detector.h"
#include "tasks/detection/detector/detector_settings.h"

namespace {

using namespace seafusion;  // NOLINT: a program

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 31;

// What a program of a page does: read, letterbox, run, threshold, suppress.
class Direct {
 public:
  Direct(const std::string& model, const tasks::DetectorSettings& settings)
      : settings_(settings), net_(cv::dnn::readNetFromONNX(model)) {}

  std::size_t Detect(const std::string& path) {
    const cv::Mat picture = cv::imread(path, cv::IMREAD_COLOR);
    const int width = settings_.input_width, height = settings_.input_height;
    const double factor = std::min(double(width) / picture.cols, double(height) / picture.rows);
    cv::Mat scaled, input(height, width, CV_8UC3, cv::Scalar::all(settings_.fill));
    cv::resize(picture, scaled, {}, factor, factor);
    scaled.copyTo(input(
        cv::Rect((width - scaled.cols) / 2, (height - scaled.rows) / 2, scaled.cols, scaled.rows)));
    net_.setInput(cv::dnn::blobFromImage(input, settings_.scale, {}, {}, settings_.rgb));
    const cv::Mat output = net_.forward();
    std::vector<cv::Rect2d> boxes;
    std::vector<float> scores;
    for (int i = 0; i < output.size[1]; ++i) {
      const float* row = output.ptr<float>(0, i);
      const float* best = std::max_element(row + 5, row + 5 + settings_.classes);
      const float score = row[4] * *best;
      if (score < 0.001f) continue;
      // Far from the boxes of every other class, which must not suppress it.
      const double apart = 10000.0 * static_cast<double>(best - row - 5);
      boxes.emplace_back(row[0] - row[2] / 2 + apart, row[1] - row[3] / 2, row[2], row[3]);
      scores.push_back(score);
    }
    std::vector<int> kept;
    cv::dnn::NMSBoxes(boxes, scores, 0.001f, 0.6f, kept);
    return kept.size();
  }

 private:
  const tasks::DetectorSettings& settings_;
  cv::dnn::Net net_;
};

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

int Fail(const Status& status) {
  std::fprintf(stderr, "detection_rate: %s\n", status.message().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 || std::atoi(argv[4]) < 1) {
    std::fprintf(stderr, "usage: %s MODEL.onnx SETTINGS.json FOLDER ROUNDS\n", argv[0]);
    return 2;
  }
  const auto onnx = ReadFile(argv[1], kLargestFile), json = ReadFile(argv[2], kLargestFile);
  if (!onnx.ok() || !json.ok()) return Fail((onnx.ok() ? json : onnx).status());
  const auto settings = tasks::ParseDetectorSettings(std::string(json->begin(), json->end()));
  if (!settings.ok()) return Fail(settings.status());
  const auto files = io::ListPictures(argv[3]);
  if (!files.ok()) return Fail(files.status());
  auto detector = tasks::Detector::Create(*onnx, *settings);
  if (!detector.ok()) return Fail(detector.status());
  Direct direct(argv[1], *settings);

  std::vector<double> ours, theirs;
  std::size_t found[2] = {0, 0};
  const auto seconds = [](const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (int round = 0; round <= std::atoi(argv[4]); ++round) {
    for (const io::PictureFile& file : *files) {
      const double a = seconds([&] {
        const auto image = io::ReadImage(file.path);
        const auto boxes = detector->Detect(image->view(), {});
        found[0] += boxes->size();
      });
      const double b = seconds([&] { found[1] += direct.Detect(file.path); });
      if (round == 0) continue;  // to warm up
      ours.push_back(a);
      theirs.push_back(b);
    }
  }
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i] / theirs[i]);
  std::printf("%zu pictures, %zu and %zu boxes\n", files->size(), found[0], found[1]);
  std::printf("seafusion:       %.2f pictures/s\n", 1 / Median(ours));
  std::printf("OpenCV directly: %.2f pictures/s\n", 1 / Median(theirs));
  std::printf("overhead:        %.1f %% (median over pictures)\n", 100 * (Median(ratios) - 1));
  return 0;
}
