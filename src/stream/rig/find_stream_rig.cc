#include "stream/rig/find_stream_rig.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "align/place/found_rig.h"
#include "core/status_macros.h"
#include "stream/read/open_sources.h"

namespace seafusion::stream {
namespace {

constexpr std::int64_t kLength = 10 * kMicroseconds;   // of a recording that is looked at
constexpr std::int64_t kLiveStep = kMicroseconds / 2;  // between two pairs of a live one
constexpr std::size_t kFirst = 8, kMost = 16;          // pairs; frames held bound memory
constexpr int kMostLive = 24;

Status FailureOf(const PairSource& pairs) {
  SEAFUSION_RETURN_IF_ERROR(pairs.infrared().failure);
  return pairs.visible().failure;
}

bool IsWhole(const StreamPair& pair) {
  return pair.infrared != nullptr && pair.visible != nullptr;
}

Status Add(align::Registrar& registrar, const StreamPair& pair) {
  return registrar.Add(pair.infrared->image.view(), pair.visible->image.view());
}

// Pairs spread evenly over the first seconds: whenever there are too many, every second one goes.
StatusOr<std::vector<StreamPair>> SpreadPairs(PairSource& pairs, const RunMonitor& monitor) {
  std::vector<StreamPair> kept;
  std::size_t stride = 1, seen = 0;
  while (std::optional<StreamPair> pair = pairs.Next()) {
    if (monitor.Stopped()) return Cancelled("interrupted");
    if (pair->time > kLength) return kept;
    if (!IsWhole(*pair) || seen++ % stride != 0) continue;
    kept.push_back(*std::move(pair));
    if (kept.size() <= kMost) continue;
    for (std::size_t i = 1; 2 * i < kept.size(); ++i) kept[i] = std::move(kept[2 * i]);
    kept.resize((kept.size() + 1) / 2);
    stride *= 2;
  }
  SEAFUSION_RETURN_IF_ERROR(FailureOf(pairs));
  return kept;
}

StatusOr<align::Registration> OfRecording(PairSource& pairs, align::Registrar& registrar,
                                          const RunMonitor& monitor) {
  SEAFUSION_ASSIGN_OR_RETURN(const std::vector<StreamPair> kept, SpreadPairs(pairs, monitor));
  if (kept.empty()) return InvalidArgument("no frames to find the rig from");
  // Every second one first, so that both halves are spread over all of the time.
  RunProgress progress = {.label = "align", .unit = "pairs", .total = kept.size()};
  const bool halves = kept.size() > kFirst;
  for (std::size_t i = 0; i < kept.size(); i += halves ? 2 : 1) {
    SEAFUSION_RETURN_IF_ERROR(Add(registrar, kept[i]));
  }
  progress.done = static_cast<std::uint64_t>(registrar.frames());
  monitor.Report(progress);
  SEAFUSION_ASSIGN_OR_RETURN(align::Registration found, registrar.Estimate(monitor));
  if (align::SaysEnough(found) || !halves) return found;
  for (std::size_t i = 1; i < kept.size(); i += 2) {
    SEAFUSION_RETURN_IF_ERROR(Add(registrar, kept[i]));
  }
  progress.done = kept.size();
  monitor.Report(progress);
  return registrar.Estimate(monitor);
}

StatusOr<align::Registration> OfLive(PairSource& pairs, align::Registrar& registrar,
                                     const RunMonitor& monitor) {
  std::optional<std::int64_t> next;
  std::optional<align::Registration> found;
  while (registrar.frames() < kMostLive) {
    const std::optional<StreamPair> pair = pairs.Next();
    if (monitor.Stopped()) return Cancelled("interrupted");
    if (!pair) break;
    if (!IsWhole(*pair) || (next && pair->time < *next)) continue;
    next = pair->time + kLiveStep;
    SEAFUSION_RETURN_IF_ERROR(Add(registrar, *pair));
    monitor.Report({.label = "align",
                    .unit = "pairs",
                    .done = static_cast<std::uint64_t>(registrar.frames()),
                    .total = kMostLive,
                    .detail = {}});
    if (static_cast<std::size_t>(registrar.frames()) % kFirst != 0) continue;
    SEAFUSION_ASSIGN_OR_RETURN(found, registrar.Estimate(monitor));
    if (align::SaysEnough(*found)) return *found;
  }
  SEAFUSION_RETURN_IF_ERROR(FailureOf(pairs));
  if (registrar.frames() == 0) return InvalidArgument("no frames to find the rig from");
  if (found && found->frames == registrar.frames()) return *found;
  return registrar.Estimate(monitor);
}

}  // namespace

StatusOr<align::Registration> RegisterStreams(PairSource& pairs, bool live,
                                              const align::RegistrationOptions& options,
                                              const RunMonitor& monitor) {
  SEAFUSION_ASSIGN_OR_RETURN(align::Registrar registrar, align::Registrar::Create(options));
  return live ? OfLive(pairs, registrar, monitor) : OfRecording(pairs, registrar, monitor);
}

StatusOr<align::Rig> FindRigOfStreams(const StreamSettings& settings, PairSource* live_pairs,
                                      const RunMonitor& monitor) {
  const align::RegistrationOptions options = {.threads = settings.engine.threads};
  const auto find = [&]() -> StatusOr<align::Rig> {
    align::Registration found;
    if (live_pairs != nullptr) {
      SEAFUSION_ASSIGN_OR_RETURN(found, RegisterStreams(*live_pairs, true, options, monitor));
    } else {
      SEAFUSION_RETURN_IF_ERROR(CheckReadTwice(settings, "name a rig file"));
      SEAFUSION_ASSIGN_OR_RETURN(StreamSources sources, OpenSources(settings, monitor.stop));
      const bool live = sources.live;
      const std::unique_ptr<PairSource> pairs = PairSources(std::move(sources), settings);
      SEAFUSION_ASSIGN_OR_RETURN(found, RegisterStreams(*pairs, live, options, monitor));
    }
    SEAFUSION_RETURN_IF_ERROR(align::CheckFound(found));
    return align::RigFromRegistration(found);
  };
  StatusOr<align::Rig> rig = find();
  if (!rig.ok()) return rig.status().Annotate(settings.infrared + " and " + settings.visible);
  return rig;
}

}  // namespace seafusion::stream
