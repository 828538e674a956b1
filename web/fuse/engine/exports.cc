// What the page's script calls. Texts are JSON in UTF-8; each stays until the next call. Memory is
// WebAssembly's own, which moves whenever it grows: the script asks for its views anew.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string>

#include <emscripten/emscripten.h>
#include <nlohmann/json.hpp>

#include <seafusion/version.h>

#include "core/cpu/cpu_target.h"
#include "core/status_macros.h"
#include "fuse/range/range_text.h"
#include "page_engine.h"

namespace {

using nlohmann::json;
using seafusion::Status;
using seafusion::StatusOr;
using seafusion::web::PageEngine;
using seafusion::web::Source;

PageEngine& Engine() {
  static PageEngine engine;
  return engine;
}

Source SourceOf(int number) {
  return number == 0 ? Source::kInfrared : Source::kVisible;
}

const char* Text(const json& value) {
  static std::string text;
  text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.c_str();
}

const char* Error(const Status& status) {
  return Text({{"error", status.message()}});
}

// Runs what gives JSON, and makes an error of what it throws: memory is limited here.
template <typename Call>
const char* Run(const Call& call) {
  try {
    const StatusOr<json> value = call();
    return value.ok() ? Text(*value) : Error(value.status());
  } catch (const std::bad_alloc&) {
    return Error(seafusion::ResourceExhausted("the browser gives the page no more memory"));
  } catch (const std::exception& e) {
    return Error(seafusion::Internal(e.what()));
  }
}

seafusion::StatusOr<seafusion::web::FuseChoice> ChoiceIn(const json& value) {
  seafusion::web::FuseChoice choice;
  choice.model = value.value("model", "default");
  choice.precision = value.value("precision", "auto");
  choice.gray = value.value("gray", false);
  if (value.contains("range")) {
    choice.range = {.kind = seafusion::InfraredRange::Kind::kFixed,
                    .lo = value["range"].at(0).get<double>(),
                    .hi = value["range"].at(1).get<double>()};
  }
  choice.range.invert = value.value("invert", false);
  const std::string gain = value.value("gain", "linear");
  using Kind = seafusion::InfraredGain::Kind;
  if (gain == "plateau") choice.gain.kind = Kind::kPlateau;
  if (gain == "clahe") choice.gain.kind = Kind::kClahe;
  return choice;
}

}  // namespace

extern "C" {

/// {"version", "target"}
EMSCRIPTEN_KEEPALIVE const char* seafusion_info() {
  return Text({{"version", seafusion::Version()},
               {"target", CpuTargetName(seafusion::SupportedCpuTargets().front())}});
}

EMSCRIPTEN_KEEPALIVE void* seafusion_allocate(std::size_t size) {
  return std::malloc(size);
}
EMSCRIPTEN_KEEPALIVE void seafusion_release(void* memory) {
  std::free(memory);
}

/// Source 0 is the infrared, 1 the visible. {"taken", "kind", "both", "remarks"}
EMSCRIPTEN_KEEPALIVE const char* seafusion_open(int source, const std::uint8_t* bytes,
                                                std::size_t size) {
  return Run([&]() -> StatusOr<json> {
    SEAFUSION_ASSIGN_OR_RETURN(const auto opened, Engine().Open(SourceOf(source), {bytes, size}));
    return json{{"taken", opened.taken},
                {"kind", opened.kind},
                {"both", opened.both},
                {"remarks", opened.remarks}};
  });
}

/// {"address"} of width * height * 4 bytes
EMSCRIPTEN_KEEPALIVE const char* seafusion_pixels(int source, int width, int height) {
  return Run([&]() -> StatusOr<json> {
    SEAFUSION_ASSIGN_OR_RETURN(const auto view, Engine().Pixels(SourceOf(source), width, height));
    return json{{"address", reinterpret_cast<std::uintptr_t>(view.data)}};
  });
}

EMSCRIPTEN_KEEPALIVE void seafusion_close(int source) {
  Engine().Close(SourceOf(source));
}

/// {"least", "most", "automatic": [lo, hi], "bins", "celsius"}
EMSCRIPTEN_KEEPALIVE const char* seafusion_levels() {
  return Run([&]() -> StatusOr<json> {
    SEAFUSION_ASSIGN_OR_RETURN(const auto levels, Engine().MeasureInfrared());
    return json{{"least", levels.least},
                {"most", levels.most},
                {"automatic", {levels.automatic_lo, levels.automatic_hi}},
                {"bins", levels.bins},
                {"celsius", levels.celsius}};
  });
}

EMSCRIPTEN_KEEPALIVE double seafusion_celsius(double sample) {
  return Engine().Celsius(sample);
}

/// {"engine", "width", "height", "milliseconds", "stretched", "images": [infrared, visible, fused]}
/// of {"model", "precision", "range": [lo, hi], "invert", "gain", "gray"}, each of which may be
/// left out.
EMSCRIPTEN_KEEPALIVE const char* seafusion_fuse(const char* settings) {
  return Run([&]() -> StatusOr<json> {
    SEAFUSION_ASSIGN_OR_RETURN(const auto choice, ChoiceIn(json::parse(settings)));
    SEAFUSION_ASSIGN_OR_RETURN(const auto fused, Engine().Fuse(choice));
    const auto address = [](const seafusion::ImageBuffer& image) {
      return reinterpret_cast<std::uintptr_t>(image.view().data);
    };
    return json{
        {"engine", fused.engine},
        {"width", fused.width},
        {"height", fused.height},
        {"milliseconds", fused.milliseconds},
        {"stretched", fused.stretched},
        {"images",
         {address(Engine().infrared()), address(Engine().visible()), address(Engine().fused())}}};
  });
}

}  // extern "C"
