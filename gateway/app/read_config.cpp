#include "app/read_config.h"

#include <cstdio>
#include <filesystem>

#include "tls/certificate.h"

namespace gatehouse::app {

std::optional<ReadConfig> read_config(const std::string& file, bool json) {
  const std::filesystem::path path(file);
  const config::SystemSource here("");
  const config::SystemSource source(path.has_parent_path() ? path.parent_path().string() : "");
  auto bytes = here.read_file(file);
  if (!bytes) {
    if (json) std::fputs("[]\n", stdout);
    std::fprintf(stderr, "gatehouse: %s; -c FILE names another file\n",
                 bytes.error().text().c_str());
    return std::nullopt;
  }
  ReadConfig out{std::move(*bytes), {}};
  out.loaded = config::load(out.bytes, source);
  for (const auto& listener : out.loaded.spec.listeners) {
    if (!listener.tls) continue;
    for (const auto& pair : listener.tls->certificates)
      tls::check_certificate(pair, source, out.loaded.diagnostics);
  }
  return out;
}

}  // namespace gatehouse::app
