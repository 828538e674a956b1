// Rows of planes in memory.
#ifndef SEAFUSION_NN_DIRECT_PLANE_ROWS_H_
#define SEAFUSION_NN_DIRECT_PLANE_ROWS_H_

#include <algorithm>

#include <seafusion/status.h>

#include "nn/engine.h"
#include "nn/plane.h"

namespace seafusion::nn::direct {

/// Planes that hold `region` of a picture.
class PlaneSource : public RowSource {
 public:
  PlaneSource(ConstPlane vis, ConstPlane inf, const Rect& region)
      : vis_(vis), inf_(inf), region_(region) {}
  Status Read(int y, int x0, int x1, float* vis, float* inf) override {
    std::copy_n(vis_.Row(y - region_.y0) + (x0 - region_.x0), x1 - x0, vis);
    std::copy_n(inf_.Row(y - region_.y0) + (x0 - region_.x0), x1 - x0, inf);
    return OkStatus();
  }

 private:
  ConstPlane vis_, inf_;
  Rect region_;
};

/// A plane that holds `tile` of a picture.
class PlaneSink : public RowSink {
 public:
  PlaneSink(Plane out, const Rect& tile) : out_(out), tile_(tile) {}
  void Write(int y, int x0, int x1, const float* fused) override {
    std::copy_n(fused, x1 - x0, out_.Row(y - tile_.y0) + (x0 - tile_.x0));
  }

 private:
  Plane out_;
  Rect tile_;
};

}  // namespace seafusion::nn::direct

#endif  // SEAFUSION_NN_DIRECT_PLANE_ROWS_H_
