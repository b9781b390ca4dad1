#include "control/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <utility>

#include "base/result.h"

namespace gatehouse::control {

namespace {
constexpr Millis kQuiet{50};
constexpr Millis kAgain{500};  // a folder that is gone is looked for
constexpr std::uint32_t kWhat = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                IN_CREATE | IN_MOVE_SELF | IN_DELETE_SELF;

std::string folder_of(const std::string& path) {
  const std::filesystem::path file(path);
  return file.has_parent_path() ? file.parent_path().string() : ".";
}
}  // namespace

FileWatch::FileWatch(event::Loop& loop, std::string path, std::function<void()> changed)
    : event::Timer(&FileWatch::on_timer),
      loop_(loop),
      path_(std::move(path)),
      led_to_(led_to()),
      changed_(std::move(changed)) {
  name_ = std::filesystem::path(path_).filename().string();
  fd_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd_ >= 0 && watch_folders()) {
    watch_.open(loop, fd_, *this);
    return;
  }
  failure_ =
      system_error("inotify", "see fs.inotify.max_user_instances and max_user_watches").text();
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

FileWatch::~FileWatch() {
  watch_.close();
  if (fd_ >= 0) ::close(fd_);
}

std::string FileWatch::led_to() const {
  std::error_code error;
  return std::filesystem::canonical(path_, error).string();
}

bool FileWatch::watch_folders() {
  const std::array<int, 2> before = {folder_, real_folder_};
  folder_ = inotify_add_watch(fd_, folder_of(path_).c_str(), kWhat);
  real_folder_ = led_to_.empty() ? -1 : inotify_add_watch(fd_, folder_of(led_to_).c_str(), kWhat);
  for (const int old : before) {
    if (old >= 0 && old != folder_ && old != real_folder_) inotify_rm_watch(fd_, old);
  }
  return folder_ >= 0;
}

void FileWatch::on_ready(bool, bool) {
  alignas(inotify_event) std::array<char, 4096> bytes{};
  const std::string real_name = std::filesystem::path(led_to_).filename().string();
  bool ours = false;
  for (ssize_t n = 0; (n = ::read(fd_, bytes.data(), bytes.size())) > 0;) {
    for (ssize_t at = 0; at < n;) {
      const auto* event = reinterpret_cast<const inotify_event*>(bytes.data() + at);
      const std::string_view name = event->len != 0 ? event->name : "";
      ours = ours || (event->wd == folder_ && name == name_) ||
             (event->wd == real_folder_ && name == real_name);
      moved_ = moved_ || (event->mask & (IN_MOVE_SELF | IN_DELETE_SELF)) != 0;
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  std::string leads_to = led_to();
  if (leads_to != led_to_) {
    led_to_ = std::move(leads_to);
    ours = true;
    moved_ = !watch_folders() || moved_;
  }
  if (ours || moved_) loop_.timers().arm(*this, kQuiet);
}

void FileWatch::on_timer(event::Timer& timer) {
  auto& self = static_cast<FileWatch&>(timer);
  if (self.moved_) self.led_to_ = self.led_to();
  if (self.moved_ && !self.watch_folders()) {
    self.loop_.timers().arm(self, kAgain);
    if (std::exchange(self.lost_, true)) return;  // it is missed once
  } else {
    self.moved_ = self.lost_ = false;
  }
  self.changed_();
}

}  // namespace gatehouse::control
