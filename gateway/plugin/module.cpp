#include "plugin/module.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/hash.h"
#include "plugin/host.h"

namespace gatehouse::plugin {
namespace {

// A copy of the bytes in memory, as a file.
int copy_of(const std::string& name, std::string_view bytes) {
  const int fd = ::memfd_create(name.c_str(), MFD_CLOEXEC);
  while (fd >= 0 && !bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote <= 0) {
      ::close(fd);
      return -1;
    }
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return fd;
}

constexpr std::uint32_t kSocketPhases =
    1U << GH_SOCKET_OPEN | 1U << GH_SOCKET_MESSAGE | 1U << GH_SERVE_SOCKET;

}  // namespace

tl::expected<std::shared_ptr<Module>, Refusal> Module::load(const std::string& name,
                                                            const std::string& path,
                                                            std::string_view bytes) {
  const auto refuse = [&](const std::string& why, std::string hint = {}) {
    return tl::make_unexpected(Refusal{path + ": " + why, std::move(hint)});
  };
  const auto stamp = read_stamp(bytes);
  if (!stamp) return refuse(stamp.error().why, stamp.error().hint);
  if (auto wrong = misfit(*stamp)) return refuse(wrong->why, wrong->hint);
  const int fd = copy_of(name, bytes);
  if (fd < 0) return refuse(system_error("keep a copy").text());
  const std::string copy = "/proc/self/fd/" + std::to_string(fd);
  void* handle = ::dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* said = ::dlerror();
    const std::string why = said == nullptr ? "cannot be loaded" : said;
    ::close(fd);
    return refuse(why, "is a library that it needs missing?");
  }
  std::shared_ptr<Module> module(new Module(fd, handle));
  using Entry = const gh_plugin* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(handle, GH_PLUGIN_SYMBOL));
  if (entry == nullptr)
    return refuse("it has no " GH_PLUGIN_SYMBOL, "GATEHOUSE_PLUGIN(…) makes it");
  std::memcpy(&module->plugin_, entry(),
              std::min<std::size_t>(stamp->plugin_size, sizeof(gh_plugin)));
  const std::string_view called = view(module->plugin_.name);
  if (called != name)
    return refuse("it calls itself '" + std::string(called) + "'",
                  "the file's name is the plugin's");
  module->name_ = name;
  module->path_ = path;
  module->content_ = hash64(bytes);
  module->plugin_.attach(&host());
  module->table_ = std::make_unique<SchemaTable>(module->plugin_.schema, stamp->field_size);
  return module;
}

Module::~Module() {
  ::dlclose(handle_);
  ::close(fd_);
}

std::shared_ptr<config::PluginValues> Module::make() const {
  auto values = std::make_shared<config::PluginValues>();
  values->config =
      std::shared_ptr<void>(plugin_.make_config(),
                            [self = shared_from_this()](void* c) { self->plugin_.free_config(c); });
  return values;
}

void Module::read(config::Reader& reader, const config::Node& with,
                  config::PluginValues& values) const {
  table_->read(reader, with, name_, values.config.get(), values);
}

void Module::check(const config::PluginValues& values, const Report& report) const {
  if (plugin_.check == nullptr) return;
  const gh_problems problems{
      const_cast<Report*>(&report),
      [](void* to, int is_warning, gh_text path, gh_text message, gh_text hint) {
        (*static_cast<const Report*>(to))(is_warning != 0, view(path), view(message), view(hint));
      }};
  plugin_.check(values.config.get(), &problems);
}

bool Module::is_step() const {
  return (plugin_.phases & ~kSocketPhases & ~(1U << GH_SERVE)) != 0 ||
         (plugin_.phases & (1U << GH_SOCKET_OPEN | 1U << GH_SOCKET_MESSAGE)) != 0;
}
bool Module::serves() const { return (plugin_.phases & 1U << GH_SERVE) != 0; }
bool Module::has_socket_phases() const { return (plugin_.phases & kSocketPhases) != 0; }
bool Module::gives_identity(const config::PluginValues& values) const {
  return (plugin_.traits(values.config.get()) & GH_GIVES_IDENTITY) != 0;
}
bool Module::needs_identity(const config::PluginValues& values) const {
  return (plugin_.traits(values.config.get()) & GH_NEEDS_IDENTITY) != 0;
}
Millis Module::deadline() const {
  return plugin_.deadline_ms == 0 ? PluginType::deadline() : Millis(plugin_.deadline_ms);
}
std::vector<std::string> Module::identity_fields(const config::PluginValues& values) const {
  std::vector<std::string> out;
  if (plugin_.identity_fields == nullptr) return out;
  plugin_.identity_fields(
      values.config.get(),
      [](void* to, gh_text name) {
        static_cast<std::vector<std::string>*>(to)->emplace_back(view(name));
      },
      &out);
  return out;
}

}  // namespace gatehouse::plugin
