// Memory that is all zeros and takes no room before it is written to.
#pragma once

#include <cstddef>

namespace gatehouse::observe {

// Pages of the kernel's own: `size` bytes that read as zero.  Errors: std::bad_alloc.
[[nodiscard]] void* map_untouched(std::size_t size);
void unmap_untouched(void* memory, std::size_t size) noexcept;

}  // namespace gatehouse::observe
