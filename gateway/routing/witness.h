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
  std::string path = "/";
  std::string query;
  std::vector<std::string> fields;        // "Name: value"
  std::vector<std::uint8_t> source = {};  // empty: none
  std::vector<std::uint8_t> client = {};
  [[nodiscard]] std::string target() const;
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

// How a request is looked at.
enum class Form : std::uint8_t {
  wire,     // as it comes: host and path are made canonical
  written,  // host and path as they stand, whether or not a request could have them
};

// The request, parsed; `subject` looks into it.
class Parsed {
 public:
  explicit Parsed(const Request& request, Form form = Form::wire);
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
