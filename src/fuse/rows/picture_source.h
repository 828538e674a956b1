// A pair of pictures as an engine reads them, row by row.
#ifndef SEAFUSION_FUSE_ROWS_PICTURE_SOURCE_H_
#define SEAFUSION_FUSE_ROWS_PICTURE_SOURCE_H_

#include <seafusion/image.h>
#include <seafusion/status.h>

#include "core/status_macros.h"
#include "fuse/range/infrared_range.h"
#include "fuse/rows/tile_reader.h"
#include "nn/engine.h"

namespace seafusion {

/// Of views and a map that outlive it. Fails as ReadMappedInfraredRow and ReadVisibleLumaRow do.
class PictureSource : public nn::RowSource {
 public:
  PictureSource(const ImageView& ir, const LinearMap& ir_map, const ImageView& vi,
                LumaRange visible_luma = LumaRange::kFull)
      : ir_(ir), ir_map_(ir_map), vi_(vi), visible_luma_(visible_luma) {}
  Status Read(int y, int x0, int x1, float* vis, float* inf) override {
    SEAFUSION_RETURN_IF_ERROR(ReadVisibleLumaRow(vi_, y, x0, x1, vis, visible_luma_));
    return ReadMappedInfraredRow(ir_, ir_map_, y, x0, x1, inf);
  }

 private:
  const ImageView& ir_;
  const LinearMap& ir_map_;
  const ImageView& vi_;
  LumaRange visible_luma_;
};

}  // namespace seafusion

#endif  // SEAFUSION_FUSE_ROWS_PICTURE_SOURCE_H_
