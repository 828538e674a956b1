// Curves and pictures for TensorBoard.
//
// An event file is a row of records: u64 length, u32 masked CRC-32C of the length, the payload, u32
// masked CRC-32C of the payload; numbers are little-endian. A payload is an Event message in
// protocol-buffer encoding (tensorflow/core/util/event.proto), of which we need five fields.
#ifndef SEAFUSION_LEARN_LOG_EVENT_FILE_H_
#define SEAFUSION_LEARN_LOG_EVENT_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <seafusion/status.h>

#include "core/files/file.h"

namespace seafusion::learn {

/// Appends events to one file. A process that dies leaves at most one incomplete record, at the
/// end, where TensorBoard expects it. Not thread-safe.
class EventFile {
 public:
  using Scalar = std::pair<std::string_view, double>;  ///< Tag and value.

  /// A new file in `folder`, named as TensorBoard looks for it. A run that goes on at `first_step`
  /// > 0 has a file of its own; TensorBoard then drops what earlier files say of later steps. Fails
  /// with kNotFound (no such folder) or kIoError, naming the file.
  static StatusOr<EventFile> Create(const std::string& folder, std::uint64_t first_step);

  /// One event with all of them; nothing is written for an empty list. Tags with a common part
  /// before a "/" share a section of the page.
  Status AddScalars(std::uint64_t step, std::span<const Scalar> scalars);

  /// `png`: a whole PNG file of width x height.
  Status AddPicture(std::uint64_t step, std::string_view tag, int width, int height,
                    std::span<const std::uint8_t> png);

  const std::string& path() const { return file_.path(); }

 private:
  explicit EventFile(AppendedFile file) : file_(std::move(file)) {}
  Status WriteRecord(std::span<const std::uint8_t> payload);

  AppendedFile file_;
};

}  // namespace seafusion::learn

#endif  // SEAFUSION_LEARN_LOG_EVENT_FILE_H_
