// Options that many verbs have: how a run goes, and what it prints.
#ifndef SEAFUSION_TOOLS_OPTIONS_RUN_OPTIONS_H_
#define SEAFUSION_TOOLS_OPTIONS_RUN_OPTIONS_H_

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "metrics/sets/bootstrap.h"

namespace seafusion::tools {

/// For verbs with so few options that their help needs no groups: CLI11's own.
inline constexpr char kNoGroup[] = "Options";

// The values given are the defaults.

void AddThreads(CLI::App& sub, const std::string& group, int& threads, const std::string& help);
void AddMaxPixels(CLI::App& sub, const std::string& group, std::uint64_t& max_pixels);
/// --threads, of pairs at a time, and --max-pixels.
void AddPairOptions(CLI::App& sub, const std::string& group, int& threads,
                    std::uint64_t& max_pixels);

void AddOverwrite(CLI::App& sub, const std::string& group, bool& overwrite,
                  const std::string& help);
void AddJson(CLI::App& sub, const std::string& group, bool& json, const std::string& help);
/// --progress, where there is no terminal, and --quiet.
void AddProgressAndQuiet(CLI::App& sub, const std::string& group, bool& progress, bool& quiet);
void AddQuiet(CLI::App& sub, const std::string& group, bool& quiet);

/// A size like 640x480; empty, or what is wrong with the text, as CLI11's validators say it.
std::string ReadSize(const std::string& text, int& width, int& height);

/// --bootstrap and --seed.
void AddBootstrapOptions(CLI::App& sub, const std::string& group,
                         metrics::BootstrapSettings& bootstrap);

}  // namespace seafusion::tools

#endif  // SEAFUSION_TOOLS_OPTIONS_RUN_OPTIONS_H_
