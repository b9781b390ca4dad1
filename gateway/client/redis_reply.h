// What Redis answers, read by hiredis's parser into memory of our own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/arena.h"

struct redisReader;
struct redisReadTask;

namespace gatehouse::client {

// One reply, or an item of one.  Whoever gets it looks at `kind` first: a server, or what stands in
// its place, may answer anything.
struct RedisReply {
  enum class Kind : std::uint8_t { nil, integer, text, status, error, list };

  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  std::string_view text;  // of a text, a status or an error
  RedisReply* first = nullptr;
  std::size_t count = 0;

  [[nodiscard]] std::span<const RedisReply> items() const { return {first, count}; }
  [[nodiscard]] bool is_error(std::string_view code) const {
    return kind == Kind::error && text.starts_with(code);
  }
};

// Thread: its worker's.  Owns: hiredis's buffer, and the memory of one reply.
class RedisReader {
 public:
  // `most`: bytes of one reply, as it comes and as it is kept.
  explicit RedisReader(std::uint64_t most);
  RedisReader(const RedisReader&) = delete;
  RedisReader& operator=(const RedisReader&) = delete;
  ~RedisReader();

  enum class Found : std::uint8_t { nothing, reply, malformed, too_large };
  // False: out of memory.
  [[nodiscard]] bool feed(std::string_view bytes);
  // The next whole reply of what was fed, which lasts until the next call.  After `malformed` and
  // `too_large` the stream cannot be read any further.
  [[nodiscard]] Found next(const RedisReply*& reply);

 private:
  static void* make(const redisReadTask* task, RedisReply value);
  static void* make_text(const redisReadTask* task, char* text, std::size_t size);
  static void* make_list(const redisReadTask* task, int count);
  static void* make_integer(const redisReadTask* task, long long value);
  static void* make_nil(const redisReadTask* task);
  // False: the reply would be too large.
  [[nodiscard]] bool take(std::size_t bytes);

  struct Free {
    void operator()(redisReader* reader) const;
  };
  const std::uint64_t most_;
  std::uint64_t taken_ = 0;
  bool too_large_ = false;
  bool delivered_ = false;
  Arena arena_{nullptr, 0};
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace gatehouse::client
