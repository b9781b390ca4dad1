// Linked into suites that make no thread, which is why they are left out of ThreadSanitizer: one
// that makes a thread ends here, and belongs into the lists of those that stay in
// (tests/CMakeLists.txt, plugins/CMakeLists.txt).
#include <pthread.h>

#include <cstdio>
#include <cstdlib>

extern "C" int pthread_create(pthread_t* /*thread*/, const pthread_attr_t* /*attributes*/,
                              void* (* /*start*/)(void*), void* /*argument*/) noexcept {
  std::fputs("one_thread: this suite is run without ThreadSanitizer, but makes a thread\n", stderr);
  std::abort();
}
