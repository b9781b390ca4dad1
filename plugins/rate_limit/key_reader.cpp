#include "key_reader.h"

#include <algorithm>

#include "crypto/jose/json.h"

namespace rate_limit {
namespace {

using gatehouse::Exchange;

bool append(std::optional<std::string_view> value, std::string& to) {
  if (value) to += *value;
  return value.has_value();
}

bool append_claim(Exchange& x, std::string_view name, std::string& to) {
  const auto claims = x.value("claims");
  if (!claims) return false;
  gatehouse::crypto::jose::Json json;
  std::string copy(*claims);
  if (json.read(copy.data(), copy.size())) return false;
  const gatehouse::crypto::jose::JsonNode* claim = json.find(name);
  const bool plain = claim != nullptr && claim->type != gatehouse::crypto::jose::JsonType::object &&
                     claim->type != gatehouse::crypto::jose::JsonType::array;
  return plain && append(claim->text, to);
}

// A network of 64 bits is one client: whoever has an IPv6 address has 2^64 of them.
void append_address(Exchange& x, std::string& to) {
  constexpr std::size_t kNetwork = 8;
  const gatehouse::Address address = x.request().client_address();
  to += 'i';
  to.append(reinterpret_cast<const char*>(address.bytes.data()),
            std::min(address.size, address.size == 16 ? kNetwork : 4));
}

// False: the request has no such thing.
bool append_own(Exchange& x, const Key& key, std::string& to) {
  switch (key.kind) {
    case Key::Kind::client_ip:
      return false;
    case Key::Kind::route:
      return append(x.request().rule(), to);
    case Key::Kind::user: {
      const auto identity = x.identity();
      return identity && append(identity->id, to);
    }
    case Key::Kind::header:
      return false;
    case Key::Kind::value:
      return append(x.value(key.name), to);
    case Key::Kind::claim:
      return append_claim(x, key.name, to);
  }
  return false;
}

}  // namespace

bool append_key(Exchange& x, const Key& key, std::string& to) {
  to += static_cast<char>('a' + static_cast<int>(key.kind));
  if (key.kind == Key::Kind::header) {
    std::string_view first;
    const std::size_t count = x.request().headers().count(key.name, first);
    to += first;
    if (count != 0) return count == 1;
  }
  if (append_own(x, key, to)) return true;
  // No kind: nobody's own text is read as somebody's address.
  to.pop_back();
  append_address(x, to);
  return true;
}

}  // namespace rate_limit
