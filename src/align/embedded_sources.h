// One file of a thermal camera that holds both pictures, and says how they lie over each other.
#ifndef SEAFUSION_ALIGN_EMBEDDED_SOURCES_H_
#define SEAFUSION_ALIGN_EMBEDDED_SOURCES_H_

#include <memory>

#include <seafusion/status.h>

#include "align/warper.h"
#include "io/measure_files.h"

namespace seafusion::align {

/// The warper of a pair that came out of one file, by the maker's numbers in it; null where the
/// file has none, or the pictures have one size. Errors: those of RigFromFlir and Warper::Create,
/// with the file's name.
StatusOr<std::shared_ptr<const Warper>> EmbeddedWarper(const io::SourcePictures& pictures,
                                                       Canvas canvas);

/// Both pictures on the warper's canvas. Errors: those of Warper::Warp, with the files' names.
StatusOr<io::SourcePictures> OnCanvas(const Warper& warper, io::SourcePictures pictures);

/// io::ReadSources; of a file that holds both pictures, on the canvas of what both lenses see.
StatusOr<io::SourcePictures> ReadPlacedSources(const std::string& infrared,
                                               const std::string& visible,
                                               const io::SourceOptions& options);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_EMBEDDED_SOURCES_H_
