#include "observe/access_format.h"

#include <charconv>
#include <cstring>

#include "observe/escape.h"

namespace gatehouse::observe {
namespace {

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

template <typename Number>
char* put_number(char* out, Number value) {
  return std::to_chars(out, out + 24, value).ptr;
}

// Keys are constants, so that each is a copy of known length.
template <std::size_t n>
char* put_key(char* out, const char (&key)[n]) {
  std::memcpy(out, key, n - 1);
  return out + n - 1;
}

char* put_cut(char* out, std::uint32_t cut) {
  static constexpr std::string_view kWords[] = {
#define ACCESS_TEXT(word, longest, meaning) #word,
#include "observe/access_field.def"
  };
  out = put(out, R"(,"cut":[)");
  const char* separator = "\"";
  for (std::size_t i = 0; i < kAccessTexts; ++i) {
    if ((cut >> i & 1U) == 0) continue;
    out = put(out, separator);
    out = put(out, kWords[i]);
    *out++ = '"';
    separator = ",\"";
  }
  *out++ = ']';
  return out;
}

}  // namespace

char* AccessFormatter::write(char* out, const AccessRecord& record, AccessFormat format) noexcept {
  out = format == AccessFormat::json ? write_json(out, record) : write_alb(out, record);
  *out++ = '\n';
  return out;
}

char* AccessFormatter::write_json(char* out, const AccessRecord& r) noexcept {
#define ACCESS_TIME(field, meaning)         \
  out = put_key(out, "{\"" #field "\":\""); \
  out = time_.write(out, r.field);          \
  *out++ = '"';
#define ACCESS_TEXT(field, longest, meaning)  \
  if (!r.field.empty()) {                     \
    out = put_key(out, ",\"" #field "\":\""); \
    out = write_json_text(out, r.field);      \
    *out++ = '"';                             \
  }
#define ACCESS_WORD(field, type, meaning)                         \
  if (const std::string_view text = word(r.field); text != "-") { \
    out = put_key(out, ",\"" #field "\":\"");                     \
    out = put(out, text);                                         \
    *out++ = '"';                                                 \
  }
#define ACCESS_NUMBER(field, type, absent, meaning) \
  if (r.field != absent) {                          \
    out = put_key(out, ",\"" #field "\":");         \
    out = put_number(out, r.field);                 \
  }
#define ACCESS_COUNT(field, type, meaning) \
  out = put_key(out, ",\"" #field "\":");  \
  out = put_number(out, r.field);
#include "observe/access_field.def"
  if (r.cut != 0) out = put_cut(out, r.cut);
  *out++ = '}';
  return out;
}

}  // namespace gatehouse::observe
