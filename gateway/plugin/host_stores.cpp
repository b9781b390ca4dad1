// Commands to the stores of routes.yaml.
#include <deque>
#include <vector>

#include "client/redis.h"
#include "plugin/host.h"
#include "plugin/operation.h"

namespace gatehouse::plugin {
namespace {

using client::RedisReply;
using Done = void (*)(void* user, gh_text reason, const gh_reply* reply);

static_assert(static_cast<int>(RedisReply::Kind::list) == GH_ITEMS &&
              static_cast<int>(RedisReply::Kind::error) == GH_ERROR &&
              static_cast<int>(RedisReply::Kind::text) == GH_STRING);

// `lists`: where items of items lie.
gh_reply reply_of(const RedisReply& from, std::deque<std::vector<gh_reply>>& lists) {
  gh_reply out{static_cast<std::uint32_t>(from.kind), from.integer, c_text(from.text), nullptr, 0};
  if (from.items().empty()) return out;
  auto& items = lists.emplace_back();
  items.reserve(from.items().size());
  for (const auto& item : from.items()) items.push_back(reply_of(item, lists));
  out.items = items.data();
  out.item_count = items.size();
  return out;
}

class CommandOperation final : public gh_operation {
 public:
  CommandOperation(exchange::Services& services, const gh_command& command, Done done, void* user)
      : done_(done),
        user_(user),
        call_(services.loop(), services.redis_named(view(command.store)), words_of(command),
              &on_reply, this, Millis(command.timeout_ms)) {}

 private:
  static std::vector<std::string_view> words_of(const gh_command& command) {
    std::vector<std::string_view> out;
    out.reserve(command.word_count);
    for (std::size_t i = 0; i < command.word_count; ++i) out.push_back(view(command.words[i]));
    return out;
  }
  static void on_reply(void* self, Reason reason, const RedisReply* reply) {
    auto* here = static_cast<CommandOperation*>(self);
    const auto [done, user] = std::pair(here->done_, here->user_);
    delete here;
    if (reply == nullptr) return done(user, c_text(word(reason)), nullptr);
    std::deque<std::vector<gh_reply>> lists;
    const gh_reply told = reply_of(*reply, lists);
    done(user, {}, &told);
  }

  Done done_;
  void* user_;
  client::RedisCall call_;
};

}  // namespace

void put_stores(gh_host& table) {
  table.command = [](gh_worker* worker, const gh_command* command, Done done,
                     void* user) -> gh_operation* {
    return new CommandOperation(services_of(worker), *command, done, user);
  };
}

}  // namespace gatehouse::plugin
