// Tells when a file was written, replaced, or went away.
#pragma once

#include <functional>
#include <string>

#include "event/loop.h"
#include "event/timer.h"
#include "event/watch.h"

namespace gatehouse::control {

// Watches the folder, since editors replace files instead of writing them, and where links lead:
// a Kubernetes volume changes by one that the file's own link goes through.  Thread: the loop's.
class FileWatch final : private event::Watcher, private event::Timer {
 public:
  // `changed` is called once the folder was quiet for 50 ms after the last change.
  FileWatch(event::Loop& loop, std::string path, std::function<void()> changed);
  ~FileWatch();
  // False: the system gave no watch (limits); only signals and commands reload then.
  [[nodiscard]] bool working() const { return fd_ >= 0; }

 private:
  void on_ready(bool readable, bool writable) override;
  void on_exception() noexcept override {}

  // The file that all links lead to; "": there is none.
  [[nodiscard]] std::string led_to() const;

  event::Loop& loop_;
  const std::string path_;
  std::string name_;
  std::string led_to_;
  std::function<void()> changed_;
  int fd_ = -1;
  event::Watch watch_;
};

}  // namespace gatehouse::control
