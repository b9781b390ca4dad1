#include "control/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>

namespace gatehouse::control {

namespace {
constexpr Millis kQuiet{50};
}

FileWatch::FileWatch(event::Loop& loop, std::string path, std::function<void()> changed)
    : event::Timer([](event::Timer& timer) { static_cast<FileWatch&>(timer).changed_(); }),
      loop_(loop),
      path_(std::move(path)),
      led_to_(led_to()),
      changed_(std::move(changed)) {
  const std::filesystem::path file(path_);
  name_ = file.filename().string();
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  fd_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd_ < 0) return;
  constexpr std::uint32_t kWhat =
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE;
  if (inotify_add_watch(fd_, folder.c_str(), kWhat) < 0) {
    ::close(fd_);
    fd_ = -1;
    return;
  }
  watch_.open(loop, fd_, *this);
}

FileWatch::~FileWatch() {
  watch_.close();
  if (fd_ >= 0) ::close(fd_);
}

std::string FileWatch::led_to() const {
  std::error_code error;
  return std::filesystem::canonical(path_, error).string();
}

void FileWatch::on_ready(bool, bool) {
  alignas(inotify_event) std::array<char, 4096> bytes{};
  bool ours = false;
  for (ssize_t n = 0; (n = ::read(fd_, bytes.data(), bytes.size())) > 0;) {
    for (ssize_t at = 0; at < n;) {
      const auto* event = reinterpret_cast<const inotify_event*>(bytes.data() + at);
      ours = ours || (event->len != 0 && name_ == event->name);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  std::string leads_to = led_to();
  ours = ours || leads_to != led_to_;
  led_to_ = std::move(leads_to);
  if (ours) loop_.timers().arm(*this, kQuiet);
}

}  // namespace gatehouse::control
