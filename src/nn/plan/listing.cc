#include <string>

#include "nn/plan/plan.h"

namespace seafusion::nn::plan {
namespace {

const char* KindName(StepKind kind) {
  switch (kind) {
    case StepKind::kPlaneConv:
      return "plane conv";
    case StepKind::kWinograd:
      return "winograd";
    case StepKind::kPoint:
      return "point";
    case StepKind::kGradient:
      return "gradient";
    case StepKind::kElementwise:
      return "elementwise";
    case StepKind::kToPlane:
      return "to plane";
    case StepKind::kPhaseConv:
      return "phase conv";
    case StepKind::kDirectConv:
      return "direct conv";
    case StepKind::kBlendConv:
      return "blend conv";
  }
  return "";
}

std::string MapName(const Plan& plan, int map) {
  return plan.node(plan.map(map).node).name + (plan.map(map).share ? " so far" : "");
}

// "a, b".
class List {
 public:
  void Add(const std::string& item) { text_ += (text_.empty() ? "" : ", ") + item; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string Reads(const Plan& plan, const Step& step) {
  List list;
  for (const int n : step.planes) list.Add(plan.node(n).name);
  for (const Read& read : step.reads) {
    list.Add(MapName(plan, read.map) + (read.reach > 0 ? " +-" + std::to_string(read.reach) : ""));
  }
  for (std::size_t i = 0; i < step.picture_nodes.size(); ++i) {
    list.Add(plan.node(step.picture_nodes[i]).name + " x" +
             std::to_string(step.picture_factors[i]));
  }
  return list.text();
}

std::string Inside(const Plan& plan, const Step& step) {
  List list;
  for (const PointInput& input : step.point_inputs) {
    if (input.kind != PointInput::Kind::kMap) list.Add(plan.node(input.node).name);
  }
  return list.text().empty() ? "" : ", inside it " + list.text();
}

std::string Writes(const Plan& plan, const Step& step) {
  List list;
  for (const int map : step.writes) list.Add(MapName(plan, map));
  return list.text().empty() ? "the output" : list.text();
}

}  // namespace

std::string Listing(const Plan& plan) {
  std::string text = "halo " + std::to_string(plan.halo) + ", bands of " +
                     std::to_string(plan.band_width) + " columns\n";
  for (const Step& step : plan.steps) {
    text += std::string(KindName(step.kind)) + " " + plan.node(step.node).name + ": " +
            Reads(plan, step) + Inside(plan, step) + " -> " + Writes(plan, step) + "; grain " +
            std::to_string(step.grain) + ", margin " + std::to_string(step.margin) + ", ahead " +
            std::to_string(step.ahead) + "\n";
  }
  for (std::size_t m = 0; m < plan.maps.size(); ++m) {
    const Map& map = plan.maps[m];
    text += MapName(plan, static_cast<int>(m)) + ": 1/" + std::to_string(1 << map.shift) + ", " +
            std::to_string(map.channels) + " channels, " + std::to_string(map.ring_rows) +
            " rows, " + std::to_string(map.carried_columns) + " carried columns\n";
  }
  return text;
}

}  // namespace seafusion::nn::plan
