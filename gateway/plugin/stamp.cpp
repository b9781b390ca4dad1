#include "plugin/stamp.h"

#include <elf.h>

#include <cstring>

namespace gatehouse::plugin {
namespace {

// A T at `offset`, if the file is long enough.
template <typename T>
bool take(std::string_view bytes, std::uint64_t offset, T& out) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  std::memcpy(&out, bytes.data() + offset, sizeof(T));
  return true;
}

tl::unexpected<Refusal> not_a_plugin(std::string what) {
  return tl::make_unexpected(
      Refusal{"it is no plugin: " + std::move(what), "build it with gatehouse_add_plugin(NAME)"});
}

#if defined(__x86_64__)
constexpr auto kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr auto kMachine = EM_AARCH64;
#else
#error "the number of this machine in ELF files"
#endif

std::string version(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + '.' + std::to_string(minor);
}

std::string_view text(const char* from, std::size_t room) { return {from, ::strnlen(from, room)}; }

}  // namespace

tl::expected<gh_stamp, Refusal> read_stamp(std::string_view bytes) {
  Elf64_Ehdr head{};
  if (!take(bytes, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
      head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_type != ET_DYN)
    return not_a_plugin("not a shared object");
  if (head.e_machine != kMachine) return not_a_plugin("built for another machine");
  const auto section = [&](std::uint64_t number, Elf64_Shdr& out) {
    return number < head.e_shnum && take(bytes, head.e_shoff + number * sizeof(Elf64_Shdr), out);
  };
  Elf64_Shdr names{};
  if (head.e_shentsize != sizeof(Elf64_Shdr) || !section(head.e_shstrndx, names))
    return not_a_plugin("it has no sections");
  for (std::uint64_t i = 0; i < head.e_shnum; ++i) {
    Elf64_Shdr at{};
    if (!section(i, at)) break;
    const std::uint64_t name = names.sh_offset + at.sh_name;
    constexpr std::string_view kName(GH_STAMP_SECTION, sizeof(GH_STAMP_SECTION));  // with its NUL
    if (name > bytes.size() || bytes.substr(name, kName.size()) != kName) continue;
    gh_stamp stamp{};
    if (at.sh_size < sizeof stamp || !take(bytes, at.sh_offset, stamp) ||
        std::memcmp(stamp.magic, "gatehse", sizeof stamp.magic) != 0)
      return not_a_plugin("its stamp is damaged");
    return stamp;
  }
  return not_a_plugin("it has no section " GH_STAMP_SECTION);
}

std::optional<Refusal> misfit(const gh_stamp& stamp) {
  const std::string who = std::string(text(stamp.name, sizeof stamp.name)) + ' ' +
                          std::string(text(stamp.version, sizeof stamp.version));
  if (stamp.major != GH_ABI_MAJOR || stamp.minor > GH_ABI_MINOR) {
    return Refusal{who + " was built for interface " + version(stamp.major, stamp.minor) +
                       ", this gateway has " + version(GH_ABI_MAJOR, GH_ABI_MINOR),
                   "build it again with this gateway's headers"};
  }
  const struct {
    const char* what;
    std::size_t there, here;
  } sizes[] = {{"gh_plugin", stamp.plugin_size, sizeof(gh_plugin)},
               {"gh_host", stamp.host_size, sizeof(gh_host)},
               {"gh_field", stamp.field_size, sizeof(gh_field)},
               {"the values", stamp.values_size, GH_VALUES_SIZE}};
  const bool same = stamp.minor == GH_ABI_MINOR;
  for (const auto& size : sizes) {
    if (size.there == size.here || (!same && size.there < size.here)) continue;
    return Refusal{who + " has " + std::to_string(size.there) + " bytes for " + size.what +
                       ", this gateway has " + std::to_string(size.here) + " (interface " +
                       version(stamp.major, stamp.minor) + ")",
                   "build it again with this gateway's headers and the same options"};
  }
  return std::nullopt;
}

}  // namespace gatehouse::plugin
