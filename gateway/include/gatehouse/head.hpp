// The three heads of an exchange and its bodies: what came in, what the target will get, what the
// client will get.
#pragma once

#include <gatehouse/negotiation.hpp>
#include <gatehouse/schema.hpp>
#include <initializer_list>
#include <memory>

namespace [[gnu::visibility("hidden")]] gatehouse {

namespace detail {
// The gateway, since the plugin was attached; a test's fake one otherwise.
inline const gh_host* host = nullptr;
// What this plugin is called.
inline std::string_view plugin_name = {};

inline void log(bool is_error, std::string_view text) {
  host->log(to_c(plugin_name), is_error ? 1 : 0, to_c(text));
}
}  // namespace detail

// Whether a header field, or a cookie, can be called so (RFC 9110 5.6.2): a check of a
// configuration, for what cannot be is found in no request.
[[nodiscard]] constexpr bool is_field_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : name) {
    const char lower = static_cast<char>(c | 0x20);
    const bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
    if (!plain && kMarks.find(c) == std::string_view::npos) return false;
  }
  return !name.empty();
}

struct HeaderLine {
  std::string_view name;
  std::string_view value;
};

// Header fields of one of the three heads as they stand after all edits so far; a view of two
// words.
class Headers {
 public:
  Headers() = default;
  Headers(gh_exchange* x, std::uint32_t side) : x_(x), side_(side) {}

  // The first value; "" if there is none.  Names ignore case.
  [[nodiscard]] std::string_view get(std::string_view name) const {
    return find(name).value_or(std::string_view{});
  }
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    gh_text value{};
    if (detail::host->header(x_, side_, detail::to_c(name), &value) == 0) return std::nullopt;
    return detail::to_view(value);
  }
  [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }
  // How many fields there are of that name, and the value of the first.
  [[nodiscard]] std::size_t count(std::string_view name, std::string_view& first) const {
    gh_text value{};
    const std::size_t found = detail::host->count_header(x_, side_, detail::to_c(name), &value);
    first = detail::to_view(value);
    return found;
  }
  // The items of a list, which may stand in several fields of that name (RFC 9110 5.3); `room`
  // holds them then.
  [[nodiscard]] std::string_view joined(std::string_view name, std::string& room) const {
    std::string_view first;
    if (count(name, first) < 2) return first;
    room.clear();
    each([&](std::string_view known, std::string_view value) {
      if (detail::same_word(known, name)) room.append(room.empty() ? "" : ", ").append(value);
    });
    return room;
  }
  // Calls `visit(name, value)` for each, in the order in which they will be written.  No allocation
  // for up to 100 fields.
  template <typename Visit>
  void each(Visit visit) const {
    std::array<gh_field_line, 100> lines;
    const std::size_t count =
        x_ == nullptr ? 0 : detail::host->headers(x_, side_, lines.data(), lines.size());
    if (count > lines.size()) {
      for (const auto& line : all()) visit(line.name, line.value);
      return;
    }
    for (std::size_t i = 0; i < count; ++i)
      visit(detail::to_view(lines[i].name), detail::to_view(lines[i].value));
  }
  // In the order in which they will be written.
  [[nodiscard]] std::vector<HeaderLine> all() const {
    std::vector<gh_field_line> lines(64);
    const std::size_t count =
        x_ == nullptr ? 0 : detail::host->headers(x_, side_, lines.data(), lines.size());
    if (count > lines.size()) {
      lines.resize(count);
      static_cast<void>(detail::host->headers(x_, side_, lines.data(), lines.size()));
    }
    std::vector<HeaderLine> out;
    for (std::size_t i = 0; i < count; ++i)
      out.push_back({detail::to_view(lines[i].name), detail::to_view(lines[i].value)});
    return out;
  }

 protected:
  gh_exchange* x_ = nullptr;
  std::uint32_t side_ = GH_CLIENT_REQUEST;
};

// Fields that many exchanges have alike, checked and laid out once: a member of the plugin's struct
// or of its Shared.  What `add` would not take is left out.  Adding them costs no more than one
// field, however many they are.
class FixedHeaders {
 public:
  FixedHeaders(std::initializer_list<HeaderLine> fields)
      : FixedHeaders(std::vector<HeaderLine>(fields)) {}
  explicit FixedHeaders(const std::vector<HeaderLine>& fields) : raw_(fixed(fields)) {}

 private:
  friend class EditableHeaders;
  struct Free {
    void operator()(gh_fixed* raw) const { detail::host->free_fixed(raw); }
  };
  static gh_fixed* fixed(const std::vector<HeaderLine>& fields) {
    std::vector<gh_field_line> lines;
    for (const auto& [name, value] : fields)
      lines.push_back({detail::to_c(name), detail::to_c(value)});
    return detail::host->fix_headers(lines.data(), lines.size());
  }
  std::unique_ptr<gh_fixed, Free> raw_;
};

// Those of a head that is still to be written.  Name and value are copied.  False, and nothing
// happens: the name is no token, the value holds CR, LF or NUL, or the head has gone already.
class EditableHeaders : public Headers {
 public:
  using Headers::Headers;
  bool set(std::string_view name, std::string_view value) const {
    return detail::host->set_header(x_, side_, detail::to_c(name), detail::to_c(value)) != 0;
  }
  bool add(std::string_view name, std::string_view value) const {
    return detail::host->add_header(x_, side_, detail::to_c(name), detail::to_c(value)) != 0;
  }
  bool remove(std::string_view name) const {
    return detail::host->remove_header(x_, side_, detail::to_c(name)) != 0;
  }
  // All of them; not copied.
  bool add(const FixedHeaders& fields) const {
    return detail::host->add_fixed(x_, side_, fields.raw_.get()) != 0;
  }
  // Every field of one of their names, whatever its value.
  bool remove(const FixedHeaders& names) const {
    return detail::host->remove_fixed(x_, side_, names.raw_.get()) != 0;
  }
};

// 4 bytes for IPv4, 16 for IPv6, 0 where there is no address (a Unix socket).
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 0;
};

// What the client sent; it never changes.  The method and header fields are asked for one by one,
// all else at once, when something of it is asked for first.
class Request {
 public:
  explicit Request(gh_exchange* x) : x_(x) {}
  [[nodiscard]] std::string_view method() const {
    return detail::to_view(detail::host->method(x_));
  }
  [[nodiscard]] std::string_view path() const { return detail::to_view(raw().path); }
  [[nodiscard]] std::string_view query() const { return detail::to_view(raw().query); }
  [[nodiscard]] std::string_view target() const { return detail::to_view(raw().target); }
  [[nodiscard]] std::string_view host() const { return detail::to_view(raw().host); }
  [[nodiscard]] std::string_view host_name() const { return detail::to_view(raw().host_name); }
  [[nodiscard]] std::string_view scheme() const { return detail::to_view(raw().scheme); }
  [[nodiscard]] std::string_view id() const { return detail::to_view(raw().id); }
  [[nodiscard]] std::string_view rule() const { return detail::to_view(raw().rule); }
  // The client's address behind trusted proxies, as text and as bytes.
  [[nodiscard]] std::string_view client_ip() const {
    return detail::to_view(detail::host->client_text(x_));
  }
  [[nodiscard]] Address client_address() const {
    Address out;
    out.size = detail::host->client_address(x_, out.bytes.data());
    return out;
  }
  // Of the connection that the request came on.
  [[nodiscard]] Address peer_address() const {
    Address out;
    out.size = detail::host->peer_address(x_, out.bytes.data());
    return out;
  }
  [[nodiscard]] std::optional<std::uint64_t> content_length() const {
    return raw().content_length == UINT64_MAX ? std::nullopt : std::optional(raw().content_length);
  }
  [[nodiscard]] bool has_body() const { return raw().has_body != 0; }
  [[nodiscard]] bool is_upgrade() const { return raw().is_upgrade != 0; }
  [[nodiscard]] Headers headers() const { return {x_, GH_CLIENT_REQUEST}; }
  [[nodiscard]] std::string_view header(std::string_view name) const { return headers().get(name); }

 private:
  [[nodiscard]] const gh_request& raw() const {
    if (!raw_) detail::host->request(x_, &raw_.emplace());
    return *raw_;
  }
  gh_exchange* x_;
  mutable std::optional<gh_request> raw_;
};

// What the target will get.
class Upstream {
 public:
  explicit Upstream(gh_exchange* x) : x_(x) {}
  [[nodiscard]] EditableHeaders headers() const { return {x_, GH_UPSTREAM}; }
  // As rewrites and steps have left them; the query without its '?'.
  [[nodiscard]] std::string_view path() const { return target().first; }
  [[nodiscard]] std::string_view query() const { return target().second; }
  // False: a path that could not stand in a request line.
  bool set_path(std::string_view path) const {
    return detail::host->set_path(x_, detail::to_c(path)) != 0;
  }
  // The whole body, after `co_await x.body(…)` or where there is none; false: it is on its way
  // already.
  bool set_body(std::string_view body) const {
    return detail::host->replace_body(x_, detail::to_c(body)) != 0;
  }
  // In `on_request`: pieces that `on_request_body` sees may change in length.
  void rewrite_body() const { detail::host->rewrite_body(x_, GH_UPSTREAM); }

 private:
  [[nodiscard]] std::pair<std::string_view, std::string_view> target() const {
    gh_text path{}, query{};
    detail::host->upstream_target(x_, &path, &query);
    return {detail::to_view(path), detail::to_view(query)};
  }
  gh_exchange* x_;
};

// What the client will get, whoever made it; in `on_response` and later.
class Response {
 public:
  explicit Response(gh_exchange* x) : x_(x) {}
  [[nodiscard]] EditableHeaders headers() const { return {x_, GH_RESPONSE_HEAD}; }
  [[nodiscard]] std::uint32_t status() const { return detail::host->status(x_); }
  bool set_status(std::uint32_t status) const { return detail::host->set_status(x_, status) != 0; }
  // How long the body says that it is; nothing: nobody knows before its end.
  [[nodiscard]] std::optional<std::uint64_t> content_length() const {
    const std::uint64_t length = detail::host->response_length(x_);
    return length == UINT64_MAX ? std::nullopt : std::optional(length);
  }
  // A word of docs/reasons.md; "none" when the target's answer passes.
  [[nodiscard]] std::string_view reason() const {
    return detail::to_view(detail::host->reason(x_));
  }
  // In `on_response`: pieces that `on_response_body` sees may change in length.
  void rewrite_body() const { detail::host->rewrite_body(x_, GH_RESPONSE_HEAD); }

 private:
  gh_exchange* x_;
};

// A piece of a body on its way.
class Body {
 public:
  explicit Body(gh_body& raw) : raw_(raw) {}
  [[nodiscard]] std::string_view bytes() const { return detail::to_view(raw_.bytes); }
  [[nodiscard]] bool is_last() const { return raw_.is_last != 0; }
  // These go on in its place; they last until the next piece of that body.
  void replace(std::string_view bytes) {
    raw_.out = detail::to_c(bytes);
    raw_.replaced = 1;
  }
  // Nothing goes on in its place for now.
  void hold() { replace({}); }

 private:
  gh_body& raw_;
};

struct Identity {
  std::string_view id;
  std::string_view email;
  std::string_view method;  // how it was found
  std::vector<std::string_view> roles;
};

}  // namespace gnu::visibility("hidden")]]gatehouse
