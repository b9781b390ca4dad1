// Forwarding fields that are the same in every request of a listener.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "http/outgoing.h"

namespace gatehouse::snapshot {

// Made once and side by side, so that they reach a request's head in one copy.
// Owns: their text, so it stays where it is.
class OwnFields {
 public:
  enum Which : std::uint8_t { proto, port, via };

  OwnFields(std::string_view scheme, std::string_view port_digits);
  OwnFields(const OwnFields&) = delete;
  OwnFields& operator=(const OwnFields&) = delete;

  [[nodiscard]] std::span<const http::ExtraField> all() const { return fields_; }
  [[nodiscard]] const http::ExtraField& operator[](Which which) const { return fields_[which]; }

 private:
  std::string text_;
  std::array<http::ExtraField, 3> fields_;
};

}  // namespace gatehouse::snapshot
