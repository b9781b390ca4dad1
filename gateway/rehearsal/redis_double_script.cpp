// Scripts of the store.
#include "crypto/message_digest.h"
#include "policy/store_script.h"
#include "rehearsal/redis_double.h"
#include "rehearsal/redis_wire.h"

namespace gatehouse::rehearsal {
namespace {

std::string sha1_of(const std::string& script) {
  std::string out;
  for (const char c : crypto::digest(crypto::Hash::sha1, script).value_or("")) {
    const auto byte = static_cast<unsigned char>(c);
    out += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }
  return out;
}

}  // namespace

std::string RedisDouble::run_script(const std::string& text, const Words& words) {
  const std::int64_t keys = number_of(words[2]);
  if (keys < 0) throw Refused("ERR Number of keys can't be negative");
  if (static_cast<std::size_t>(keys) > words.size() - 3)
    throw Refused("ERR Number of keys can't be greater than number of args");
  const auto behind = words.begin() + 3 + static_cast<std::ptrdiff_t>(keys);
  return policy::run_store_script(text, {words.begin() + 3, behind}, {behind, words.end()},
                                  [this](const Words& command) { return answer(command); });
}

std::string RedisDouble::evaluate(const Words& words) {
  scripts_[sha1_of(words[1])] = words[1];
  return run_script(words[1], words);
}

std::string RedisDouble::evaluate_known(const Words& words) {
  const auto at = scripts_.find(lower(words[1]));
  if (at == scripts_.end()) throw Refused("NOSCRIPT No matching script. Please use EVAL.");
  return run_script(at->second, words);
}

std::string RedisDouble::script(const Words& words) {
  const std::string what = lower(words[1]);
  if (what == "load" && words.size() == 3) {
    const std::string sha1 = sha1_of(words[2]);
    scripts_[sha1] = words[2];
    return text(sha1);
  }
  if (what == "exists") {
    std::string out = '*' + std::to_string(words.size() - 2) + "\r\n";
    for (std::size_t i = 2; i < words.size(); ++i)
      out += integer(scripts_.contains(lower(words[i])) ? 1 : 0);
    return out;
  }
  if (what != "flush") throw Refused("ERR unknown subcommand '" + words[1] + "'");
  scripts_.clear();
  return kOk;
}

}  // namespace gatehouse::rehearsal
