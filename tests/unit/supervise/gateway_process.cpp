#include "unit/supervise/gateway_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

namespace gatehouse::supervise {
namespace {

constexpr int kPatience = 10'000;

bool ready(int fd, short what) {
  pollfd p{fd, what, 0};
  return ::poll(&p, 1, kPatience) > 0;
}

}  // namespace

Client::Client(const std::string& address) {
  auto socket = net::connect_start(*net::Address::parse(address));
  if (!socket) {
    error_ = socket.error().code;
    return;
  }
  socket_ = std::move(*socket);
  ready(socket_.get(), POLLOUT);
  socklen_t size = sizeof error_;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error_, &size);
}

Client& Client::sends(const std::string& line) {
  const std::string bytes = line + '\n';
  static_cast<void>(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  return *this;
}

std::string Client::receives() {
  std::string line;
  char c = 0;
  while (ready(socket_.get(), POLLIN) && ::recv(socket_.get(), &c, 1, 0) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return "";
}

GatewayProcess::GatewayProcess(const std::string& address, const std::vector<std::string>& words) {
  std::vector<std::string> arguments = {"gatehouse", "supervise", address};
  arguments.insert(arguments.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  output_ = net::Descriptor(ends[0]);
  const net::Descriptor output(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output.get(), STDERR_FILENO);
  ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
}

GatewayProcess::~GatewayProcess() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string GatewayProcess::prints(const std::string& part) {
  while (true) {
    for (std::size_t end = printed_.find('\n'); end != std::string::npos;
         end = printed_.find('\n')) {
      const std::string line = printed_.substr(0, end);
      printed_.erase(0, end + 1);
      if (line.find(part) != std::string::npos) return line;
    }
    char more[4096];
    const ssize_t n = ready(output_.get(), POLLIN) ? ::read(output_.get(), more, sizeof more) : 0;
    if (n <= 0) return "";
    printed_.append(more, static_cast<std::size_t>(n));
  }
}

const std::string& GatewayProcess::address() {
  if (address_.empty()) address_ = prints("bound ").substr(6);
  return address_;
}

void GatewayProcess::signal(int number) const { ::kill(pid_, number); }

int GatewayProcess::ends() {
  if (!is_gone(pid_)) return -1;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool is_gone(pid_t pid) {
  const net::Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  return !process || ready(process.get(), POLLIN);
}

}  // namespace gatehouse::supervise
