// Whatever a user writes as an option's value, its parser returns. The first byte says which; what
// is taken keeps the promises of its header.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "align/warp/warper.h"
#include "batch/shard.h"
#include "core/text/printable.h"
#include "fuse/range/range_text.h"
#include "fuse/weights/precision_choice.h"
#include "io/pairing/taken_time.h"
#include "io/sources/source_layout.h"
#include "metrics/metric_list.h"
#include "serve/serve_run.h"
#include "stream/read/input_request.h"
#include "stream/stream_name.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void Ranges(std::string_view text) {
  using namespace seafusion;
  if (const auto out = ParseOutputRange(text); out.ok()) {
    Require(out->kind != OutputRange::Kind::kFixed ||
            (out->lo < out->hi && std::isfinite(out->lo) && std::isfinite(out->hi)));
  }
  if (const auto in = ParseInfraredRange(text); in.ok()) {
    if (in->kind == InfraredRange::Kind::kFixed) Require(in->lo < in->hi);
    if (in->kind == InfraredRange::Kind::kPercentile) {
      Require(in->percentile >= 0 &&
              (in->upper_percentile == 0
                   ? in->percentile < 50
                   : in->percentile < in->upper_percentile && in->upper_percentile <= 100));
    }
  }
  if (const auto celsius = ParseCelsius(text)) Require(celsius->first < celsius->second);
  if (const auto seconds = ParseSeconds(text)) Require(std::isfinite(*seconds));
  (void)ParsePrecision(text);
}

void Sources(const std::string& text) {
  using namespace seafusion;
  if (const auto format = io::ParseRawFormat(text); format.ok()) {
    Require(format->width >= 1 && format->width <= 32768 && format->height >= 1 &&
            format->height <= 32768);
  }
  if (const auto crop = io::ParsePictureCrop(text); crop.ok()) {
    Require(crop->width >= 1 && crop->height >= 1 && crop->x >= 0 && crop->y >= 0);
  }
  if (const auto request = stream::ParseInputRequest(text); request.ok()) {
    (void)stream::DeviceOptions(*request);
  }
  if (const auto option = stream::ParseInputOption(text); option.ok()) {
    Require(!option->first.empty());
  }
}

void Names(const std::string& text) {
  using namespace seafusion;
  if (const auto name = stream::NumberedName::Parse(text)) {
    (void)name->Folder();
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}, kMost}) {
      Require(name->NumberOf(name->At(number)) == number);
    }
    (void)name->NumberOf(text);
  }
  (void)stream::HasVideoExtension(text);
  (void)io::TimeInName(text);
  (void)io::ClockTimeInIso(text);
  (void)Printable(text);
}

void Choices(std::string_view text) {
  using namespace seafusion;
  (void)metrics::ParseMetricList(text);
  (void)metrics::ParseConvention(text);
  (void)align::CanvasNamed(text);
  serve::ServerOptions server;
  if (serve::ParseListen(text, server).ok()) Require(server.port >= 0 && server.port <= 65535);
}

// "TEXT VALUE": with every variable that a scheduler may set at that value.
void Shards(std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::string value(space == std::string_view::npos ? "" : text.substr(space + 1));
  const auto shard = seafusion::batch::ParseShard(
      text.substr(0, space), [&](const char*) -> std::optional<std::string> {
        return value.empty() ? std::nullopt : std::optional(value);
      });
  if (shard.ok()) Require(shard->index < shard->count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      Ranges(text);
      break;
    case 1:
      Sources(text);
      break;
    case 2:
      Names(text);
      break;
    case 3:
      Choices(text);
      break;
    default:
      Shards(text);
  }
  return 0;
}
