// The URL of a redirect, with #{protocol} #{host} #{port} #{path} #{query} in it (ALB.md 1.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"

namespace gatehouse::routing {

// What a redirect's URL may be made of.  `path` with its slash; `port` in digits.
struct UrlParts {
  std::string_view protocol;  // "http", "https"
  std::string_view host;      // without port
  std::string_view port;
  std::string_view path;
  std::string_view query;
};

// A text with keywords, taken apart once.  Immutable.
class Template {
 public:
  Template() = default;
  // Errors: an unknown keyword, a keyword that does not end.
  [[nodiscard]] static Result<Template> compile(std::string_view text);
  // `path` is put in without its leading slash.
  void render(const UrlParts& parts, std::string& out) const;
  // No keyword in it.
  [[nodiscard]] bool literal() const;

 private:
  enum class Kind : std::uint8_t { text, protocol, host, port, path, query };
  struct Piece {
    Kind kind;
    std::string text;
  };
  std::vector<Piece> pieces_;
};

// The five parts of a redirect's target; each defaults to what the request had.
class RedirectUrl {
 public:
  struct Parts {
    std::string protocol = "#{protocol}";
    std::string host = "#{host}";
    std::string port = "#{port}";
    std::string path = "/#{path}";
    std::string query = "#{query}";
  };
  // Errors: as Template::compile.
  [[nodiscard]] static Result<RedirectUrl> compile(const Parts& parts);
  // One text in place of the five: "https://#{host}:8443/#{path}?#{query}".  It may also be
  // relative to the host ("/x").
  [[nodiscard]] static Result<RedirectUrl> compile_url(std::string_view url);

  // The Location: no port that the protocol has anyway, no `?` in front of an empty query, never
  // two slashes where a browser would read a host (//evil), never a control or a space.  Lies in
  // `arena`.
  [[nodiscard]] std::string_view render(const UrlParts& request, Arena& arena) const;
  // Without the request's host it would lead nowhere.
  [[nodiscard]] bool asks_for_host() const { return !relative_ && !host_.literal(); }

 private:
  Template protocol_, host_, port_, path_, query_;
  bool relative_ = false;
};

}  // namespace gatehouse::routing
