#include "plugin/catalog.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "config/scalar.h"
#include "config/source.h"

namespace gatehouse::plugin {
namespace {

std::vector<std::string> beside_this_executable() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const auto folder = self.parent_path();
  return {(folder / "plugins").string(),
          (folder.parent_path() / GATEHOUSE_LIBDIR / "gatehouse" / "plugins").string()};
}

}  // namespace

Catalog::Catalog(const std::vector<std::string>& folders) {
  for (const auto& folder : folders) {
    std::error_code error;
    if (!own_.empty() || !std::filesystem::is_directory(folder, error)) continue;
    own_ = folders_ = {folder};
  }
}

Catalog::Catalog() : Catalog(beside_this_executable()) {}

std::vector<std::string> Catalog::search(const std::vector<std::string>& folders) {
  std::vector<std::string> missing;
  folders_ = own_;
  for (const auto& folder : folders) {
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) {
      folders_.push_back(folder);
    } else {
      missing.push_back(folder);
    }
  }
  return missing;
}

bool Catalog::mark_of(const std::string& path, Mark& out) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  out = {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, static_cast<std::uint64_t>(status.st_size),
         status.st_ino};
  return true;
}

std::string Catalog::path_of(const std::string& name) const {
  Mark unused;
  for (const auto& folder : folders_) {
    std::string path = folder;
    path.append("/").append(name).append(".so");
    if (mark_of(path, unused)) return path;
  }
  return {};
}

config::Plugins::Found Catalog::find(const std::string& name) {
  if (!config::is_name(name)) return {};
  const std::string path = path_of(name);
  if (path.empty()) return {};
  return open(name, path);
}

config::Plugins::Found Catalog::open(const std::string& name, const std::string& path) {
  Mark mark;
  static_cast<void>(mark_of(path, mark));
  Known& known = known_[path];
  if (auto there = known.module.lock(); there != nullptr && known.mark == mark)
    return {std::move(there), {}, {}};
  auto bytes = config::SystemSource("").read_file(path);
  if (!bytes) return {nullptr, bytes.error().text(), {}};
  auto loaded = Module::load(name, path, *bytes);
  if (!loaded) return {nullptr, loaded.error().why, loaded.error().hint};
  known = {mark, *loaded};
  return {std::move(*loaded), {}, {}};
}

std::vector<std::string> Catalog::names() const {
  std::vector<std::string> out;
  for (const auto& folder : folders_) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".so" && entry.is_regular_file(error))
        out.push_back(entry.path().stem().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool Catalog::changed() const {
  return std::any_of(known_.begin(), known_.end(), [](const auto& entry) {
    Mark now;
    return !entry.second.module.expired() &&
           (!mark_of(entry.first, now) || !(now == entry.second.mark));
  });
}

}  // namespace gatehouse::plugin
