// What kind of stream a name means, by the name alone (and whether a folder or file of it exists).
#ifndef SEAFUSION_STREAM_STREAM_NAME_H_
#define SEAFUSION_STREAM_STREAM_NAME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seafusion::stream {

enum class SourceKind : std::uint8_t {
  kPictures,  ///< A picture, a folder or a glob pattern: ListPictures.
  kSequence,  ///< Numbered pictures: ir_%04d.png.
  kVideo,     ///< A video file, a pipe, or - for standard input.
  kLive,      ///< /dev/videoN or an address such as rtsp://camera/stream.
};

/// A file that exists is never a sequence, whatever its name.
SourceKind KindOfSource(const std::string& source);

/// Standard input or a named pipe.
bool IsPipe(const std::string& source);

enum class SinkKind : std::uint8_t {
  kPictures,  ///< A folder, or a picture.
  kSequence,  ///< Numbered pictures: out_%04d.png.
  kVideo,     ///< A video file.
  kStandardOutput,
};

SinkKind KindOfSink(const std::string& sink);

/// True for names that end as video files do: .mp4, .mkv, .avi, ..., in any case.
bool HasVideoExtension(std::string_view path);

/// "name_%04d.png" as its parts; nothing when `text` has no such place or more than one.
class NumberedName {
 public:
  static std::optional<NumberedName> Parse(std::string_view text);
  std::string At(std::uint64_t number) const;
  /// The number that At() gives this name for.
  std::optional<std::uint64_t> NumberOf(std::string_view name) const;
  /// Folder of the names, "." where they have none.
  std::string Folder() const;

 private:
  std::string before_, after_;
  int digits_ = 0;  // at least this many, filled with zeros
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_STREAM_NAME_H_
