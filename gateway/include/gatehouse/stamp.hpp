// What lies in a plugin's file for the gateway to read before it loads the file.
#pragma once

#include <gatehouse/abi.h>

#include <cstddef>

namespace [[gnu::visibility("hidden")]] gatehouse {
namespace detail {

template <std::size_t Size>
struct StampText {
  char text[Size] = {};
  template <std::size_t N>
  constexpr explicit StampText(const char (&from)[N]) {
    static_assert(N <= Size, "the name or version of a plugin is too long");
    for (std::size_t i = 0; i < N; ++i) text[i] = from[i];
  }
};
template <std::size_t N, std::size_t V>
constexpr gh_stamp make_stamp(const char (&name)[N], const char (&version)[V]) {
  gh_stamp out{{'g', 'a', 't', 'e', 'h', 's', 'e', 0},
               GH_ABI_MAJOR,
               GH_ABI_MINOR,
               sizeof(gh_plugin),
               sizeof(gh_host),
               sizeof(gh_field),
               GH_VALUES_SIZE,
               {},
               {}};
  const StampText<64> n(name);
  const StampText<32> v(version);
  for (std::size_t i = 0; i < 64; ++i) out.name[i] = n.text[i];
  for (std::size_t i = 0; i < 32; ++i) out.version[i] = v.text[i];
  return out;
}

}  // namespace detail
}  // namespace gnu::visibility("hidden")]]gatehouse
