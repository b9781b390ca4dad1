// Messages as a peer would read them off the wire; what is malformed fails the test by never
// becoming complete.
#pragma once

#include <cctype>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::test {

struct WireMessage {
  std::string head;  // with its last CRLF
  std::string body;  // without framing
  std::string trailers;
  std::size_t size = 0;  // on the wire

  [[nodiscard]] std::string first_line() const { return head.substr(0, head.find("\r\n")); }
  [[nodiscard]] int status() const { return std::atoi(head.c_str() + 9); }
  // The value of the first field of that name, or "".
  [[nodiscard]] std::string field(std::string_view name) const {
    for (std::size_t at = head.find("\r\n"); at + 2 < head.size();) {
      at += 2;
      const std::size_t end = head.find("\r\n", at);
      if (head.size() - at > name.size() && head[at + name.size()] == ':' &&
          equals(std::string_view(head).substr(at, name.size()), name)) {
        const std::size_t value = head.find_first_not_of(' ', at + name.size() + 1);
        return head.substr(value, end - value);
      }
      at = end;
    }
    return "";
  }

 private:
  static bool equals(std::string_view a, std::string_view b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (std::tolower(a[i]) != std::tolower(b[i])) return false;
    }
    return true;
  }
};

// How the reader of an answer finds its end, besides what the answer says.
struct Reading {
  bool head_request = false;  // no body, whatever the head says
  bool ended = false;         // the sender has closed
};

namespace detail {

inline bool take_chunks(std::string_view bytes, WireMessage& message) {
  std::size_t at = message.head.size();
  while (true) {
    const std::size_t line = bytes.find("\r\n", at);
    if (line == std::string_view::npos) return false;
    const std::size_t size =
        std::strtoul(std::string(bytes.substr(at, line - at)).c_str(), nullptr, 16);
    at = line + 2;
    if (size == 0) break;
    if (bytes.size() < at + size + 2 || bytes.substr(at + size, 2) != "\r\n") return false;
    message.body += bytes.substr(at, size);
    at += size + 2;
  }
  const std::size_t end = bytes.substr(at, 2) == "\r\n" ? at : bytes.find("\r\n\r\n", at);
  if (end == std::string_view::npos || bytes.size() < end + 2) return false;
  message.trailers = bytes.substr(at, end - at);
  message.size = end == at ? at + 2 : end + 4;
  return true;
}

}  // namespace detail

// The message at the front of `bytes`, if all of it is there.
inline std::optional<WireMessage> read_message(std::string_view bytes, Reading how = {}) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  WireMessage message;
  message.head = bytes.substr(0, end + 4);
  message.size = message.head.size();
  const bool answer = message.head.starts_with("HTTP/");
  const int status = answer ? message.status() : 0;
  const bool bodyless = answer && (status < 200 || status == 204 || status == 304);
  if (how.head_request || bodyless) return message;
  if (message.field("Transfer-Encoding") == "chunked") {
    if (!detail::take_chunks(bytes, message)) return std::nullopt;
    return message;
  }
  const std::string length = message.field("Content-Length");
  if (length.empty() && answer) {
    if (!how.ended) return std::nullopt;
    message.body = bytes.substr(message.size);
  } else {
    const std::size_t size = length.empty() ? 0 : std::strtoul(length.c_str(), nullptr, 10);
    if (bytes.size() < message.size + size) return std::nullopt;
    message.body = bytes.substr(message.size, size);
  }
  message.size += message.body.size();
  return message;
}

}  // namespace gatehouse::test
