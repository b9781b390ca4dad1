// Tells when a file was written, replaced, or went away.
#pragma once

#include <functional>
#include <string>

#include "event/loop.h"
#include "event/timer.h"
#include "event/watch.h"

namespace gatehouse::control {

// Watches the folder, since editors replace files instead of writing them, the folder of the file
// that links lead to, and where they lead: a Kubernetes volume changes by one that the file's own
// link goes through.  A folder that is replaced is found again.  Thread: the loop's.
class FileWatch final : private event::Watcher, private event::Timer {
 public:
  // `changed` is called once the folder was quiet for 50 ms after the last change.
  FileWatch(event::Loop& loop, std::string path, std::function<void()> changed);
  ~FileWatch();
  // Why the system gave no watch (its limits): only signals and commands reload then.  "": it did.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  void on_ready(bool readable, bool writable) override;
  void on_exception() noexcept override {}

  // The file that all links lead to; "": there is none.
  [[nodiscard]] std::string led_to() const;
  // Watches the folders as they are now.  False: the file's own is not there.
  bool watch_folders();
  static void on_timer(event::Timer& timer);

  event::Loop& loop_;
  const std::string path_;
  std::string name_;
  std::string led_to_;
  std::function<void()> changed_;
  std::string failure_;
  int fd_ = -1;
  int folder_ = -1;       // watch descriptors
  int real_folder_ = -1;  // of `led_to_`
  bool moved_ = false;    // a folder is not where it was
  bool lost_ = false;     // and none has taken its place yet
  event::Watch watch_;
};

}  // namespace gatehouse::control
