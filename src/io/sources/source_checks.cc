#include "io/sources/source_checks.h"

#include <filesystem>

#include "io/facts/palette.h"

namespace seafusion::io {

Status CheckSources(const std::string& infrared_path, const ImageView& infrared,
                    const std::string& visible_path, const ImageView& visible,
                    CameraPicture infrared_picture, std::vector<std::string>& remarks) {
  switch (FindPalette(infrared)) {
    case Palette::kNone:
      break;
    case Palette::kBright:
      remarks.push_back(infrared_path +
                        ": is in a palette that grows brighter with heat; its brightness is used");
      break;
    case Palette::kRainbow:
      if (infrared_picture == CameraPicture::kShown) break;
      return InvalidArgument(
          infrared_path +
          ": is in a rainbow palette, whose brightness says nothing of heat; give "
          "the camera's counts or a gray picture, or --ir-source shown to fuse it as it is");
    case Palette::kPhotograph: {
      // What is coloured and does not follow a palette is a visible picture; a gray one beside it
      // says that they were given the wrong way round.
      constexpr double kGray = 0.002;  // share of pixels
      if (infrared_picture == CameraPicture::kShown) break;
      if (ColouredShare(visible) <= kGray) {
        return InvalidArgument("the sources seem swapped: " + infrared_path +
                               ", given as infrared, has a photograph's colours, and " +
                               visible_path +
                               ", given as visible, is gray; exchange them, or say --force");
      }
      remarks.push_back(infrared_path + ": is in colour and in no palette; is it infrared?");
      break;
    }
  }
  return OkStatus();
}

Status CheckDifferentFiles(const std::string& infrared, const std::string& visible) {
  std::error_code ec;
  if (infrared != visible && !std::filesystem::equivalent(infrared, visible, ec)) return OkStatus();
  return InvalidArgument(infrared +
                         ": is given as infrared and as visible, and holds one picture; name "
                         "the other one, or say --force to fuse it with itself");
}

}  // namespace seafusion::io
