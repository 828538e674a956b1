// The pictures of a page, and what every page of methods side by side has in common.
#ifndef SEAFUSION_REPORT_PAGE_PICTURES_H_
#define SEAFUSION_REPORT_PAGE_PICTURES_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include <seafusion/status.h>

#include "core/files/file.h"
#include "core/memory/image_buffer.h"
#include "report/page.h"

namespace seafusion::report {

enum class EmbedPictures : std::uint8_t {
  kAuto,  ///< kAll while that stays within kEmbedLimit, else kNone.
  kAll,
  kNone,
};

/// Bytes of pictures that kAuto puts into a page at most.
inline constexpr std::uint64_t kEmbedLimit = std::uint64_t{64} << 20;

/// kUnsupported where this build has no page.
Status CheckPageTemplate();

/// Puts pictures into a page, or links to them.
class PagePictures {
 public:
  PagePictures(EmbedPictures embed, std::string page_folder)
      : embed_option_(embed),
        page_folder_(std::move(page_folder)),
        embed_(embed != EmbedPictures::kNone) {}

  /// Whether Add still needs the picture itself. Thread-safe.
  bool embed() const { return embed_; }
  /// Thread-safe. `image`, the file's, is looked at only if embed().
  Status Add(const ImageBuffer& image, const std::string& path, Picture& picture);
  /// The same of a picture that no file holds, and that therefore is in the page in any case.
  Status AddInside(const ImageBuffer& image, Picture& picture);
  /// Once all are added: the page links to all, if they turned out to be too many for it.
  void Settle(Report& report) const;

 private:
  Status Pack(const ImageBuffer& image, Picture& picture);

  const EmbedPictures embed_option_;
  const std::string page_folder_;
  std::atomic<bool> embed_;
  std::atomic<std::uint64_t> packed_ = 0;
};

/// The settings that say how the numbers came about and how pictures are shown.
void AddPageSettings(bool embedded, Report& report);

/// Renders the page, writes it, and returns its size in bytes.
StatusOr<std::size_t> WritePage(const Report& report, const std::string& path, IfExists if_exists);

}  // namespace seafusion::report

#endif  // SEAFUSION_REPORT_PAGE_PICTURES_H_
