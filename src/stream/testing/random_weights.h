// Weights of SeAFusion that nobody trained, as a file, for tests of streams.
#ifndef SEAFUSION_STREAM_TESTING_RANDOM_WEIGHTS_H_
#define SEAFUSION_STREAM_TESTING_RANDOM_WEIGHTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/files/file.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"

namespace seafusion::stream::testing {

/// Writes them to `path`, and returns the bytes.
inline std::vector<std::uint8_t> WriteRandomWeights(const std::string& path) {
  std::vector<std::uint8_t> bytes = *model::SerializeSafetensors(nn::RandomFusionWeights(7));
  EXPECT_TRUE(WriteFileAtomically(path, bytes, IfExists::kFail).ok());
  return bytes;
}

}  // namespace seafusion::stream::testing

#endif  // SEAFUSION_STREAM_TESTING_RANDOM_WEIGHTS_H_
