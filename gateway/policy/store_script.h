// A script of a Redis, run as the store runs it: for tests, which have none.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace gatehouse::policy {

// A command of the script; its reply as it goes over the wire (RESP 2).
using StoreCall = std::function<std::string(const std::vector<std::string>& words)>;

// The script's reply, or an error, in the same form.  It has KEYS, ARGV, `redis.call`, `pcall`,
// `error_reply`, `status_reply` and `sha1hex`, and of Lua string, table, math, bit and what harms
// nobody; globals cannot be made.  Ends after a hundred million instructions.
[[nodiscard]] std::string run_store_script(const std::string& script,
                                           const std::vector<std::string>& keys,
                                           const std::vector<std::string>& arguments,
                                           const StoreCall& call);

}  // namespace gatehouse::policy
