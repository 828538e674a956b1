// What speaks for a map, and which of the simpler maps would do as well.
#ifndef SEAFUSION_ALIGN_SEARCH_EVIDENCE_H_
#define SEAFUSION_ALIGN_SEARCH_EVIDENCE_H_

#include <span>

#include <seafusion/status.h>

#include "align/registration.h"
#include "align/search/features/frame_pair.h"
#include "align/search/fit/block_surfaces.h"

namespace seafusion::align {

/// The map refitted with and without its freedoms, and the evidence for it. Of Evidence,
/// `runner_up` and `move_px` are the caller's.
struct NestedMaps {
  CameraMap free, similarity;
  Evidence evidence;
};

/// What surfaces alone say for the map they were computed at: `peak`, `margin`, `inliers`,
/// `coverage`.
void MeasureAgreement(const BlockSurfaces& surfaces, Evidence& evidence);

/// `infrared` as ComputeBlockSurfaces takes it.
StatusOr<NestedMaps> MeasureEvidence(std::span<const SearchFrame* const> frames,
                                     const CameraMap& map, SurfaceLevel level, ThreadPool& pool,
                                     const RunMonitor& monitor,
                                     std::span<const InfraredLevel> infrared = {});

/// Student's t of the mean over blocks by which `better` beats `other`; overlapping blocks count as
/// a ninth.
double PairedT(std::span<const double> better, std::span<const double> other,
               std::span<const double> weights);

}  // namespace seafusion::align

#endif  // SEAFUSION_ALIGN_SEARCH_EVIDENCE_H_
