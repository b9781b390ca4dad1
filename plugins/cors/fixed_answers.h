// What answers say that is the same for every request, laid out once.
#pragma once

#include <gatehouse/plugin.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "answer.h"

namespace cors {

// The fields for an origin, also those of an answer that has no Vary yet.
struct FixedAnswer {
  gatehouse::FixedHeaders alone;
  gatehouse::FixedHeaders with_vary;
};

// Thread: one at a time (a worker has its own).
class FixedAnswers {
 public:
  FixedAnswers(const Config& config, const Answers& answers);

  // Null: the list does not name the origin as it is, and may mean it all the same.
  [[nodiscard]] const FixedAnswer* of(std::string_view origin) const;

  // What a target says about it does not count.
  gatehouse::FixedHeaders replaced;
  // For a request without an origin.
  FixedAnswer none{{}, {{"Vary", "Origin"}}};

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::optional<FixedAnswer> any_;  // "*" serves everyone
  std::unordered_map<std::string, FixedAnswer, Hash, std::equal_to<>> by_origin_;
};

}  // namespace cors
