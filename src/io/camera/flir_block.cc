#include "io/camera/flir_block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>

#include "core/status_macros.h"
#include "io/probe/byte_view.h"

namespace seafusion::io {
namespace {

using probe::ByteOrder;
using probe::ByteView;
using Bytes = std::span<const std::uint8_t>;

constexpr std::uint64_t kHeaderSize = 64;
constexpr std::uint64_t kVersionAt = 0x14, kDirectoryAt = 0x18, kCountAt = 0x1c;
constexpr std::uint64_t kEntrySize = 32;
constexpr std::uint64_t kMostRecords = 4096;
constexpr std::uint64_t kPictureHeader = 32;
constexpr int kMostSide = 1 << 15;

enum Record : std::uint64_t {
  kFree = 0,
  kThermal = 0x01,
  kVisible = 0x0e,
  kCamera = 0x20,
  kPalette = 0x22,
  kPlacement = 0x2a,
};

// Versions are small numbers: the byte order in which this one is one is that of the directory.
std::optional<ByteOrder> DirectoryOrder(Bytes bytes) {
  for (const ByteOrder order : {ByteOrder::kBig, ByteOrder::kLittle}) {
    const auto version = ByteView(bytes, order).Number(kVersionAt, 4);
    if (version && *version >= 100 && *version < 200) return order;
  }
  return std::nullopt;
}

// Records begin with a small number, too.
ByteOrder RecordOrder(Bytes record) {
  return ByteView(record, ByteOrder::kLittle).NumberAt(0, 2) < 256 ? ByteOrder::kLittle
                                                                   : ByteOrder::kBig;
}

double FloatAt(const ByteView& view, std::uint64_t at) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(view.NumberAt(at, 4)));
}

std::string TextAt(Bytes record, std::uint64_t at, std::uint64_t most) {
  std::string text;
  for (std::uint64_t i = at; i < at + most && i < record.size() && record[i] != 0; ++i) {
    text += static_cast<char>(record[i]);
  }
  return text;
}

bool BeginsWith(Bytes bytes, std::string_view text) {
  return ByteView(bytes, ByteOrder::kBig).HasText(0, text);
}

EmbeddedPicture::Coding CodingOf(Bytes body) {
  if (BeginsWith(body, "\x89PNG\r\n\x1a\n")) return EmbeddedPicture::Coding::kPng;
  if (!BeginsWith(body, "\xff\xd8")) return EmbeddedPicture::Coding::kRaw;
  // SOF55 of JPEG-LS comes right behind the start, or behind application segments.
  const ByteView view(body, ByteOrder::kBig);
  for (std::uint64_t at = 2; view.Holds(at, 4) && body[at] == 0xff;) {
    if (body[at + 1] == 0xf7) return EmbeddedPicture::Coding::kJpegLs;
    if (body[at + 1] == 0xda || (body[at + 1] >= 0xc0 && body[at + 1] <= 0xc3)) break;
    at += 2 + std::max<std::uint64_t>(view.NumberAt(at + 2, 2), 2);
  }
  return EmbeddedPicture::Coding::kJpeg;
}

StatusOr<EmbeddedPicture> ReadPicture(Bytes record, const std::string& what) {
  const ByteOrder order = RecordOrder(record);
  const ByteView view(record, order);
  if (record.size() <= kPictureHeader) {
    return CorruptData("its " + what + " data is empty: the file was emptied or cut");
  }
  EmbeddedPicture picture;
  picture.width = static_cast<int>(view.NumberAt(2, 2));
  picture.height = static_cast<int>(view.NumberAt(4, 2));
  picture.big_endian = order == ByteOrder::kBig;
  picture.bytes = record.subspan(kPictureHeader);
  picture.coding = CodingOf(picture.bytes);
  const std::string size = std::to_string(picture.width) + "x" + std::to_string(picture.height);
  if (picture.width < 1 || picture.height < 1 || picture.width > kMostSide ||
      picture.height > kMostSide) {
    return CorruptData("its " + what + " data says " + size + " pixels");
  }
  const std::uint64_t needed = std::uint64_t{2} * static_cast<std::uint64_t>(picture.width) *
                               static_cast<std::uint64_t>(picture.height);
  if (picture.coding == EmbeddedPicture::Coding::kRaw) {
    if (picture.bytes.size() < needed) {
      return CorruptData("its " + what + " data holds " + std::to_string(picture.bytes.size()) +
                         " bytes, " + size + " pixels need " + std::to_string(needed));
    }
    picture.bytes = picture.bytes.first(needed);
  }
  return picture;
}

std::optional<PlanckCalibration> ReadCalibration(Bytes record) {
  constexpr double kZeroCelsius = 273.15;
  const ByteView view(record, RecordOrder(record));
  if (!view.Holds(0x30c, 4)) return std::nullopt;
  PlanckCalibration c;
  c.emissivity = FloatAt(view, 0x20);
  c.object_distance = FloatAt(view, 0x24);
  c.reflected_temperature = FloatAt(view, 0x28) - kZeroCelsius;
  c.air_temperature = FloatAt(view, 0x2c) - kZeroCelsius;
  c.window_temperature = FloatAt(view, 0x30) - kZeroCelsius;
  c.window_transmission = FloatAt(view, 0x34);
  c.relative_humidity = FloatAt(view, 0x3c);
  // Some cameras store percents.
  if (c.relative_humidity > 2) c.relative_humidity /= 100;
  c.r1 = FloatAt(view, 0x58);
  c.b = FloatAt(view, 0x5c);
  c.f = FloatAt(view, 0x60);
  c.alpha1 = FloatAt(view, 0x70);
  c.alpha2 = FloatAt(view, 0x74);
  c.beta1 = FloatAt(view, 0x78);
  c.beta2 = FloatAt(view, 0x7c);
  c.x = FloatAt(view, 0x80);
  c.o = static_cast<std::int32_t>(view.NumberAt(0x308, 4));
  c.r2 = FloatAt(view, 0x30c);
  const bool usable = c.r1 > 0 && c.b > 0 && c.r2 > 0 && c.emissivity > 0 &&
                      c.window_transmission > 0 && std::isfinite(c.r1) && std::isfinite(c.b) &&
                      std::isfinite(c.r2) && std::isfinite(c.f);
  if (!usable) return std::nullopt;
  return c;
}

// Seconds since 1970, milliseconds, and minutes from local time to UTC.
std::string ReadTime(Bytes record) {
  const ByteView view(record, RecordOrder(record));
  constexpr std::uint64_t kAt = 0x384;
  if (!view.Holds(kAt, 10)) return {};
  const auto seconds = static_cast<std::time_t>(view.NumberAt(kAt, 4));
  const auto minutes = static_cast<std::int16_t>(view.NumberAt(kAt + 8, 2));
  constexpr int kFarthestZone = 24 * 60;
  if (seconds == 0 || minutes < -kFarthestZone || minutes > kFarthestZone) return {};
  const std::time_t local = seconds - std::time_t{minutes} * 60;
  std::tm time{};
  if (::gmtime_r(&local, &time) == nullptr) return {};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03u%c%02d:%02d",
                time.tm_year + 1900, time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min,
                time.tm_sec, static_cast<unsigned>(view.NumberAt(kAt + 4, 4) % 1000),
                minutes > 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
  return text.data();
}

std::optional<FlirPlacement> ReadPlacement(Bytes record) {
  // Little-endian always.
  const ByteView view(record, ByteOrder::kLittle);
  if (!view.Holds(0, 8)) return std::nullopt;
  const FlirPlacement placement = {FloatAt(view, 0), static_cast<std::int16_t>(view.NumberAt(4, 2)),
                                   static_cast<std::int16_t>(view.NumberAt(6, 2))};
  // Written by cameras without a visible one as 0.
  if (!(placement.real_to_ir > 0) || !std::isfinite(placement.real_to_ir)) return std::nullopt;
  return placement;
}

}  // namespace

bool IsFlirBlock(Bytes bytes) {
  return bytes.size() >= kHeaderSize &&
         (BeginsWith(bytes, std::string_view("FFF\0", 4)) ||
          BeginsWith(bytes, std::string_view("AFF\0", 4))) &&
         DirectoryOrder(bytes).has_value();
}

StatusOr<FlirBlock> ReadFlirBlock(Bytes bytes) {
  if (!IsFlirBlock(bytes)) return CorruptData("its FLIR data does not begin as such");
  const ByteView view(bytes, *DirectoryOrder(bytes));
  const std::uint64_t directory = view.NumberAt(kDirectoryAt, 4);
  const std::uint64_t count = view.NumberAt(kCountAt, 4);
  if (count > kMostRecords || !view.Holds(directory, count * kEntrySize)) {
    return CorruptData("its FLIR directory of " + std::to_string(count) + " records at byte " +
                       std::to_string(directory) + " ends outside of it");
  }
  FlirBlock block;
  block.size = std::max(kHeaderSize, directory + count * kEntrySize);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t entry = directory + i * kEntrySize;
    const std::uint64_t type = view.NumberAt(entry, 2);
    const std::uint64_t offset = view.NumberAt(entry + 12, 4);
    const std::uint64_t size = view.NumberAt(entry + 16, 4);
    if (type == kFree) continue;
    if (!view.Holds(offset, size)) {
      if (type != kThermal && type != kVisible && type != kCamera) continue;
      return CorruptData("its FLIR data is cut short: record " + std::to_string(type) + " needs " +
                         std::to_string(size) + " bytes at byte " + std::to_string(offset) +
                         ", there are " + std::to_string(bytes.size()));
    }
    block.size = std::max(block.size, offset + size);
    const Bytes record = bytes.subspan(offset, size);
    switch (type) {
      case kThermal: {
        SEAFUSION_ASSIGN_OR_RETURN(block.thermal, ReadPicture(record, "thermal"));
        break;
      }
      case kVisible: {
        // Without it the thermal picture is as good.
        StatusOr<EmbeddedPicture> visible = ReadPicture(record, "visible");
        if (visible.ok()) block.visible = *visible;
        break;
      }
      case kCamera:
        block.calibration = ReadCalibration(record);
        block.model = TextAt(record, 0xd4, 32);
        if (block.model == "*") block.model.clear();  // FLIR One: EXIF knows it
        block.taken = ReadTime(record);
        break;
      case kPalette:
        block.palette = TextAt(record, 0x50, 32);
        break;
      case kPlacement:
        block.placement = ReadPlacement(record);
        break;
      default:
        break;
    }
  }
  return block;
}

std::vector<std::uint64_t> FindFlirFrames(Bytes bytes) {
  std::vector<std::uint64_t> frames;
  if (!IsFlirBlock(bytes)) return frames;
  const std::uint8_t first = bytes[0];
  for (std::uint64_t at = 0; at + kHeaderSize <= bytes.size();) {
    if (bytes[at] == first && IsFlirBlock(bytes.subspan(at))) {
      frames.push_back(at);
      // Of a block that can be read, the next one begins behind it; compressed pictures may hold
      // the letters by chance.
      const StatusOr<FlirBlock> block = ReadFlirBlock(bytes.subspan(at));
      at += block.ok() ? block->size : kHeaderSize;
    } else {
      ++at;
    }
  }
  return frames;
}

}  // namespace seafusion::io
