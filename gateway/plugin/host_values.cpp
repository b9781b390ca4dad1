// What steps tell those that follow.
#include "plugin/host.h"

namespace gatehouse::plugin {
namespace {

using exchange::Exchange;
using exchange::NamedValue;

const gh_identity* identity(gh_exchange* raw) {
  Exchange& x = exchange_of(raw);
  if (x.space->identity == nullptr) return nullptr;
  auto* out = x.arena.make<gh_identity>();
  auto* roles = x.arena.array<gh_text>(x.space->identity->roles.size());
  for (std::size_t i = 0; i < x.space->identity->roles.size(); ++i)
    roles[i] = c_text(x.space->identity->roles[i]);
  *out = {c_text(x.space->identity->id), c_text(x.space->identity->email),
          c_text(x.space->identity->method), roles, x.space->identity->roles.size()};
  return out;
}

void set_identity(gh_exchange* raw, const gh_identity* said) {
  Exchange& x = exchange_of(raw);
  auto* roles = static_cast<std::string_view*>(
      x.arena.allocate(said->role_count * sizeof(std::string_view), alignof(std::string_view)));
  for (std::size_t i = 0; i < said->role_count; ++i)
    new (roles + i) std::string_view(x.arena.copy(view(said->roles[i])));
  x.space->identity = x.arena.make<exchange::Identity>(
      x.arena.copy(view(said->id)), x.arena.copy(view(said->email)),
      x.arena.copy(view(said->method)), std::span<const std::string_view>(roles, said->role_count));
}

int value(gh_exchange* raw, gh_text name, gh_text* out) {
  for (const NamedValue* at = exchange_of(raw).space->values; at != nullptr; at = at->next) {
    if (at->name != view(name)) continue;
    *out = c_text(at->text);
    return 1;
  }
  return 0;
}

void set_value(gh_exchange* raw, gh_text name, gh_text text) {
  Exchange& x = exchange_of(raw);
  NamedValue** at = &x.space->values;
  while (*at != nullptr && (*at)->name != view(name)) at = &(*at)->next;
  if (*at == nullptr)
    *at = x.arena.make<NamedValue>(x.arena.copy(view(name)), std::string_view{}, nullptr);
  (*at)->text = x.arena.copy(view(text));
}

int next_value(gh_exchange* raw, std::size_t place, gh_text* name, gh_text* text) {
  const NamedValue* at = exchange_of(raw).space->values;
  while (at != nullptr && place-- != 0) at = at->next;
  if (at == nullptr) return 0;
  *name = c_text(at->name);
  *text = c_text(at->text);
  return 1;
}

}  // namespace

void put_values(gh_host& table) {
  table.identity = &identity;
  table.set_identity = &set_identity;
  table.value = &value;
  table.set_value = &set_value;
  table.next_value = &next_value;
}

}  // namespace gatehouse::plugin
