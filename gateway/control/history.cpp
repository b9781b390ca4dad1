#include "control/history.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hash.h"

namespace gatehouse::control {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kSuffix = ".yaml";

// generations/00000012-1700000000.yaml: number and time in the name, the file as it was inside.
std::optional<Generation> read_one(const fs::path& path) {
  const std::string name = path.filename().string();
  if (!name.ends_with(kSuffix)) return std::nullopt;
  const auto dash = name.find('-');
  if (dash == std::string::npos) return std::nullopt;
  Generation generation;
  const char* end = name.data() + name.size() - kSuffix.size();
  const auto number = std::from_chars(name.data(), name.data() + dash, generation.number);
  const auto time = std::from_chars(name.data() + dash + 1, end, generation.wall_s);
  if (number.ec != std::errc{} || number.ptr != name.data() + dash || time.ec != std::errc{} ||
      time.ptr != end) {
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) return std::nullopt;
  const std::string text = bytes.str();
  generation.file = PackedText(text);
  generation.hash = hash64(text);
  return generation;
}

}  // namespace

void History::open(const std::string& folder, std::size_t keep) {
  keep_ = keep;
  folder_ = folder.empty() ? "" : folder + "/generations";
  if (folder_.empty()) return trim();
  if (generations_.empty()) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
      if (auto generation = read_one(entry.path())) generations_.push_back(std::move(*generation));
    }
    std::sort(generations_.begin(), generations_.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
  }
  trim();
}

Status History::writable() const {
  if (folder_.empty()) return {};
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error)
    return fail("create " + folder_, error.value(),
                "state_dir must be a folder that the gateway may write");
  if (::access(folder_.c_str(), W_OK | X_OK) != 0)
    return tl::make_unexpected(system_error("write " + folder_, "state_dir must be writable"));
  return {};
}

Status History::store(Generation generation) {
  generations_.push_back(std::move(generation));
  trim();
  if (folder_.empty()) return {};
  if (Status able = writable(); !able) return able;
  const std::string path = path_of(generations_.back());
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return tl::make_unexpected(system_error("write " + fresh, "state_dir must be writable"));
  const std::string bytes = generations_.back().file.text();
  const bool written =
      ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  const Error failed = system_error("write " + fresh, "is the disk full?");
  ::close(fd);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) {
    ::unlink(fresh.c_str());
    return tl::make_unexpected(failed);
  }
  return {};
}

void History::hold(std::uint64_t file_hash, std::uint64_t number) {
  if (folder_.empty()) return;
  std::ofstream out(held_path(), std::ios::trunc);
  out << file_hash << ' ' << number << '\n';
}

void History::let_go() {
  if (!folder_.empty()) ::unlink(held_path().c_str());
}

const Generation* History::held(std::uint64_t file_hash) const {
  if (folder_.empty()) return nullptr;
  std::ifstream in(held_path());
  std::uint64_t hash = 0;
  std::uint64_t number = 0;
  if (!(in >> hash >> number) || hash != file_hash) return nullptr;
  return find(number);
}

std::string History::held_path() const { return folder_ + "/rollback"; }

const Generation* History::find(std::uint64_t number) const {
  const auto at = std::find_if(generations_.begin(), generations_.end(),
                               [&](const Generation& g) { return g.number == number; });
  return at == generations_.end() ? nullptr : &*at;
}

const Generation* History::before(std::uint64_t hash) const {
  for (auto at = generations_.rbegin(); at != generations_.rend(); ++at) {
    if (at->hash != hash) return &*at;
  }
  return nullptr;
}

std::uint64_t History::last_number() const {
  return generations_.empty() ? 0 : generations_.back().number;
}

std::string History::path_of(const Generation& generation) const {
  std::string number = std::to_string(generation.number);
  number.insert(0, number.size() < 8 ? 8 - number.size() : 0, '0');
  return folder_ + "/" + number + "-" + std::to_string(generation.wall_s) + std::string(kSuffix);
}

void History::trim() {
  while (generations_.size() > std::max<std::size_t>(keep_, 1)) {
    if (!folder_.empty()) ::unlink(path_of(generations_.front()).c_str());
    generations_.pop_front();
  }
}

}  // namespace gatehouse::control
