// The sound of a recording, put beside the fused frames as it is.
#ifndef SEAFUSION_STREAM_WRITE_AUDIO_COPY_H_
#define SEAFUSION_STREAM_WRITE_AUDIO_COPY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <seafusion/status.h>

#include "stream/ffmpeg.h"

namespace seafusion::stream {

/// Copies packets without decoding them. Not thread-safe.
class AudioCopy {
 public:
  /// Adds a stream to `output`, whose header is not yet written, for each audio stream of the file
  /// `path` that its container can hold. Of others `remarks` tells. Null where none is left. Times
  /// count from the file's first video frame. Errors: kIoError, kCorruptData, kResourceExhausted.
  static StatusOr<std::unique_ptr<AudioCopy>> Open(const std::string& path, AVFormatContext& output,
                                                   std::vector<std::string>& remarks);
  ~AudioCopy();

  /// Writes what is heard before `time`, in microseconds. A file that ends early or is damaged
  /// brings no more sound, and no error.
  Status WriteUpTo(std::int64_t time);

 private:
  struct State;
  explicit AudioCopy(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_WRITE_AUDIO_COPY_H_
