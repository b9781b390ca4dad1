#include "control/packed_text.h"

#include <zlib.h>

#include <new>

#include "base/check.h"

namespace gatehouse::control {

PackedText::PackedText(std::string_view text) : size_(text.size()) {
  uLongf size = compressBound(text.size());
  std::string room(size, '\0');
  const int result = compress2(reinterpret_cast<Bytef*>(room.data()), &size,
                               reinterpret_cast<const Bytef*>(text.data()), text.size(), 1);
  if (result != Z_OK) throw std::bad_alloc();  // the room is what zlib asks for
  packed_.assign(room, 0, size);
}

std::string PackedText::text() const {
  std::string out(size_, '\0');
  if (out.empty()) return out;
  uLongf size = out.size();
  const int result = uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                                reinterpret_cast<const Bytef*>(packed_.data()), packed_.size());
  if (result == Z_MEM_ERROR) throw std::bad_alloc();
  GH_CHECK(result == Z_OK && size == size_);
  return out;
}

}  // namespace gatehouse::control
