// What may stand behind the size of a chunk.
#pragma once

#include <cstdint>

namespace gatehouse::http::h1 {

// Follows the extensions of one chunk, from behind their first semicolon to the CR of the line:
// *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ) (RFC 9112 7.1.1).  Keeps nothing
// of them; the caller bounds their length.
class ChunkExtension {
 public:
  // Takes one character.  False: it may not stand here.  For CR, true means that the extensions
  // are whole.
  bool take(char c) noexcept;
  void restart() noexcept { state_ = State::name_awaited; }

 private:
  enum class State : std::uint8_t {
    name_awaited,
    name,
    behind_name,
    value_awaited,
    token,
    quoted,
    escaped,
    quote_end,
    behind_value
  };
  bool take_quoted(char c) noexcept;
  State state_ = State::name_awaited;
};

}  // namespace gatehouse::http::h1
