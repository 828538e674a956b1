#include "learn/data/pair_pack.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/cpu/thread_pool.h"
#include "core/files/little_endian.h"
#include "core/status_macros.h"
#include "core/text/printable.h"

namespace seafusion::learn {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHeadMagic = "seafusion pack\n\0"sv;
constexpr std::string_view kTailMagic = "seafusion index\n"sv;
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kLabelsFlag = 1;
constexpr std::size_t kFrame = 64;  // bytes of head and tail, and what every part is aligned to
constexpr std::size_t kEntryBytes = 24;
// Of one picture, as io::ReadImage has it.
constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 28;

std::uint32_t Crc(std::span<const std::uint8_t> bytes, std::uint32_t before = 0) {
  // To zlib no memory means a new beginning.
  if (bytes.empty()) return before;
  return static_cast<std::uint32_t>(::crc32_z(before, bytes.data(), bytes.size()));
}

constexpr std::uint64_t Aligned(std::uint64_t bytes) {
  return (bytes + kFrame - 1) / kFrame * kFrame;
}

// At most kMaxPixels, so no overflow.
constexpr std::uint64_t PartBytes(std::uint64_t pixels, bool labels) {
  return Aligned(pixels * (labels ? 7 : 6));
}

void AppendText(std::string_view text, std::vector<std::uint8_t>& out) {
  out.insert(out.end(), text.begin(), text.end());
}

std::vector<std::uint8_t> Head() {
  std::vector<std::uint8_t> head;
  AppendText(kHeadMagic, head);
  AppendLittleEndian(kVersion, head);
  head.resize(kFrame);
  return head;
}

bool BeginsWith(std::span<const std::uint8_t> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// Builds a pack part by part.
class PackWriter {
 public:
  PackWriter(AtomicFileWriter file, bool labels) : file_(std::move(file)), labels_(labels) {}

  Status Begin() { return Put(Head()); }

  Status Add(const std::string& name, const DecodedPair& pair) {
    static_assert(std::endian::native == std::endian::little, "luma is written as it is in memory");
    const auto* luma = reinterpret_cast<const std::uint8_t*>(pair.luma.data());
    const std::span<const std::uint8_t> planes[] = {
        {luma, 2 * pair.luma.size()}, pair.infrared, pair.rgb, pair.labels};
    const std::uint64_t offset = offset_;
    std::uint32_t crc = 0;
    for (const auto& plane : planes) {
      crc = Crc(plane, crc);
      SEAFUSION_RETURN_IF_ERROR(Put(plane));
    }
    const std::vector<std::uint8_t> filling(Aligned(offset_) - offset_);
    crc = Crc(filling, crc);
    SEAFUSION_RETURN_IF_ERROR(Put(filling));
    AppendLittleEndian(static_cast<std::uint32_t>(pair.width), index_);
    AppendLittleEndian(static_cast<std::uint32_t>(pair.height), index_);
    AppendLittleEndian(crc, index_);
    AppendLittleEndian(static_cast<std::uint32_t>(name.size()), index_);
    AppendLittleEndian(offset, index_);
    AppendText(name, index_);
    ++pairs_;
    return OkStatus();
  }

  /// Returns the size of the file.
  StatusOr<std::uint64_t> Finish() {
    index_.resize(Aligned(index_.size()));
    std::vector<std::uint8_t> tail;
    AppendText(kTailMagic, tail);
    AppendLittleEndian(offset_, tail);
    AppendLittleEndian(pairs_, tail);
    AppendLittleEndian(labels_ ? kLabelsFlag : 0u, tail);
    AppendLittleEndian(Crc(index_), tail);
    AppendLittleEndian(Crc(Head()), tail);
    tail.resize(kFrame - 4);
    AppendLittleEndian(Crc(tail), tail);
    SEAFUSION_RETURN_IF_ERROR(Put(index_));
    SEAFUSION_RETURN_IF_ERROR(Put(tail));
    SEAFUSION_RETURN_IF_ERROR(file_.Commit());
    return offset_;
  }

 private:
  Status Put(std::span<const std::uint8_t> bytes) {
    offset_ += bytes.size();
    return file_.Append(bytes);
  }

  AtomicFileWriter file_;
  bool labels_;
  std::uint64_t offset_ = 0, pairs_ = 0;
  std::vector<std::uint8_t> index_;
};

StatusOr<std::span<const std::uint8_t>> MapFile(const std::string& path) {
  // O_NONBLOCK: opening a named pipe must not hang before we can refuse it.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const auto error = [&](const char* what) {
    const int e = errno;
    const std::string message = path + ": " + what + ": " + std::strerror(e);
    return e == ENOENT ? NotFound(message) : IoError(message);
  };
  if (fd < 0) return error("cannot open");
  struct stat info {};
  StatusOr<std::span<const std::uint8_t>> result = InvalidArgument(path + ": not a regular file");
  if (::fstat(fd, &info) != 0) {
    result = error("cannot read");
  } else if (S_ISREG(info.st_mode) && info.st_size == 0) {
    result = InvalidArgument(path + ": not a pack of seafusion (an empty file)");
  } else if (S_ISREG(info.st_mode)) {
    const auto size = static_cast<std::size_t>(info.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (data == MAP_FAILED) {
      result = error("cannot be mapped into memory");
    } else {
      result = std::span(static_cast<const std::uint8_t*>(data), size);
    }
  }
  ::close(fd);
  return result;
}

}  // namespace

StatusOr<std::shared_ptr<const PairPack>> PairPack::Open(const std::string& path) {
  const std::shared_ptr<PairPack> pack(new PairPack);
  SEAFUSION_ASSIGN_OR_RETURN(pack->file_, MapFile(path));
  pack->path_ = path;
  if (Status s = pack->ReadIndex(); !s.ok()) return s.Annotate(path);
  return std::shared_ptr<const PairPack>(pack);
}

PairPack::~PairPack() {
  if (!file_.empty()) ::munmap(const_cast<std::uint8_t*>(file_.data()), file_.size());
}

Status PairPack::ReadIndex() {
  if (!BeginsWith(file_, kHeadMagic)) return InvalidArgument("not a pack of seafusion");
  const Status cut = CorruptData("this pack is cut short or was changed at its end");
  if (file_.size() < 2 * kFrame || file_.size() % kFrame != 0) return cut;
  if (const auto version = LoadLittleEndian<std::uint32_t>(file_.data() + kHeadMagic.size());
      version != kVersion) {
    return Unsupported("a pack of version " + std::to_string(version) +
                       "; this program reads version " + std::to_string(kVersion) +
                       "; pack the data again");
  }
  const auto tail = file_.last(kFrame);
  const std::uint8_t* p = tail.data() + kTailMagic.size();
  if (!BeginsWith(tail, kTailMagic) ||
      Crc(tail.first(kFrame - 4)) != LoadLittleEndian<std::uint32_t>(tail.data() + kFrame - 4)) {
    return cut;
  }
  const auto index_offset = LoadLittleEndian<std::uint64_t>(p);
  const auto pairs = LoadLittleEndian<std::uint64_t>(p + 8);
  const auto flags = LoadLittleEndian<std::uint32_t>(p + 16);
  const auto index_crc = LoadLittleEndian<std::uint32_t>(p + 20);
  const auto head_crc = LoadLittleEndian<std::uint32_t>(p + 24);
  const Status broken = CorruptData("this pack is damaged: its index is not what was written");
  const std::uint64_t end = file_.size() - kFrame;
  if (index_offset < kFrame || index_offset > end || index_offset % kFrame != 0) return broken;
  std::span<const std::uint8_t> index = file_.subspan(index_offset, end - index_offset);
  if (Crc(index) != index_crc || Crc(file_.first(kFrame)) != head_crc) return broken;
  if ((flags & ~kLabelsFlag) != 0 || pairs == 0 || pairs > index.size() / kEntryBytes) {
    return broken;
  }
  has_labels_ = (flags & kLabelsFlag) != 0;

  std::uint64_t offset = kFrame;
  entries_.reserve(pairs);
  for (std::uint64_t i = 0; i < pairs; ++i) {
    if (index.size() < kEntryBytes) return broken;
    Entry entry;
    const auto width = LoadLittleEndian<std::uint32_t>(index.data());
    const auto height = LoadLittleEndian<std::uint32_t>(index.data() + 4);
    entry.crc = LoadLittleEndian<std::uint32_t>(index.data() + 8);
    const auto name_bytes = LoadLittleEndian<std::uint32_t>(index.data() + 12);
    entry.offset = LoadLittleEndian<std::uint64_t>(index.data() + 16);
    index = index.subspan(kEntryBytes);
    const std::uint64_t pixels = std::uint64_t{width} * height;
    if (name_bytes == 0 || name_bytes > index.size() || pixels == 0 || pixels > kMaxPixels) {
      return broken;
    }
    entry.name.assign(index.begin(), index.begin() + name_bytes);
    index = index.subspan(name_bytes);
    // Names become names of files.
    if (entry.name.find_first_of("/\0"sv) != std::string::npos) return broken;
    entry.width = static_cast<int>(width);
    entry.height = static_cast<int>(height);
    entry.bytes = PartBytes(pixels, has_labels_);
    // Parts follow each other without gaps.
    if (entry.offset != offset || entry.bytes > index_offset - offset) return broken;
    offset += entry.bytes;
    entries_.push_back(std::move(entry));
  }
  return offset == index_offset && index.size() < kFrame ? OkStatus() : broken;
}

PairPlanes PairPack::planes(std::size_t index) const {
  const Entry& entry = entries_[index];
  const std::uint8_t* part = file_.data() + entry.offset;
  PairPlanes planes{.width = entry.width, .height = entry.height};
  const std::size_t pixels = planes.pixels();
  // Parts are aligned to 64 bytes.
  planes.luma = reinterpret_cast<const std::uint16_t*>(part);
  planes.infrared = part + 2 * pixels;
  planes.rgb = part + 3 * pixels;
  if (has_labels_) planes.labels = part + 6 * pixels;
  return planes;
}

Status PairPack::Verify(std::size_t index) const {
  const Entry& entry = entries_[index];
  if (Crc(file_.subspan(entry.offset, entry.bytes)) == entry.crc) return OkStatus();
  return CorruptData(path_ + ": this pack is damaged: the pair " + Printable(entry.name) +
                     " is not what was written");
}

StatusOr<PackSummary> WritePack(
    const std::string& folder, const std::string& path, int classes, const PackSettings& settings,
    const std::atomic<bool>& stop,
    const std::function<void(std::size_t done, std::size_t total)>& progress) {
  PackSummary summary;
  summary.labels = HasLabelFolder(folder);
  SEAFUSION_ASSIGN_OR_RETURN(const PairFolder pairs,
                             PairFolder::Open(folder, {.colour = true,
                                                       .labels = summary.labels,
                                                       .classes = classes,
                                                       .placing = settings.placing}));
  SEAFUSION_RETURN_IF_ERROR(pairs.CheckIsNoInput(path));
  SEAFUSION_ASSIGN_OR_RETURN(const auto pool, ThreadPool::Create(settings.threads));
  SEAFUSION_ASSIGN_OR_RETURN(AtomicFileWriter file,
                             AtomicFileWriter::Create(path, settings.if_exists));
  PackWriter writer(std::move(file), summary.labels);
  SEAFUSION_RETURN_IF_ERROR(writer.Begin());
  // Two a thread even out pictures of different sizes.
  std::vector<DecodedPair> decoded(2 * static_cast<std::size_t>(pool->thread_count()));
  using Clock = std::chrono::steady_clock;
  progress(0, pairs.size());
  for (std::size_t first = 0; first < pairs.size(); first += decoded.size()) {
    const std::size_t count = std::min(decoded.size(), pairs.size() - first);
    const auto start = Clock::now();
    SEAFUSION_RETURN_IF_ERROR(pool->ParallelFor(count, [&](std::size_t i, int) -> Status {
      if (stop.load()) return Cancelled("stopped on request");
      SEAFUSION_ASSIGN_OR_RETURN(decoded[i], pairs.Decode(first + i));
      return OkStatus();
    }));
    summary.decode_seconds += std::chrono::duration<double>(Clock::now() - start).count();
    for (std::size_t i = 0; i < count; ++i) {
      SEAFUSION_RETURN_IF_ERROR(writer.Add(pairs.name(first + i), decoded[i]));
    }
    progress(first + count, pairs.size());
  }
  summary.pairs = pairs.size();
  SEAFUSION_ASSIGN_OR_RETURN(summary.bytes, writer.Finish());
  return summary;
}

}  // namespace seafusion::learn
