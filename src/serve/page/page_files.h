// The files of web/live, made part of the program when it is built.
#ifndef SEAFUSION_SERVE_PAGE_PAGE_FILES_H_
#define SEAFUSION_SERVE_PAGE_PAGE_FILES_H_

#include <span>
#include <string_view>

namespace seafusion::serve {

struct PageFile {
  std::string_view name;  ///< "live.js"; "index.html" is the page.
  std::string_view bytes;
};
std::span<const PageFile> PageFiles();

}  // namespace seafusion::serve

#endif  // SEAFUSION_SERVE_PAGE_PAGE_FILES_H_
