// A named thread, joined when it is destroyed.
#pragma once

#include <functional>
#include <string>
#include <thread>

namespace gatehouse::event {

class Thread {
 public:
  // `name` is what ps and gdb show; 15 characters at most are kept.
  Thread(const std::string& name, std::function<void()> body);
  ~Thread() { join(); }
  Thread(Thread&&) = default;
  Thread& operator=(Thread&&) = delete;
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

}  // namespace gatehouse::event
