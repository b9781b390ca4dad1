#include "user.h"

#include <algorithm>

#include "ascii.h"
#include "crypto/jose/claims.h"

namespace auth {
namespace {

using gatehouse::crypto::jose::Json;
using gatehouse::crypto::jose::JsonNode;
using gatehouse::crypto::jose::JsonType;

constexpr std::size_t kLongest = 1024;

bool is_plain(std::string_view text) {
  return !text.starts_with(' ') && !text.ends_with(' ') && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

bool is_whole(const JsonNode& node) {
  return node.type == JsonType::number &&
         node.text.find_first_not_of("0123456789") == std::string_view::npos;
}

const JsonNode* first_of(const Json& claims, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (const JsonNode* found = claims.find(name)) return found;
  }
  return nullptr;
}

bool has_role(const Json& claims, std::string_view role) {
  const JsonNode* found = first_of(claims, {"role", "roles"});
  return found != nullptr && gatehouse::crypto::jose::claim_has(claims, *found, role);
}

// A number or a boolean as it is written.
bool is_value(const Json& claims, const JsonNode& claim, std::string_view value) {
  if (claim.type == JsonType::number || claim.type == JsonType::boolean) return claim.text == value;
  return gatehouse::crypto::jose::claim_has(claims, claim, value);
}

}  // namespace

std::optional<UserFault> read_user(const Json& claims, User& out) {
  const JsonNode* id = first_of(claims, {"user_id", "id", "sub"});
  if (id == nullptr || (id->type != JsonType::string && !is_whole(*id)) || id->text.empty()) {
    return UserFault::no_id;
  }
  out = {id->text, {}, {}};
  bool plain = is_plain(id->text);
  const JsonNode* email = claims.find("email");
  if (email != nullptr && email->type == JsonType::string) {
    out.email = email->text;
    plain = plain && is_plain(email->text);
  }
  const auto add_role = [&](const JsonNode& role) {
    if (role.type != JsonType::string || role.text.empty()) return;
    out.roles.push_back(role.text);
    plain = plain && is_plain(role.text) && role.text.find(',') == std::string_view::npos;
  };
  if (const JsonNode* roles = first_of(claims, {"role", "roles"})) {
    if (roles->type == JsonType::array) {
      claims.each(*roles, add_role);
    } else {
      add_role(*roles);
    }
  }
  return plain ? std::nullopt : std::optional(UserFault::not_representable);
}

void write_roles(const User& user, std::string& out) {
  out.clear();
  for (const auto role : user.roles) (out += out.empty() ? "" : ",") += role;
  if (out.empty()) out = "user";
}

bool may_pass(const Json& claims, const Require& require) {
  const bool role = require.role.empty() ||
                    std::any_of(require.role.begin(), require.role.end(),
                                [&](const auto& wanted) { return has_role(claims, wanted); });
  return role && std::all_of(require.claims.begin(), require.claims.end(), [&](const auto& wanted) {
           const JsonNode* claim = claims.find(wanted.first);
           return claim != nullptr &&
                  std::any_of(wanted.second.begin(), wanted.second.end(),
                              [&](const auto& value) { return is_value(claims, *claim, value); });
         });
}

}  // namespace auth
