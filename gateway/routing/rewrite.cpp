#include "routing/rewrite.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "config/regex.h"
#include "http/host.h"
#include "http/normalise.h"

namespace gatehouse::routing {
namespace {

constexpr int kGroups = 10;  // the whole match and $1 to $9

std::string_view joined(std::string_view a, std::string_view b, Arena& arena) {
  char* to = arena.array<char>(a.size() + b.size());
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), to));
  return {to, a.size() + b.size()};
}

bool can_stand_in_path(char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; }

}  // namespace

Rewrite::Rewrite(const config::RewritePartSpec& spec) {
  auto regex = config::compile_regex(spec.regex.value, false);
  GH_CHECK(regex.has_value());
  auto replacement = config::compile_replacement(**regex, spec.replace.value);
  GH_CHECK(replacement.has_value());
  regex_ = std::move(*regex);
  replacement_ = std::move(*replacement);
}

std::string_view Rewrite::apply(std::string_view text, Arena& arena) const {
  std::array<re2::StringPiece, kGroups> groups;
  const re2::StringPiece piece(text.data(), text.size());
  const int count = std::min(kGroups, 1 + regex_->NumberOfCapturingGroups());
  if (!regex_->Match(piece, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), count))
    return text;
  std::string out(text.data(), groups[0].data());
  regex_->Rewrite(&out, replacement_, groups.data(), count);
  out.append(groups[0].data() + groups[0].size(), text.data() + text.size());
  return arena.copy(out);
}

Rewrites::Rewrites(const config::RewriteSpec& spec) {
  if (spec.path) path.emplace(*spec.path);
  if (spec.host) host.emplace(*spec.host);
}

std::optional<std::string_view> rewritten_path(const Rewrite& rewrite, std::string_view path,
                                               bool raw, http::PathRisk allowed, Arena& arena) {
  std::string_view out = rewrite.apply(path, arena);
  if (out.data() == path.data()) return path;
  if (!out.starts_with('/')) out = joined("/", out, arena);
  if (!std::all_of(out.begin(), out.end(), can_stand_in_path)) return std::nullopt;
  http::CanonicalPath canonical;
  if (!http::canonicalise(out, arena, canonical)) return std::nullopt;
  if (raw) return out;
  if (canonical.risk > allowed) return std::nullopt;
  return canonical.path;
}

std::optional<std::string_view> rewritten_host(const Rewrite& rewrite,
                                               const http::RequestHead& head, Arena& arena) {
  const std::string_view name = head.host_name;
  std::string_view out = rewrite.apply(name, arena);
  if (out.data() == name.data()) return head.host;
  const auto colon = head.host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && head.host.find(']', colon) == std::string_view::npos;
  const auto own = out.rfind(':');
  const bool says_port =
      own != std::string_view::npos && out.find(']', own) == std::string_view::npos;
  if (has_port && !says_port) out = joined(out, head.host.substr(colon), arena);
  std::string_view checked;
  if (!http::split_host(out, checked)) return std::nullopt;
  return out;
}

}  // namespace gatehouse::routing
