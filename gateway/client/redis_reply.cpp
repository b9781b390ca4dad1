#include "client/redis_reply.h"

#include <hiredis/read.h>

namespace gatehouse::client {

void RedisReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

RedisReader::RedisReader(std::uint64_t most) : most_(most) {
  // What it would free lies in the arena.
  static redisReplyObjectFunctions functions = {&RedisReader::make_text, &RedisReader::make_list,
                                                &RedisReader::make_integer, &RedisReader::make_nil,
                                                [](void*) {}};
  reader_.reset(redisReaderCreateWithFunctions(&functions));
  if (reader_ == nullptr) throw std::bad_alloc();
  reader_->privdata = this;
}

RedisReader::~RedisReader() = default;

bool RedisReader::feed(std::string_view bytes) {
  return redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) == 0;
}

RedisReader::Found RedisReader::next(const RedisReply*& reply) {
  if (delivered_) {
    arena_.reset();
    taken_ = 0;
    delivered_ = false;
  }
  void* found = nullptr;
  if (redisReaderGetReply(reader_.get(), &found) != 0)
    return too_large_ ? Found::too_large : Found::malformed;
  if (found == nullptr)
    return reader_->len - reader_->pos > most_ ? Found::too_large : Found::nothing;
  delivered_ = true;
  reply = static_cast<const RedisReply*>(found);
  return Found::reply;
}

bool RedisReader::take(std::size_t bytes) {
  taken_ += bytes;
  too_large_ = too_large_ || taken_ > most_;
  return !too_large_;
}

// hiredis knows a failed object by its null, and gives up.
void* RedisReader::make(const redisReadTask* task, RedisReply value) {
  auto& self = *static_cast<RedisReader*>(task->privdata);
  RedisReply* at = nullptr;
  if (task->parent != nullptr) {
    at = static_cast<RedisReply*>(task->parent->obj)->first + task->idx;
  } else {
    if (!self.take(sizeof(RedisReply))) return nullptr;
    at = self.arena_.array<RedisReply>(1);
  }
  return new (at) RedisReply(value);
}

void* RedisReader::make_text(const redisReadTask* task, char* text, std::size_t size) {
  auto& self = *static_cast<RedisReader*>(task->privdata);
  if (!self.take(size)) return nullptr;
  RedisReply out;
  out.kind = task->type == REDIS_REPLY_ERROR    ? RedisReply::Kind::error
             : task->type == REDIS_REPLY_STATUS ? RedisReply::Kind::status
                                                : RedisReply::Kind::text;
  out.text = self.arena_.copy({text, size});
  return make(task, out);
}

void* RedisReader::make_list(const redisReadTask* task, int count) {
  auto& self = *static_cast<RedisReader*>(task->privdata);
  const auto wanted = static_cast<std::size_t>(count);
  if (!self.take(wanted * sizeof(RedisReply))) return nullptr;
  RedisReply out;
  out.kind = RedisReply::Kind::list;
  out.count = wanted;
  out.first = self.arena_.array<RedisReply>(wanted);
  for (std::size_t i = 0; i < wanted; ++i) new (out.first + i) RedisReply();
  return make(task, out);
}

void* RedisReader::make_integer(const redisReadTask* task, long long value) {
  RedisReply out;
  out.kind = RedisReply::Kind::integer;
  out.integer = value;
  return make(task, out);
}

void* RedisReader::make_nil(const redisReadTask* task) { return make(task, {}); }

}  // namespace gatehouse::client
