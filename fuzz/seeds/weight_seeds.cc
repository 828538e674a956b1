#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fuse/weights/load_fuser.h"
#include "model/import/checkpoint_builder.h"
#include "model/import/mat/mat_builder.h"
#include "model/import/tensorflow/bundle_builder.h"
#include "model/weights/safetensors.h"
#include "nn/test_weights.h"
#include "seeds/seeds.h"

namespace seafusion::fuzz {
namespace {

using model::ByteVector;
using model::TestTensor;

std::string Text(const ByteVector& bytes) {
  return {bytes.begin(), bytes.end()};
}

void AddSafetensors(std::vector<Seed>& seeds) {
  model::TensorArchive archive;
  archive.tensors["w"] = {.shape = {2, 1, 2}, .values = {1, -2, 0.5f, 4}};
  archive.tensors["b"] = {.shape = {}, .values = {3}};
  archive.metadata["k"] = "v";
  if (const auto file = model::SerializeSafetensors(archive); file.ok()) {
    seeds.push_back({"safetensors", "two_tensors", Text(*file)});
  }
  const std::string half = R"({"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})";
  ByteVector other = {static_cast<std::uint8_t>(half.size()), 0, 0, 0, 0, 0, 0, 0};
  other.insert(other.end(), half.begin(), half.end());
  other.insert(other.end(), {0x00, 0x3c, 0x01, 0x80});
  seeds.push_back({"safetensors", "half", Text(other)});
}

// A small network, and the shipped one with the ranges of its calibration. The last byte: which
// arithmetic.
void AddNetworks(std::vector<Seed>& seeds) {
  for (const auto& [name, archive] :
       {std::pair<const char*, StatusOr<model::TensorArchive>>{
            "lite_8x3", nn::RandomLiteWeights({.channels = 8, .layers = 3}, 1)},
        {"lite_8x3_coarse", nn::RandomLiteWeights({.channels = 8, .layers = 3, .coarse = true}, 2)},
        {"shipped", LoadWeights("lite")}}) {
    if (!archive.ok()) continue;
    const auto file = model::SerializeSafetensors(*archive);
    if (!file.ok()) continue;
    for (const char arithmetic : {'\0', '\2', '\3'}) {
      seeds.push_back({"weights", name + std::to_string(arithmetic), Text(*file) + arithmetic});
    }
  }
}

void AddTorchCheckpoints(std::vector<Seed>& seeds) {
  TestTensor first = model::FloatTensor("w", {2, 2}, {1, 2, 3, 4}, "0");
  TestTensor view = first;
  view.name = "view";
  view.stride = {1, 2};
  view.parameter = true;
  TestTensor integer = {.name = "n",
                        .storage_class = "LongStorage",
                        .key = "1",
                        .location = "cuda:0",
                        .count = 1,
                        .data = ByteVector(8, 0)};
  const std::vector<TestTensor> tensors = {first, view, integer};
  const auto entries =
      model::ZipEntries(model::StateDictPickle(tensors), model::StoragesOf(tensors));
  seeds.push_back({"torch_checkpoint", "legacy", Text(model::LegacyCheckpoint(tensors))});
  seeds.push_back({"torch_checkpoint", "zip", Text(model::ZipFile(entries))});
  seeds.push_back({"torch_checkpoint", "zip64", Text(model::ZipFile(entries, true))});
}

void AddMatFiles(std::vector<Seed>& seeds) {
  using model::MatFile;
  using model::TestMatArray;
  const TestMatArray doubles = {.name = "D", .shape = {2, 3}, .values = {1, 2, 3, 4, 5, -0.5}};
  const TestMatArray bytes = {
      .name = "long_name", .shape = {1, 2, 2}, .values = {1, 2, 3, 4}, .storage = 2};
  seeds.push_back({"mat_file", "plain", Text(MatFile({doubles, bytes}, false))});
  seeds.push_back({"mat_file", "compressed", Text(MatFile({doubles, bytes}, true))});
}

void AddTensorBundles(std::vector<Seed>& seeds) {
  using model::BundleFloats;
  const model::TestBundle bundle =
      model::BundleOf({BundleFloats("encoder/conv1_1/bias", {2}, {1, 2}),
                       BundleFloats("w", {1, 2, 1, 1}, {3, 4}),
                       {.name = "step", .shape = {}, .data = ByteVector(8, 1), .dtype = 9}});
  const ByteVector index = model::TestTable(bundle.entries, 2);
  ByteVector file = {static_cast<std::uint8_t>(index.size()),
                     static_cast<std::uint8_t>(index.size() >> 8), 0, 0};
  file.insert(file.end(), index.begin(), index.end());
  file.insert(file.end(), bundle.shards[0].begin(), bundle.shards[0].end());
  seeds.push_back({"tensor_bundle", "bundle", Text(file)});
}

}  // namespace

std::vector<Seed> WeightSeeds() {
  std::vector<Seed> seeds;
  AddSafetensors(seeds);
  AddNetworks(seeds);
  AddTorchCheckpoints(seeds);
  AddMatFiles(seeds);
  AddTensorBundles(seeds);
  return seeds;
}

}  // namespace seafusion::fuzz
