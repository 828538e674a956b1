// The error for a failed allocation, made without needing memory itself.
#ifndef SEAFUSION_CORE_MEMORY_OUT_OF_MEMORY_H_
#define SEAFUSION_CORE_MEMORY_OUT_OF_MEMORY_H_

#include <string_view>

#include <seafusion/status.h>

namespace seafusion {

/// kResourceExhausted with "no memory WHAT"; with "out of memory" where there is none for these
/// words either. For the handlers of std::bad_alloc at the library's boundary.
Status OutOfMemory(std::string_view what) noexcept;

}  // namespace seafusion

#endif  // SEAFUSION_CORE_MEMORY_OUT_OF_MEMORY_H_
