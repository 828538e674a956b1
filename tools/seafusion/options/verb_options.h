// What a verb hands to its module.
#ifndef SEAFUSION_TOOLS_OPTIONS_VERB_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_VERB_OPTIONS_H_

#include <atomic>

namespace seafusion::tools {

/// The settings of a layer's run, and how the command tells of it.
template <typename Settings>
struct VerbOptions : Settings {
  bool json = false;      ///< Print the result as JSON.
  bool quiet = false;     ///< Print nothing but errors, and what `json` asks for.
  bool progress = false;  ///< Show progress where stderr is no terminal, too.
  /// Where another verb runs this one: true ends the run, in place of Ctrl-C, which is the other's.
  const std::atomic<bool>* stop = nullptr;
};

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_VERB_OPTIONS_H_
