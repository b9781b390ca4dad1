#include "routing/template.h"

#include <array>

namespace gatehouse::routing {

Result<Template> Template::compile(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kWords = {"",     "protocol", "host",
                                                             "port", "path",     "query"};
  Template out;
  while (!text.empty()) {
    const auto at = text.find("#{");
    if (at != 0) out.pieces_.push_back({Kind::text, std::string(text.substr(0, at))});
    if (at == std::string_view::npos) break;
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) return fail("`#{` is not closed by `}`");
    const std::string_view word = text.substr(at + 2, end - at - 2);
    std::size_t kind = 1;
    while (kind < kWords.size() && kWords[kind] != word) ++kind;
    if (kind == kWords.size()) {
      return fail("unknown keyword #{" + std::string(word) + "}", 0,
                  "one of #{protocol} #{host} #{port} #{path} #{query}");
    }
    out.pieces_.push_back({static_cast<Kind>(kind), ""});
    text = text.substr(end + 1);
  }
  return out;
}

bool Template::literal() const {
  for (const auto& piece : pieces_) {
    if (piece.kind != Kind::text) return false;
  }
  return true;
}

void Template::render(const UrlParts& parts, std::string& out) const {
  for (const auto& piece : pieces_) {
    switch (piece.kind) {
      case Kind::text:
        out += piece.text;
        break;
      case Kind::protocol:
        out += parts.protocol;
        break;
      case Kind::host:
        out += parts.host;
        break;
      case Kind::port:
        out += parts.port;
        break;
      case Kind::path:
        out += parts.path.starts_with('/') ? parts.path.substr(1) : parts.path;
        break;
      case Kind::query:
        out += parts.query;
        break;
    }
  }
}

Result<RedirectUrl> RedirectUrl::compile(const Parts& parts) {
  RedirectUrl out;
  const std::array<std::pair<const std::string*, Template*>, 5> all = {
      {{&parts.protocol, &out.protocol_},
       {&parts.host, &out.host_},
       {&parts.port, &out.port_},
       {&parts.path, &out.path_},
       {&parts.query, &out.query_}}};
  for (const auto& [text, to] : all) {
    auto compiled = Template::compile(*text);
    if (!compiled) return tl::make_unexpected(compiled.error());
    *to = std::move(*compiled);
  }
  return out;
}

Result<RedirectUrl> RedirectUrl::compile_url(std::string_view url) {
  Parts parts;
  bool relative = true;
  if (const auto scheme = url.find("://");
      scheme != std::string_view::npos && scheme < url.find_first_of("/?")) {
    relative = false;
    parts.protocol = url.substr(0, scheme);
    url = url.substr(scheme + 3);
    const auto end = url.find_first_of("/?");
    std::string_view authority = url.substr(0, end);
    url = end == std::string_view::npos ? std::string_view{} : url.substr(end);
    const auto colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
    parts.host = authority.substr(0, has_port ? colon : authority.size());
    parts.port = has_port ? std::string(authority.substr(colon + 1)) : std::string();
  }
  const auto question = url.find('?');
  parts.path = url.substr(0, question);
  parts.query =
      question == std::string_view::npos ? std::string() : std::string(url.substr(question + 1));
  auto out = compile(parts);
  if (out) out->relative_ = relative;
  return out;
}

std::string_view RedirectUrl::render(const UrlParts& request, Arena& arena) const {
  std::string protocol, port, path, url;
  protocol_.render(request, protocol);
  port_.render(request, port);
  path_.render(request, path);
  // "//evil" is another host to a browser, and so is "/\evil".
  std::size_t slashes = 0;
  while (slashes < path.size() && (path[slashes] == '/' || path[slashes] == '\\')) ++slashes;
  path.replace(0, slashes, "/");
  if (!relative_) {
    url = protocol + "://";
    host_.render(request, url);
    const bool usual =
        (protocol == "http" && port == "80") || (protocol == "https" && port == "443");
    if (!port.empty() && !usual) url += ":" + port;
  }
  url += path;
  const std::size_t before = url.size();
  url += '?';
  query_.render(request, url);
  if (url.size() == before + 1) url.resize(before);
  std::erase_if(url, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
  return arena.copy(url);
}

}  // namespace gatehouse::routing
