// Preloaded into a load generator: its connections come from different addresses of the loopback.
//
// Connection k comes from the address of rule k * kScatter % SOURCES (harness/rule_kinds.py).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <stdlib.h>

enum { kFirst = 0x7f010000, kScatter = 7919 };  // 127.1.0.0; a prime

int connect(int fd, const struct sockaddr* to, socklen_t size) {
  static int (*real)(int, const struct sockaddr*, socklen_t);
  static uint32_t made;
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "connect");
  const char* sources = getenv("SOURCES");
  if (sources == NULL || to->sa_family != AF_INET) return real(fd, to, size);
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(kFirst + made++ * kScatter % (uint32_t)atoi(sources));
  if (bind(fd, (const struct sockaddr*)&from, sizeof from) != 0) return -1;
  return real(fd, to, size);
}
