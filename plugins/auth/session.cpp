#include "session.h"

#include <array>
#include <cstring>

namespace auth {
namespace {

struct Sizes {
  std::array<std::uint32_t, 5> of{};
  std::int64_t expires = 0;
  std::int64_t mint_again = 0;
  bool may_pass = false;
};

}  // namespace

void pack(const Session& session, std::string& out) {
  Sizes sizes{};
  out.assign(sizeof sizes, '\0');
  std::size_t i = 0;
  for (const auto text :
       {session.id, session.email, session.roles, session.claims, session.minted}) {
    sizes.of[i++] = static_cast<std::uint32_t>(text.size());
    out += text;
  }
  sizes.expires = session.expires;
  sizes.mint_again = session.mint_again;
  sizes.may_pass = session.may_pass;
  std::memcpy(out.data(), &sizes, sizeof sizes);
}

Session unpacked(std::string_view text) {
  Sizes sizes;
  std::memcpy(&sizes, text.data(), sizeof sizes);
  text.remove_prefix(sizeof sizes);
  Session out;
  std::size_t i = 0;
  for (auto* part : {&out.id, &out.email, &out.roles, &out.claims, &out.minted}) {
    *part = text.substr(0, sizes.of[i]);
    text.remove_prefix(sizes.of[i++]);
  }
  out.expires = sizes.expires;
  out.mint_again = sizes.mint_again;
  out.may_pass = sizes.may_pass;
  return out;
}

}  // namespace auth
