#include <string>
#include <vector>

#include "align/rig/rig_file.h"
#include "seeds/seeds.h"

namespace seafusion::fuzz {
namespace {

void AddRigs(std::vector<Seed>& seeds) {
  align::Rig rig;
  rig.infrared = {
      .width = 64, .height = 48, .crop_x = 1, .crop_width = 60, .crop_height = 48, .rotation = 90};
  rig.visible = {.width = 96, .height = 64, .flip_vertical = true};
  rig.map.lens = {0.05, 0.01};
  rig.parallax = align::Parallax{3, 1};
  rig.distance = 4;
  rig.origin = {
      .when = "2026", .frames = 3, .confidence = 0.5, .expected_error_px = 1, .note = "n"};
  align::Rig calibrated = rig;
  calibrated.infrared.calibration = {50, 50, 32, 24, {0.1, 0.2, 0, 0}};
  calibrated.visible.calibration = {60, 60, 48, 32, {}};
  calibrated.visible_to_infrared = align::Extrinsics{};
  seeds.push_back({"rig_file", "map", align::RigText(rig)});
  seeds.push_back({"rig_file", "calibrated", align::RigText(calibrated)});
}

void AddCalibrations(std::vector<Seed>& seeds) {
  seeds.push_back({"calibration", "opencv_yaml", R"(%YAML:1.0
---
image_width: 64
image_height: 48
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 50.5, 0., 32.25, 0., 51.5, 24.75, 0., 0., 1. ]
distortion_coefficients: !!opencv-matrix
   rows: 5
   cols: 1
   dt: d
   data: [ -0.25, 0.125, 1e-3, -2e-3, 0.5 ]
)"});
  seeds.push_back({"calibration", "opencv_xml", R"(<?xml version="1.0"?>
<opencv_storage>
<image_Width>32</image_Width>
<image_Height>25</image_Height>
<Camera_Matrix type_id="opencv-matrix"><rows>3</rows><cols>3</cols><dt>d</dt>
  <data>40. 0. 16. 0. 41. 12. 0. 0. 1.</data></Camera_Matrix>
<Distortion_Coefficients type_id="opencv-matrix"><rows>4</rows><cols>1</cols><dt>d</dt>
  <data>0.1 0.2 0. 0.</data></Distortion_Coefficients>
</opencv_storage>
)"});
  seeds.push_back({"calibration", "opencv_json",
                   R"({"M1":{"type_id":"opencv-matrix","rows":3,"cols":3,"dt":"d",)"
                   R"("data":[5,0,3,0,5,2,0,0,1]},"D1":[0,0,0,0],"R":[1,0,0,0,1,0,0,0,1],)"
                   R"("T":[0.1,0,0]})"});
  seeds.push_back({"calibration", "ros", R"(image_width: 64
image_height: 48
camera_name: left
camera_matrix: {rows: 3, cols: 3, data: [50, 0, 32, 0, 50, 24, 0, 0, 1]}
distortion_model: plumb_bob
distortion_coefficients: {rows: 1, cols: 5, data: [0.1, 0.2, 0, 0, 0]}
)"});
  seeds.push_back({"calibration", "kalibr", R"(cam0:
  camera_model: pinhole
  distortion_coeffs: [0.1, 0.2, 0.0, 0.0]
  distortion_model: radtan
  intrinsics: [50.0, 50.0, 32.0, 24.0]
  resolution: [64, 48]
cam1:
  T_cn_cnm1:
  - [1.0, 0.0, 0.0, 0.1]
  - [0.0, 1.0, 0.0, 0.0]
  - [0.0, 0.0, 1.0, 0.0]
  - [0.0, 0.0, 0.0, 1.0]
  camera_model: pinhole
  distortion_model: none
  intrinsics: [40.0, 40.0, 16.0, 12.0]
  resolution: [32, 24]
)"});
}

// The first byte says which kind of text.
void AddOptions(std::vector<Seed>& seeds) {
  const std::vector<std::vector<std::string>> kinds = {
      {"auto", "minmax", "percentile:0.5,99", "fixed:-3,4e2", "20C..40.5C", "reference", "-0.25",
       "int16"},
      {"gray16le:640x512+128", "256x192+0+192", "Y16,640x512,9", "mjpeg,,25", "fflags=nobuffer"},
      {"ir_%04d.png", "a%%b%d", "20240131_235959.25", "IMG_1706745599123",
       "2018-11-05T12:14:43.084+01:00"},
      {"EN,mi,Qabf", "six", "paper", "overlap", "127.0.0.1:8080", "[::1]:0", ":80"},
      {"0/4", "auto 3", "auto/8 2"}};
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    for (std::size_t i = 0; i < kinds[kind].size(); ++i) {
      seeds.push_back({"option_text", std::to_string(kind) + "_" + std::to_string(i),
                       static_cast<char>(kind) + kinds[kind][i]});
    }
  }
}

void AddCommandLines(std::vector<Seed>& seeds) {
  const std::vector<std::string> lines = {
      "fuse\n--ir\na\n--vis\nb\n-o\nc\n--ir-range\n20C..40C\n--agc\nplateau\n--bits\n16\n--shard\n"
      "1/4\n",
      "fuse\n--ir\na\n--vis\nb\n--config\n@\n\n"
      "{\"seafusion-settings\":1,\"fuse\":{\"agc\":\"clahe\",\"agc-clip\":3,\"ir-invert\":true}}",
      "align\n--ir\na\n--vis\nb\n-o\nr.json\n--board\n9x6\n--square\n0.03\n",
      "serve\n--ir\na\n--vis\nb\n--listen\n[::1]:0\n--ir-input\nY16,640x512,9\n",
      "metrics\n--ir\na\n--vis\nb\n--fused\nc\n--metrics\nEN,MI\n--json\n",
      "report\n--ir\na\n--vis\nb\n--fused\nx=c\n-o\nr.html\n",
      "compare\n--data\nmsrs=/d\n--methods\nall\n-o\nout\n--models\nDenseFuse:x=w\n",
      "detect\n--set\na\n--network\nn.onnx\n-o\nout\n",
      "segment\n--set\na\n--network\nn.onnx\n-o\nout\n",
      "convert\na.pth\n-o\nb.safetensors\n--size\n640x480\n",
      "calibrate\n--ir\na\n--vis\nb\n-o\nw.safetensors\n",
      "synth\n-o\nout\n--size\n64x48\n--ir-size\n32x24\n--count\n3\n",
      "train\n--network\nlite\n--data\na:2\n-o\nout\n--set\nsteps=5\n",
      "ablate\n--data\na\n-o\nout\n",
      "evaluate\n--data\na\n--model\nlite\n",
      "pack\na\n-o\nb\n",
      "bench\n--sizes\n640x480\n--json\n",
      "info\na.png\nb.mkv\n--json\n"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    seeds.push_back({"command_line", std::to_string(i), lines[i]});
  }
}

void AddNames(std::vector<Seed>& seeds) {
  seeds.push_back({"pairing", "ends", "DJI_1_T\nDJI_2_T\n\nDJI_1_W\nDJI_2_W\n"});
  seeds.push_back({"pairing", "begins", "IR_0001\nIR_2\n\nVIS_1\nVIS_0002\n"});
  seeds.push_back({"pairing", "inside", "a_ir_1\na_ir_2\n\na_vis_1\na_vis_2\n"});
  seeds.push_back({"pairing", "one_folder", "HM1\nHM1.VIS\nHM2\nHM2.VIS\n"});
  seeds.push_back({"pairing", "times", "20240131_235959\n\n20240131_235959.300\n"});
  seeds.push_back({"pairing", "unicode", "caf\xc3\xa9_T\n\ncafe\xcc\x81_W\n"});
  seeds.push_back({"pair_table", "plain", "infrared,visible,output\na.png,\"b, c.png\",x\n"});
  seeds.push_back({"pair_table", "no_output",
                   "\xef\xbb\xbf"
                   "a.png,a.png\r\n\"b, c.png\",a.png,z"});
}

// The first byte says which kind of file.
void AddSettings(std::vector<Seed>& seeds) {
  const std::vector<std::string> files = {
      R"({"seafusion-settings":1,"fuse":{"model":"full","ir-range":"fixed:1,2","agc":"clahe"},)"
      R"("view":{"palette":"iron"}})",
      R"({"layout":"yolov8","input":[64,64],"classes":2,"labels":["car","person"],)"
      R"("map":{"0":"person","1":"car"},"evaluated":["car"],"scale":0.5})",
      "0 0.5 0.5 0.25 0.25\n1 0.1 0.2 0.3 0.4\n2 0.5 0.5 1 1 0.75\n",
      "steps=100",
      R"({"a":1,"b":2.5})",
      R"({"pictures":3,"rows":[{"name":"x","figures":[{"figure":"IoU","category":"car",)"
      R"("value":0.5,"interval":[0.4,0.6]}]}],"precision_at_recall":[{"name":"x",)"
      R"("category":"car","values":[1,0.5]}]})",
      "{\"compare\":1,\"stamp\":{\"method\":\"x\"}}\n{\"pair\":\"p\",\"infrared\":\"a\","
      "\"visible\":\"b\","
      "\"fused\":\"c\",\"width\":3,\"height\":2,\"seconds\":0.5,\"first_call\":true,"
      "\"values\":[[\"EN\",\"paper\",1.5]]}\n"};
  for (std::size_t kind = 0; kind < files.size(); ++kind) {
    seeds.push_back({"settings_file", std::to_string(kind), static_cast<char>(kind) + files[kind]});
  }
  seeds.push_back({"settings_file", "lite_json", "\3{\"channels\":8,\"lr\":0.5}"});
  seeds.push_back({"settings_file", "deep", std::string(1, '\0') + DeepMember("fuse")});
  seeds.push_back({"settings_file", "deep_lite", "\3" + DeepMember("steps")});
}

}  // namespace

std::string DeepMember(const std::string& name) {
  constexpr std::size_t kDeep = 30000;
  return "{\"" + name + "\":" + std::string(kDeep, '[') + std::string(kDeep, ']') + "}";
}

std::vector<Seed> TextSeeds() {
  std::vector<Seed> seeds;
  AddRigs(seeds);
  AddCalibrations(seeds);
  AddOptions(seeds);
  AddCommandLines(seeds);
  AddNames(seeds);
  AddSettings(seeds);
  for (const char seed : std::string("abc")) {
    seeds.push_back({"fuser", std::string(1, seed), std::string(64, seed)});
  }
  return seeds;
}

}  // namespace seafusion::fuzz
