#include "io/tiff/tiff_in_memory.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace seafusion::io {
namespace {

TiffBytes& BytesOf(thandle_t handle) {
  return *static_cast<TiffBytes*>(handle);
}

tmsize_t ReadBytesOf(thandle_t handle, void* to, tmsize_t count) {
  TiffBytes& t = BytesOf(handle);
  const std::uint64_t left = t.at < t.bytes.size() ? t.bytes.size() - t.at : 0;
  const std::uint64_t n = std::min(left, static_cast<std::uint64_t>(std::max<tmsize_t>(count, 0)));
  if (n > 0) std::memcpy(to, t.bytes.data() + t.at, n);
  t.at += n;
  return static_cast<tmsize_t>(n);
}

tmsize_t WriteBytesOf(thandle_t handle, void* from, tmsize_t count) {
  TiffBytes& t = BytesOf(handle);
  if (t.written == nullptr) return 0;
  const auto n = static_cast<std::uint64_t>(count);
  try {
    t.written->resize(std::max<std::uint64_t>(t.written->size(), t.at + n));
  } catch (...) {
    return 0;  // no exception may pass through libtiff
  }
  std::memcpy(t.written->data() + t.at, from, n);
  t.bytes = *t.written;
  t.at += n;
  return count;
}

toff_t SeekBytesOf(thandle_t handle, toff_t offset, int whence) {
  TiffBytes& t = BytesOf(handle);
  const std::uint64_t base = whence == SEEK_CUR ? t.at : whence == SEEK_END ? t.bytes.size() : 0;
  return t.at = base + offset;
}

int CloseBytesOf(thandle_t /*handle*/) {
  return 0;
}

toff_t SizeOfBytes(thandle_t handle) {
  return BytesOf(handle).bytes.size();
}

int SayNothing(TIFF* /*tiff*/, void* /*source*/, const char* /*module*/, const char* /*format*/,
               va_list /*arguments*/) {
  return 1;
}

struct FreeTiffOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

// `max_block` 0: any.
TiffHandle Open(TiffBytes& bytes, const char* mode, std::uint64_t max_block) {
  const std::unique_ptr<TIFFOpenOptions, FreeTiffOptions> options(TIFFOpenOptionsAlloc());
  if (options == nullptr) return nullptr;
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), SayNothing, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), SayNothing, nullptr);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(max_block));
  return TiffHandle(TIFFClientOpenExt("", mode, &bytes, ReadBytesOf, WriteBytesOf, SeekBytesOf,
                                      CloseBytesOf, SizeOfBytes, nullptr, nullptr, options.get()));
}

}  // namespace

// m: no memory mapping.
TiffHandle OpenTiff(TiffBytes& source, std::uint64_t max_block) {
  return Open(source, "rm", max_block);
}

TiffHandle CreateTiff(TiffBytes& target) {
  return Open(target, "wm", 0);
}

}  // namespace seafusion::io
