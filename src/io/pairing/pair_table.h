// A table that says which files belong together.
#ifndef SEAFUSION_IO_PAIRING_PAIR_TABLE_H_
#define SEAFUSION_IO_PAIRING_PAIR_TABLE_H_

#include <string>
#include <vector>

#include <seafusion/status.h>

#include "io/pairing/pair_list.h"

namespace seafusion::io {

/// Lines of infrared, visible and, if wanted, output, as CSV (RFC 4180); a first line that begins
/// with "infrared" names the columns. Paths are seen from the table's folder; the output is the
/// name in the folder of outputs. Errors, with the line's number: kInvalidArgument (a line of
/// another form, the same output twice, no pair), kNotFound (a file that is not there), those of
/// ReadFile.
StatusOr<std::vector<PicturePair>> ReadPairTable(const std::string& path);

}  // namespace seafusion::io

#endif  // SEAFUSION_IO_PAIRING_PAIR_TABLE_H_
