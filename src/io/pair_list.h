// Which files belong together: pictures named by a file, a folder or a pattern, paired by their
// stem.
#ifndef SEAFUSION_IO_PAIR_LIST_H_
#define SEAFUSION_IO_PAIR_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include <seafusion/status.h>

namespace seafusion::io {

struct PictureFile {
  std::string stem;  ///< File name without folder and extension.
  std::string path;
};

struct PicturePair {
  std::string stem;
  std::string infrared;
  std::string visible;
};

struct PairList {
  std::vector<PicturePair> pairs;  ///< At least one, in natural order of their stems.
  std::vector<std::string>
      unpaired;  ///< Paths without a partner, infrared first, in natural order.
};

/// True for names of files that ReadImage may read: .png, .jpg, .jpeg, .bmp, .tif, .tiff, .webp,
/// .pgm, .ppm, .pnm, .pfm and, of thermal cameras, .fff, .seq and .irg, in any case.
bool HasPictureExtension(std::string_view path);

/// "img9" before "img10": runs of digits compare as numbers.
bool NaturalLess(std::string_view a, std::string_view b);

/// The pictures that `source` names, in natural order of their stems:
/// - a file: itself, whatever its extension;
/// - a folder: the pictures in it (by extension; not in its sub-folders, no hidden files);
/// - a glob pattern (*, ?, [...]): the pictures it matches.
/// Errors: kNotFound (nothing there, or no pictures), kInvalidArgument (two pictures with one stem,
/// both named).
StatusOr<std::vector<PictureFile>> ListPictures(const std::string& source);

/// Pairs the pictures of two sources by stem. Two single files are a pair whatever their names; its
/// stem is the visible one's. Errors: those of ListPictures, and kNotFound when nothing matches.
StatusOr<PairList> ListPairs(const std::string& infrared, const std::string& visible);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PAIR_LIST_H_
