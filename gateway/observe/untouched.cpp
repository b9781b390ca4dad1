#include "observe/untouched.h"

#include <sys/mman.h>

#include <new>

namespace gatehouse::observe {

void* map_untouched(std::size_t size) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // A huge page would be there as a whole at the first write.
  static_cast<void>(madvise(memory, size, MADV_NOHUGEPAGE));
  return memory;
}

void unmap_untouched(void* memory, std::size_t size) noexcept {
  if (memory != nullptr) munmap(memory, size);
}

}  // namespace gatehouse::observe
