// room: http
// The canonical path agrees with a slow reader of RFC 3986, is canonical, and cannot be walked
// around; a host that is accepted is one in every reading.
#include <cstddef>

#include "http/host.h"
#include "http/normalise.h"
#include "invariants.h"

namespace gatehouse::fuzz {
namespace {

bool good_escapes(std::string_view raw) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') continue;
    if (i + 2 >= raw.size() || ascii::hex_value(raw[i + 1]) < 0 || ascii::hex_value(raw[i + 2]) < 0)
      return false;
  }
  return true;
}

void check_canonical(std::string_view raw) {
  const std::unique_ptr<char[]> exact(new char[raw.size()]);
  std::memcpy(exact.get(), raw.data(), raw.size());
  raw = {exact.get(), raw.size()};
  test::SmallArena memory;
  http::CanonicalPath out;
  const bool good = http::canonicalise(raw, memory.arena, out);
  HOLDS(good == good_escapes(raw));
  if (!good) return;
  check_path(raw, out.path, out.match, out.risk);
  if (out.path == raw) HOLDS(out.path.data() == raw.data());
  http::CanonicalPath again;
  HOLDS(http::canonicalise(out.path, memory.arena, again));
  HOLDS(again.path == out.path && again.match == out.match && again.risk <= out.risk);
}

void check_host(std::string_view host) {
  std::string_view name;
  if (!http::split_host(host, name)) return;
  HOLDS(!name.empty() && host.starts_with(name));
  HOLDS(host.find_first_of("@/?#\\<>\"%^`{|} \t\r\n") == std::string_view::npos);
  for (char c : host) HOLDS(c > 0x20 && c < 0x7f);
  std::string_view rest = host.substr(name.size());
  if (name.front() == '[') {
    HOLDS(name.back() == ']' && name.size() >= 4);
  } else {
    HOLDS(name.find_first_of("[]:") == std::string_view::npos);
    if (rest.starts_with(".")) rest.remove_prefix(1);
  }
  HOLDS(rest.empty() || rest[0] == ':');
  if (!rest.empty()) rest.remove_prefix(1);
  for (char c : rest) HOLDS(c >= '0' && c <= '9');
  HOLDS(rest.empty() || std::stoul(std::string(rest)) <= 65535);
}

}  // namespace
}  // namespace gatehouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1024) return 0;
  const std::string input(reinterpret_cast<const char*>(data), size);
  gatehouse::fuzz::check_canonical(input.starts_with("/") ? input : "/" + input);
  gatehouse::fuzz::check_host(input);
  return 0;
}
