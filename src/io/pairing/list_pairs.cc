#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/status_macros.h"
#include "io/pairing/affix_rule.h"
#include "io/pairing/pair_list.h"
#include "io/pairing/pair_table.h"
#include "io/pairing/stem_key.h"
#include "io/pairing/taken_time.h"

namespace seafusion::io {
namespace {

namespace fs = std::filesystem;

using Files = std::vector<PictureFile>;

constexpr double kMicroseconds = 1e6;

bool IsFile(const std::string& source) {
  std::error_code ec;
  return fs::is_regular_file(source, ec);
}

bool IsOneFolder(const std::string& a, const std::string& b) {
  std::error_code ec;
  return fs::is_directory(a, ec) && fs::equivalent(a, b, ec);
}

std::vector<std::string> Stems(const Files& files) {
  std::vector<std::string> stems;
  stems.reserve(files.size());
  for (const PictureFile& file : files) stems.push_back(file.stem);
  return stems;
}

std::vector<std::string> Paths(const Files& files) {
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (const PictureFile& file : files) paths.push_back(file.path);
  return paths;
}

// Numbers by name; a name that is there twice stands for none.
template <typename Name>
std::map<std::string, std::optional<std::size_t>> NumbersBy(const Files& files,
                                                            const std::vector<bool>& taken,
                                                            const Name& name) {
  std::map<std::string, std::optional<std::size_t>> numbers;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (taken[i]) continue;
    const auto [it, is_new] = numbers.emplace(name(files[i].stem), i);
    if (!is_new) it->second.reset();
  }
  return numbers;
}

// Equal names, then names that are alike but for case, Unicode form and zeros.
NamePairs PairByName(const Files& infrared, const Files& visible) {
  NamePairs pairs;
  std::vector<bool> taken_i(infrared.size()), taken_v(visible.size());
  const auto pair_by = [&](const auto& name) {
    const auto v = NumbersBy(visible, taken_v, name);
    for (const auto& [key, number] : NumbersBy(infrared, taken_i, name)) {
      const auto it = v.find(key);
      if (!number || it == v.end() || !it->second) continue;
      pairs.emplace_back(*number, *it->second);
      taken_i[*number] = taken_v[*it->second] = true;
    }
  };
  pair_by([](const std::string& stem) { return stem; });
  if (pairs.size() < std::min(infrared.size(), visible.size())) pair_by(StemKey);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// Levenshtein's distance.
std::size_t Distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string NearestName(const PictureFile& file, const Files& others) {
  const PictureFile* best = nullptr;
  std::size_t least = file.stem.size();  // farther is not near
  for (const PictureFile& other : others) {
    const std::size_t distance = Distance(file.stem, other.stem);
    if (distance >= least) continue;
    least = distance;
    best = &other;
  }
  return best == nullptr ? std::string() : best->path;
}

std::string NearestTime(std::int64_t time, const Files& others,
                        const std::vector<std::int64_t>& times) {
  const auto nearest = std::min_element(times.begin(), times.end(), [&](auto a, auto b) {
    return std::abs(a - time) < std::abs(b - time);
  });
  if (nearest == times.end()) return {};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), ", %.3f s away",
                static_cast<double>(std::abs(*nearest - time)) / kMicroseconds);
  return others[static_cast<std::size_t>(nearest - times.begin())].path + text.data();
}

// The list out of numbers of pairs; what is in no pair is without partner.
PairList MakeList(const Files& infrared, const Files& visible, const NamePairs& pairs) {
  PairList list;
  std::vector<bool> paired_i(infrared.size()), paired_v(visible.size());
  for (const auto& [i, v] : pairs) {
    list.pairs.push_back({visible[v].stem, infrared[i].path, visible[v].path});
    paired_i[i] = paired_v[v] = true;
  }
  std::stable_sort(list.pairs.begin(), list.pairs.end(),
                   [](const auto& a, const auto& b) { return NaturalLess(a.stem, b.stem); });
  for (const auto& [files, paired] : {std::pair{&infrared, &paired_i}, {&visible, &paired_v}}) {
    for (std::size_t i = 0; i < files->size(); ++i) {
      if (!(*paired)[i]) list.unpaired.push_back((*files)[i].path);
    }
  }
  return list;
}

// Fills `nearest` of the first of them; with thousands, nobody reads the rest.
template <typename Nearest>
void FindNearest(PairList& list, const Nearest& nearest) {
  constexpr std::size_t kMost = 50;
  list.nearest.resize(list.unpaired.size());
  for (std::size_t i = 0; i < std::min(kMost, list.unpaired.size()); ++i) {
    list.nearest[i] = nearest(list.unpaired[i]);
  }
}

void FindNearestNames(PairList& list, const Files& infrared, const Files& visible) {
  FindNearest(list, [&](const std::string& path) {
    for (const auto& [own, others] : {std::pair{&infrared, &visible}, {&visible, &infrared}}) {
      for (const PictureFile& file : *own) {
        if (file.path == path) return NearestName(file, *others);
      }
    }
    return std::string();
  });
}

StatusOr<PairList> PairByTime(const std::string& infrared, const std::string& visible,
                              const Files& ir, const Files& vi, double within) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<std::vector<std::int64_t>> times,
                             TimesOf({Paths(ir), Paths(vi)}));
  PairList list = MakeList(
      ir, vi,
      PairNearest(times[0], times[1], static_cast<std::int64_t>(std::llround(within * 1e6))));
  FindNearest(list, [&](const std::string& path) {
    for (std::size_t i = 0; i < ir.size(); ++i) {
      if (ir[i].path == path) return NearestTime(times[0][i], vi, times[1]);
    }
    for (std::size_t i = 0; i < vi.size(); ++i) {
      if (vi[i].path == path) return NearestTime(times[1][i], ir, times[0]);
    }
    return std::string();
  });
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "time, at most %g s apart", within);
  list.rule = text.data();
  if (list.pairs.empty()) {
    return NotFound(infrared + " and " + visible + ": no two pictures are within " +
                    std::to_string(within) + " s; " + list.unpaired[0] + " is nearest to " +
                    list.nearest[0]);
  }
  return list;
}

// Both kinds in one folder.
StatusOr<PairList> PairInOneFolder(const Files& files) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::optional<AffixPairs> found, FindAffixPairs(Stems(files)));
  PairList list;
  if (!found) {
    for (const PictureFile& file : files) list.pairs.push_back({file.stem, file.path, file.path});
    return list;
  }
  std::vector<bool> paired(files.size());
  for (const auto& [i, v] : found->pairs) {
    list.pairs.push_back({files[v].stem, files[i].path, files[v].path});
    paired[i] = paired[v] = true;
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!paired[i]) list.unpaired.push_back(files[i].path);
  }
  list.nearest.resize(list.unpaired.size());
  list.rule = found->rule.Text();
  return list;
}

}  // namespace

std::vector<std::string> PairList::Complaints() const {
  std::vector<std::string> complaints;
  for (std::size_t i = 0; i < unpaired.size(); ++i) {
    const bool near = i < nearest.size() && !nearest[i].empty();
    complaints.push_back(unpaired[i] + ": has no partner" +
                         (near ? "; nearest is " + nearest[i] : ""));
  }
  return complaints;
}

StatusOr<PairList> ListPairs(const std::string& infrared, const std::string& visible,
                             const PairOptions& options) {
  PairList list;
  if (!options.table.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(list.pairs, ReadPairTable(options.table));
    return list;
  }
  SEAFUSION_ASSIGN_OR_RETURN(const Files ir, ListPictures(infrared));
  if (!options.by_time && IsOneFolder(infrared, visible)) return PairInOneFolder(ir);
  SEAFUSION_ASSIGN_OR_RETURN(const Files vi, ListPictures(visible));
  if (options.by_time) return PairByTime(infrared, visible, ir, vi, options.within);
  if (IsFile(infrared) && IsFile(visible)) {
    list.pairs.push_back({vi[0].stem, ir[0].path, vi[0].path});
    return list;
  }
  NamePairs pairs = PairByName(ir, vi);
  std::string rule;
  if (pairs.empty()) {
    SEAFUSION_ASSIGN_OR_RETURN(std::optional<AffixPairs> found,
                               FindAffixPairs(Stems(ir), Stems(vi)));
    if (!found) {
      return NotFound(infrared + " and " + visible + ": no pair; none of the " +
                      std::to_string(ir.size()) + " infrared and " + std::to_string(vi.size()) +
                      " visible pictures have the same name (" + ir[0].stem + ", ... and " +
                      vi[0].stem +
                      ", ...), nor do their names differ by one rule; --pairs FILE.csv "
                      "or --pair-by time pairs others");
    }
    pairs = std::move(found->pairs);
    rule = found->rule.Text();
  }
  list = MakeList(ir, vi, pairs);
  list.rule = std::move(rule);
  FindNearestNames(list, ir, vi);
  return list;
}

}  // namespace seafusion::io
