// The one way by which runs over files use a rig: pictures are read and come out on its canvas.
#ifndef SEAFUSION_ALIGN_PLACE_PLACED_SOURCES_H_
#define SEAFUSION_ALIGN_PLACE_PLACED_SOURCES_H_

#include <memory>
#include <string>

#include <seafusion/status.h>

#include "align/rig/rig.h"
#include "align/warp/warper.h"
#include "io/measure_files.h"

namespace seafusion::align {

/// In place of a rig file: found from the pictures themselves.
inline constexpr char kAutoRig[] = "auto";

/// A rig as settings ask for it.
struct RigChoice {
  std::string file;  ///< A rig file, or kAutoRig where that is said; empty: none.
  Canvas canvas = Canvas::kOverlap;
};

/// A rig in use, shared by all pictures of a run; without a warper pictures stay as they are.
struct OpenedRig {
  std::string name;  ///< For messages.
  Rig rig;
  Canvas canvas = Canvas::kOverlap;  ///< Also of files that hold both pictures.
  std::shared_ptr<const Warper> warper;

  explicit operator bool() const { return warper != nullptr; }
};

/// Errors: those of ReadRig and Warper::Create, with the file's name.
StatusOr<OpenedRig> OpenRig(const RigChoice& choice);
/// Of a rig that was found just now; `name` goes into messages.
StatusOr<OpenedRig> OpenRig(const Rig& rig, Canvas canvas, const std::string& name);

struct PlacedSources {
  io::SourcePictures pictures;           ///< Of one size.
  std::shared_ptr<const Warper> warper;  ///< What brought them there; null: they came so.
};

/// io::ReadSources, on the rig's canvas. Without a rig, of a file that holds both pictures and says
/// how they lie (a maker's numbers), on the canvas of these; else the pictures must have one size:
/// io::CheckSameSize. Every message names the files. Thread-safe.
StatusOr<PlacedSources> ReadPlacedSources(const std::string& infrared, const std::string& visible,
                                          const io::SourceOptions& options,
                                          const OpenedRig& rig = {});

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_PLACE_PLACED_SOURCES_H_
