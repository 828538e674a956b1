#include "io/metadata/picture_metadata.h"

#include <algorithm>
#include <array>
#include <exception>
#include <mutex>
#include <string_view>
#include <tuple>
#include <utility>

#include <exiv2/exiv2.hpp>

#include "io/probe/image_probe.h"

namespace seafusion::io {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Exiv2's XMP toolkit has state of its own; metadata is read far more seldom than pixels.
std::mutex& Exiv2Mutex() {
  static std::mutex mutex;
  return mutex;
}

// Exiv2 keeps the namespaces that pictures bring, and frees them when it is told that this is over.
struct Exiv2End {
  ~Exiv2End() {
    const std::lock_guard lock(Exiv2Mutex());
    Exiv2::XmpProperties::unregisterNs();
  }
};

void Prepare() {
  Exiv2Mutex();  // made first, so that it is there at the end
  static const Exiv2End end;
  static std::once_flag once;
  std::call_once(once, [] {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    Exiv2::XmpParser::initialize();
  });
}

// What describes the pixels of the file it stands in, and not the scene.
constexpr std::array<std::string_view, 34> kOfTheFile = {
    "Exif.Image.NewSubfileType",
    "Exif.Image.SubfileType",
    "Exif.Image.ImageWidth",
    "Exif.Image.ImageLength",
    "Exif.Image.BitsPerSample",
    "Exif.Image.Compression",
    "Exif.Image.PhotometricInterpretation",
    "Exif.Image.FillOrder",
    "Exif.Image.StripOffsets",
    "Exif.Image.SamplesPerPixel",
    "Exif.Image.RowsPerStrip",
    "Exif.Image.StripByteCounts",
    "Exif.Image.PlanarConfiguration",
    "Exif.Image.TransferFunction",
    "Exif.Image.Predictor",
    "Exif.Image.ColorMap",
    "Exif.Image.TileWidth",
    "Exif.Image.TileLength",
    "Exif.Image.TileOffsets",
    "Exif.Image.TileByteCounts",
    "Exif.Image.SubIFDs",
    "Exif.Image.ExtraSamples",
    "Exif.Image.SampleFormat",
    "Exif.Image.JPEGTables",
    "Exif.Image.JPEGProc",
    "Exif.Image.JPEGInterchangeFormat",
    "Exif.Image.JPEGInterchangeFormatLength",
    "Exif.Image.YCbCrCoefficients",
    "Exif.Image.YCbCrSubSampling",
    "Exif.Image.YCbCrPositioning",
    "Exif.Image.ReferenceBlackWhite",
    "Exif.Image.InterColorProfile",
    "Exif.Image.0x0118",  // smallest and largest sample
    "Exif.Image.0x0119",
};

// What `read` finds; `otherwise` where Exiv2, whose errors are exceptions, cannot tell.
template <typename T, typename Read>
T OrElse(T otherwise, const Read& read) {
  const std::lock_guard lock(Exiv2Mutex());
  try {
    return read();
  } catch (const std::exception&) {
    return otherwise;
  }
}

template <typename Condition>
void Erase(Exiv2::ExifData& exif, const Condition& condition) {
  for (auto it = exif.begin(); it != exif.end();) it = condition(*it) ? exif.erase(it) : ++it;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// EXIF's "2018:11:05 12:14:43"; empty where the text is of another form.
std::string IsoTime(std::string text) {
  constexpr std::string_view kForm = "0000:00:00 00:00:00";
  if (text.size() != kForm.size()) return {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == '0' ? !IsDigit(text[i]) : text[i] != kForm[i]) return {};
  }
  text[4] = text[7] = '-';
  text[10] = 'T';
  return text;
}

// EXIF 2.31's offset tags, which not every Exiv2 has names for.
std::string ZoneOf(const Exiv2::ExifData& exif, int tag) {
  for (const Exiv2::Exifdatum& d : exif) {
    if (d.groupName() != "Photo" || d.tag() != tag) continue;
    std::string text = d.toString().substr(0, 6);
    if (text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':') return text;
  }
  return {};
}

// No text of the formats below is searched for in pixels: what is found there by chance costs time
// only.
bool MayHoldMetadata(Bytes bytes) {
  const auto has = [&](std::string_view text, Bytes where) {
    return std::search(where.begin(), where.end(), text.begin(), text.end()) != where.end();
  };
  const auto begins = [&](std::string_view text) {
    return bytes.size() >= text.size() &&
           std::equal(text.begin(), text.end(), bytes.begin(),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
  };
  if (begins("\x89PNG")) {
    // Chunks by their headers.
    for (std::size_t at = 8; at + 8 <= bytes.size();) {
      const std::size_t size = std::size_t{bytes[at]} << 24 | std::size_t{bytes[at + 1]} << 16 |
                               std::size_t{bytes[at + 2]} << 8 | bytes[at + 3];
      const std::string_view name(reinterpret_cast<const char*>(bytes.data()) + at + 4, 4);
      if (name == "eXIf" || name == "iTXt" || name == "zTXt" || name == "tEXt") return true;
      if (size > bytes.size() - at) return false;
      at += size + 12;
    }
    return false;
  }
  if (begins("\xff\xd8")) {
    // Segments up to the picture's data.
    for (std::size_t at = 2; at + 4 <= bytes.size() && bytes[at] == 0xff;) {
      const std::uint8_t marker = bytes[at + 1];
      if (marker == 0xe1 || marker == 0xed) return true;
      if (marker == 0xda || marker == 0xd9) return false;
      at += 2 + (std::size_t{bytes[at + 2]} << 8 | bytes[at + 3]);
    }
    return false;
  }
  if (begins("RIFF")) return has("EXIF", bytes) || has("XMP ", bytes);
  return begins("II*") || begins(std::string_view("MM\0*", 4));
}

}  // namespace

struct PictureMetadata::Data {
  Exiv2::ExifData exif;
  Exiv2::IptcData iptc;
  Exiv2::XmpData xmp;

  std::string Text(const char* key) const {
    const auto it = exif.findKey(Exiv2::ExifKey(key));
    if (it == exif.end()) return {};
    std::string text = it->toString();
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
    return text;
  }
};

PictureMetadata PictureMetadata::Read(Bytes bytes) {
  PictureMetadata result;
  if (!MayHoldMetadata(bytes)) return result;
  Prepare();
  result.data_ = OrElse(std::shared_ptr<Data>(), [&] {
    const auto image = Exiv2::ImageFactory::open(bytes.data(), static_cast<long>(bytes.size()));
    image->readMetadata();
    auto data = std::make_shared<Data>();
    data->exif = image->exifData();
    data->iptc = image->iptcData();
    data->xmp = image->xmpData();
    const bool none = data->exif.empty() && data->iptc.empty() && data->xmp.empty();
    return none ? nullptr : data;
  });
  return result;
}

int PictureMetadata::orientation() const {
  if (empty()) return 1;
  return OrElse(1, [&] {
    const auto it = data_->exif.findKey(Exiv2::ExifKey("Exif.Image.Orientation"));
    if (it == data_->exif.end() || it->count() == 0) return 1;
    const auto value = it->toLong();
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  });
}

std::string PictureMetadata::taken() const {
  if (empty()) return {};
  return OrElse(std::string(), [&] {
    for (const auto& [time, fraction, zone] :
         {std::tuple{"Exif.Photo.DateTimeOriginal", "Exif.Photo.SubSecTimeOriginal", 0x9011},
          std::tuple{"Exif.Photo.DateTimeDigitized", "Exif.Photo.SubSecTimeDigitized", 0x9012},
          std::tuple{"Exif.Image.DateTime", "Exif.Photo.SubSecTime", 0x9010}}) {
      std::string text = IsoTime(data_->Text(time));
      if (text.empty()) continue;
      const std::string digits = data_->Text(fraction);
      const bool number = !digits.empty() && std::all_of(digits.begin(), digits.end(), IsDigit);
      if (number) text += "." + digits;
      return text + ZoneOf(data_->exif, zone);
    }
    return std::string();
  });
}

bool PictureMetadata::has_gps() const {
  if (empty()) return false;
  return OrElse(false, [&] {
    return std::any_of(data_->exif.begin(), data_->exif.end(), [](const Exiv2::Exifdatum& d) {
      return d.groupName() == "GPSInfo" && d.tagName() == "GPSLatitude";
    });
  });
}

bool PictureMetadata::has_geotiff() const {
  if (empty()) return false;
  constexpr std::uint16_t kGeoKeyDirectory = 34735;
  return OrElse(false, [&] {
    return std::any_of(data_->exif.begin(), data_->exif.end(), [](const Exiv2::Exifdatum& d) {
      return d.ifdId() == 1 && d.tag() == kGeoKeyDirectory;
    });
  });
}

std::string PictureMetadata::camera() const {
  if (empty()) return {};
  return OrElse(std::string(), [&] {
    const std::string maker = data_->Text("Exif.Image.Make");
    std::string model = data_->Text("Exif.Image.Model");
    if (maker.empty() || model.starts_with(maker)) return model;
    return model.empty() ? maker : maker + " " + model;
  });
}

StatusOr<std::vector<std::uint8_t>> PictureMetadata::AddTo(Bytes picture, int width,
                                                           int height) const {
  if (empty()) return std::vector<std::uint8_t>(picture.begin(), picture.end());
  Prepare();
  const std::lock_guard lock(Exiv2Mutex());
  // The second time without the maker's notes, which may be longer than a JPEG's segment.
  for (const bool with_notes : {true, false}) {
    try {
      const auto image =
          Exiv2::ImageFactory::open(picture.data(), static_cast<long>(picture.size()));
      image->readMetadata();
      Exiv2::ExifData exif = data_->exif;
      Erase(exif, [&](const Exiv2::Exifdatum& d) {
        const std::string key = d.key();
        // Exiv2 copies types that it does not know, with a size that others do not take them for.
        const bool known = d.typeId() >= Exiv2::unsignedByte && d.typeId() <= Exiv2::tiffIfd;
        return !known || std::find(kOfTheFile.begin(), kOfTheFile.end(), key) != kOfTheFile.end() ||
               d.groupName() == "Thumbnail" || d.groupName().starts_with("SubImage") ||
               (!with_notes && key == "Exif.Photo.MakerNote");
      });
      if (!with_notes) {
        // Decoded notes stand in groups named after the makers.
        Erase(exif, [](const Exiv2::Exifdatum& d) {
          constexpr std::array<std::string_view, 4> kGroups = {"Image", "Photo", "GPSInfo", "Iop"};
          const std::string group = d.groupName();
          return std::find(kGroups.begin(), kGroups.end(), group) == kGroups.end();
        });
      }
      if (exif.findKey(Exiv2::ExifKey("Exif.Image.Orientation")) != exif.end()) {
        exif["Exif.Image.Orientation"] = std::uint16_t{1};
      }
      for (const auto& [key, side] : {std::pair{"Exif.Photo.PixelXDimension", width},
                                      std::pair{"Exif.Photo.PixelYDimension", height}}) {
        if (exif.findKey(Exiv2::ExifKey(key)) != exif.end()) {
          exif[key] = static_cast<std::uint32_t>(side);
        }
      }
      // A TIFF's own tags are in its EXIF data.
      for (const Exiv2::Exifdatum& own : image->exifData()) {
        if (exif.findKey(Exiv2::ExifKey(own.key())) == exif.end()) exif.add(own);
      }
      image->setExifData(exif);
      image->setIptcData(data_->iptc);
      Exiv2::XmpData xmp = data_->xmp;
      for (const char* key :
           {"Xmp.tiff.Orientation", "Xmp.tiff.ImageWidth", "Xmp.tiff.ImageLength"}) {
        const auto it = xmp.findKey(Exiv2::XmpKey(key));
        if (it != xmp.end()) xmp.erase(it);
      }
      image->setXmpData(xmp);
      image->writeMetadata();
      Exiv2::BasicIo& io = image->io();
      std::vector<std::uint8_t> bytes(static_cast<std::size_t>(io.size()));
      if (io.open() != 0 || io.seek(0, Exiv2::BasicIo::beg) != 0 ||
          io.read(bytes.data(), static_cast<long>(bytes.size())) !=
              static_cast<long>(bytes.size())) {
        continue;
      }
      // Whatever Exiv2 made of the metadata, the picture must be one that can be read.
      const auto most = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
      if (!ProbeImage(bytes, most).ok()) continue;
      return bytes;
    } catch (const std::exception&) {
      // Exiv2's sentences are for programmers.
    }
  }
  return Unsupported("the visible picture's metadata cannot be written into this format");
}

}  // namespace seafusion::io
