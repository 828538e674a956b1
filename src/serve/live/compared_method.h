// The methods whose picture the page shows beside the network's.
#ifndef SEAFUSION_SERVE_LIVE_COMPARED_METHOD_H_
#define SEAFUSION_SERVE_LIVE_COMPARED_METHOD_H_

#include <memory>
#include <string_view>

#include <seafusion/status.h>

#include "methods/fusion_method.h"
#include "serve/live/moment.h"

namespace seafusion::serve {

/// Why a method is not run while cameras wait: kUnsupported (too slow, LibTorch, weights that no
/// request names), kInvalidArgument (the network itself, none of that name).
Status CheckComparable(std::string_view name);

/// Errors: those of CheckComparable and MethodRegistry::Create.
StatusOr<std::shared_ptr<const methods::FusionMethod>> MakeCompared(std::string_view name);

/// What the moment's method makes of both pictures on the canvas, by the range and gain that the
/// network had; empty where one of them is missing. Errors: those of FusionMethod::Fuse.
StatusOr<ImageBuffer> FuseCompared(const Moment& moment);

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_LIVE_COMPARED_METHOD_H_
