// Errors as values. Nothing in this library throws across its interface, prints, or ends the
// program.
#ifndef SEAFUSION_STATUS_H_
#define SEAFUSION_STATUS_H_

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace seafusion {

enum class StatusCode {
  kOk,
  kInvalidArgument,    ///< The caller's values cannot be used (sizes that differ, an option out of
                       ///< range).
  kNotFound,           ///< A file or folder does not exist.
  kAlreadyExists,      ///< An output exists and may not be replaced.
  kCorruptData,        ///< A file's content is broken or breaks its format's rules.
  kUnsupported,        ///< Valid, but not something this build can handle.
  kResourceExhausted,  ///< A limit on memory, pixels or file size.
  kIoError,            ///< The operating system refused a read or write.
  kCancelled,          ///< Stopped on request.
  kInternal,           ///< A defect in this library.
};

/// Name of a code, as in "corrupt data".
std::string_view StatusCodeName(StatusCode code);

/// The outcome of an operation: success, or a code and one sentence that names what failed, on
/// which file or tensor, with which numbers. Cheap to move. Thread-compatible.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {
    assert(code != StatusCode::kOk);
  }

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

  /// The same error with "PREFIX: " before its message; success stays success.
  Status Annotate(std::string_view prefix) const;

  /// For the rare place where failure truly does not matter; say why beside the call.
  void IgnoreError() const {}

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

inline Status OkStatus() {
  return Status();
}
inline Status InvalidArgument(std::string m) {
  return {StatusCode::kInvalidArgument, std::move(m)};
}
inline Status NotFound(std::string m) {
  return {StatusCode::kNotFound, std::move(m)};
}
inline Status AlreadyExists(std::string m) {
  return {StatusCode::kAlreadyExists, std::move(m)};
}
inline Status CorruptData(std::string m) {
  return {StatusCode::kCorruptData, std::move(m)};
}
inline Status Unsupported(std::string m) {
  return {StatusCode::kUnsupported, std::move(m)};
}
inline Status ResourceExhausted(std::string m) {
  return {StatusCode::kResourceExhausted, std::move(m)};
}
inline Status IoError(std::string m) {
  return {StatusCode::kIoError, std::move(m)};
}
inline Status Cancelled(std::string m) {
  return {StatusCode::kCancelled, std::move(m)};
}
inline Status Internal(std::string m) {
  return {StatusCode::kInternal, std::move(m)};
}

/// A value of type T, or the reason why there is none.
template <typename T>
class [[nodiscard]] StatusOr {
 public:
  StatusOr(Status status) : status_(std::move(status)) { assert(!status_.ok()); }  // NOLINT
  StatusOr(T value) : value_(std::move(value)) {}                                  // NOLINT

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  /// Precondition for all of these: ok().
  T& value() & {
    assert(ok());
    return *value_;
  }
  const T& value() const& {
    assert(ok());
    return *value_;
  }
  T&& value() && {
    assert(ok());
    return *std::move(value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace seafusion

#endif  // SEAFUSION_STATUS_H_
