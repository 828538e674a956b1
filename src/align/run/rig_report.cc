#include <array>
#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

#include "align/rig/rig_file.h"
#include "align/run/find_rig.h"
#include "core/text/json_file_text.h"

namespace seafusion::align {
namespace {

using OrderedJson = nlohmann::ordered_json;

template <typename... Args>
std::string Format(const char* format, Args... args) {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  return text.data();
}

OrderedJson EvidenceJson(const Evidence& e) {
  return {{"score", e.score},
          {"peak", e.peak},
          {"margin", e.margin},
          {"inliers", e.inliers},
          {"coverage", e.coverage},
          {"runner_up", e.runner_up},
          {"half_spread_px", e.half_spread},
          {"half_shift_px", e.half_shift},
          {"t_similarity", e.t_similarity},
          {"t_identity", e.t_identity},
          {"t_lens", e.t_lens},
          {"move_px", e.move_px}};
}

std::string EvidenceLines(const Registration& r) {
  const Evidence& e = r.evidence;
  return Format("  blocks that agree      %.0f %%, in %.0f %% of the picture\n", 100 * e.inliers,
                100 * e.coverage) +
         Format("  halves of the blocks   %.1f px apart\n", e.half_spread) +
         Format("  best other map         %.0f %% as good\n", 100 * e.runner_up);
}

std::string RegistrationLines(const Registration& r) {
  std::string text = Format("%s from %d %s of pictures, infrared %dx%d, visible %dx%d\n",
                            std::string(TransformModelName(r.model)).c_str(), r.frames,
                            r.frames == 1 ? "pair" : "pairs", r.infrared_width, r.infrared_height,
                            r.visible_width, r.visible_height);
  text += Format("  confidence             %.2f (%s)\n", r.confidence,
                 std::string(VerdictName(r.verdict)).c_str());
  text += Format("  expected error         %.1f infrared px\n", r.expected_error_px);
  if (r.model == TransformModel::kIdentity) {
    text += Format("  already registered, to within %.1f px\n", r.identity_zone_px);
  } else if (r.evidence.move_px > 0) {
    text += Format("  the pictures are apart %.1f px in the mean\n", r.evidence.move_px);
  }
  return text + EvidenceLines(r);
}

std::string MapLines(const Rig& rig) {
  if (rig.visible_to_infrared) {
    const auto& t = rig.visible_to_infrared->translation;
    return Format("  the infrared camera    %.4f %.4f %.4f m from the visible one\n", t[0], t[1],
                  t[2]);
  }
  const auto& m = rig.map.map.m;
  std::string text = "  visible to infrared   ";
  for (std::size_t i = 0; i < 9; ++i) {
    text += Format(" %.6g", m[i]);
    if (i == 2 || i == 5) text += "\n                        ";
  }
  text += "\n";
  if (!rig.map.lens.empty()) {
    text += Format("  lens                   k1 %.4f, k2 %.4f\n", rig.map.lens.k1, rig.map.lens.k2);
  }
  return text;
}

std::string BoardLines(const RigReport& report) {
  const BoardCalibration& b = *report.board;
  std::size_t both = 0;
  for (const BoardView& v : report.views) both += v.in_infrared && v.in_visible ? 1 : 0;
  std::string text = Format(
      "calibration from %d views of a board, which both cameras see in %zu of "
      "%zu pairs\n",
      b.used, both, report.views.size());
  text += Format("  left over              %.2f px infrared, %.2f px visible\n",
                 b.infrared_residual, b.visible_residual);
  for (const BoardView& v : report.views) {
    text += "  " + v.name + ": ";
    if (v.used) {
      text +=
          Format("%.2f px infrared, %.2f px visible\n", v.infrared_residual, v.visible_residual);
    } else if (v.in_infrared && v.in_visible) {
      text += "left out\n";
    } else {
      text += v.in_infrared  ? "not in the visible picture\n"
              : v.in_visible ? "not in the infrared picture\n"
                             : "in neither picture\n";
    }
  }
  text += Format("  focal length           %.1f px infrared, %.1f px visible\n",
                 b.rig.infrared.calibration->focal_x, b.rig.visible.calibration->focal_x);
  return text;
}

}  // namespace

std::string JsonText(const RigReport& report) {
  OrderedJson j = {{"ok", report.status.ok() && !report.refused}};
  if (!report.status.ok()) j["error"] = report.status.message();
  j["pairs"] = report.pairs;
  if (report.registration) {
    const Registration& r = *report.registration;
    j["registration"] = {{"verdict", VerdictName(r.verdict)},
                         {"model", TransformModelName(r.model)},
                         {"frames", r.frames},
                         {"confidence", r.confidence},
                         {"expected_error_px", r.expected_error_px},
                         {"identity_zone_px", r.identity_zone_px},
                         {"evidence", EvidenceJson(r.evidence)}};
  }
  if (report.points) {
    j["points"] = {{"deviation_px", report.points->deviation},
                   {"residuals_px", report.points->residuals},
                   {"used", report.points->used}};
  }
  if (!report.views.empty()) {
    OrderedJson views = OrderedJson::array();
    for (const BoardView& v : report.views) {
      views.push_back({{"name", v.name},
                       {"in_infrared", v.in_infrared},
                       {"in_visible", v.in_visible},
                       {"used", v.used},
                       {"infrared_residual_px", v.infrared_residual},
                       {"visible_residual_px", v.visible_residual}});
    }
    j["board"] = {{"views", std::move(views)}};
    if (report.board) {
      j["board"]["infrared_residual_px"] = report.board->infrared_residual;
      j["board"]["visible_residual_px"] = report.board->visible_residual;
      j["board"]["baseline_m"] = report.board->baseline;
    }
  }
  if (report.rig) {
    j["rig"] = OrderedJson::parse(RigText(*report.rig));
    j["canvas"] = {{"width", report.canvas_width}, {"height", report.canvas_height}};
  }
  j["written"] = report.written;
  return JsonFileText(j);
}

std::string SummaryText(const RigReport& report) {
  std::string text;
  if (report.registration) text += RegistrationLines(*report.registration);
  if (report.points) {
    const PointFit& p = *report.points;
    text += Format("%s from %zu pairs of points, deviation %.2f infrared px\n",
                   std::string(TransformModelName(report.rig->model)).c_str(), p.residuals.size(),
                   p.deviation);
    for (std::size_t i = 0; i < p.residuals.size(); ++i) {
      text +=
          Format("  pair %-3zu %8.2f px%s\n", i + 1, p.residuals[i], p.used[i] ? "" : "  left out");
    }
  }
  if (report.board) text += BoardLines(report);
  if (report.rig) {
    text += MapLines(*report.rig);
    text += Format("  canvas                 %dx%d\n", report.canvas_width, report.canvas_height);
  }
  if (report.written > 0) text += Format("wrote %zu registered pairs\n", report.written);
  return text;
}

}  // namespace seafusion::align
