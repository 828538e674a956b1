#include "model/weights/tensor_hash.h"

#include <gtest/gtest.h>

namespace seafusion::model {
namespace {

TensorArchive TwoTensors() {
  TensorArchive archive;
  archive.tensors["b.c"] = {.shape = {1}, .values = {0.5f}};
  archive.tensors["a"] = {.shape = {1, 2}, .values = {1.0f, -2.0f}};
  return archive;
}

// By Python: hashlib.sha256(b"a" + pack("<2f", 1, -2) + b"b.c" + pack("<f", 0.5)).
TEST(TensorHashTest, KnownAnswerOnEveryProcessor) {
  EXPECT_EQ(TensorsSha256(TwoTensors()),
            "e817b5201f0c4d4a788554fd58013b385433adaced6f2aebf527a8b0baaf8135");
}

TEST(TensorHashTest, EveryValueAndNameCountsAndMetadataDoesNot) {
  const std::string hash = TensorsSha256(TwoTensors());
  TensorArchive said = TwoTensors();
  said.metadata["trained"] = "elsewhere";
  EXPECT_EQ(TensorsSha256(said), hash);
  TensorArchive changed = TwoTensors();
  changed.tensors["a"].values[1] = -2.0000002f;
  EXPECT_NE(TensorsSha256(changed), hash);
  TensorArchive renamed = TwoTensors();
  auto node = renamed.tensors.extract("a");
  node.key() = "A";
  renamed.tensors.insert(std::move(node));
  EXPECT_NE(TensorsSha256(renamed), hash);
}

}  // namespace
}  // namespace seafusion::model
