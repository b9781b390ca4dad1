// What the types of properties call the objects.
#pragma once

#include <array>
#include <string_view>

#include "policy/binding/object.h"

namespace gatehouse::policy {

inline constexpr std::array<std::string_view, kObjectCount> kClasses = {"Exchange",
                                                                        "Request",
                                                                        "RequestHeaders",
                                                                        "Query",
                                                                        "Cookies",
                                                                        "Upstream",
                                                                        "EditableHeaders",
                                                                        "Response",
                                                                        "EditableHeaders",
                                                                        "Identity",
                                                                        "Rule",
                                                                        "EditableQuery",
                                                                        "Peer"};

// The object that a property of that type is ("gatehouse.Identity?"); null: it is none.
[[nodiscard]] inline const ObjectType* object_of_class(std::string_view type) {
  constexpr std::string_view kPrefix = "gatehouse.";
  if (!type.starts_with(kPrefix)) return nullptr;
  type.remove_prefix(kPrefix.size());
  if (type.ends_with('?')) type.remove_suffix(1);
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    if (kClasses[i] == type) return object_types()[i];
  }
  return nullptr;
}

}  // namespace gatehouse::policy
