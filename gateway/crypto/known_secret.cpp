#include "crypto/known_secret.h"

#include <algorithm>
#include <array>

#include "crypto/digest.h"

namespace gatehouse::crypto {
namespace {

// First eight bytes of the SHA-256 of secrets that everyone can look up, so that the list itself
// gives none away: the debugger of jwt.io, the examples of RFC 7515 A.1, of the documentation of
// well-known servers and libraries, what people write in place of one and forget there.
constexpr std::array<std::uint64_t, 52> kKnown = {
    0x0330b11998cbc9ab, 0x048af2438891a89a, 0x057ba03d6c441048, 0x074337dc15c16b74,
    0x0d356ede0ba49981, 0x103ab5dd9769664c, 0x10a4c7c9fc5206d6, 0x1453cea2dc3799e9,
    0x2bb80d537b1da3e3, 0x380829328eaac956, 0x3c469e9d6c5875d3, 0x3eb1bd439947eb76,
    0x465d9ad5d5528ebe, 0x53d3eb3d9500cdcd, 0x570dad43de1af4c9, 0x57f8f923ca9bf25b,
    0x5c70640e2259c51e, 0x5e884898da280471, 0x5eef83fe7cb71e2d, 0x6523e58bc0eec42c,
    0x652c7dc687d98c98, 0x730d21a80e61a8de, 0x730d7ccacc0854e2, 0x73ec74458059c70c,
    0x84e0c0eafaa95a34, 0x85dbe15d75ef9308, 0x861009ec4d599fab, 0x8b1b17a9740c068a,
    0x8c6976e5b5410415, 0x8d0b869de4b5698d, 0x91c99a5592d3f3ce, 0x9367ef8d9a68cc55,
    0x9f86d081884c7d65, 0x9f9f5111f7b27a78, 0xa064b502e61d27e9, 0xa9ee59cf6f8bbd8b,
    0xaec8084845b41a69, 0xbaf698c16450117d, 0xc16ffb94169a7be1, 0xc8ecc9361a05e285,
    0xd3ad9315b7be5dd5, 0xdb6833593279d737, 0xdfd7dc439654f313, 0xe1b85b27d6bcb058,
    0xe2186dbdb1bb4193, 0xe3b0c44298fc1c14, 0xef1ea5dd2b28d2c1, 0xefa6f5d24ecc2fb5,
    0xf6d527e6d0186548, 0xf75778f7425be4db, 0xf7d838701b86c5df, 0xfb86fb757d1241d5};

}  // namespace

bool is_known_secret(std::string_view secret) {
  Digest256 digest;
  Sha256 sha;
  if (!sha.of(secret, digest)) return true;
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < 8; ++i) begin = begin << 8 | digest[i];
  return std::find(kKnown.begin(), kKnown.end(), begin) != kKnown.end();
}

}  // namespace gatehouse::crypto
