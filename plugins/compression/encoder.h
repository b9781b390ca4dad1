// Compresses a body as it streams.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace compression {

enum class Coding : std::uint8_t { br, gzip };

// What a piece is, for the encoder.
enum class Piece : std::uint8_t {
  more,   // others follow soon
  flush,  // whoever reads must be able to see all of it now
  last
};

// Thread: its exchange's.  Owns: 256 KiB of state (gzip), 0.7 to 3 MiB (br).
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends what comes out.  False: the library failed, and the body cannot go on.
  [[nodiscard]] virtual bool encode(std::string_view bytes, Piece piece, std::string& out) = 0;
};

// Null: no memory.  `level`: 1 (fast) to 9 (small).
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(Coding coding, int level);

}  // namespace compression
