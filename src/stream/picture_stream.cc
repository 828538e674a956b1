#include "stream/picture_stream.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "core/status_macros.h"
#include "io/image_file.h"

namespace seafusion::stream {
namespace {

namespace fs = std::filesystem;

class PictureSource : public FrameSource {
 public:
  PictureSource(std::string name, std::vector<std::string> files, FrameRate rate,
                std::uint64_t max_pixels)
      : files_(std::move(files)), max_pixels_(max_pixels) {
    info_.name = std::move(name);
    info_.rate = rate;
    info_.frames = files_.size();
    info_.length = static_cast<std::int64_t>(files_.size()) * rate.frame();
  }

  Status Open() {
    SEAFUSION_ASSIGN_OR_RETURN(io::ReadPictureResult first,
                               io::ReadPicture(files_[0], {.max_pixels = max_pixels_}));
    info_.transparent = io::IsSomewhereTransparent(first.alpha);
    first_ = std::move(first.image);
    info_.width = first_->width();
    info_.height = first_->height();
    return OkStatus();
  }

  const StreamInfo& info() const override { return info_; }

  StatusOr<FramePtr> Next() override {
    if (at_ == files_.size()) return FramePtr();
    auto frame = std::make_shared<Frame>();
    if (first_) {
      frame->image = *std::exchange(first_, std::nullopt);
    } else {
      SEAFUSION_ASSIGN_OR_RETURN(frame->image,
                                 io::ReadImage(files_[at_], {.max_pixels = max_pixels_}));
    }
    if (frame->image.width() != info_.width || frame->image.height() != info_.height) {
      return InvalidArgument(files_[at_] + ": is " + std::to_string(frame->image.width()) + "x" +
                             std::to_string(frame->image.height()) + ", the pictures before are " +
                             std::to_string(info_.width) + "x" + std::to_string(info_.height));
    }
    // Exact for every number: no rounding adds up.
    frame->time = static_cast<std::int64_t>(at_++) * kMicroseconds * info_.rate.denominator /
                  info_.rate.numerator;
    return FramePtr(std::move(frame));
  }

  Status Seek(std::int64_t time) override {
    const std::int64_t length = kMicroseconds * info_.rate.denominator;
    const std::int64_t number =
        (std::max<std::int64_t>(time, 0) * info_.rate.numerator + length - 1) / length;
    at_ = std::min(static_cast<std::size_t>(number), files_.size());
    first_.reset();
    return OkStatus();
  }

 private:
  std::vector<std::string> files_;
  std::uint64_t max_pixels_;
  StreamInfo info_;
  std::optional<ImageBuffer> first_;
  std::size_t at_ = 0;
};

class PictureSink : public FrameSink {
 public:
  PictureSink(NumberedName name, IfExists if_exists)
      : name_(std::move(name)), if_exists_(if_exists) {}

  Status Write(const ImageView& image, std::int64_t /*time*/) override {
    return io::WriteImage(name_.At(++number_), image, if_exists_);
  }
  Status Finish() override { return OkStatus(); }

 private:
  NumberedName name_;
  IfExists if_exists_;
  std::uint64_t number_ = 0;
};

// What is there, in no order.
StatusOr<std::vector<std::uint64_t>> NumbersOf(const NumberedName& name) {
  const std::string folder = name.Folder();
  const bool bare = fs::path(name.At(0)).parent_path().empty();
  std::vector<std::uint64_t> numbers;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string path = bare ? it->path().filename().string() : it->path().string();
    if (const auto number = name.NumberOf(path)) numbers.push_back(*number);
  }
  if (ec) return NotFound(folder + ": cannot list: " + ec.message());
  return numbers;
}

}  // namespace

StatusOr<std::vector<std::string>> ListSequence(const std::string& pattern) {
  const std::optional<NumberedName> name = NumberedName::Parse(pattern);
  if (!name) return InvalidArgument(pattern + ": has no place for a number, as in ir_%04d.png");
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<std::uint64_t> numbers, NumbersOf(*name));
  if (numbers.empty()) return NotFound(pattern + ": no such pictures");
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::string> files;
  for (const std::uint64_t number : numbers) {
    const std::uint64_t expected = numbers[0] + files.size();
    if (number != expected) {
      return InvalidArgument(name->At(expected) + ": is missing between " + name->At(numbers[0]) +
                             " and " + name->At(numbers.back()));
    }
    files.push_back(name->At(number));
  }
  return files;
}

void KeepFilesOf(const std::string& source, io::KeptInputs& inputs) {
  switch (KindOfSource(source)) {
    case SourceKind::kVideo:
    case SourceKind::kLive:
      inputs.Add(source);
      break;
    case SourceKind::kSequence: {
      const auto name = NumberedName::Parse(source);
      const auto numbers = NumbersOf(*name);
      if (!numbers.ok()) break;
      for (const std::uint64_t number : *numbers) inputs.Add(name->At(number));
      break;
    }
    case SourceKind::kPictures: {
      const auto files = io::ListPictures(source);
      if (!files.ok()) break;
      for (const io::PictureFile& file : *files) inputs.Add(file.path);
      break;
    }
  }
}

Status CheckNumbers(const NumberedName& name, const io::KeptInputs& inputs) {
  const auto numbers = NumbersOf(name);
  if (!numbers.ok()) return OkStatus();  // no such folder yet
  for (const std::uint64_t number : *numbers) {
    SEAFUSION_RETURN_IF_ERROR(inputs.Check(name.At(number)));
  }
  return OkStatus();
}

StatusOr<std::unique_ptr<FrameSource>> OpenPictures(const std::string& name,
                                                    std::vector<std::string> files, FrameRate rate,
                                                    std::uint64_t max_pixels) {
  if (files.empty()) return NotFound(name + ": no pictures");
  auto source = std::make_unique<PictureSource>(name, std::move(files), rate, max_pixels);
  SEAFUSION_RETURN_IF_ERROR(source->Open());
  return std::unique_ptr<FrameSource>(std::move(source));
}

std::unique_ptr<FrameSink> WritePictures(NumberedName name, IfExists if_exists) {
  return std::make_unique<PictureSink>(std::move(name), if_exists);
}

}  // namespace seafusion::stream
