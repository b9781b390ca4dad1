// What decides what a rule does, as one number: rules of the same content are the same rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/spec.h"

namespace gatehouse::snapshot {

// Bytes that are collected and hashed.  Texts and lists say where they end, so that no two
// configurations have the same bytes.
class Content {
 public:
  void add(std::string_view text);
  void add(std::uint64_t number);
  void add(Millis time) { add(static_cast<std::uint64_t>(time.count())); }
  void add(const config::WhenSpec& when);
  void add(const config::RewriteSpec& rewrite);
  [[nodiscard]] std::uint64_t hash() const;

 private:
  void add(const std::vector<config::PatternSpec>& patterns);
  void add(const std::vector<std::vector<config::NamedPatterns>>& maps);
  void add(const std::vector<config::Placed<config::AddressBlock>>& blocks);

  std::string bytes_;
};

}  // namespace gatehouse::snapshot
