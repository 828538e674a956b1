#include "learn/log/event_file.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "core/files/crc32c.h"
#include "core/files/little_endian.h"
#include "core/status_macros.h"
#include "model/onnx/protobuf_message.h"

namespace seafusion::learn {
namespace {

using Message = model::ProtobufMessage;

double UnixSeconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Message NewEvent(std::uint64_t step) {
  Message event;
  event.Double(1, UnixSeconds());
  event.Int(2, static_cast<std::int64_t>(step));
  return event;
}

}  // namespace

StatusOr<EventFile> EventFile::Create(const std::string& folder, std::uint64_t first_step) {
  // TensorBoard reads files in the order of their names, so the time has to come first in them.
  const auto micros = static_cast<std::int64_t>(UnixSeconds() * 1e6);
  std::string fraction = std::to_string(micros % 1000000);
  fraction.insert(0, 6 - fraction.size(), '0');
  const std::string path =
      (std::filesystem::path(folder) / ("events.out.tfevents." + std::to_string(micros / 1000000) +
                                        "." + fraction + "." + std::to_string(::getpid())))
          .string();
  SEAFUSION_ASSIGN_OR_RETURN(AppendedFile appended, AppendedFile::Open(path, /*anew=*/true));
  EventFile file(std::move(appended));
  Message version;
  version.Double(1, UnixSeconds());
  version.Text(3, "brain.Event:2");
  if (Status s = file.WriteRecord(version.bytes()); !s.ok()) return s;
  if (first_step > 0) {
    constexpr int kStart = 1;  // SessionLog.status
    Message session, event = NewEvent(first_step);
    session.Int(1, kStart);
    event.Add(7, session);
    if (Status s = file.WriteRecord(event.bytes()); !s.ok()) return s;
  }
  return file;
}

Status EventFile::AddScalars(std::uint64_t step, std::span<const Scalar> scalars) {
  if (scalars.empty()) return OkStatus();
  Message summary;
  for (const auto& [tag, value] : scalars) {
    Message one;
    one.Text(1, tag);
    one.Float(2, static_cast<float>(value));
    summary.Add(1, one);
  }
  Message event = NewEvent(step);
  event.Add(5, summary);
  return WriteRecord(event.bytes());
}

Status EventFile::AddPicture(std::uint64_t step, std::string_view tag, int width, int height,
                             std::span<const std::uint8_t> png) {
  constexpr int kRgb = 3;
  Message image, value, summary;
  image.Int(1, height);
  image.Int(2, width);
  image.Int(3, kRgb);
  image.Bytes(4, png);
  value.Text(1, tag);
  value.Add(4, image);
  summary.Add(1, value);
  Message event = NewEvent(step);
  event.Add(5, summary);
  return WriteRecord(event.bytes());
}

Status EventFile::WriteRecord(std::span<const std::uint8_t> payload) {
  std::vector<std::uint8_t> record;
  record.reserve(payload.size() + 16);
  AppendLittleEndian(std::uint64_t{payload.size()}, record);
  AppendLittleEndian(MaskedCrc32c(record), record);
  record.insert(record.end(), payload.begin(), payload.end());
  AppendLittleEndian(MaskedCrc32c(payload), record);
  return file_.Append(record);
}

}  // namespace seafusion::learn
