// Tells AddressSanitizer which recycled memory is out of use, so that a late touch is found in our
// own pools too.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define GH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GH_ASAN 1
#endif
#endif

#ifdef GH_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace gatehouse {

inline void poison([[maybe_unused]] const void* p, [[maybe_unused]] std::size_t n) noexcept {
#ifdef GH_ASAN
  ASAN_POISON_MEMORY_REGION(p, n);
#endif
}
inline void unpoison([[maybe_unused]] const void* p, [[maybe_unused]] std::size_t n) noexcept {
#ifdef GH_ASAN
  ASAN_UNPOISON_MEMORY_REGION(p, n);
#endif
}

}  // namespace gatehouse
