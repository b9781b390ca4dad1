// room: config
// Whatever the file: no crash, no endless work, every place inside the file, a text that shows it;
// and a file without errors means the same when it is read again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "config/lines.h"
#include "config/load.h"
#include "config/scalar.h"
#include "config/utf8.h"
#include "holds.h"

namespace gatehouse::fuzz {
namespace {

// An environment of a few names, and files whose bytes are their names.
class Source final : public config::Source {
 public:
  [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override {
    if (name == "EMPTY") return "";
    if (name.starts_with("A")) return name + "${B}\x01\xff";
    return std::nullopt;
  }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
    if (path.empty()) return tl::make_unexpected(Error{"read", 2, ""});
    return path;
  }
};

bool is_shown(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = config::utf8::decode(text, i);
    if (!c.good || (c.code < 0x20 && c.code != '\n') || (c.code >= 0x7f && c.code < 0xa0))
      return false;
    i += c.length;
  }
  return true;
}

void check_diagnostics(const config::Diagnostics& diagnostics, std::string_view text) {
  HOLDS(diagnostics.size() <= 1000);
  const config::Lines lines(text);
  for (const auto& d : diagnostics) {
    HOLDS(!d.code.empty() && !d.message.empty());
    HOLDS(d.span.line >= 1 && d.span.line <= lines.count());
    HOLDS(d.span.length >= 1);
    const auto characters = config::utf8::count(lines.line(d.span.line));
    HOLDS(d.span.column >= 1 && d.span.column <= characters + 1);
    HOLDS(d.span.length == 1 || d.span.column + d.span.length <= characters + 1);
    HOLDS(d.message.size() <= 2000 && d.message.find('\n') == std::string::npos);
  }
  HOLDS(is_shown(config::render(diagnostics, "f", text)));
  HOLDS(is_shown(config::render_json(diagnostics, "f")));
}

// What a Spec says, as far as a difference could show.
std::string gist(const config::Spec& spec) {
  std::string out =
      std::to_string(spec.workers) + spec.user + spec.state_dir.value + spec.admin.address;
  for (const auto& listener : spec.listeners) out += listener.name + listener.address.value + ";";
  for (const auto& group : spec.target_groups) {
    out += group.name;
    for (const auto& target : group.targets)
      out += target.address.value + std::to_string(target.weight);
  }
  for (const auto& route : spec.routes) {
    out += route.name.value + std::to_string(route.priority.value);
    for (const auto& host : route.when.host) out += host.value + ",";
    for (const auto& path : route.when.path) out += path.value + ",";
  }
  return out;
}

void check_good(const config::Spec& spec) {
  HOLDS(spec.version == 1);
  for (const auto& listener : spec.listeners)
    HOLDS(config::is_name(listener.name) && config::parse_endpoint(listener.address.value));
  for (const auto& group : spec.target_groups) {
    HOLDS(config::is_name(group.name));
    for (const auto& target : group.targets) HOLDS(config::parse_endpoint(target.address.value));
  }
  for (const auto& route : spec.routes) {
    HOLDS(config::is_name(route.name.value));
    HOLDS(route.priority.value >= 1 && route.action);
  }
}

void check(std::string_view text) {
  const auto loaded = config::load(text, Source());
  check_diagnostics(loaded.diagnostics, text);
  const auto again = config::load(text, Source());
  HOLDS(gist(again.spec) == gist(loaded.spec));
  if (!loaded.good()) return;
  check_good(loaded.spec);
  if (text.find('\r') != std::string_view::npos) return;
  std::string crlf;
  for (char c : text) {
    if (c == '\n') crlf += '\r';
    crlf += c;
  }
  HOLDS(gist(config::load(crlf, Source()).spec) == gist(loaded.spec));
}

}  // namespace
}  // namespace gatehouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gatehouse::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
