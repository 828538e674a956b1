// Which files belong together: pictures named by a file, a folder or a pattern, paired by their
// stem, by the part of their names that says the camera, by time, or by a table.
#ifndef SEAFUSION_IO_PAIRING_PAIR_LIST_H_
#define SEAFUSION_IO_PAIRING_PAIR_LIST_H_

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
  std::string output = {};  ///< File name that a table asks for; empty: after the stem.
};

/// How pictures find their partners, where that is not by equal names.
struct PairOptions {
  std::string table;     ///< A CSV file (ReadPairTable) in place of the sources; empty: none.
  bool by_time = false;  ///< By when they were taken (TimesOf).
  double within = 0.5;   ///< Seconds that a pair's times may be apart.
};

struct PairList {
  std::vector<PicturePair> pairs;  ///< At least one, in natural order of their stems.
  std::vector<std::string>
      unpaired;  ///< Paths without a partner, infrared first, in natural order.
  /// As many: what each is nearest to, as "x.png" or "x.png, 3.2 s away"; may be empty.
  std::vector<std::string> nearest;
  /// How they were paired, where not by equal names: "infrared ends in _T, visible in _W".
  std::string rule;

  /// "PATH: has no partner; nearest is ..." for each of `unpaired`.
  std::vector<std::string> Complaints() const;
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

/// Pairs the pictures of two sources. Two single files are a pair whatever their names. Else, in
/// this order, unless `options` say otherwise: equal stems; stems with one StemKey; where no two
/// stems are equal, a rule that all names keep (FindAffixPairs). One folder for both is searched
/// for a rule first, then each picture is its own partner. The stem of a pair is the visible
/// picture's. Errors: those of ListPictures, ReadPairTable, FindAffixPairs and TimesOf; kNotFound
/// when nothing matches.
StatusOr<PairList> ListPairs(const std::string& infrared, const std::string& visible,
                             const PairOptions& options = {});

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PAIRING_PAIR_LIST_H_
