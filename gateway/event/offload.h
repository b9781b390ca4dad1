// Work that may block, on threads that serve nobody.
#pragma once

#include <cstddef>
#include <functional>

namespace gatehouse::event {

inline constexpr unsigned kHelperThreads = 2;
inline constexpr std::size_t kMostOffloaded = 1024;

// Runs `work` on one of the process's helper threads, which begin with the first.  What it finds
// goes home by message (post_office.h).  False: `kMostOffloaded` wait already, and it was not
// taken. Thread: any.
[[nodiscard]] bool offload(std::function<void()> work);
// Work that was taken and has not returned yet.  Thread: any.
[[nodiscard]] std::size_t offloaded();

}  // namespace gatehouse::event
