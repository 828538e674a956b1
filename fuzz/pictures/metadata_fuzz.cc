// What cameras write beside the pixels, through Exiv2, into every format it is copied to. The last
// byte says what the bytes before stand in: a file of their own, or EXIF in a JPEG or a PNG.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "io/image_file.h"
#include "io/metadata/picture_metadata.h"
#include "io/testing/crafted_camera_files.h"
#include "io/testing/crafted_pictures.h"
#include "mutators/picture_structure.h"

namespace {

namespace crafted = seafusion::io::testing;
using Bytes = std::vector<std::uint8_t>;

constexpr int kSide = 2;

std::array<Bytes, 3> MakePictures() {
  const auto bytes = [](const std::string& text) { return Bytes(text.begin(), text.end()); };
  const seafusion::ImageBuffer picture =
      *seafusion::ImageBuffer::Create(kSide, kSide, seafusion::PixelFormat::kGray8);
  return {*seafusion::io::EncodePng(picture.view()), *seafusion::io::EncodeJpeg(picture.view(), 90),
          bytes(crafted::Tiff({.width = kSide, .height = kSide, .pixels = "abcd"}))};
}

Bytes Wrapped(const std::uint8_t* data, std::size_t size, std::uint8_t how) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (how % 4 == 1) {
    text = crafted::JpegWithApp(1, std::string("Exif\0\0", 6) + text);
  } else if (how % 4 == 2) {
    text = crafted::Png(1, 1, 8, 0, "a", crafted::PngChunk("eXIf", text));
  } else if (how % 4 == 3) {
    text = crafted::JpegWithApp(1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + text);
  }
  return {text.begin(), text.end()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using seafusion::io::PictureMetadata;
  static const std::array<Bytes, 3> pictures = MakePictures();
  if (size == 0) return 0;
  const auto metadata = PictureMetadata::Read(Wrapped(data, size - 1, data[size - 1]));
  const int orientation = metadata.orientation();
  if (orientation < 1 || orientation > 8) std::abort();
  (void)metadata.taken();
  (void)metadata.camera();
  (void)metadata.has_gps();
  (void)metadata.has_geotiff();
  for (const Bytes& picture : pictures) {
    const auto with = metadata.AddTo(picture, kSide, kSide);
    if (!with.ok()) continue;
    // What is written can be read, is upright, and is the same picture.
    const auto again = seafusion::io::DecodePicture(*with);
    if (!again.ok() || again->image.width() != kSide || again->image.height() != kSide ||
        again->metadata.orientation() != 1) {
      std::abort();
    }
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return seafusion::fuzz::MutatePicture(data, size, max_size, seed);
}
