#include "http/outgoing.h"

#include <charconv>
#include <cstring>

namespace gatehouse::http {
namespace {

// Appends to a fixed space; once something does not fit, nothing more is written.
class Pen {
 public:
  explicit Pen(std::span<char> to)
      : begin_(to.data()), at_(to.data()), end_(to.data() + to.size()) {}

  Pen& operator<<(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size()) {
      full_ = true;
      end_ = at_;
      return *this;
    }
    if (text.empty()) return *this;  // its data may be null
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  // A literal: its size is known, so that copying it is a few moves.
  template <std::size_t Size>
  Pen& operator<<(const char (&text)[Size]) {
    if (static_cast<std::size_t>(end_ - at_) < Size - 1) return *this << std::string_view(text);
    std::memcpy(at_, text, Size - 1);
    at_ += Size - 1;
    return *this;
  }
  Pen& operator<<(std::uint64_t number) {
    const auto done = std::to_chars(at_, end_, number);
    full_ = full_ || done.ec != std::errc{};
    at_ = done.ptr;
    return *this;
  }
  // Consecutive fields that stay as they are lie side by side in memory: one copy for each run of
  // them.
  template <typename AnyField>
  Pen& operator<<(std::span<const AnyField> fields) {
    const char* from = nullptr;
    const char* to = nullptr;
    for (const auto& field : fields) {
      if (field.dropped()) continue;
      const std::string_view line = field.line();
      if (line.data() != to) {
        *this << std::string_view(from, static_cast<std::size_t>(to - from));
        from = line.data();
      }
      to = line.data() + line.size();
    }
    return *this << std::string_view(from, static_cast<std::size_t>(to - from));
  }
  [[nodiscard]] std::string_view written() const {
    return full_ ? std::string_view{}
                 : std::string_view{begin_, static_cast<std::size_t>(at_ - begin_)};
  }

 private:
  char* begin_;
  char* at_;
  char* end_;
  bool full_ = false;
};

// Longer than the first line's fixed parts and the fields that a writer puts in.
constexpr std::size_t kOwn = 256;

template <typename AnyField>
std::size_t size_of(std::span<const AnyField> fields) {
  std::size_t size = 0;
  for (const auto& field : fields) size += field.line().size();
  return size;
}

std::span<char> room(Arena& arena, std::size_t size) { return {arena.array<char>(size), size}; }

}  // namespace

std::string_view write_request(const OutgoingRequest& request, std::span<char> to) {
  Pen pen(to);
  pen << request.head->method_text << " " << request.path;
  if (request.query != nullptr) {
    if (!request.query->empty()) pen << "?" << *request.query;
  } else if (request.head->has_query) {
    pen << "?" << request.head->query;
  }
  pen << " HTTP/1.1\r\n" << request.fields << request.extra;
  if (request.framing == Framing::length)
    pen << "Content-Length: " << request.content_length << "\r\n";
  if (request.framing == Framing::chunked) pen << "Transfer-Encoding: chunked\r\n";
  if (request.upgrade) pen << "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  pen << "\r\n";
  return pen.written();
}

std::string_view write_request(const OutgoingRequest& request, std::span<char> to, Arena& large) {
  const std::string_view text = write_request(request, to);
  if (!text.empty()) return text;
  const std::size_t size =
      request.head->method_text.size() + request.path.size() +
      (request.query != nullptr ? *request.query : request.head->query).size() +
      size_of(request.fields) + size_of(request.extra) + kOwn;
  return write_request(request, room(large, size));
}

std::string_view write_response(const OutgoingResponse& response, std::span<char> to,
                                Arena& large) {
  const std::string_view text = write_response(response, to);
  if (!text.empty()) return text;
  const std::size_t size =
      response.phrase.size() + size_of(response.fields) + size_of(response.extra) + kOwn;
  return write_response(response, room(large, size));
}

std::string_view write_response(const OutgoingResponse& response, std::span<char> to) {
  Pen pen(to);
  // Of three digits: the codec lets no other through.
  const char status[] = {static_cast<char>('0' + response.status / 100),
                         static_cast<char>('0' + response.status / 10 % 10),
                         static_cast<char>('0' + response.status % 10), ' ', '\0'};
  pen << "HTTP/1.1 " << status << response.phrase << "\r\n" << response.fields << response.extra;
  if (response.framing == Framing::length || response.says_length) {
    pen << "Content-Length: " << response.content_length << "\r\n";
  }
  if (response.framing == Framing::chunked) pen << "Transfer-Encoding: chunked\r\n";
  if (response.close) pen << "Connection: close\r\n";
  if (response.keep_alive) pen << "Connection: keep-alive\r\n";
  if (response.upgrade) pen << "Connection: Upgrade\r\n";
  pen << "\r\n";
  return pen.written();
}

}  // namespace gatehouse::http
