// TIFF: revision 6.0 (1992), and BigTIFF, its form with 64-bit offsets.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "core/memory/checked_math.h"
#include "io/probe/byte_view.h"
#include "io/probe/formats.h"

namespace seafusion::io::probe {
namespace {

enum Tag : std::uint64_t {
  kImageWidth = 256,
  kImageLength = 257,
  kBitsPerSample = 258,
  kCompression = 259,
  kPhotometric = 262,
  kStripOffsets = 273,
  kOrientation = 274,
  kSamplesPerPixel = 277,
  kRowsPerStrip = 278,
  kStripByteCounts = 279,
  kPlanarConfig = 284,
  kTileWidth = 322,
  kTileLength = 323,
  kTileOffsets = 324,
  kTileByteCounts = 325,
  kSampleFormat = 339,
};

constexpr std::uint64_t kUncompressed = 1;
constexpr std::uint64_t kWhiteIsZero = 0;
constexpr std::uint64_t kBlackIsZero = 1;
constexpr std::uint64_t kFloat = 3;
constexpr std::uint64_t kSeparatePlanes = 2;
constexpr std::uint64_t kYCbCr = 6;

// Bytes of one value by field type; 0 for types that do not exist.
constexpr std::array<unsigned, 19> kTypeSize = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4,
                                                8, 4, 8, 4, 0, 0, 8, 8, 8};
constexpr bool IsUnsigned(std::uint64_t type) {
  return type == 1 || type == 3 || type == 4 || type == 16;
}

// Widths of the fields, which are what BigTIFF changes.
struct Layout {
  unsigned offset, entry_count, value_count;
  std::uint64_t entry() const { return 4 + value_count + offset; }
};
constexpr Layout kClassic = {.offset = 4, .entry_count = 2, .value_count = 4};
constexpr Layout kBig = {.offset = 8, .entry_count = 8, .value_count = 8};

struct Field {
  std::uint64_t type = 0, count = 0;
  std::uint64_t at = 0;  // where the values stand
};

// One page: its fields by tag. All values lie inside the file.
class Directory {
 public:
  explicit Directory(const ByteView& view) : view_(view) {}

  void Add(std::uint64_t tag, const Field& field) { fields_.emplace(tag, field); }
  bool Has(std::uint64_t tag) const { return fields_.contains(tag); }
  std::uint64_t Count(std::uint64_t tag) const {
    const auto it = fields_.find(tag);
    return it == fields_.end() ? 0 : it->second.count;
  }
  std::uint64_t At(std::uint64_t tag) const { return fields_.at(tag).at; }
  bool IsShort(std::uint64_t tag) const { return Has(tag) && fields_.at(tag).type == 3; }

  /// Value `i` of a tag of unsigned numbers, `otherwise` where the tag is absent or has fewer.
  std::uint64_t Value(std::uint64_t tag, std::uint64_t otherwise, std::uint64_t i = 0) const {
    const auto it = fields_.find(tag);
    if (it == fields_.end() || i >= it->second.count || !IsUnsigned(it->second.type)) {
      return otherwise;
    }
    const unsigned size = kTypeSize[it->second.type];
    return view_.NumberAt(it->second.at + i * size, size);
  }

 private:
  const ByteView& view_;
  std::map<std::uint64_t, Field> fields_;
};

// Each entry and each strip of an honest file takes more than a byte of it; pages that share them
// to make a small file slow to read are refused.
Status Spend(std::uint64_t& work_left, std::uint64_t steps) {
  if (steps > work_left) return CorruptData("the TIFF's pages overlap");
  work_left -= steps;
  return OkStatus();
}

// Reads the directory at `at` and moves `at` to the next one, 0 after the last.
StatusOr<Directory> ReadDirectory(const ByteView& view, const Layout& layout, std::uint64_t& at,
                                  std::uint64_t& work_left) {
  const auto entries = view.Number(at, layout.entry_count);
  if (!entries) return CutShort("the TIFF, before a page's directory");
  const std::uint64_t first = at + layout.entry_count;
  if (*entries > view.size() / layout.entry() ||
      !view.Holds(first, *entries * layout.entry() + layout.offset)) {
    return CutShort("a TIFF directory");
  }
  SEAFUSION_RETURN_IF_ERROR(Spend(work_left, *entries));
  Directory directory(view);
  for (std::uint64_t i = 0; i < *entries; ++i) {
    const std::uint64_t entry = first + i * layout.entry();
    const std::uint64_t type = view.NumberAt(entry + 2, 2);
    const unsigned size = type < kTypeSize.size() ? kTypeSize[type] : 0;
    if (size == 0) continue;  // readers must skip field types they do not know
    Field field = {.type = type, .count = view.NumberAt(entry + 4, layout.value_count)};
    const std::uint64_t value = entry + 4 + layout.value_count;
    const auto bytes = CheckedMul<std::uint64_t>(field.count, size);
    const std::uint64_t tag = view.NumberAt(entry, 2);
    if (!bytes) return CorruptData("TIFF tag " + std::to_string(tag) + " has too many values");
    field.at = *bytes <= layout.offset ? value : view.NumberAt(value, layout.offset);
    if (!view.Holds(field.at, *bytes)) {
      return CutShort("the TIFF, in the values of tag " + std::to_string(tag));
    }
    directory.Add(tag, field);
  }
  at = view.NumberAt(first + *entries * layout.entry(), layout.offset);
  return directory;
}

std::uint64_t CeilDivide(std::uint64_t a, std::uint64_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

// The blocks (strips or tiles) a page is cut into.
struct Blocks {
  const char* name;
  std::uint64_t offsets_tag, counts_tag;
  std::uint64_t width, height;  // of one block in pixels
  std::uint64_t across, down;   // number of blocks
  bool tiled;
};

StatusOr<Blocks> BlocksOf(const Directory& d, std::uint64_t width, std::uint64_t height) {
  if (d.Has(kTileOffsets) || d.Has(kTileWidth)) {
    const std::uint64_t w = d.Value(kTileWidth, 0);
    const std::uint64_t h = d.Value(kTileLength, 0);
    if (w == 0 || h == 0) return CorruptData("the TIFF's tiles have no size");
    return Blocks{"tile", kTileOffsets,         kTileByteCounts,       w,
                  h,      CeilDivide(width, w), CeilDivide(height, h), true};
  }
  std::uint64_t rows = d.Value(kRowsPerStrip, height);
  if (rows == 0) return CorruptData("the TIFF's strips have no rows");
  if (rows > height) rows = height;
  return Blocks{"strip", kStripOffsets, kStripByteCounts, width, rows, 1, CeilDivide(height, rows),
                false};
}

// Every strip or tile must be inside the file and, where it is not compressed, large enough.
Status CheckBlocks(const ByteView& view, const Directory& d, std::uint64_t width,
                   std::uint64_t height, std::uint64_t samples, std::uint64_t bits,
                   std::uint64_t& work_left) {
  SEAFUSION_ASSIGN_OR_RETURN(const Blocks blocks, BlocksOf(d, width, height));
  const bool separate = d.Value(kPlanarConfig, 1) == kSeparatePlanes;
  const std::uint64_t planes = separate ? samples : 1;
  const std::string name = blocks.name;
  const auto expected = CheckedProduct(blocks.across, blocks.down, planes);
  // The arrays lie inside the file, so that this bounds the loop by the file's size.
  if (!expected || d.Count(blocks.offsets_tag) < *expected ||
      d.Count(blocks.counts_tag) < *expected) {
    return CorruptData("the TIFF lists " + std::to_string(d.Count(blocks.offsets_tag)) + " " +
                       name + "s and their sizes, it needs " +
                       (expected ? std::to_string(*expected) : "more"));
  }
  SEAFUSION_RETURN_IF_ERROR(Spend(work_left, *expected));
  std::uint64_t row_bytes = 0;
  // YCbCr may be stored with fewer chroma samples.
  if (d.Value(kCompression, kUncompressed) == kUncompressed &&
      d.Value(kPhotometric, kBlackIsZero) != kYCbCr) {
    const auto row_bits = CheckedProduct(blocks.width, separate ? std::uint64_t{1} : samples, bits);
    if (!row_bits) return CorruptData("the TIFF's rows are too long");
    row_bytes = CeilDivide(*row_bits, 8);
  }
  for (std::uint64_t i = 0; i < *expected; ++i) {
    const std::uint64_t offset = d.Value(blocks.offsets_tag, 0, i);
    const std::uint64_t count = d.Value(blocks.counts_tag, 0, i);
    std::uint64_t rows = blocks.height;
    if (!blocks.tiled && i % blocks.down == blocks.down - 1) {
      rows = height - (blocks.down - 1) * blocks.height;
    }
    const auto needed = CheckedMul(row_bytes, rows);
    if (!needed || count < *needed || count == 0 || offset == 0 || !view.Holds(offset, count)) {
      return CutShort("TIFF " + name + " " + std::to_string(i));
    }
  }
  return OkStatus();
}

StatusOr<ImageInfo> CheckPage(const ByteView& view, const Directory& d, std::uint64_t max_pixels,
                              std::uint64_t& work_left) {
  const std::uint64_t width = d.Value(kImageWidth, 0);
  const std::uint64_t height = d.Value(kImageLength, 0);
  SEAFUSION_RETURN_IF_ERROR(CheckSize(width, height, max_pixels));
  const std::uint64_t samples = d.Value(kSamplesPerPixel, 1);
  const std::uint64_t bits = d.Value(kBitsPerSample, 1);
  if (samples == 0 || samples > 64 || bits == 0 || bits > 64) {
    return CorruptData("the TIFF has " + std::to_string(samples) + " samples a pixel of " +
                       std::to_string(bits) + " bits");
  }
  for (std::uint64_t i = 1; i < samples; ++i) {
    if (d.Value(kBitsPerSample, bits, i) != bits) {
      return Unsupported("a TIFF whose samples have different numbers of bits");
    }
  }
  SEAFUSION_RETURN_IF_ERROR(CheckBlocks(view, d, width, height, samples, bits, work_left));
  const std::uint64_t photometric = d.Value(kPhotometric, kBlackIsZero);
  return ImageInfo{.format = ImageFileFormat::kTiff,
                   .width = static_cast<std::uint32_t>(width),
                   .height = static_cast<std::uint32_t>(height),
                   .channels = photometric == kWhiteIsZero || photometric == kBlackIsZero ? 1 : 3,
                   .bits = static_cast<int>(bits),
                   .floating_point = d.Value(kSampleFormat, 1) == kFloat,
                   .white_is_zero = photometric == kWhiteIsZero,
                   .orientation_offset = d.IsShort(kOrientation) && d.Count(kOrientation) > 0
                                             ? d.At(kOrientation)
                                             : 0};
}

}  // namespace

bool IsTiff(Bytes bytes) {
  if (bytes.size() < 4) return false;
  const bool little = bytes[0] == 'I' && bytes[1] == 'I';
  const bool big = bytes[0] == 'M' && bytes[1] == 'M';
  const auto version =
      static_cast<unsigned>(little ? bytes[2] | bytes[3] << 8 : bytes[2] << 8 | bytes[3]);
  return (little || big) && (version == 42 || version == 43);
}

StatusOr<ImageInfo> ProbeTiff(Bytes bytes, std::uint64_t max_pixels) {
  const bool big_endian = bytes[0] == 'M';
  const ByteView view(bytes, big_endian ? ByteOrder::kBig : ByteOrder::kLittle);
  const bool big = view.NumberAt(2, 2) == 43;
  const Layout layout = big ? kBig : kClassic;
  if (!view.Holds(0, big ? 16 : 8)) return CutShort("the TIFF header");
  if (big && (view.NumberAt(4, 2) != 8 || view.NumberAt(6, 2) != 0)) {
    return CorruptData("broken BigTIFF header");
  }

  std::optional<ImageInfo> first;
  std::set<std::uint64_t> seen;
  std::uint64_t work_left = view.size();
  std::uint64_t at = view.NumberAt(big ? 8 : 4, layout.offset);
  int pages = 0;
  std::uint64_t most_pixels = 0;
  while (at != 0) {
    if (!seen.insert(at).second) return CorruptData("the TIFF's pages form a circle");
    SEAFUSION_ASSIGN_OR_RETURN(const Directory directory,
                               ReadDirectory(view, layout, at, work_left));
    SEAFUSION_ASSIGN_OR_RETURN(const ImageInfo page,
                               CheckPage(view, directory, max_pixels, work_left));
    if (!first) first = page;
    most_pixels = std::max(most_pixels, std::uint64_t{page.width} * page.height);
    ++pages;
  }
  if (!first) return CorruptData("the TIFF has no page");
  first->big_endian = big_endian;
  first->pages = pages;
  first->most_page_pixels = most_pixels;
  return *first;
}

}  // namespace seafusion::io::probe
