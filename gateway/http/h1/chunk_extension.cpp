#include "http/h1/chunk_extension.h"

#include "base/ascii.h"

namespace gatehouse::http::h1 {

bool ChunkExtension::take_quoted(char c) noexcept {
  const auto u = static_cast<unsigned char>(c);
  if ((u < 0x20 && c != '\t') || u == 0x7f) return false;
  if (state_ == State::escaped) {
    state_ = State::quoted;
  } else if (c == '\\') {
    state_ = State::escaped;
  } else if (c == '"') {
    state_ = State::quote_end;
  }
  return true;
}

bool ChunkExtension::take(char c) noexcept {
  if (state_ == State::quoted || state_ == State::escaped) return take_quoted(c);
  const bool awaited = state_ == State::name_awaited || state_ == State::value_awaited;
  if (ascii::is_token_char(c)) {
    if (awaited) state_ = state_ == State::name_awaited ? State::name : State::token;
    return state_ == State::name || state_ == State::token;
  }
  if (c == ' ' || c == '\t') {  // BWS: never at the end of the line
    if (state_ == State::name) state_ = State::behind_name;
    if (state_ == State::token || state_ == State::quote_end) state_ = State::behind_value;
    return true;
  }
  if (awaited) {
    const bool opens = c == '"' && state_ == State::value_awaited;
    if (opens) state_ = State::quoted;
    return opens;
  }
  if (c == ';') {
    state_ = State::name_awaited;
    return true;
  }
  if (c == '=') {
    const bool named = state_ == State::name || state_ == State::behind_name;
    state_ = State::value_awaited;
    return named;
  }
  return c == '\r' && state_ != State::behind_name && state_ != State::behind_value;
}

}  // namespace gatehouse::http::h1
