// Preloaded into a gateway: counts what each thread takes from the heap.
//
// The counts lie in the file that ALLOCATIONS names, a number for each thread at its id modulo
// the number of places, so that a bench reads them without asking the process.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { kPlaces = 1 << 16 };

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* old, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);

static uint64_t* counts;

__attribute__((constructor)) static void open_counts(void) {
  const char* path = getenv("ALLOCATIONS");
  const int fd = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, kPlaces * sizeof *counts) != 0) abort();
  void* memory = mmap(NULL, kPlaces * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) abort();
  close(fd);
  counts = memory;
}

static void count(void) {
  static __thread uint64_t* mine;
  if (counts == NULL) return;  // before the constructor
  if (mine == NULL) mine = &counts[gettid() % kPlaces];
  ++*mine;
}

void* malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void* calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void* realloc(void* old, size_t size) {
  count();
  return __libc_realloc(old, size);
}

void* memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void** out, size_t alignment, size_t size) {
  *out = memalign(alignment, size);
  return *out == NULL ? ENOMEM : 0;
}
