// JSON as it stands in tokens and key sets (RFC 8259), read strictly, in place and without a tree.
// The libraries at hand take what must be refused here: duplicate members, lone surrogates.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/jose/token_fault.h"

namespace gatehouse::crypto::jose {

enum class JsonType : std::uint8_t { object, array, string, number, boolean, null };

// A value.  The values in an object or array follow it; `next` is the place of what comes behind.
struct JsonNode {
  std::string_view key;   // of a member of an object
  std::string_view text;  // a string's value; a number or a boolean as it is written
  std::uint32_t next = 0;
  JsonType type = JsonType::null;
  std::uint8_t mark = 0;  // of the key: equal keys have the same
};

// Depth 1 is the outermost object.  No object may have more than 128 members.
struct JsonLimits {
  std::uint32_t depth = 8;
  std::uint32_t members = 128;  // in the whole document
  std::uint32_t nodes = 512;
};

// One document.  Thread: one at a time.  Owns: the nodes, room for which is taken once; not the
// text.
class Json {
 public:
  explicit Json(JsonLimits limits = {});

  // Reads an object of `size` bytes.  Escapes in the text are replaced by what they mean, and
  // text[size] is overwritten; the nodes look at the text.  Cost: about 1 ns a byte.
  // Errors: bad_json, duplicate_member (in any object, escapes resolved).
  [[nodiscard]] std::optional<TokenFault> read(char* text, std::size_t size) noexcept;

  [[nodiscard]] const JsonNode& root() const { return nodes_.front(); }
  // The member of the outermost object, or null.
  [[nodiscard]] const JsonNode* find(std::string_view key) const { return find(root(), key); }
  // The member of an object of this document, or null.
  [[nodiscard]] const JsonNode* find(const JsonNode& object, std::string_view key) const {
    const std::uint8_t mark = mark_of(key);
    if (&object == nodes_.data() && (root_marks_ & bit_of(mark)) == 0) return nullptr;
    return find(object, key, mark);
  }

  // Calls `visit` with each member of an object or value of an array.
  template <typename Visit>
  void each(const JsonNode& parent, Visit visit) const {
    const std::size_t self = static_cast<std::size_t>(&parent - nodes_.data());
    for (std::size_t i = self + 1; i < parent.next; i = nodes_[i].next) visit(nodes_[i]);
  }

 private:
  friend class JsonReader;
  // A number for a key: keys that are equal have the same.
  [[nodiscard]] static constexpr std::uint8_t mark_of(std::string_view key) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(key[i]); };
    const std::size_t mixed =
        key.empty() ? 0 : byte(0) * 5U + byte(key.size() - 1) * 3U + key.size();
    return static_cast<std::uint8_t>(mixed);
  }
  [[nodiscard]] static constexpr std::uint64_t bit_of(std::uint8_t mark) {
    return std::uint64_t{1} << (mark & 63);
  }
  [[nodiscard]] const JsonNode* find(const JsonNode& object, std::string_view key,
                                     std::uint8_t mark) const;

  JsonLimits limits_;
  std::vector<JsonNode> nodes_;
  std::uint64_t root_marks_ = 0;  // a bit for each key of the outermost object
};

// A number as whole seconds, or nothing: it is no number, negative, or 2^53 and more.  A fraction
// is rounded down, or up.
[[nodiscard]] std::optional<std::int64_t> seconds_of(const JsonNode& node, bool up);

}  // namespace gatehouse::crypto::jose
