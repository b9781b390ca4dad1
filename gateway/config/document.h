// YAML with positions: the bytes of a file as a tree, each node of which knows where it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"

namespace gatehouse::config {

// A node; children of a map alternate between key and value.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };
  Kind kind = Kind::null;
  Span span;
  std::uint32_t first = 0;  // index of the first child; 0: none
  std::uint32_t next = 0;   // index of the next sibling; 0: none
  std::uint32_t count = 0;
  std::string text;
};

// One document.  Bounded: 16 MiB, 2,000,000 values, 500 levels; aliases are refused, so nothing can
// be small and expand.  A file with a byte order mark or CRLF at the ends of lines is read as if it
// had neither.  Errors are added to `diagnostics` with the codes empty, too-large, too-deep,
// not-text, syntax, alias, duplicate-key, wrong-type (a key that is a list or a map).
class Document {
 public:
  Document(std::string_view text, Diagnostics& diagnostics);

  // Null kind if there was nothing to read.
  [[nodiscard]] const Node& root() const { return nodes_.empty() ? none_ : nodes_[0]; }
  [[nodiscard]] const Node& at(std::uint32_t index) const { return nodes_[index]; }

 private:
  friend class Builder;
  void read(std::string_view text, Diagnostics& diagnostics);
  std::vector<Node> nodes_;
  Node none_;
};

}  // namespace gatehouse::config
