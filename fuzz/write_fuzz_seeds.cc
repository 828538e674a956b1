// write_fuzz_seeds FOLDER: valid small files for the fuzzers to start from, in FOLDER/NAME_fuzz.
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "align/rig_file.h"
#include "core/file.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"
#include "model/import/checkpoint_builder.h"
#include "model/import/mat/mat_builder.h"
#include "model/import/tensorflow/bundle_builder.h"
#include "model/safetensors.h"

namespace {

using seafusion::model::ByteVector;
using seafusion::model::TestTensor;

bool Write(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  const seafusion::Status s =
      seafusion::WriteFileAtomically(path, bytes, seafusion::IfExists::kReplace);
  if (!s.ok()) std::fprintf(stderr, "write_fuzz_seeds: %s\n", s.message().c_str());
  return s.ok();
}

bool WritePictures(const std::string& folder) {
  using seafusion::io::testing::Png;
  using seafusion::io::testing::PngChunk;
  using seafusion::io::testing::Tiff;
  std::vector<seafusion::io::testing::NamedFile> files = seafusion::io::testing::HeadersOnly(7, 5);
  files.push_back({"palette", Png(2, 1, 8, 3, std::string(2, '\0'),
                                  PngChunk("PLTE", "abcdef") + PngChunk("tIME", "1234567"))});
  files.push_back({"tiff", Tiff({.width = 3, .height = 2, .pixels = "abcdef"})});
  files.push_back({"tiff_turned",
                   Tiff({.bits = 16, .pixels = "ab", .big_endian = true, .shorts = {{274, 6}}})});
  files.push_back(
      {"big_tiff", Tiff({.samples = 3, .photometric = 2, .pixels = "abc", .big_tiff = true})});
  bool ok = true;
  for (const auto& file : files) {
    ok = ok && Write(folder + "/" + file.name, {file.bytes.begin(), file.bytes.end()});
  }
  return ok;
}

bool WriteCameraFiles(const std::string& folder) {
  namespace crafted = seafusion::io::testing;
  const std::string counts = crafted::SmoothCounts(4, 3, 9000);
  const std::string block =
      crafted::FlirFile({{1, crafted::FlirPicture(4, 3, counts)},
                         {0x0e, crafted::FlirPicture(4, 3, "\xff\xd8\xff\xf7\0\2")},
                         {0x20, crafted::FlirCamera()},
                         {0x2a, crafted::FlirPlacementRecord(1.5F, 3, -4)}});
  bool ok = true;
  for (const auto& [name, file] : std::vector<std::pair<const char*, std::string>>{
           {"fff", block},
           {"sequence", block + block},
           {"jpeg", crafted::JpegWithFlir(block, 300)},
           {"dji", crafted::JpegWithApp(3, counts, 10)},
           {"irg", crafted::InfirayPicture(4, 3, counts, "\xff\xd8\xff")}}) {
    ok = ok && Write(folder + "/" + name, {file.begin(), file.end()});
  }
  return ok;
}

bool WriteSafetensors(const std::string& folder) {
  seafusion::model::TensorArchive archive;
  archive.tensors["w"] = {.shape = {2, 1, 2}, .values = {1, -2, 0.5f, 4}};
  archive.tensors["b"] = {.shape = {}, .values = {3}};
  archive.metadata["k"] = "v";
  const auto file = seafusion::model::SerializeSafetensors(archive);
  const std::string half = R"({"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})";
  ByteVector other = {static_cast<std::uint8_t>(half.size()), 0, 0, 0, 0, 0, 0, 0};
  other.insert(other.end(), half.begin(), half.end());
  other.insert(other.end(), {0x00, 0x3c, 0x01, 0x80});
  return file.ok() && Write(folder + "/two_tensors", *file) && Write(folder + "/half", other);
}

bool WriteTorchCheckpoints(const std::string& folder) {
  TestTensor first = seafusion::model::FloatTensor("w", {2, 2}, {1, 2, 3, 4}, "0");
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
  const auto entries = seafusion::model::ZipEntries(seafusion::model::StateDictPickle(tensors),
                                                    seafusion::model::StoragesOf(tensors));
  return Write(folder + "/legacy", seafusion::model::LegacyCheckpoint(tensors)) &&
         Write(folder + "/zip", seafusion::model::ZipFile(entries)) &&
         Write(folder + "/zip64", seafusion::model::ZipFile(entries, true));
}

bool WriteMatFiles(const std::string& folder) {
  using seafusion::model::MatFile;
  using seafusion::model::TestMatArray;
  const TestMatArray doubles = {.name = "D", .shape = {2, 3}, .values = {1, 2, 3, 4, 5, -0.5}};
  const TestMatArray bytes = {
      .name = "long_name", .shape = {1, 2, 2}, .values = {1, 2, 3, 4}, .storage = 2};
  return Write(folder + "/plain", MatFile({doubles, bytes}, false)) &&
         Write(folder + "/compressed", MatFile({doubles, bytes}, true));
}

bool WriteTensorBundles(const std::string& folder) {
  using seafusion::model::BundleFloats;
  const seafusion::model::TestBundle bundle = seafusion::model::BundleOf(
      {BundleFloats("encoder/conv1_1/bias", {2}, {1, 2}),
       BundleFloats("w", {1, 2, 1, 1}, {3, 4}),
       {.name = "step", .shape = {}, .data = ByteVector(8, 1), .dtype = 9}});
  const ByteVector index = seafusion::model::TestTable(bundle.entries, 2);
  ByteVector file = {static_cast<std::uint8_t>(index.size()),
                     static_cast<std::uint8_t>(index.size() >> 8), 0, 0};
  file.insert(file.end(), index.begin(), index.end());
  file.insert(file.end(), bundle.shards[0].begin(), bundle.shards[0].end());
  return Write(folder + "/bundle", file);
}

bool WriteRigs(const std::string& folder) {
  using seafusion::align::Rig;
  Rig rig;
  rig.infrared = {
      .width = 64, .height = 48, .crop_x = 1, .crop_width = 60, .crop_height = 48, .rotation = 90};
  rig.visible = {.width = 96, .height = 64, .flip_vertical = true};
  rig.map.lens = {0.05, 0.01};
  rig.parallax = seafusion::align::Parallax{3, 1};
  rig.distance = 4;
  rig.origin = {
      .when = "2026", .frames = 3, .confidence = 0.5, .expected_error_px = 1, .note = "n"};
  Rig calibrated = rig;
  calibrated.infrared.calibration = {50, 50, 32, 24, {0.1, 0.2, 0, 0}};
  calibrated.visible.calibration = {60, 60, 48, 32, {}};
  calibrated.visible_to_infrared = seafusion::align::Extrinsics{};
  const auto write = [&](const char* name, const Rig& r) {
    const std::string text = seafusion::align::RigText(r);
    return Write(folder + "/" + name, {text.begin(), text.end()});
  };
  return write("map", rig) && write("calibrated", calibrated);
}

bool WriteServeRequests(const std::string& folder) {
  const std::string in =
      "Host: 127.0.0.1:8080\r\nAuthorization: Bearer 0123456789abcdef0123456789abcdef\r\n";
  const auto get = [&](const std::string& target) {
    return "\1GET " + target + " HTTP/1.1\r\n" + in + "\r\n";
  };
  const auto post = [&](const std::string& target, const std::string& body) {
    return "\1POST " + target + " HTTP/1.1\r\n" + in +
           "Origin: http://127.0.0.1:8080\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  std::vector<std::string> requests;
  for (const char* target :
       {"/", "/main.js", "/healthz", "/metrics", "/stream?view=fused%2Cinfrared-camera",
        "/api/status", "/api/settings", "/api/settings/file", "/api/histogram", "/api/align",
        "/api/align/rig", "/api/recordings", "/api/recordings/20260101-000000-abcd-fused"}) {
    requests.push_back(get(target));
  }
  for (
      const auto& [target, body] : std::vector<std::pair<const char*, const char*>>{
          {"/api/login", R"({"token":"0123456789abcdef0123456789abcdef"})"},
          {"/api/settings",
           R"({"ir-range":"percentile:1,99","agc":"plateau","agc-plateau":7,"ir-delay":0.1})"},
          {"/api/settings",
           R"({"ir-range":"fixed:1,9","ir-invert":true,"palette":"iron","gray":true})"},
          {"/api/settings", R"({"precision":"fp32","agc":"clahe","agc-clip":3,"ir-hold":true})"},
          {"/api/settings/reset", "{}"},
          {"/api/settings/file",
           R"({"seafusion-settings":1,"fuse":{"range-smoothing":2},"view":{"palette":"lava"}})"},
          {"/api/play", R"({"paused":true,"loop":false,"speed":2,"position":0.01,"step":-1})"},
          {"/api/align/points",
           R"({"pairs":[{"infrared":[1,2],"visible":[3,4]},{"infrared":[20,9],"visible":[21,8]}]})"},
          {"/api/align/nudge", R"({"x":1,"y":-2,"scale":1.01,"rotation":0.5})"},
          {"/api/align/undo", "{}"},
          {"/api/align/reset", "{}"},
          {"/api/align/canvas", R"({"canvas":"overlap"})"},
          {"/api/align/save", "{}"},
          {"/api/snapshot", "{}"},
          {"/api/record", R"({"on":false,"sources":true})"}}) {
    requests.push_back(post(target, body));
  }
  seafusion::align::Rig rig;
  rig.infrared.width = rig.visible.width = 32;
  rig.infrared.height = rig.visible.height = 24;
  requests.push_back(post("/api/align/rig", seafusion::align::RigText(rig)));
  requests.push_back("\1DELETE /api/recordings/20260101-000000-abcd-fused HTTP/1.1\r\n" + in +
                     "\r\n");
  // Several on one connection; parts with lengths of their own.
  requests.push_back(get("/healthz") + get("/api/status").substr(1));
  requests.push_back("\1POST /api/play HTTP/1.1\r\n" + in +
                     "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "d\r\n{\"step\":1    }\r\n0\r\n\r\n");
  requests.push_back(
      "\1GET /api/status HTTP/1.1\r\nHost: mast.local\r\nCookie: seafusion=ab\r\n"
      "Sec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n");
  bool ok = true;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    // Each where a token is asked for, and where none is.
    ok = ok &&
         Write(folder + "/token_" + std::to_string(i), {requests[i].begin(), requests[i].end()});
    requests[i][0] = '\0';
    ok = ok &&
         Write(folder + "/open_" + std::to_string(i), {requests[i].begin(), requests[i].end()});
  }
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_fuzz_seeds FOLDER\n");
    return 2;
  }
  const std::string folder = argv[1];
  return WritePictures(folder + "/image_probe_fuzz") &&
                 WriteCameraFiles(folder + "/camera_file_fuzz") &&
                 WriteSafetensors(folder + "/safetensors_fuzz") &&
                 WriteTensorBundles(folder + "/tensor_bundle_fuzz") &&
                 WriteRigs(folder + "/rig_file_fuzz") && WriteMatFiles(folder + "/mat_file_fuzz") &&
                 WriteTorchCheckpoints(folder + "/torch_checkpoint_fuzz") &&
                 WriteServeRequests(folder + "/serve_request_fuzz")
             ? 0
             : 1;
}
