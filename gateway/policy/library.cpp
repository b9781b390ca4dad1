#include "policy/library.h"

#include <algorithm>
#include <filesystem>

#include "config/source.h"

namespace gatehouse::policy {
namespace {

bool same(const Script& script, const std::string& bytes, const config::Source& source) {
  if (script.file().bytes != bytes) return false;
  return std::all_of(script.modules().begin(), script.modules().end(), [&](const auto& module) {
    const auto now = read_module(module.name, source);
    return now && now->bytes == module.file.bytes;
  });
}

}  // namespace

tl::expected<SourceFile, Refusal> read_module(const std::string& module,
                                              const config::Source& source) {
  SourceFile out;
  out.name = module;
  std::replace(out.name.begin(), out.name.end(), '.', '/');
  out.name = "policies/" + out.name + ".lua";
  std::filesystem::path at = source.from_folder("policies");
  for (const auto& part : std::filesystem::path(out.name.substr(9))) {
    at /= part;
    std::error_code ignored;
    if (std::filesystem::is_symlink(at, ignored))
      return tl::make_unexpected(
          Refusal{"'" + module + "' is behind a link, which `require` does not follow", {}});
  }
  auto bytes = source.read_file(out.name);
  if (!bytes) return tl::make_unexpected(Refusal{"there is no " + out.name, {}});
  out.bytes = std::move(*bytes);
  return out;
}

config::FoundPlugin Library::find(const std::string& script, const config::Source& source) {
  auto bytes = source.read_file(script);
  if (!bytes) return {nullptr, bytes.error().text(), "policies are files beside this one"};
  auto& known = known_[script];
  if (auto there = known.lock();
      there != nullptr && there->environment() == environment_ && same(*there, *bytes, source))
    return {std::move(there), {}, {}};
  auto loaded = Script::load(
      {script, std::move(*bytes)},
      [&](const std::string& module) { return read_module(module, source); }, environment_);
  if (!loaded) return {nullptr, std::move(loaded.error().why), std::move(loaded.error().hint)};
  known = *loaded;
  return {std::move(*loaded), {}, {}};
}

bool Library::changed(const config::Source& source) const {
  return std::any_of(known_.begin(), known_.end(), [&](const auto& entry) {
    const auto script = entry.second.lock();
    if (script == nullptr) return false;
    const auto bytes = source.read_file(entry.first);
    return !bytes || !same(*script, *bytes, source);
  });
}

}  // namespace gatehouse::policy
