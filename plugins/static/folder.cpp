#include "folder.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace static_files {

using gatehouse::OpenFile;
using What = Found::What;

namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

OpenFile open_at(int folder, const char* name, std::uint64_t flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = resolve;
  return OpenFile(static_cast<int>(::syscall(SYS_openat2, folder, name, &how, sizeof how)));
}

What why_not(int error) {
  switch (error) {
    case EAGAIN:
      return What::would_wait;
    case EACCES:
    case EPERM:
      return What::forbidden;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EIO:
      return What::failed;
    default:
      return What::nothing;  // ENOENT, ENOTDIR, ENAMETOOLONG, and EXDEV and ELOOP: it leads out
  }
}

class Search {
 public:
  Search(const Config& config, const Wish& wish, bool may_wait)
      : config_(config), wish_(wish), may_wait_(may_wait) {}

  Found run() {
    Found out;
    folder_ = open_at(AT_FDCWD, config_.root.value.c_str(), O_PATH | O_DIRECTORY, cached());
    if (!folder_) {
      out.what = why_not(errno);
      return out;
    }
    if (wish_.name) out = is_folder(*wish_.name) ? index_of(*wish_.name) : look(*wish_.name);
    if (out.what != What::nothing) return out;
    const std::string& instead = !config_.fallback.empty() ? config_.fallback : config_.not_found;
    if (instead.empty()) return out;
    out = look(instead);
    out.is_fallback = !config_.fallback.empty();
    out.is_not_found = config_.fallback.empty();
    return out;
  }

 private:
  static bool is_folder(const std::string& name) { return name.empty() || name.back() == '/'; }
  [[nodiscard]] std::uint64_t cached() const { return may_wait_ ? 0 : RESOLVE_CACHED; }

  Found index_of(const std::string& name) {
    for (const auto& index : config_.index) {
      Found out = look(name + index);
      if (out.what == What::folder) continue;
      if (out.what != What::nothing) return out;
    }
    return {};
  }

  Found look(const std::string& name) {
    Found out = open(name);
    if (out.what != What::file) return out;
    for (const Coding coding : wish_.codings) {
      Found packed = open(name + (coding == Coding::br ? ".br" : ".gz"));
      if (packed.what == What::would_wait) return packed;
      if (packed.what != What::file) continue;
      packed.name = name;
      packed.coding = coding;
      return packed;
    }
    return out;
  }

  Found open(const std::string& name) {
    Found out;
    out.name = name;
    const std::uint64_t links =
        config_.symlinks == Symlinks::none ? RESOLVE_NO_SYMLINKS : std::uint64_t{0};
    // Without O_NONBLOCK a fifo would wait for its writer.
    out.file = open_at(folder_.descriptor(), name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY,
                       RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | links | cached());
    if (!out.file) {
      out.what = why_not(errno);
    } else if (::fstat(out.file.descriptor(), &out.status) != 0) {
      out.what = What::failed;
    } else if (S_ISREG(out.status.st_mode)) {
      out.what = What::file;
    } else {
      out.what = S_ISDIR(out.status.st_mode) ? What::folder : What::nothing;
    }
    return out;
  }

  const Config& config_;
  const Wish& wish_;
  bool may_wait_;
  OpenFile folder_;
};

}  // namespace

std::optional<std::string> file_name(std::string_view path, bool hidden) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      out += path[i];
      continue;
    }
    const int high = i + 2 < path.size() ? digit(path[i + 1]) : -1;
    const int low = high >= 0 ? digit(path[i + 2]) : -1;
    if (low < 0) return std::nullopt;
    const char c = static_cast<char>(high * 16 + low);
    if (c == '/' || c == '\0') return std::nullopt;
    out += c;
    i += 2;
  }
  out.erase(0, out.find_first_not_of('/'));
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = std::min(out.find('/', at), out.size());
    const std::string_view part = std::string_view(out).substr(at, end - at);
    if (part == ".." || part == ".") return std::nullopt;
    if (part.starts_with('.') && !hidden && part != ".well-known") return std::nullopt;
    at = end + 1;
  }
  return out;
}

Found find(const Config& config, const Wish& wish, bool may_wait) {
  return Search(config, wish, may_wait).run();
}

}  // namespace static_files
