// What was recorded and photographed: files in one folder, known to the outside by ids alone.
#ifndef SEAFUSION_SERVE_RECORD_RECORDINGS_H_
#define SEAFUSION_SERVE_RECORD_RECORDINGS_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <seafusion/status.h>

#include "serve/live/moment.h"
#include "serve/live/view/pictures.h"
#include "stream/frame_source.h"

namespace seafusion::serve {

struct RecordingOptions {
  std::string folder;                    ///< Made if missing; empty: nothing can be kept.
  std::uint64_t quota = 10'000'000'000;  ///< Bytes that all files of it may take together.
  std::uint64_t spare = 200'000'000;     ///< Bytes that stay free on its disk.
  double pre_roll = 0;                   ///< Seconds before the start that are in a recording.
  std::uint64_t pre_roll_bytes = std::uint64_t{256} << 20;  ///< At most, as pictures in memory.
};

/// One file.
struct Kept {
  std::string id;    ///< "20260301-120000-1a2b-fused": what requests name it by.
  std::string type;  ///< "video/x-matroska", "image/png" or "application/json".
  std::uint64_t bytes = 0;
  std::int64_t seconds = 0;  ///< When it was begun, since 1970.
  bool open = false;         ///< Still being written.
};

struct RecorderState {
  bool possible = false;  ///< There is a folder.
  bool recording = false;
  std::string id, problem;  ///< Why the last recording ended by itself.
  double seconds = 0;       ///< Of the recording.
  std::uint64_t frames = 0, missed = 0, bytes = 0, quota = 0, free = 0;
};

/// Writes on a thread of its own; a disk that is slow loses frames, never holds the pictures up.
/// Files are Matroska, whose clusters are on the disk half a second after their first frame, so
/// that a recording plays up to there whatever happens. Thread-safe.
class Recordings {
 public:
  /// Lists what a folder holds already. Errors: those of MakeFolder.
  static StatusOr<std::unique_ptr<Recordings>> Open(const RecordingOptions& options);
  ~Recordings();

  /// Every moment, recorded or not: the pre-roll is taken from them.
  void Push(const MomentPtr& moment);

  /// Begins; `sources`: both sources as well, the infrared one without loss. Errors:
  /// kInvalidArgument (no folder, one is running), kResourceExhausted (quota or disk full).
  StatusOr<std::string> Begin(bool sources);
  /// Ends, when all that was pushed is written. kInvalidArgument: none is running.
  Status End();

  /// Fused picture and both sources of a moment, as PNG with the bits they have; into the folder
  /// where there is one, else the last four moments stay in memory. Their ids.
  StatusOr<std::vector<std::string>> Photograph(const MomentPtr& moment);
  /// A text, such as a rig, beside them. Its id.
  StatusOr<std::string> KeepText(std::string_view name, const std::string& text);

  std::vector<Kept> list() const;
  std::optional<Kept> Find(std::string_view id) const;
  /// Where a file lies; empty: there is none of this id.
  std::string PathOf(std::string_view id) const;
  /// What of a photograph is in memory alone; empty: nothing.
  std::vector<std::uint8_t> InMemory(std::string_view id) const;
  /// kNotFound; kInvalidArgument: it is being written.
  Status Remove(std::string_view id);

  RecorderState state() const;

 private:
  explicit Recordings(RecordingOptions options) : options_(std::move(options)) {}
  void Run();
  Status Write(const MomentPtr& moment);
  Status WriteTo(View view, const ImageView& picture, std::int64_t time);
  void Finish(const Status& why);
  Status CheckSpace() const;  // without mutex_ held, as it asks the disk
  void NoteSizes(bool open);
  /// Writes a file while the list has it as open.
  Status KeepFile(Kept kept, std::span<const std::uint8_t> bytes);
  void List();
  std::string NewId(std::string_view what) const;
  std::string PathTo(const Kept& kept) const;
  std::uint64_t TakenBytes() const;  // with mutex_ held

  const RecordingOptions options_;
  // Guards all below, but for what is the writer's. Push takes it: no file is made, written or
  // removed under it.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Kept> kept_;
  static constexpr std::size_t kMostInMemory = 12;
  std::deque<std::pair<Kept, std::vector<std::uint8_t>>> in_memory_;
  std::deque<MomentPtr> before_;   // the pre-roll
  std::deque<MomentPtr> waiting_;  // to be written
  std::uint64_t before_bytes_ = 0;
  std::size_t most_waiting_ = 0;
  bool recording_ = false, sources_ = false, end_ = false, stop_ = false;
  std::string id_, problem_;
  // Of moments; begin_ is where time 0 of the files lies, before 0 when a source has begun again.
  std::optional<std::int64_t> begin_;
  std::int64_t last_ = 0;
  std::uint64_t frames_ = 0, missed_ = 0;

  // The writer's.
  struct Track {
    View view;
    std::string id, path;
    std::unique_ptr<stream::FrameSink> sink;
    int width, height;
    PixelFormat format;
  };
  std::vector<Track> tracks_;
  std::thread thread_;
};

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_RECORD_RECORDINGS_H_
