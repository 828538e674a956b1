#include "serve/live/view/render.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/status_macros.h"
#include "fuse/show_visible.h"
#include "io/image_file.h"
#include "io/infrared_levels.h"
#include "serve/live/compared_method.h"

namespace seafusion::serve {
namespace {

struct Glyph {
  char letter;
  std::array<std::uint8_t, 7> rows;  // five bits each, the leftmost highest
};
constexpr std::array<Glyph, 10> kGlyphs = {{
    {'N', {17, 25, 21, 19, 17, 17, 17}},
    {'O', {14, 17, 17, 17, 17, 17, 14}},
    {'S', {15, 16, 16, 14, 1, 1, 30}},
    {'I', {14, 4, 4, 4, 4, 4, 14}},
    {'G', {14, 17, 16, 23, 17, 17, 15}},
    {'A', {14, 17, 17, 31, 17, 17, 17}},
    {'L', {16, 16, 16, 16, 16, 16, 31}},
    {'F', {31, 16, 16, 30, 16, 16, 16}},
    {'R', {30, 17, 17, 30, 20, 18, 17}},
    {'E', {31, 16, 16, 30, 16, 16, 31}},
}};
constexpr int kAdvance = 6;  // from letter to letter

// 8 bits of any format's colour or gray, as ShowVisible converts it.
StatusOr<ImageBuffer> EightBits(const ImageView& from) {
  const PixelFormat format =
      ChannelCount(from.format) == 1 ? PixelFormat::kGray8 : PixelFormat::kRgb8;
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer out, ImageBuffer::Create(from.width, from.height, format));
  SEAFUSION_RETURN_IF_ERROR(ShowVisible(from, out.view(), {}));
  return out;
}

// Infrared cameras' own colours say nothing that the palette should be put on.
ImageBuffer GrayOf(ImageBuffer picture) {
  if (picture.format() == PixelFormat::kGray8) return picture;
  auto gray = ImageBuffer::Create(picture.width(), picture.height(), PixelFormat::kGray8);
  if (!gray.ok() || picture.format() != PixelFormat::kRgb8) return picture;
  for (int y = 0; y < picture.height(); ++y) {
    const auto* from = std::as_const(picture).view().Row<std::uint8_t>(y);
    auto* to = gray->view().Row<std::uint8_t>(y);
    for (int x = 0; x < picture.width(); ++x, from += 3) {
      // ITU-R BT.601's weights.
      to[x] =
          static_cast<std::uint8_t>((299 * from[0] + 587 * from[1] + 114 * from[2] + 500) / 1000);
    }
  }
  return *std::move(gray);
}

StatusOr<ImageBuffer> Infrared(const Moment& moment, bool camera) {
  const ImageBuffer* from = camera ? nullptr : moment.infrared_on_canvas();
  if (camera && moment.infrared != nullptr) from = &moment.infrared->image;
  if (from == nullptr) return ImageBuffer();
  ImageBuffer levels;
  if (!camera && !moment.levels.empty()) {
    levels = moment.levels;
  } else {
    const ImageBuffer* visible = moment.visible_on_canvas();
    SEAFUSION_ASSIGN_OR_RETURN(
        levels, io::InfraredLevels(*from, visible == nullptr ? ImageView{} : visible->view(),
                                   moment.range));
  }
  levels = GrayOf(std::move(levels));
  if (moment.palette == ViewPalette::kGray || levels.format() != PixelFormat::kGray8) return levels;
  return Coloured(std::as_const(levels).view(), moment.palette);
}

StatusOr<ImageBuffer> WithoutText(const Moment& moment, View view) {
  switch (view) {
    case View::kFused:
      return moment.fused;
    case View::kInfrared:
    case View::kInfraredCamera:
      return Infrared(moment, view == View::kInfraredCamera);
    case View::kMethod:
      return FuseCompared(moment);
    case View::kVisible:
    case View::kVisibleCamera:
      break;
  }
  const ImageBuffer* from = moment.visible_on_canvas();
  if (view == View::kVisibleCamera) {
    from = moment.visible == nullptr ? nullptr : &moment.visible->image;
  }
  if (from == nullptr) return ImageBuffer();
  return EightBits(from->view());
}

}  // namespace

void WriteOver(const MutableImageView& picture, std::string_view text) {
  const int channels = ChannelCount(picture.format);
  for (int y = 0; y < picture.height; ++y) {
    auto* row = picture.Row<std::uint8_t>(y);
    for (int i = 0; i < picture.width * channels; ++i) row[i] = row[i] / 3;
  }
  const int columns = kAdvance * static_cast<int>(text.size()) - 1;
  const int size = std::max(1, std::min(picture.width / (columns + 8), picture.height / 20));
  const int left = (picture.width - size * columns) / 2, top = (picture.height - 7 * size) / 2;
  for (int y = std::max(0, top); y < std::min(picture.height, top + 7 * size); ++y) {
    auto* row = picture.Row<std::uint8_t>(y);
    for (int x = std::max(0, left); x < std::min(picture.width, left + size * columns); ++x) {
      const int column = (x - left) / size;
      const char letter = text[static_cast<std::size_t>(column / kAdvance)];
      const auto glyph = std::find_if(kGlyphs.begin(), kGlyphs.end(),
                                      [&](const Glyph& g) { return g.letter == letter; });
      const int bit = 4 - column % kAdvance;
      if (glyph == kGlyphs.end() || bit < 0) continue;
      if ((glyph->rows[static_cast<std::size_t>((y - top) / size)] >> bit & 1) != 0) {
        std::fill_n(row + x * channels, channels, std::uint8_t{255});
      }
    }
  }
}

StatusOr<ImageBuffer> Render(const Moment& moment, View view) {
  SEAFUSION_ASSIGN_OR_RETURN(ImageBuffer picture, WithoutText(moment, view));
  const bool infrared = view == View::kInfrared || view == View::kInfraredCamera;
  const bool lost = infrared                ? moment.infrared_lost
                    : view == View::kMethod ? moment.infrared_lost || moment.visible_lost
                                            : moment.visible_lost;
  if (picture.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(picture, ImageBuffer::Create(640, 480, PixelFormat::kGray8));
    WriteOver(picture.view(), "NO SIGNAL");
  } else if (lost) {
    WriteOver(picture.view(), "NO SIGNAL");
  }
  return picture;
}

StatusOr<std::shared_ptr<const std::vector<std::uint8_t>>> RenderJpeg(const Moment& moment,
                                                                      View view, int quality) {
  SEAFUSION_ASSIGN_OR_RETURN(const ImageBuffer picture, Render(moment, view));
  SEAFUSION_ASSIGN_OR_RETURN(std::vector<std::uint8_t> bytes,
                             io::EncodeJpeg(picture.view(), quality));
  return std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
}

std::optional<View> ViewNamed(std::string_view name) {
  for (std::size_t i = 0; i < kViews; ++i) {
    if (name == kViewNames[i]) return static_cast<View>(i);
  }
  return std::nullopt;
}

std::optional<std::uint32_t> ViewsNamed(std::string_view names) {
  std::uint32_t views = 0;
  while (true) {
    const std::string_view name = names.substr(0, names.find(','));
    const std::optional<View> view = ViewNamed(name);
    if (!view) return std::nullopt;
    views |= BitOf(*view);
    if (name.size() == names.size()) return views;
    names.remove_prefix(name.size() + 1);
  }
}

}  // namespace seafusion::serve
