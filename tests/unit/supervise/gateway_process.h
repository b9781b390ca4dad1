// A supervisor in a process of its own, seen from outside.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "net/socket.h"

namespace gatehouse::supervise {

// A connection to a fake serving process.
class Client {
 public:
  // Waits until it is connected.
  explicit Client(const std::string& address);
  // 0, or the errno of the connect.
  [[nodiscard]] int error() const { return error_; }
  Client& sends(const std::string& line);
  // The answer, or "" if the connection ended without one.
  std::string receives();

 private:
  net::Descriptor socket_;
  int error_ = 0;
};

// Killed with its children when it goes.
class GatewayProcess {
 public:
  // `words`: how the serving process misbehaves.
  explicit GatewayProcess(const std::string& address, const std::vector<std::string>& words = {});
  ~GatewayProcess();

  // Reads what the processes print until a line contains this; "" after 10 s or at the end.
  std::string prints(const std::string& part);
  // Where it listens; waits until it serves.
  const std::string& address();
  // One line, one answer, over a connection of its own.
  std::string answers(const std::string& line) { return Client(address()).sends(line).receives(); }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  // The exit code, or -1 if it does not end within 10 s.
  int ends();

 private:
  pid_t pid_ = 0;
  net::Descriptor output_;
  std::string printed_;
  std::string address_;
};

// Waits up to 10 s for the end of any process.
bool is_gone(pid_t pid);

}  // namespace gatehouse::supervise
