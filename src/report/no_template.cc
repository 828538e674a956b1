// In place of the embedded page, in builds without Node.js.
#include "report/page.h"

namespace seafusion::report {

std::string_view PageTemplate() {
  return {};
}

}  // namespace seafusion::report
