// What plugins call: the functions behind gh_host.
#pragma once

#include "exchange/exchange.h"
#include "exchange/services.h"
#include "include/gatehouse/abi.h"

namespace gatehouse::plugin {

[[nodiscard]] const gh_host& host();

[[nodiscard]] inline std::string_view view(gh_text text) {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}
[[nodiscard]] inline gh_text c_text(std::string_view text) { return {text.data(), text.size()}; }

[[nodiscard]] inline gh_exchange* c_exchange(exchange::Exchange& x) {
  return reinterpret_cast<gh_exchange*>(&x);
}
[[nodiscard]] inline exchange::Exchange& exchange_of(gh_exchange* x) {
  return *reinterpret_cast<exchange::Exchange*>(x);
}
[[nodiscard]] inline gh_worker* c_worker(exchange::Services& services) {
  return reinterpret_cast<gh_worker*>(&services);
}
[[nodiscard]] inline exchange::Services& services_of(gh_worker* worker) {
  return *reinterpret_cast<exchange::Services*>(worker);
}

// What a plugin answers, copied into the exchange.
[[nodiscard]] exchange::Verdict answer_of(exchange::Exchange& x, const gh_answer& said);

// Whether a step may set such a field at all, and send such a path to a target.
[[nodiscard]] bool is_settable(std::string_view name, std::string_view value);
// Whether it may take such a field away: a request without Host is none (RFC 9112 3.2).
[[nodiscard]] bool is_removable(std::string_view name);
[[nodiscard]] bool is_upstream_path(std::string_view path);

// Parts of the table, by the file that has them.
void put_heads(gh_host& table);
void put_waits(gh_host& table);
void put_values(gh_host& table);
void put_stores(gh_host& table);

}  // namespace gatehouse::plugin
