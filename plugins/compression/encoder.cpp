#include "encoder.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <array>

namespace compression {
namespace {

class Gzip final : public Encoder {
 public:
  explicit Gzip(int level) {
    constexpr int kGzip = 16 + MAX_WBITS;
    ready_ = ::deflateInit2(&stream_, level, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Gzip() override {
    if (ready_) ::deflateEnd(&stream_);
  }
  [[nodiscard]] bool ready() const { return ready_; }

  bool encode(std::string_view bytes, Piece piece, std::string& out) override {
    const int flush = piece == Piece::last    ? Z_FINISH
                      : piece == Piece::flush ? Z_SYNC_FLUSH
                                              : Z_NO_FLUSH;
    // zlib counts in 32 bits; pieces do not come near.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, 16384> room;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(room.data());
      stream_.avail_out = room.size();
      const int status = ::deflate(&stream_, flush);
      if (status == Z_STREAM_ERROR) return false;
      out.append(room.data(), room.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return true;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

class Brotli final : public Encoder {
 public:
  explicit Brotli(int level) : state_(::BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (state_ == nullptr) return;
    ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_QUALITY, static_cast<std::uint32_t>(level));
    // A window and blocks of 64 KiB keep an encoder under 3 MiB at each level; with 256 KiB it is 3
    // MiB at level 5 and 36 MiB at level 9, with the default of 4 MiB more.
    ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_LGWIN, 16);
    ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_LGBLOCK, 16);
  }
  ~Brotli() override { ::BrotliEncoderDestroyInstance(state_); }
  [[nodiscard]] bool ready() const { return state_ != nullptr; }

  bool encode(std::string_view bytes, Piece piece, std::string& out) override {
    const auto operation = piece == Piece::last    ? BROTLI_OPERATION_FINISH
                           : piece == Piece::flush ? BROTLI_OPERATION_FLUSH
                                                   : BROTLI_OPERATION_PROCESS;
    std::size_t left = bytes.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
    do {
      std::size_t no_room = 0;
      if (::BrotliEncoderCompressStream(state_, operation, &left, &next, &no_room, nullptr,
                                        nullptr) == BROTLI_FALSE)
        return false;
      std::size_t size = 0;
      const std::uint8_t* made = ::BrotliEncoderTakeOutput(state_, &size);
      out.append(reinterpret_cast<const char*>(made), size);
    } while (left != 0 || ::BrotliEncoderHasMoreOutput(state_) != BROTLI_FALSE);
    return true;
  }

 private:
  BrotliEncoderState* state_;
};

template <typename T>
std::unique_ptr<Encoder> made(int level) {
  auto out = std::make_unique<T>(level);
  if (!out->ready()) return nullptr;
  return out;
}

}  // namespace

std::unique_ptr<Encoder> make_encoder(Coding coding, int level) {
  return coding == Coding::br ? made<Brotli>(level) : made<Gzip>(level);
}

}  // namespace compression
