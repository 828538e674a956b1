// Finds the rig of two cameras from the first frames of their streams.
#ifndef SEAFUSION_STREAM_RIG_FIND_STREAM_RIG_H_
#define SEAFUSION_STREAM_RIG_FIND_STREAM_RIG_H_

#include <seafusion/status.h>

#include "align/registration.h"
#include "align/rig/rig.h"
#include "core/run_monitor.h"
#include "stream/stream_settings.h"
#include "stream/sync/stream_pairs.h"

namespace seafusion::stream {

/// What pairs out of the first ten seconds say together; live ones are half a second apart, and as
/// many are awaited as the map needs, eight at least and 24 at most. A map that is not to be
/// trusted is a result, too (Verdict). Progress counts "pairs" of "align". Errors: those of
/// align::Registrar, and of the streams; kInvalidArgument where there is no pair; kCancelled.
StatusOr<align::Registration> RegisterStreams(PairSource& pairs, bool live,
                                              const align::RegistrationOptions& options,
                                              const RunMonitor& monitor);

/// The rig that `--rig auto` means: RegisterStreams of the settings' sources, which are opened for
/// it alone, or of live pairs that are open already. Errors, with the sources' names: those of
/// OpenSources and RegisterStreams, kInvalidArgument where the map is not to be trusted
/// (CheckFound) or a source can be read only once.
StatusOr<align::Rig> FindRigOfStreams(const StreamSettings& settings, PairSource* live_pairs,
                                      const RunMonitor& monitor);

}  // namespace seafusion::stream

#endif  // SEAFUSION_STREAM_RIG_FIND_STREAM_RIG_H_
