#include "report/page_pictures.h"

#include <utility>

#include "core/status_macros.h"
#include "io/image_file.h"

namespace seafusion::report {
namespace {

constexpr int kJpegQuality = 92;

}  // namespace

Status CheckPageTemplate() {
  if (!PageTemplate().empty()) return OkStatus();
  return Unsupported(
      "this build has no report: its page is bundled by Node.js (18 or later) and npm, which "
      "were not there when it was configured, or it was configured with -DSEAFUSION_REPORT=OFF."
      " Install both and build again with -DSEAFUSION_REPORT=ON");
}

Status PagePictures::Add(const ImageBuffer& image, const std::string& path, Picture& picture) {
  picture.link = LinkTo(path, page_folder_);
  return embed_ ? Pack(image, picture) : OkStatus();
}

Status PagePictures::AddInside(const ImageBuffer& image, Picture& picture) {
  return Pack(image, picture);
}

Status PagePictures::Pack(const ImageBuffer& image, Picture& picture) {
  SEAFUSION_ASSIGN_OR_RETURN(picture.bytes, io::EncodeJpeg(image.view(), kJpegQuality));
  picture.media_type = "image/jpeg";
  packed_ += picture.bytes.size();
  if (embed_option_ == EmbedPictures::kAuto && packed_ > kEmbedLimit) embed_ = false;
  return OkStatus();
}

void PagePictures::Settle(Report& report) const {
  if (embed_) return;
  const auto link = [](Picture& picture) {
    if (!picture.link.empty()) picture.bytes.clear();
  };
  for (Pair& pair : report.pairs) {
    for (Picture& picture : pair.pictures) link(picture);
  }
  for (TaskTable& task : report.tasks) {
    for (TaskTable::Panel& panel : task.panels) {
      for (Picture& picture : panel.pictures) link(picture);
    }
  }
}

void AddPageSettings(bool embedded, Report& report) {
  std::string conventions;
  for (const metrics::Convention convention : report.request.conventions) {
    conventions +=
        (conventions.empty() ? "" : ", ") + std::string(metrics::ConventionName(convention));
  }
  report.settings.emplace_back("conventions", conventions);
  report.settings.emplace_back("gray", "MATLAB's rgb2gray, where a picture is in colour");
  report.settings.emplace_back("spread", "standard deviation with divisor n - 1");
  report.settings.emplace_back("pictures shown",
                               embedded ? "JPEG of quality " + std::to_string(kJpegQuality) +
                                              "; the numbers are of the original files"
                                        : "the original files, by links");
}

StatusOr<std::size_t> WritePage(const Report& report, const std::string& path, IfExists if_exists) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::string page, RenderPage(report, PageTemplate()));
  SEAFUSION_RETURN_IF_ERROR(WriteTextAtomically(path, page, if_exists));
  return page.size();
}

}  // namespace seafusion::report
