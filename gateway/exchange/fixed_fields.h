// Header fields that many exchanges have alike, made once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/outgoing.h"

namespace gatehouse::exchange {

// Immutable; any thread.  Owns: the lines, side by side in memory, so that a writer copies them at
// once.
class FixedFields {
 public:
  using Pair = std::pair<std::string_view, std::string_view>;
  // Names and values are valid.
  explicit FixedFields(std::span<const Pair> fields);
  FixedFields(const FixedFields&) = delete;
  FixedFields& operator=(const FixedFields&) = delete;
  ~FixedFields() = default;

  [[nodiscard]] std::span<const http::ExtraField> fields() const { return fields_; }
  [[nodiscard]] std::size_t bytes() const { return text_.size(); }
  // Whether one of them has that name, in any case.  Cost: a test of a bit, mostly.
  [[nodiscard]] bool have(std::string_view name) const {
    return (sizes_ >> (name.size() & 63) & 1) != 0 && find(name);
  }

 private:
  [[nodiscard]] bool find(std::string_view name) const;

  std::string text_;
  std::vector<http::ExtraField> fields_;
  std::uint64_t sizes_ = 0;  // a bit for each size of a name, modulo 64
};

}  // namespace gatehouse::exchange
