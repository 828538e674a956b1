#include "batch/fuse/fuse_plan.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "core/status_macros.h"
#include "io/image_file.h"
#include "io/pairing/kept_inputs.h"
#include "io/pairing/pair_list.h"

namespace seafusion::batch {
namespace {

namespace fs = std::filesystem;

bool IsFolder(const std::string& path) {
  std::error_code ec;
  return fs::is_directory(path, ec);
}
bool Exists(const std::string& path) {
  std::error_code ec;
  // A dangling link counts: writing would replace it.
  return fs::exists(fs::symlink_status(path, ec));
}
bool IsSingleFile(const std::string& source) {
  std::error_code ec;
  return fs::exists(source, ec) && !fs::is_directory(source, ec);
}

// Whether the outputs go into the folder `settings.output` or there is one, of that name.
StatusOr<bool> OutputIsFolder(const FuseRunSettings& settings, std::size_t pairs) {
  const std::string& output = settings.output;
  const bool one = settings.pairing.table.empty() && IsSingleFile(settings.infrared) &&
                   IsSingleFile(settings.visible);
  if (IsFolder(output) || output.ends_with('/')) return true;
  if (!one && (Exists(output) || io::CanWriteImage(output))) {
    return InvalidArgument(
        output + ": must be a folder for the " + std::to_string(pairs) +
        " pictures that come from a folder or pattern" +
        (Exists(output) ? "; it is a file" : "; end it in / if that is its name"));
  }
  if (!one) return true;
  if (!io::CanWriteImage(output)) {
    return InvalidArgument(output +
                           ": the name must end in .png, .jpg, .jpeg, .bmp, .tif, .tiff or .webp, "
                           "or in / for a folder");
  }
  return false;
}

Status CheckWritable(fs::path folder, bool may_be_made) {
  if (folder.empty()) folder = ".";
  const std::string wanted = folder.string();
  while (may_be_made && !Exists(folder.string())) {
    fs::path parent =
        folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
    if (parent.empty()) parent = ".";
    if (parent == folder) break;
    folder = std::move(parent);
  }
  const std::string name = folder.string();
  if (!Exists(name)) return NotFound(wanted + ": no such folder");
  if (!IsFolder(name)) return InvalidArgument(name + ": is not a folder");
  if (::access(name.c_str(), W_OK | X_OK) != 0) {
    return IoError(wanted + ": cannot write here: " + std::strerror(errno));
  }
  return OkStatus();
}

}  // namespace

StatusOr<FusePlan> PlanFuse(const FuseRunSettings& settings) {
  SEAFUSION_ASSIGN_OR_RETURN(io::PairList list,
                             io::ListPairs(settings.infrared, settings.visible, settings.pairing));
  SEAFUSION_ASSIGN_OR_RETURN(const bool folder, OutputIsFolder(settings, list.pairs.size()));
  SEAFUSION_RETURN_IF_ERROR(
      CheckWritable(folder ? fs::path(settings.output) : fs::path(settings.output).parent_path(),
                    /*may_be_made=*/folder));

  FusePlan plan;
  plan.complaints = list.Complaints();
  plan.unpaired = std::move(list.unpaired);
  plan.rule = std::move(list.rule);
  if (folder && !Exists(settings.output)) plan.folder = settings.output;
  const std::string extension = "." + (settings.format.empty() ? "png" : settings.format);
  std::vector<FuseJob> jobs;
  for (const io::PicturePair& pair : list.pairs) {
    plan.infrared.push_back(pair.infrared);
    std::string name = pair.output.empty() ? pair.stem : pair.output;
    if (pair.output.empty() || !io::CanWriteImage(name)) name += extension;
    jobs.push_back(
        {.infrared = pair.infrared,
         .visible = pair.visible,
         .output = folder ? (fs::path(settings.output) / name).string() : settings.output});
  }
  const io::KeptInputs inputs(list.pairs);
  std::map<std::string, std::string> visible_of;
  for (const FuseJob& job : jobs) {
    SEAFUSION_RETURN_IF_ERROR(inputs.Check(job.output));
    const auto [before, is_new] = visible_of.emplace(job.output, job.visible);
    if (!is_new) {
      return InvalidArgument(job.output + ": would hold the results of both " + before->second +
                             " and " + job.visible);
    }
  }
  // By the place in the whole list, which is the same whatever outputs are there already.
  std::uint64_t item = 0;
  for (FuseJob& job : jobs) {
    if (!settings.shard.Has(item++)) {
      ++plan.elsewhere;
      continue;
    }
    if (IsFolder(job.output)) return InvalidArgument(job.output + ": is a folder");
    const bool stays = !settings.overwrite && Exists(job.output);
    (stays ? plan.existing : plan.jobs).push_back(std::move(job));
  }
  if (!plan.existing.empty() && !settings.keep_going && !settings.skip_existing) {
    const std::size_t more = plan.existing.size() - 1;
    return AlreadyExists(plan.existing[0].output + ": exists already" +
                         (more == 0 ? "" : ", and " + std::to_string(more) + " more do") +
                         "; --overwrite replaces, --skip-existing leaves out what exists");
  }
  return plan;
}

}  // namespace seafusion::batch
