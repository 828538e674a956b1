// No output over what is read.
#ifndef SEAFUSION_IO_PAIRING_KEPT_INPUTS_H_
#define SEAFUSION_IO_PAIRING_KEPT_INPUTS_H_

#include <sys/types.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <seafusion/status.h>

#include "io/pairing/pair_list.h"

namespace seafusion::io {

/// The files that a run reads, known by what they are and not by their names.
class KeptInputs {
 public:
  KeptInputs() = default;
  explicit KeptInputs(const std::vector<PicturePair>& pairs);

  /// A name that is empty, or of no file, counts for nothing.
  void Add(const std::string& path);

  /// kInvalidArgument where `output` is one of them, whatever the user says about overwriting.
  Status Check(const std::string& output) const;

 private:
  std::set<std::pair<dev_t, ino_t>> files_;
};

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PAIRING_KEPT_INPUTS_H_
