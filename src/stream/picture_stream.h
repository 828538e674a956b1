// Numbered pictures as a stream, both ways.
#ifndef SEAFUSION_STREAM_PICTURE_STREAM_H_
#define SEAFUSION_STREAM_PICTURE_STREAM_H_

#include <memory>
#include <string>
#include <vector>

#include "core/files/file.h"
#include "io/pairing/kept_inputs.h"
#include "stream/frame_source.h"
#include "stream/stream_name.h"

namespace seafusion::stream {

/// The files of a name such as ir_%04d.png in the order of their numbers, which must follow each
/// other without a gap. Errors: kNotFound (none there), kInvalidArgument (a gap; the message names
/// the missing file).
StatusOr<std::vector<std::string>> ListSequence(const std::string& pattern);

/// Adds every file that `source` stands for (stream_name.h), as far as it is there.
void KeepFilesOf(const std::string& source, io::KeptInputs& inputs);

/// kInvalidArgument where a file that `name` gives a number is one of `inputs`: numbered pictures
/// would be written over them, or among them.
Status CheckNumbers(const NumberedName& name, const io::KeptInputs& inputs);

/// Pictures as the frames of a stream of the given rate. Reads the first one. A picture that cannot
/// be read, or has another size, ends the stream with an error that names it.
StatusOr<std::unique_ptr<FrameSource>> OpenPictures(const std::string& name,
                                                    std::vector<std::string> files, FrameRate rate,
                                                    std::uint64_t max_pixels);

/// Writes frame after frame as `name` with numbers from 1, each file complete or not there at all.
std::unique_ptr<FrameSink> WritePictures(NumberedName name, IfExists if_exists);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_PICTURE_STREAM_H_
