// opencv_runner MODEL.onnx WIDTH HEIGHT THREADS: the network in OpenCV DNN.
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "runner.h"

int main(int argc, char** argv) {
  const seafusion::peers::Arguments arguments(argc, argv);
  cv::setNumThreads(arguments.threads);
  cv::dnn::Net net = cv::dnn::readNetFromONNX(arguments.model);
  net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  const int shape[] = {1, 1, arguments.height, arguments.width};
  cv::Mat vis(4, shape, CV_32F), inf(4, shape, CV_32F);
  seafusion::peers::Paint(vis.ptr<float>(), vis.total(), 1);
  seafusion::peers::Paint(inf.ptr<float>(), inf.total(), 3);
  return seafusion::peers::Serve([&] {
    net.setInput(vis, "vis");
    net.setInput(inf, "inf");
    return net.forward().ptr<float>()[0];
  });
}
