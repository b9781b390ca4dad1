// Requests that show what a finding says, asked of the real matcher.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/arena.h"
#include "http/head.h"
#include "routing/cell.h"
#include "routing/subject.h"

namespace gatehouse::routing {

struct Request {
  std::string method = "GET";
  std::string host = "any.test";
  std::string target = "/";
  std::vector<std::string> fields;        // "Name: value"
  std::vector<std::uint8_t> source = {};  // empty: none
  std::vector<std::uint8_t> client = {};
};

// What stands for a wildcard, and where a cell asks for nothing.
struct Taste {
  std::string_view star;
  char one;
  std::string_view method;
  std::string_view host;
  std::string_view path;
  bool address;  // a client of this machine where no address is asked for; else none
};
// What a person would try.
inline constexpr Taste kPlain = {"x", 'x', "GET", "any.test", "/", true};
inline constexpr Taste kPlainLeast = {"", 'x', "GET", "any.test", "/", true};
// What rules for something else hardly match.
inline constexpr Taste kOdd = {"zq7j", 'z', "ZQ7J", "zq7j", "/zq7j", false};

// A request that holds the cell, as far as a text of it can be made: whoever needs to know asks
// `hold`.
[[nodiscard]] Request request_of(const Cell& cell, const Taste& taste);

// The request as it comes from the wire; `subject` looks into it.
class Parsed {
 public:
  explicit Parsed(const Request& request);
  // False: it is no valid request.
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] Subject subject() const { return {head_, request_.source, request_.client}; }

 private:
  const Request& request_;
  std::array<std::byte, 4096> block_;
  Arena arena_;
  std::string bytes_;
  http::RequestHead head_;
  bool good_ = false;
};

}  // namespace gatehouse::routing
