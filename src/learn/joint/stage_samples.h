// The pictures that a segmentation network trains on or is measured on.
#ifndef SEAFUSION_LEARN_JOINT_STAGE_SAMPLES_H_
#define SEAFUSION_LEARN_JOINT_STAGE_SAMPLES_H_

#include <string>
#include <string_view>

#include <seafusion/status.h>

#include "learn/data/pair_dataset.h"
#include "learn/networks/fusion_model.h"
#include "learn/parallel/process_group.h"
#include "learn/segmentation/samples/segmentation_samples.h"

namespace seafusion::learn {

/// Every pair of `data` (with colour) fused to rgb8 with the network's present weights. `range`:
/// none, image or reference. Runs on libseafusion's fp32 engine. With a group, its processes share
/// the work and all get all pictures, with the same bytes.
StatusOr<SegmentationSamples> FuseDataset(const FusionModel& net, const PairDataset& data,
                                          const std::string& range, int threads,
                                          ProcessGroup* group = nullptr);

/// The pictures of `source`: vis and ir as they are; fused as FuseDataset, which alone needs `net`.
StatusOr<SegmentationSamples> SamplesOfSource(std::string_view source, const FusionModel* net,
                                              const PairDataset& data, const std::string& range,
                                              int threads, ProcessGroup* group = nullptr);

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_JOINT_STAGE_SAMPLES_H_
