// What `seafusion ablate` hands to the learning module.
#ifndef SEAFUSION_TOOLS_OPTIONS_ABLATE_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_ABLATE_OPTIONS_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace seafusion::tools {

/// A row of the table: a way to train the fusion network, or none, and what the segmentation
/// network that is compared then trains on.
struct AblationRow {
  std::string_view name;
  std::string_view strategy;  ///< Of joint training; empty: no fusion network.
  bool gradient_stream;
  std::string_view source;  ///< fused, vis or ir
  std::string_view meaning;
};

inline constexpr std::array<AblationRow, 8> kAblationRows = {{
    {"visible", "", true, "vis", "no fusion: the visible picture"},
    {"infrared", "", true, "ir", "no fusion: the infrared picture"},
    {"content-only", "content-only", true, "fused", "without semantic loss"},
    {"no-gradient", "joint", false, "fused", "joint, without gradient residual stream"},
    {"one-stage", "one-stage", true, "fused", "both networks in every step"},
    {"pretrained-vis", "pretrained-vis", true, "fused", "guided by segmentation of visible"},
    {"pretrained-ir", "pretrained-ir", true, "fused", "guided by segmentation of infrared"},
    {"joint", "joint", true, "fused", "Algorithm 1"},
}};

struct AblateOptions {
  std::string data;
  std::string out;
  std::string val;  ///< Empty: val or test of `data`.
  std::string preset = "small";
  std::string config;
  std::vector<std::string> set;
  std::vector<std::string> rows;  ///< Names of kAblationRows; empty: all.
  int workers = 1;
  int checkpoint_every = 120;
  int threads = 0;
  std::string device = "cpu";
  bool json = false;
  bool quiet = false;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_ABLATE_OPTIONS_H_
