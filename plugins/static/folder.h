// Finds files in a folder that no name leads out of.
#pragma once

#include <sys/stat.h>

#include <gatehouse/plugin.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config.h"

namespace static_files {

// The name of a file, from the path of a request without its prefix: decoded once, "" for the
// folder itself.  Nothing: no file is called so, or it is hidden.
[[nodiscard]] std::optional<std::string> file_name(std::string_view path, bool hidden);

struct Wish {
  // Of a file, or with a slash at its end of a folder; nothing: what no file is called.
  std::optional<std::string> name;
  std::vector<Coding> codings;  // that the client takes, the best first
};

struct Found {
  enum class What : std::uint8_t {
    file,
    folder,  // whose name the client wrote without its slash
    nothing,
    forbidden,
    failed,     // no descriptor, no memory, the disk
    would_wait  // for the disk
  };
  What what = What::nothing;
  gatehouse::OpenFile file;
  struct stat status {};
  std::string name;  // without what the coding adds to it
  std::optional<Coding> coding;
  bool is_fallback = false;
  bool is_not_found = false;
};

// `may_wait`: for names that the kernel does not hold in memory.  Source: openat2(2),
// RESOLVE_BENEATH and RESOLVE_CACHED.
[[nodiscard]] Found find(const Config& config, const Wish& wish, bool may_wait);

}  // namespace static_files
