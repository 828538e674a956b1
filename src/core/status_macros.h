// Hand a failure up to the caller. Internal: the public headers stay free of macros.
#ifndef SEAFUSION_CORE_STATUS_MACROS_H_
#define SEAFUSION_CORE_STATUS_MACROS_H_

#include <utility>

#include <seafusion/status.h>

#define SEAFUSION_CONCAT_INNER_(a, b) a##b
#define SEAFUSION_CONCAT_(a, b) SEAFUSION_CONCAT_INNER_(a, b)

// __COUNTER__ and not __LINE__: the expression may hold a lambda that uses these macros itself.
#define SEAFUSION_RETURN_IF_ERROR(expr) \
  SEAFUSION_RETURN_IF_ERROR_IMPL_(SEAFUSION_CONCAT_(status_, __COUNTER__), expr)
#define SEAFUSION_RETURN_IF_ERROR_IMPL_(tmp, expr)               \
  do {                                                           \
    if (::seafusion::Status tmp = (expr); !tmp.ok()) return tmp; \
  } while (false)

// SEAFUSION_ASSIGN_OR_RETURN(auto x, MakeX());
#define SEAFUSION_ASSIGN_OR_RETURN(lhs, expr) \
  SEAFUSION_ASSIGN_OR_RETURN_IMPL_(SEAFUSION_CONCAT_(status_or_, __COUNTER__), lhs, expr)
#define SEAFUSION_ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                     \
  if (!tmp.ok()) return tmp.status();                    \
  lhs = *std::move(tmp)

#endif  // SEAFUSION_CORE_STATUS_MACROS_H_
