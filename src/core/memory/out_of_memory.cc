#include "core/memory/out_of_memory.h"

#include <new>
#include <string>
#include <utility>

namespace seafusion {

Status OutOfMemory(std::string_view what) noexcept {
  try {
    std::string message = "no memory ";
    message.append(what);
    return ResourceExhausted(std::move(message));
  } catch (const std::bad_alloc&) {
    // Short enough to be stored in the string object itself.
    return ResourceExhausted("out of memory");
  }
}

}  // namespace seafusion
