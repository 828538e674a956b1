#include "serve/record/recordings.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/files/file.h"
#include "core/status_macros.h"
#include "io/image_file.h"
#include "serve/http/access.h"
#include "serve/live/view/render.h"
#include "stream/write/video_writer.h"

namespace seafusion::serve {
namespace {

namespace fs = std::filesystem;

// Moments that may wait for the disk, beside those of the pre-roll.
constexpr std::size_t kMostWaiting = 32;
// Ticks a second of the times in a recording: finer than any camera's frames.
constexpr stream::FrameRate kGrid = {240, 1};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTypes = {
    {{".mkv", "video/x-matroska"}, {".png", "image/png"}, {".json", "application/json"}}};

// "20260301-120000-1a2b-fused": digits where they belong, then small letters.
bool IsId(std::string_view name) {
  static constexpr std::string_view kForm = "dddddddd-dddddd-xxxx-";
  if (name.size() <= kForm.size() || name.size() > 40) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool digit = c >= '0' && c <= '9', small = c >= 'a' && c <= 'z';
    const char form = i < kForm.size() ? kForm[i] : 'a';
    if (form == 'd'   ? !digit
        : form == '-' ? c != '-'
        : form == 'x' ? !(digit || (small && c <= 'f'))
                      : !(small || c == '-')) {
      return false;
    }
  }
  return true;
}

std::string_view ExtensionOf(std::string_view type) {
  for (const auto& [extension, name] : kTypes) {
    if (name == type) return extension;
  }
  return {};
}

std::uint64_t BytesOf(const Moment& moment) {
  const auto of = [](const ImageBuffer* image) {
    return image == nullptr ? std::uint64_t{0}
                            : std::uint64_t{1} * static_cast<std::uint64_t>(image->width()) *
                                  static_cast<std::uint64_t>(image->height()) *
                                  static_cast<std::uint64_t>(BytesPerPixel(image->format()));
  };
  return of(&moment.fused) + of(&moment.levels) + of(&moment.warped_infrared) +
         of(&moment.warped_visible) +
         (moment.infrared != nullptr ? of(&moment.infrared->image) : 0) +
         (moment.visible != nullptr ? of(&moment.visible->image) : 0);
}

// A source as it came where a file can hold that, else in 8 bits.
StatusOr<ImageBuffer> Original(const Moment& moment, View view) {
  const stream::FramePtr& frame = view == View::kInfrared ? moment.infrared : moment.visible;
  if (frame == nullptr) return ImageBuffer();
  if (!IsFloatingPoint(frame->image.format())) return frame->image;
  return Render(moment, view == View::kInfrared ? View::kInfraredCamera : View::kVisibleCamera);
}

}  // namespace

StatusOr<std::unique_ptr<Recordings>> Recordings::Open(const RecordingOptions& options) {
  std::unique_ptr<Recordings> recordings(new Recordings(options));
  if (!options.folder.empty()) {
    SEAFUSION_RETURN_IF_ERROR(MakeFolder(options.folder));
    if (::access(options.folder.c_str(), W_OK | X_OK) != 0) {
      return IoError(options.folder + ": cannot be written into: " + std::strerror(errno));
    }
    recordings->List();
  }
  recordings->thread_ = std::thread([r = recordings.get()] { r->Run(); });
  return recordings;
}

Recordings::~Recordings() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    end_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// What lies there from before, as far as its name is one of ours.
void Recordings::List() {
  std::error_code ec;
  for (fs::directory_iterator it(options_.folder, ec), end; !ec && it != end; it.increment(ec)) {
    struct stat info {};
    const std::string path = it->path().string();
    if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    const std::string stem = it->path().stem().string();
    for (const auto& [extension, type] : kTypes) {
      if (it->path().extension() != extension || !IsId(stem)) continue;
      kept_.push_back({.id = stem,
                       .type = std::string(type),
                       .bytes = static_cast<std::uint64_t>(info.st_size),
                       .seconds = info.st_mtime});
    }
  }
  std::sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.id < b.id; });
}

std::string Recordings::NewId(std::string_view what) const {
  std::array<char, 32> text{};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S-", &utc);
  const StatusOr<std::string> random = NewToken();
  return text.data() + (random.ok() ? random->substr(0, 4) : std::string("0000")) + "-" +
         std::string(what);
}

std::uint64_t Recordings::TakenBytes() const {
  std::uint64_t bytes = 0;
  for (const Kept& kept : kept_) bytes += kept.bytes;
  return bytes;
}

Status Recordings::CheckSpace() const {
  std::unique_lock lock(mutex_);
  const std::uint64_t taken = TakenBytes();
  lock.unlock();
  if (taken >= options_.quota) {
    return ResourceExhausted("the folder holds " + std::to_string(taken / 1'000'000) +
                             " MB, as much as it may; delete something");
  }
  struct statvfs disk {};
  if (::statvfs(options_.folder.c_str(), &disk) == 0 &&
      std::uint64_t{disk.f_bavail} * disk.f_frsize < options_.spare) {
    return ResourceExhausted(
        "the disk is full: " +
        std::to_string(std::uint64_t{disk.f_bavail} * disk.f_frsize / 1'000'000) + " MB are free");
  }
  return OkStatus();
}

void Recordings::Push(const MomentPtr& moment) {
  const std::lock_guard lock(mutex_);
  if (recording_ && !end_) {
    if (waiting_.size() >= most_waiting_) {
      ++missed_;
    } else {
      waiting_.push_back(moment);
      changed_.notify_all();
    }
    return;
  }
  if (options_.pre_roll <= 0 || options_.folder.empty()) return;
  if (!before_.empty() && moment->time < before_.back()->time) {
    // A recording that begins again has other times.
    before_.clear();
    before_bytes_ = 0;
  } else if (!before_.empty() && moment->time == before_.back()->time) {
    // The same pictures by other settings.
    before_bytes_ -= BytesOf(*before_.back());
    before_.pop_back();
  }
  before_.push_back(moment);
  before_bytes_ += BytesOf(*moment);
  while (!before_.empty() &&
         (static_cast<double>(moment->time - before_.front()->time) / stream::kMicroseconds >
              options_.pre_roll ||
          before_bytes_ > options_.pre_roll_bytes)) {
    before_bytes_ -= BytesOf(*before_.front());
    before_.pop_front();
  }
}

StatusOr<std::string> Recordings::Begin(bool sources) {
  if (options_.folder.empty()) {
    return InvalidArgument("there is no folder for recordings; start with --folder");
  }
  const Status space = CheckSpace();
  const std::lock_guard lock(mutex_);
  if (recording_) return InvalidArgument("a recording is running");
  SEAFUSION_RETURN_IF_ERROR(space);
  recording_ = true;
  sources_ = sources;
  end_ = false;
  problem_.clear();
  id_ = NewId("");
  frames_ = missed_ = 0;
  waiting_ = std::exchange(before_, {});
  most_waiting_ = kMostWaiting + waiting_.size();
  before_bytes_ = 0;
  begin_.reset();
  changed_.notify_all();
  return id_;
}

Status Recordings::End() {
  std::unique_lock lock(mutex_);
  if (!recording_) return InvalidArgument("no recording is running");
  end_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !recording_; });
  return problem_.empty() ? OkStatus() : IoError(problem_);
}

void Recordings::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stop_ || (recording_ && (!waiting_.empty() || end_)); });
    if (recording_ && waiting_.empty() && end_) {
      lock.unlock();
      Finish(OkStatus());
      lock.lock();
      continue;
    }
    if (stop_ && !recording_) return;
    const MomentPtr moment = waiting_.front();
    waiting_.pop_front();
    const bool check = frames_ % 25 == 0;
    lock.unlock();
    Status status = check ? CheckSpace() : OkStatus();
    if (status.ok()) status = Write(moment);
    if (!status.ok()) Finish(status);
    lock.lock();
  }
}

Status Recordings::Write(const MomentPtr& moment) {
  if (!begin_ || moment->time < last_) {
    // A source that began again: the times of the files go on from here.
    const std::lock_guard lock(mutex_);
    begin_ = moment->time - (begin_ ? last_ - *begin_ + stream::kMicroseconds / 25 : 0);
    last_ = moment->time;
  }
  const std::int64_t time = moment->time - *begin_;
  if (!moment->fused.empty()) {
    SEAFUSION_RETURN_IF_ERROR(WriteTo(View::kFused, moment->fused.view(), time));
  }
  for (const View view : {View::kInfrared, View::kVisible}) {
    if (!sources_) continue;
    SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer picture, Original(*moment, view));
    if (!picture.empty()) SEAFUSION_RETURN_IF_ERROR(WriteTo(view, picture.view(), time));
  }
  NoteSizes(/*open=*/true);
  const std::lock_guard lock(mutex_);
  ++frames_;
  last_ = moment->time;
  return OkStatus();
}

// Of the recording's files.
void Recordings::NoteSizes(bool open) {
  for (const Track& track : tracks_) {
    struct stat info {};
    const bool there = ::stat(track.path.c_str(), &info) == 0;
    const std::lock_guard lock(mutex_);
    for (Kept& kept : kept_) {
      if (kept.id != track.id) continue;
      if (there) kept.bytes = static_cast<std::uint64_t>(info.st_size);
      kept.open = open;
    }
  }
}

Status Recordings::WriteTo(View view, const ImageView& picture, std::int64_t time) {
  for (Track& track : tracks_) {
    if (track.view != view) continue;
    if (track.width != picture.width || track.height != picture.height ||
        track.format != picture.format) {
      return InvalidArgument("the pictures have changed in size or colour; begin anew");
    }
    return track.sink->Write(picture, time);
  }
  const std::string id = id_ + std::string(kViewNames[static_cast<std::size_t>(view)]);
  const std::string path = options_.folder + "/" + id + ".mkv";
  SEAFUSION_ASSIGN_OR_RETURN(
      std::unique_ptr<stream::FrameSink> sink,
      stream::CreateVideo(path, {.width = picture.width,
                                 .height = picture.height,
                                 .format = picture.format,
                                 .rate = kGrid,
                                 // What is measured is kept to the last bit.
                                 .codec = view == View::kInfrared ? "ffv1" : "",
                                 .low_delay = true}));
  {
    const std::lock_guard lock(mutex_);
    kept_.push_back(
        {.id = id, .type = "video/x-matroska", .seconds = std::time(nullptr), .open = true});
  }
  tracks_.push_back(
      {view, id, path, std::move(sink), picture.width, picture.height, picture.format});
  return tracks_.back().sink->Write(picture, time);
}

void Recordings::Finish(const Status& why) {
  Status status = why;
  for (Track& track : tracks_) {
    const Status finished = track.sink->Finish();
    if (status.ok()) status = finished;
  }
  NoteSizes(/*open=*/false);
  tracks_.clear();
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  recording_ = false;
  end_ = stop_;
  if (!status.ok()) problem_ = std::string(status.message());
  changed_.notify_all();
}

StatusOr<std::vector<std::string>> Recordings::Photograph(const MomentPtr& moment) {
  if (moment == nullptr) return InvalidArgument("no picture has come yet");
  const std::string base = NewId("");
  std::vector<std::string> ids;
  for (const View view : {View::kFused, View::kInfrared, View::kVisible}) {
    ImageBuffer picture;
    if (view == View::kFused) {
      picture = moment->fused;
    } else {
      SEAFUSION_ASSIGN_OR_RETURN(picture, Original(*moment, view));
    }
    if (picture.empty()) continue;
    SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> bytes,
                               io::EncodePng(std::as_const(picture).view()));
    const std::string id = base + std::string(kViewNames[static_cast<std::size_t>(view)]);
    Kept kept = {
        .id = id, .type = "image/png", .bytes = bytes.size(), .seconds = std::time(nullptr)};
    if (options_.folder.empty()) {
      const std::lock_guard lock(mutex_);
      in_memory_.push_back({std::move(kept), bytes});
      if (in_memory_.size() > kMostInMemory) in_memory_.pop_front();
    } else {
      SEAFUSION_RETURN_IF_ERROR(KeepFile(std::move(kept), bytes));
    }
    ids.push_back(id);
  }
  return ids;
}

StatusOr<std::string> Recordings::KeepText(std::string_view name, const std::string& text) {
  if (options_.folder.empty()) {
    return InvalidArgument("there is no folder to keep it in; start with --folder");
  }
  const std::string id = NewId(name);
  SEAFUSION_RETURN_IF_ERROR(KeepFile(
      {.id = id, .type = "application/json", .bytes = text.size(), .seconds = std::time(nullptr)},
      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  return id;
}

Status Recordings::KeepFile(Kept kept, std::span<const std::uint8_t> bytes) {
  SEAFUSION_RETURN_IF_ERROR(CheckSpace());
  const auto has_its_id = [id = kept.id](const Kept& other) { return other.id == id; };
  const std::string path = PathTo(kept);
  {
    const std::lock_guard lock(mutex_);
    if (std::any_of(kept_.begin(), kept_.end(), has_its_id)) {
      return AlreadyExists(path + ": exists already");
    }
    kept.open = true;  // nobody removes it
    kept_.push_back(std::move(kept));
  }
  const Status written = WriteFileAtomically(path, bytes, IfExists::kFail);
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), has_its_id);
  if (written.ok()) {
    found->open = false;
  } else {
    kept_.erase(found);
  }
  return written;
}

std::vector<Kept> Recordings::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Kept> all = kept_;
  for (const auto& [kept, bytes] : in_memory_) all.push_back(kept);
  return all;
}

std::optional<Kept> Recordings::Find(std::string_view id) const {
  for (Kept& kept : list()) {
    if (kept.id == id) return std::move(kept);
  }
  return std::nullopt;
}

std::string Recordings::PathTo(const Kept& kept) const {
  return options_.folder + "/" + kept.id + std::string(ExtensionOf(kept.type));
}

std::string Recordings::PathOf(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const Kept& kept : kept_) {
    if (kept.id == id) return PathTo(kept);
  }
  return {};
}

std::vector<std::uint8_t> Recordings::InMemory(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [kept, bytes] : in_memory_) {
    if (kept.id == id) return bytes;
  }
  return {};
}

Status Recordings::Remove(std::string_view id) {
  Kept kept;
  {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [&](const Kept& other) { return other.id == id; });
    if (found == kept_.end()) return NotFound("there is nothing of that id");
    if (found->open) return InvalidArgument("it is being written");
    // From now on nobody is handed it.
    kept = std::move(*found);
    kept_.erase(found);
  }
  if (::unlink(PathTo(kept).c_str()) == 0 || errno == ENOENT) return OkStatus();
  const std::string why = std::strerror(errno);
  const std::lock_guard lock(mutex_);
  kept_.push_back(std::move(kept));
  return IoError("cannot be deleted: " + why);
}

RecorderState Recordings::state() const {
  RecorderState state = {.possible = !options_.folder.empty(), .quota = options_.quota};
  struct statvfs disk {};
  if (state.possible && ::statvfs(options_.folder.c_str(), &disk) == 0) {
    state.free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  }
  const std::lock_guard lock(mutex_);
  state.recording = recording_;
  state.id = recording_ ? id_ : std::string();
  state.problem = problem_;
  state.frames = frames_;
  state.missed = missed_;
  state.bytes = TakenBytes();
  if (recording_ && begin_) {
    state.seconds = static_cast<double>(last_ - *begin_) / stream::kMicroseconds;
  }
  return state;
}

}  // namespace seafusion::serve
