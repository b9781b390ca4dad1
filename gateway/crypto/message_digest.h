// Digests and HMACs of whole texts, for who names the hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::crypto {

enum class Hash : std::uint8_t { md5, sha1, sha256, sha384, sha512 };

// Raw bytes.  Nothing: the library does not have it.
[[nodiscard]] std::optional<std::string> digest(Hash hash, std::string_view text);
[[nodiscard]] std::optional<std::string> hmac(Hash hash, std::string_view key,
                                              std::string_view text);
// Whether two texts are the same, in a time that depends on their lengths alone.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace gatehouse::crypto
