// Changes to a head on its way: a list, applied while the head is written; later steps read them
// back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/moved.h"
#include "exchange/fixed_fields.h"
#include "http/field.h"
#include "http/head.h"
#include "http/outgoing.h"

namespace gatehouse::exchange {

// The fields that a message will be written with: those that came in, less the dropped, plus the
// added. Thread: its worker's.  Owns nothing: everything lies in the exchange's arena.
class Edits {
 public:
  explicit Edits(Arena& arena) : arena_(&arena) {}

  // Starts from the fields of a head, which are copied so that the head itself never changes.
  void start(std::span<const http::Field> fields);
  // Takes over the fields of a head that nobody will read again: no copy.
  void adopt(http::Head& head) {
    field_count_ = head.field_count;
    extra_count_ = 0;
    fields_ = const_cast<http::Field*>(head.field_begin);  // they lie in this head's arena
  }
  // Copies the bytes that the fields look at, which are about to go.
  void keep();
  // Those bytes have moved.
  void rebase(const Moved& bytes);

  // The first value of the field as it stands after all edits so far, or nothing; names ignore
  // case.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  // Replaces every field of that name.  Name and value are copied.  False, and nothing happens: the
  // name is no token, or the value holds CR, LF or NUL.
  bool set(std::string_view name, std::string_view value);
  // Adds beside what is there.
  bool add(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  // Every field that one of those has the name of.
  void remove(const FixedFields& names);
  // Without checking, for what the gateway itself writes; name and value are copied.
  void append(std::string_view name, std::string_view value);
  // A line that is made already, "Name: value\r\n", and outlives the exchange.
  void append(http::ExtraField field) {
    if (extra_count_ == extra_room_) grow();
    extra_[extra_count_++] = field;
  }
  // Several of them, in their order.
  void append(std::span<const http::ExtraField> fields) {
    while (extra_room_ - extra_count_ < fields.size()) grow();
    for (const auto& field : fields) extra_[extra_count_++] = field;
  }
  void drop(http::FieldId id);

  [[nodiscard]] std::span<http::Field> fields() { return {fields_, field_count_}; }
  [[nodiscard]] std::span<const http::Field> fields() const { return {fields_, field_count_}; }
  [[nodiscard]] std::span<const http::ExtraField> extra() const { return {extra_, extra_count_}; }

 private:
  void grow();
  // Without those of which `goes` is true.
  template <typename Goes>
  void remove_where(Goes goes);

  Arena* arena_;
  http::Field* fields_ = nullptr;
  http::ExtraField* extra_ = nullptr;
  std::uint32_t field_count_ = 0;
  std::uint32_t extra_count_ = 0;
  std::uint32_t extra_room_ = 0;
};

}  // namespace gatehouse::exchange
