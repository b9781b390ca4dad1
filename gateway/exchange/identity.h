// Who the client is, and what else steps tell those that follow.
#pragma once

#include <span>
#include <string_view>

namespace gatehouse::exchange {

// Views into the exchange's arena.
struct Identity {
  std::string_view id;
  std::string_view email;
  std::string_view method;  // how it was found
  std::span<const std::string_view> roles;
};

// A named value; a list in the order of setting.
struct NamedValue {
  std::string_view name;
  std::string_view text;
  NamedValue* next = nullptr;
};

}  // namespace gatehouse::exchange
