#include "nn/engine.h"

#include <string>

#include "core/status_macros.h"
#include "nn/depth_first/program.h"
#include "nn/direct/chain.h"
#include "nn/plan/plan.h"
#include "nn/range_recorder.h"

namespace seafusion::nn {

StatusOr<std::unique_ptr<PictureMaps>> Engine::MakePictureMaps(int /*width*/,
                                                               int /*height*/) const {
  return Internal("this network has no maps of whole pictures");
}

Status Engine::AddToPicture(ConstPlane /*vis*/, ConstPlane /*inf*/, const Rect& /*region*/,
                            PictureMaps& /*maps*/) const {
  return Internal("this network has no maps of whole pictures");
}

Status Engine::FinishPicture(PictureMaps& /*maps*/, ThreadPool& /*pool*/) const {
  return Internal("this network has no maps of whole pictures");
}

Status Engine::RunRows(RowSource& source, int width, int height, const Rect& tile,
                       const PictureMaps* picture, Workspace& workspace, RowSink& sink) const {
  const Rect in = Grown(tile, halo(), width, height);
  const std::size_t read = static_cast<std::size_t>(in.width()) * in.height();
  const std::size_t written = static_cast<std::size_t>(tile.width()) * tile.height();
  if (workspace.vis.size() < read) workspace.vis.resize(read);
  if (workspace.inf.size() < read) workspace.inf.resize(read);
  if (workspace.fused.size() < written) workspace.fused.resize(written);
  const Plane vis{workspace.vis.data(), in.width()}, inf{workspace.inf.data(), in.width()};
  const Plane fused{workspace.fused.data(), tile.width()};
  for (int y = in.y0; y < in.y1; ++y) {
    SEAFUSION_RETURN_IF_ERROR(source.Read(y, in.x0, in.x1, vis.Row(y - in.y0), inf.Row(y - in.y0)));
  }
  SEAFUSION_RETURN_IF_ERROR(Run({vis.data, vis.stride}, {inf.data, inf.stride}, width, height, tile,
                                picture, workspace, fused));
  for (int y = tile.y0; y < tile.y1; ++y) {
    sink.Write(y, tile.x0, tile.x1, fused.Row(y - tile.y0));
  }
  return OkStatus();
}

namespace {

// Which of the fast engines has the steps of a graph.
StatusOr<bool> IsDirect(const model::Graph& graph) {
  SEAFUSION_ASSIGN_OR_RETURN(const plan::Plan plan, plan::Compile(graph));
  return direct::IsChain(plan);
}

}  // namespace

StatusOr<std::unique_ptr<Engine>> MakeEngine(const model::TensorArchive& weights,
                                             Precision precision, CpuTarget target) {
  SEAFUSION_ASSIGN_OR_RETURN(const model::Network network, model::IdentifyNetwork(weights));
  if (precision == Precision::kReference) return MakeReferenceEngine(network, weights);
  SEAFUSION_ASSIGN_OR_RETURN(const bool direct, IsDirect(network.graph));
  if (direct) return MakeDirectEngine(network, weights, precision, target);
  if (precision == Precision::kInt8) {
    return Unsupported("int8 is for lite networks, and these weights are of " + network.name);
  }
  if (precision == Precision::kAuto) {
    // Without vectors of at least 16 integers the conversions cost what the products save.
    const bool int16 = target >= CpuTarget::kAvx2 && HasRanges(network.graph, weights);
    precision = int16 ? Precision::kInt16 : Precision::kFp32;
  }
  return MakeDepthFirstEngine(network.graph, weights, precision, target);
}

StatusOr<std::unique_ptr<RangeRecorder>> MakeRangeRecorder(const model::Network& network,
                                                           const model::TensorArchive& weights) {
  SEAFUSION_ASSIGN_OR_RETURN(const bool direct, IsDirect(network.graph));
  return direct ? MakeDirectRecorder(network, weights) : MakeDepthFirstRecorder(network, weights);
}

}  // namespace seafusion::nn
