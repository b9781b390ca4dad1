#include "app/read_config.h"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "plugin/catalog.h"
#include "policy/library.h"
#include "tls/certificate.h"

namespace gatehouse::app {

namespace {
constexpr Millis kPipePatience{10'000};  // `-c <(…)`: what writes there takes its time
}

Result<std::string> read_file(const std::string& file) {
  auto bytes = config::SystemSource("", kPipePatience).read_file(file);
  if (!bytes && bytes.error().advice.empty()) bytes.error().advice = "-c FILE names another file";
  return bytes;
}

Result<ReadConfig> read_config(const std::string& file) {
  const std::filesystem::path path(file);
  const config::SystemSource source(path.has_parent_path() ? path.parent_path().string() : "");
  auto bytes = read_file(file);
  if (!bytes) return tl::make_unexpected(bytes.error());
  ReadConfig out{std::move(*bytes), {}};
  // What the spec says of plugins keeps them loaded.
  plugin::Catalog plugins;
  policy::Library policies;
  out.loaded = config::load(out.bytes, source, &plugins, &policies);
  for (const auto& listener : out.loaded.spec.listeners) {
    if (!listener.tls) continue;
    for (const auto& pair : listener.tls->certificates)
      tls::check_certificate(pair, source, out.loaded.diagnostics);
  }
  return out;
}

std::string sentence(const Error& error) { return "cannot " + error.text(); }

void complain(const Error& error) {
  std::fprintf(stderr, "gatehouse: %s\n", sentence(error).c_str());
}

int failed(const Arguments& arguments, const std::string& what) {
  std::fprintf(stderr, "gatehouse: %s\n", what.c_str());
  if (arguments.json) {
    const nlohmann::ordered_json told = {{"result", "failed"}, {"error", what}};
    std::printf("%s\n", told.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  }
  return kFailed;
}

void print_errors(const ReadConfig& read, const std::string& file) {
  const auto& diagnostics = read.loaded.diagnostics;
  const std::size_t errors = config::error_count(diagnostics);
  const std::size_t warnings = config::count(diagnostics, config::Severity::warning);
  std::fputs(config::render(diagnostics, file, read.bytes).c_str(), stderr);
  std::fprintf(stderr, "%s: %zu error%s, %zu warning%s\n", file.c_str(), errors,
               errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
}

int failed(const Arguments& arguments, const Error& error) {
  return failed(arguments, sentence(error));
}

int refused(const Arguments& arguments, const ReadConfig& read, const std::string& file) {
  print_errors(read, file);
  if (arguments.json)
    std::printf("%s\n", config::render_json(read.loaded.diagnostics, file).c_str());
  return kFailed;
}

int judge(const config::Diagnostics& diagnostics, const Arguments& arguments) {
  if (config::error_count(diagnostics) != 0) return kFailed;
  const std::size_t warnings = config::count(diagnostics, config::Severity::warning);
  if (warnings == 0 || !arguments.option("--strict")) return kFine;
  std::fprintf(stderr, "%s: %zu warning%s, and --strict takes none\n", arguments.config.c_str(),
               warnings, warnings == 1 ? "" : "s");
  return kFailed;
}

}  // namespace gatehouse::app
