#include "supervise/serving_process.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gatehouse::supervise {
namespace {

constexpr int kCannotExecute = 127;  // as a shell says it

// What execve takes; made before fork, after which nothing may allocate.
struct ExecImage {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::string parent;
};

ExecImage image_of(const std::vector<std::string>& arguments, int fd) {
  ExecImage image;
  for (const std::string& a : arguments) image.arguments.push_back(const_cast<char*>(a.c_str()));
  image.arguments.push_back(nullptr);
  image.parent = std::string(kParentVariable) + '=';
  const std::size_t name_size = image.parent.size();
  for (char** e = environ; *e != nullptr; ++e) {
    if (std::strncmp(*e, image.parent.c_str(), name_size) != 0) image.environment.push_back(*e);
  }
  image.parent += std::to_string(fd) + ':' + std::to_string(::getpid());
  return image;
}

[[noreturn]] void become(const char* executable, const ExecImage& image, pid_t supervisor, int fd) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) ::_exit(1);  // it died before the line above
  for (const int ignored : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) ::signal(ignored, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);  // splice has no MSG_NOSIGNAL
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::fcntl(fd, F_SETFD, 0);
  ::execve(executable, image.arguments.data(), image.environment.data());
  ::_exit(kCannotExecute);
}

// By its name where that still names the same file, which tools that run a program in their own
// process (valgrind) understand; else by the inode, which serves also when the file was replaced.
std::string own_executable() {
  static constexpr char kLink[] = "/proc/self/exe";
  char name[PATH_MAX];
  const ssize_t size = ::readlink(kLink, name, sizeof name);
  if (size <= 0 || size == sizeof name) return kLink;
  const std::string_view text(name, static_cast<std::size_t>(size));
  return text.ends_with(" (deleted)") ? kLink : std::string(text);
}

}  // namespace

std::string describe_wait_status(int status) {
  if (!WIFSIGNALED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

Result<ServingProcess> ServingProcess::start(const std::string& given,
                                             const std::vector<std::string>& arguments) {
  const std::string executable = given.empty() ? own_executable() : given;
  auto ends = Channel::make_pair();
  if (!ends) return tl::make_unexpected(std::move(ends.error()));
  ExecImage image = image_of(arguments, ends->second.fd());
  image.environment.push_back(image.parent.data());
  image.environment.push_back(nullptr);
  const pid_t supervisor = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return tl::make_unexpected(system_error("fork", "too many processes (ulimit -u)?"));
  if (pid == 0) become(executable.c_str(), image, supervisor, ends->second.fd());
  return ServingProcess(pid, std::move(ends->first));
}

ServingProcess::~ServingProcess() {
  if (pid_ == 0) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ServingProcess::kill() {
  if (pid_ != 0) ::kill(pid_, SIGKILL);
}

std::optional<int> ServingProcess::ended() {
  int status = 0;
  if (pid_ == 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = 0;
  return status;
}

}  // namespace gatehouse::supervise
