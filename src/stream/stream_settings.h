// A fusion of two streams, as a user asks for it.
#ifndef SEAFUSION_STREAM_STREAM_SETTINGS_H_
#define SEAFUSION_STREAM_STREAM_SETTINGS_H_

#include <cstdint>
#include <optional>
#include <string>

#include <seafusion/fuser.h>

#include "align/place/placed_sources.h"
#include "io/sources/source_layout.h"
#include "stream/read/input_request.h"
#include "stream/sync/frame_sync.h"

namespace seafusion::stream {

/// What counts for live pairs.
enum class Latency : std::uint8_t {
  kLow,     ///< The newest frames: at most one pair in each stage, and none waits between them.
  kSmooth,  ///< As many frames as possible: some wait for their turn.
};

struct StreamSettings {
  /// Videos, cameras, addresses, numbered pictures, or pictures that io::ListPictures knows:
  /// stream_name.h.
  std::string infrared;
  std::string visible;
  std::string output;  ///< A video, numbered pictures, a folder, or - for standard output.

  /// By which the frames are brought onto each other first; its file may be align::kAutoRig: found
  /// from the first seconds. Without one both streams must have the same size.
  align::RigChoice rig;
  /// Infrared pixels up to which the warp follows cameras that move against each other; 0: none.
  double rig_follow = 0;
  /// Without a rig: say where the first seconds show that the pictures do not lie on each other.
  bool check = true;

  std::string weights;  ///< Safetensors file; empty: the built-in ones.
  FuserOptions engine;  ///< Its own `weights` are not used.
  FuseSettings fuse;
  double range_smoothing = 1;  ///< Seconds: FuseStreamsOptions.
  bool gray = false;           ///< The fused brightness alone.
  int bits = 8;                ///< Of the samples of fused frames: 8 or 16.

  double fps = 25;  ///< Of pictures, and of bare samples, that become a stream.
  /// The infrared source holds bare samples, or delivers them as pixels of another format and the
  /// same size in bytes.
  std::optional<io::RawFormat> infrared_format;
  std::optional<io::PictureCrop> infrared_crop;  ///< The part of its pictures that is infrared.
  InputRequest infrared_input;                   ///< What is asked of an infrared camera.
  double infrared_delay = 0;  ///< Seconds that are added to the infrared stream's times.
  bool find_delay = false;    ///< Find them from motion in place of that.
  bool hold_shutter = false;  ///< Bridge frames of a closed shutter: WatchShutter.
  SyncOptions sync;
  bool failure_is_end = false;      ///< `sync` holds for a stream that fails, too.
  Latency latency = Latency::kLow;  ///< Of live pairs.
  double live_timeout = 5;          ///< Seconds without a frame after which a camera has failed.
  double reconnect = 0;             ///< Seconds in which one that failed may come back; 0: none.
  std::uint64_t max_frames = 0;     ///< 0: no limit.
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  bool leave_out_unpaired = false;  ///< Of two folders of pictures.

  std::string format;        ///< Extension without dot of pictures in a folder; empty: png.
  std::string codec;         ///< FFmpeg's name; empty: by the extension.
  std::string pixel_format;  ///< FFmpeg's name; empty: YUV4MPEG on standard output.
  bool metadata = true;      ///< The visible recording's sound goes into a video.
  bool overwrite = false;
  bool preview = false;  ///< Show the result in a window, too.
};

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_STREAM_SETTINGS_H_
