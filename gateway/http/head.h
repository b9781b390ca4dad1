// Heads of messages: what the first lines of a request or response say, checked and taken apart.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "http/field.h"

namespace gatehouse::http {

enum class Method : std::uint8_t {
  other,
  get,
  head,
  post,
  put,
  delete_,
  connect,
  options,
  trace,
  patch
};

// How the end of a body is found (RFC 9112 6.3).
enum class Framing : std::uint8_t { none, length, chunked, until_close };

// What in a path could be read in two ways by what is behind us.
enum class PathRisk : std::uint8_t {
  none,
  encoded_slash,  // %2F
  other,          // %5C, backslash, "..;", %00 and other escaped controls
};

// Shared by both kinds.  Views into the bytes of the head and into the arena it was parsed with.
struct Head {
  const Field* field_begin = nullptr;
  std::uint64_t present = 0;  // a bit for each FieldId among the fields
  std::uint32_t field_count = 0;
  std::uint32_t size = 0;  // bytes of the head
  std::uint64_t content_length = 0;
  Framing framing = Framing::none;
  std::uint8_t minor_version = 1;  // HTTP/1.x
  bool keep_alive = true;
  bool has_content_length = false;

  [[nodiscard]] std::span<const Field> fields() const { return {field_begin, field_count}; }
  // Cost: a test of a bit.
  [[nodiscard]] bool has(FieldId id) const {
    return (present >> static_cast<unsigned>(id) & 1) != 0;
  }
  // The first, the next and the last field of an id; null: none.
  [[nodiscard]] const Field* find(FieldId id) const { return has(id) ? first(id) : nullptr; }
  [[nodiscard]] const Field* next(const Field* field) const;
  [[nodiscard]] const Field* last(FieldId id) const;
  // The first field of a name, case ignored.
  [[nodiscard]] const Field* find(std::string_view name) const;
  // From here on it never had a field of that id.  The bytes stay.
  void remove(FieldId id);
  // … nor a further one of the id of `field`.
  void remove_behind(const Field* field);

 private:
  [[nodiscard]] const Field* first(FieldId id) const;
};

struct RequestHead : Head {
  std::string_view method_text;
  std::string_view target;      // as received
  std::string_view raw_path;    // the path as received
  std::string_view path;        // canonical: logged and forwarded
  std::string_view match_path;  // canonical, without ;params
  std::string_view query;       // without its '?'
  std::string_view host;        // as received, with its port; of an absolute form its authority
  std::string_view host_name;   // without port and final dot
  Method method = Method::other;
  PathRisk path_risk = PathRisk::none;
  bool has_query = false;
  bool absolute_form = false;
  bool upgrade_websocket = false;
  bool expect_continue = false;

  // The bytes that the views look at have moved from `from` to `to`; `size` of them.
  void rebase(const char* from, const char* to, std::size_t moved);
};

struct ResponseHead : Head {
  std::uint16_t status = 0;
  std::string_view reason_phrase;
};

[[nodiscard]] Method method_of(std::string_view text) noexcept;

}  // namespace gatehouse::http
