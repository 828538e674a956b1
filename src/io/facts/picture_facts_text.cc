#include <array>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/text/json_file_text.h"
#include "io/facts/picture_facts.h"

namespace seafusion::io {
namespace {

using Json = nlohmann::ordered_json;

template <typename... Values>
std::string Format(const char* format, Values... values) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

// JSON has no NaN.
Json Number(double v) {
  return std::isfinite(v) ? Json(v) : Json(nullptr);
}

Json JsonOf(const SampleFacts& f) {
  Json json = {
      {"width", f.width},      {"height", f.height},   {"samples", PixelFormatName(f.format)},
      {"min", Number(f.min)},  {"max", Number(f.max)}, {"mean", Number(f.mean)},
      {"distinct", f.distinct}};
  if (f.not_finite != 0) json["not_finite"] = f.not_finite;
  return json;
}

std::string TextOf(const SampleFacts& f) {
  std::string text = Format("%dx%d %s, values %.6g to %.6g, mean %.6g, %llu different", f.width,
                            f.height, std::string(PixelFormatName(f.format)).c_str(), f.min, f.max,
                            f.mean, static_cast<unsigned long long>(f.distinct));
  if (f.not_finite != 0) {
    text += Format(", %llu not finite", static_cast<unsigned long long>(f.not_finite));
  }
  return text;
}

}  // namespace

std::string SampleFactsText(const SampleFacts& facts) {
  return TextOf(facts);
}

std::string SampleFactsJson(const SampleFacts& facts) {
  return JsonOf(facts).dump();
}

std::string PictureFactsText(const PictureFacts& f) {
  std::string text = f.path + ": " + f.kind;
  text += Format(", %d bit%s, %llu bytes", f.bits, f.bits == 1 ? "" : "s",
                 static_cast<unsigned long long>(f.bytes));
  if (f.pages > 1) text += Format(", %zu pages or frames, the first:", f.pages);
  text += "\n";
  if (f.shown) {
    text += "  picture      " + TextOf(*f.shown) + "\n";
    if (f.coloured_share > 0) {
      text += Format("  colours      %.1f %% of the pixels; palette: ", 100 * f.coloured_share) +
              std::string(PaletteName(f.palette)) + "\n";
    }
  }
  if (f.transparency) text += "  transparency yes\n";
  if (f.counts) text += "  counts       " + TextOf(*f.counts) + "\n";
  if (f.temperature) {
    text += Format("  temperature  %.3f to %.3f degrees Celsius, mean %.3f\n", f.temperature->min,
                   f.temperature->max, f.temperature->mean);
  }
  if (f.visible)
    text += Format("  visible      %dx%d inside\n", f.visible->width, f.visible->height);
  if (f.placement) {
    text += Format("  placement    Real2IR %.5f, offsets %d, %d\n", f.placement->real_to_ir,
                   f.placement->x, f.placement->y);
  }
  if (!f.camera.empty()) text += "  camera       " + f.camera + "\n";
  if (!f.taken.empty()) {
    text += "  taken        " + f.taken;
    if (!f.last_taken.empty()) text += " to " + f.last_taken;
    text += "\n";
  }
  if (f.orientation != 1) {
    text += Format("  orientation  %d by EXIF; shown and fused upright\n", f.orientation);
  }
  if (f.gps) text += "  place        GPS position\n";
  if (f.geotiff) text += "  place        GeoTIFF\n";
  if (!f.camera_palette.empty()) text += "  shown in     " + f.camera_palette + "\n";
  if (f.bytes_swapped) text += "  bytes        seem swapped\n";
  for (const std::string& remark : f.remarks) text += "  note         " + remark + "\n";
  return text;
}

std::string PictureFactsJson(const PictureFacts& f) {
  Json json = {{"path", f.path},   {"kind", f.kind}, {"bytes", f.bytes},
               {"pages", f.pages}, {"bits", f.bits}, {"orientation", f.orientation}};
  if (f.shown) {
    json["picture"] = JsonOf(*f.shown);
    json["picture"]["coloured_share"] = f.coloured_share;
    json["picture"]["palette"] = PaletteName(f.palette);
    if (f.transparency) json["picture"]["transparency"] = true;
  }
  if (f.counts) json["counts"] = JsonOf(*f.counts);
  if (f.temperature) {
    json["celsius"] = {{"min", Number(f.temperature->min)},
                       {"max", Number(f.temperature->max)},
                       {"mean", Number(f.temperature->mean)}};
  }
  if (f.visible) json["visible"] = {{"width", f.visible->width}, {"height", f.visible->height}};
  if (f.placement) {
    json["placement"] = {{"real_to_ir", f.placement->real_to_ir},
                         {"offset_x", f.placement->x},
                         {"offset_y", f.placement->y}};
  }
  if (!f.camera.empty()) json["camera"] = f.camera;
  if (!f.taken.empty()) json["taken"] = f.taken;
  if (!f.last_taken.empty()) json["last_taken"] = f.last_taken;
  if (f.gps) json["gps"] = true;
  if (f.geotiff) json["geotiff"] = true;
  if (!f.camera_palette.empty()) json["camera_palette"] = f.camera_palette;
  if (f.bytes_swapped) json["bytes_swapped"] = true;
  if (!f.remarks.empty()) json["remarks"] = f.remarks;
  return JsonFileText(json);
}

}  // namespace seafusion::io
