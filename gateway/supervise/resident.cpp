#include "supervise/resident.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace gatehouse::supervise {
namespace {

// Segments that were never writable (relocated constants lie in writable ones) hold what the file
// holds, so that dropping their pages loses nothing.
int shed(dl_phdr_info* object, std::size_t, void* data) {
  const std::uintptr_t page = *static_cast<const std::uintptr_t*>(data);
  if (object->dlpi_name[0] != '\0' && object->dlpi_name[0] != '/') return 0;  // vdso: no file
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t first = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t last = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void shed_code_pages() noexcept {
  std::uintptr_t page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  ::dl_iterate_phdr(&shed, &page);
}

}  // namespace gatehouse::supervise
