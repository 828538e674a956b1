#include "options/run_options.h"

#include <cstddef>
#include <cstdio>

#include "options/option_checks.h"

namespace seafusion::tools {

void AddThreads(CLI::App& sub, const std::string& group, int& threads, const std::string& help) {
  sub.add_option("--threads", threads, help)->check(InRange(0, 1024))->type_name("N")->group(group);
}

void AddMaxPixels(CLI::App& sub, const std::string& group, std::uint64_t& max_pixels) {
  sub.add_option("--max-pixels", max_pixels, "Refuse pictures of more pixels than this")
      ->check(InRange(std::uint64_t{1}, std::uint64_t{1} << 30))
      ->type_name("N")
      ->group(group);
}

void AddPairOptions(CLI::App& sub, const std::string& group, int& threads,
                    std::uint64_t& max_pixels) {
  AddThreads(sub, group, threads, "Pairs at a time; 0 means one a processor");
  AddMaxPixels(sub, group, max_pixels);
}

void AddOverwrite(CLI::App& sub, const std::string& group, bool& overwrite,
                  const std::string& help) {
  sub.add_flag("--overwrite", overwrite, help)->group(group);
}

void AddJson(CLI::App& sub, const std::string& group, bool& json, const std::string& help) {
  sub.add_flag("--json", json, help)->group(group);
}

void AddProgressAndQuiet(CLI::App& sub, const std::string& group, bool& progress, bool& quiet) {
  sub.add_flag("--progress", progress, "Show progress where there is no terminal, too")
      ->group(group);
  AddQuiet(sub, group, quiet);
}

void AddQuiet(CLI::App& sub, const std::string& group, bool& quiet) {
  sub.add_flag("-q,--quiet", quiet, "Print nothing but errors")->group(group);
}

std::string ReadSize(const std::string& text, int& width, int& height) {
  int used = 0;
  if (std::sscanf(text.c_str(), "%5dx%5d%n", &width, &height, &used) != 2 ||
      static_cast<std::size_t>(used) != text.size() || width < 1 || height < 1) {
    return "\"" + text + "\" is not a size like 640x480, of sides above 0";
  }
  return "";
}

void AddBootstrapOptions(CLI::App& sub, const std::string& group,
                         metrics::BootstrapSettings& bootstrap) {
  sub.add_option("--bootstrap", bootstrap.samples, "Samples for the 95 % intervals; 0: none")
      ->check(InRange(0, 1000000))
      ->type_name("N")
      ->group(group);
  sub.add_option("--seed", bootstrap.seed, "Of those samples")->type_name("N")->group(group);
}

}  // namespace seafusion::tools
