#include <seafusion/version.h>

namespace seafusion {

std::string_view Version() {
  return SEAFUSION_VERSION;
}

}  // namespace seafusion
