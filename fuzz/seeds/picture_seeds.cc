#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/files/file.h"
#include "core/memory/image_buffer.h"
#include "io/image_file.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"
#include "seeds/seeds.h"

namespace seafusion::fuzz {
namespace {

namespace crafted = io::testing;
namespace fs = std::filesystem;

std::vector<crafted::NamedFile> Headers() {
  using crafted::Png;
  using crafted::PngChunk;
  using crafted::Tiff;
  std::vector<crafted::NamedFile> files = crafted::HeadersOnly(7, 5);
  files.push_back({"palette", Png(2, 1, 8, 3, std::string(2, '\0'),
                                  PngChunk("PLTE", "abcdef") + PngChunk("tIME", "1234567"))});
  files.push_back({"alpha", Png(2, 2, 8, 6, "abcdefghijklmnop")});
  files.push_back({"gray_alpha", Png(2, 1, 16, 4, "abcdefgh")});
  files.push_back({"transparent", Png(2, 1, 8, 0, "ab", PngChunk("tRNS", std::string("\0a", 2)))});
  files.push_back({"tiff", Tiff({.width = 3, .height = 2, .pixels = "abcdef"})});
  files.push_back({"tiff_turned",
                   Tiff({.bits = 16, .pixels = "ab", .big_endian = true, .shorts = {{274, 6}}})});
  files.push_back(
      {"big_tiff", Tiff({.samples = 3, .photometric = 2, .pixels = "abc", .big_tiff = true})});
  files.push_back({"tiff_alpha",
                   Tiff({.samples = 4, .photometric = 2, .pixels = "abcd", .shorts = {{338, 2}}})});
  files.push_back({"tiff_float", Tiff({.bits = 32, .pixels = "abcd", .shorts = {{339, 3}}})});
  files.push_back({"tiff_signed", Tiff({.bits = 16, .pixels = "ab", .shorts = {{339, 2}}})});
  files.push_back({"pgm_text", "P2\n# c\n3 2\n255\n1 2 3\n4 5 6\n"});
  files.push_back({"ppm", "P6 2 1 255\nabcdef"});
  files.push_back({"pbm", "P4 9 1\nab"});
  files.push_back({"pgm_16", "P5 1 2 65535\nabcd"});
  files.push_back({"pfm", "Pf\n1 2\n-1.0\nabcdefgh"});
  return files;
}

std::vector<crafted::NamedFile> CameraFiles() {
  const std::string counts = crafted::SmoothCounts(4, 3, 9000);
  const std::string block =
      crafted::FlirFile({{1, crafted::FlirPicture(4, 3, counts)},
                         {0x0e, crafted::FlirPicture(4, 3, "\xff\xd8\xff\xf7\0\2")},
                         {0x20, crafted::FlirCamera()},
                         {0x2a, crafted::FlirPlacementRecord(1.5F, 3, -4)}});
  const std::string png = crafted::Png(4, 3, 16, 0, counts);
  return {{"fff", block},
          {"fff_png", crafted::FlirFile({{1, crafted::FlirPicture(4, 3, png)}}, false)},
          {"sequence", block + block},
          {"jpeg", crafted::JpegWithFlir(block, 300)},
          {"dji", crafted::JpegWithApp(3, counts, 10)},
          {"irg", crafted::InfirayPicture(4, 3, counts, "\xff\xd8\xff")}};
}

// Real pictures, as our writers make them.
std::vector<crafted::NamedFile> Encoded() {
  std::vector<crafted::NamedFile> files;
  std::error_code ec;
  const fs::path folder = fs::temp_directory_path(ec) / "seafusion_fuzz_seeds";
  fs::create_directories(folder, ec);
  for (const PixelFormat format : {PixelFormat::kGray8, PixelFormat::kRgb16, PixelFormat::kRgb8}) {
    auto picture = ImageBuffer::Create(9, 6, format);
    if (!picture.ok()) continue;
    for (int y = 0; y < 6; ++y) {
      auto* row = picture->view().Row<std::uint8_t>(y);
      for (int i = 0; i < 9 * BytesPerPixel(format); ++i) {
        row[i] = static_cast<std::uint8_t>(11 * i + 31 * y);
      }
    }
    for (const char* extension : {"png", "jpg", "bmp", "webp", "tif"}) {
      const std::string path = (folder / ("a." + std::string(extension))).string();
      if (!io::WriteImage(path, picture->view(), IfExists::kReplace).ok()) continue;
      const auto bytes = ReadFile(path, 1 << 20);
      if (!bytes.ok()) continue;
      files.push_back(
          {std::string(PixelFormatName(format)) + "_" + extension, {bytes->begin(), bytes->end()}});
    }
  }
  fs::remove_all(folder, ec);
  return files;
}

// A directory of EXIF: orientation, maker, time, and GPS in one of its own.
std::string Exif() {
  const auto entry = [](unsigned tag, unsigned type, unsigned count, std::uint64_t value) {
    return crafted::Little(tag, 2) + crafted::Little(type, 2) + crafted::Little(count, 4) +
           crafted::Little(value, 4);
  };
  constexpr unsigned kFirst = 8, kTexts = kFirst + 2 + 5 * 12 + 4, kTime = kTexts + 8,
                     kPhoto = kTime + 20, kGps = kPhoto + 2 + 12 + 4;
  return "II*" + std::string(1, '\0') + crafted::Little(kFirst, 4) + crafted::Little(5, 2) +
         entry(0x010f, 2, 8, kTexts) + entry(0x0112, 3, 1, 6) + entry(0x0132, 2, 20, kTime) +
         entry(0x8769, 4, 1, kPhoto) + entry(0x8825, 4, 1, kGps) + crafted::Little(0, 4) +
         std::string("FLIR AB\0", 8) + std::string("2018:11:05 12:14:43\0", 20) +
         crafted::Little(1, 2) + entry(0x9291, 2, 4, 0x00343830) + crafted::Little(0, 4) +
         crafted::Little(1, 2) + entry(0x0001, 2, 2, 'N') + crafted::Little(0, 4);
}

}  // namespace

std::vector<Seed> PictureSeeds() {
  std::vector<Seed> seeds;
  const std::string how = {'\0', '\1', '\2'};  // the last byte: how the file is read
  for (const auto& files : {Headers(), Encoded(), CameraFiles()}) {
    for (const crafted::NamedFile& file : files) {
      seeds.push_back({"image_probe", file.name, file.bytes});
      for (const char c : how) {
        seeds.push_back({"picture", file.name + std::to_string(c), file.bytes + c});
      }
      seeds.push_back({"metadata", file.name, file.bytes + '\0'});
    }
  }
  for (const crafted::NamedFile& file : CameraFiles()) {
    seeds.push_back({"camera_file", file.name, file.bytes});
  }
  for (const char c : std::string{'\0', '\1', '\2'}) {
    seeds.push_back({"metadata", "exif" + std::to_string(c), Exif() + c});
  }
  seeds.push_back({"metadata", "xmp",
                   "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/"
                   "1999/02/22-rdf-syntax-ns#\"><rdf:Description xmlns:tiff=\"http://ns.adobe.com/"
                   "tiff/1.0/\" tiff:Orientation=\"6\"/></rdf:RDF></x:xmpmeta>\3"});
  seeds.push_back({"bare_samples", "gray16le", "gray16le:2x2+3 1x1+1+0\n...abcdefgh"});
  seeds.push_back({"bare_samples", "bgr48be", "bgr48be:1x1 1x1+0+0\nabcdefabcdef"});
  seeds.push_back({"bare_samples", "grayf32be", "grayf32be:1x2 1x1+0+1\nabcdefgh"});
  return seeds;
}

}  // namespace seafusion::fuzz
