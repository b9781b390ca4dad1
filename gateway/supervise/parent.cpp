#include "supervise/parent.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "supervise/serving_process.h"

namespace gatehouse::supervise {
namespace {

constexpr Millis kPatience{5000};

// "FD:PID"
std::optional<std::pair<int, pid_t>> parse_parent(std::string_view text) {
  std::pair<int, pid_t> parsed{-1, 0};
  const char* end = text.data() + text.size();
  const auto fd = std::from_chars(text.data(), end, parsed.first);
  if (fd.ec != std::errc{} || fd.ptr == end || *fd.ptr != ':') return std::nullopt;
  const auto pid = std::from_chars(fd.ptr + 1, end, parsed.second);
  if (pid.ec != std::errc{} || pid.ptr != end) return std::nullopt;
  return parsed;
}

std::string contents_of(int file) {
  const off_t size = ::lseek(file, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(std::max<off_t>(size, 0)), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n = ::pread(file, bytes.data() + got, bytes.size() - got, off_t(got));
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Parent>> Parent::adopt() {
  const char* text = std::getenv(kParentVariable);
  const auto parsed = parse_parent(text == nullptr ? "" : text);
  if (!parsed || ::fcntl(parsed->first, F_SETFD, FD_CLOEXEC) != 0) {
    return fail("find the supervisor", 0, "this process is started by `gatehouse run`");
  }
  ::unsetenv(kParentVariable);
  auto parent = std::make_unique<Parent>(Channel(net::Descriptor(parsed->first)));
  parent->supervisor_ = parsed->second;
  parent->die_with_supervisor();
  if (auto begun = parent->begin(); !begun) return tl::make_unexpected(begun.error());
  return parent;
}

void Parent::die_with_supervisor() const {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (supervisor_ != 0 && ::getppid() != supervisor_) ::_exit(1);  // it died just before
}

Status Parent::begin() {
  while (true) {
    auto answer = next_answer();
    if (!answer) return tl::make_unexpected(answer.error());
    if (const auto* begin = std::get_if<Begin>(&*answer)) {
      restarts_ = begin->restarts;
      return {};
    }
  }
}

void Parent::attach(event::Loop& loop, ParentUser& user) {
  loop_ = &loop;
  user_ = &user;
  watch_.open(loop, channel_.fd(), *this);
  if (!commands_.empty()) loop.timers().arm(*this, loop.now());
}

Result<Message> Parent::next_answer() {
  const SystemClock clock;
  const Instant deadline = clock.monotonic() + kPatience;
  while (true) {
    auto received = channel_.receive();
    if (!received) return tl::make_unexpected(received.error());
    if (!*received) {
      const auto left = std::chrono::ceil<Millis>(deadline - clock.monotonic());
      if (left.count() <= 0 || !channel_.wait(left)) return fail("ask the supervisor", ETIMEDOUT);
      continue;
    }
    Message& message = (*received)->message;
    if (const auto* command = std::get_if<Command>(&message)) {
      commands_.push_back(*command);
      if (loop_ != nullptr) loop_->timers().arm(*this, loop_->now());
      continue;
    }
    if (const auto* sockets = std::get_if<Sockets>(&message)) {
      if ((*received)->lost_descriptors) return lose(*sockets);
      keep(*sockets, std::move((*received)->descriptors));
    }
    if (std::holds_alternative<Legacy>(message) && !(*received)->descriptors.empty()) {
      legacy_ = contents_of((*received)->descriptors.front().get());
    }
    return std::move(message);
  }
}

void Parent::keep(const Sockets& sockets, std::vector<net::Descriptor> descriptors) {
  auto at = std::find_if(held_.begin(), held_.end(),
                         [&](const HeldListener& held) { return held.address == sockets.address; });
  if (at == held_.end()) at = held_.emplace(held_.end());
  at->name = sockets.name;
  at->address = sockets.address;
  at->bound = sockets.bound;
  for (net::Descriptor& d : descriptors) at->sockets.push_back(std::move(d));
}

// A listening socket that nobody accepts from would take its share of the connections.
Failure Parent::lose(const Sockets& sockets) {
  std::uint32_t have = 0;
  for (const auto& held : held_) {
    if (held.address == sockets.address) have = static_cast<std::uint32_t>(held.sockets.size());
  }
  // While it starts, others may have to try again with them.
  if (loop_ != nullptr) send(Arrived{sockets.address, have});
  return fail("take the sockets of " + sockets.address + " from the supervisor", EMFILE,
              "raise `ulimit -n`, or set limits.connections");
}

Result<const HeldListener*> Parent::open_listener(const OpenListener& request) {
  if (auto sent = channel_.send(request); !sent) return tl::make_unexpected(sent.error());
  auto answer = next_answer();
  if (!answer) return tl::make_unexpected(answer.error());
  if (const auto* refused = std::get_if<Refused>(&*answer)) {
    return fail(refused->tried, static_cast<int>(refused->code), refused->advice);
  }
  for (const HeldListener& held : held_) {
    if (held.name == request.name && held.address == request.address) return &held;
  }
  return fail("ask the supervisor for " + request.address, EPROTO);
}

void Parent::close_listener(const std::string& name, const std::string& address) {
  const auto gone = held_.remove_if(
      [&](const HeldListener& held) { return held.name == name && held.address == address; });
  if (gone != 0) send(CloseListener{name, address});
}

Status Parent::bequeath(std::string_view bytes) {
  const net::Descriptor file(::memfd_create("gatehouse-legacy", MFD_CLOEXEC));
  if (!file)
    return tl::make_unexpected(
        system_error("leave the configuration with the supervisor, for a crash",
                     "raise `ulimit -n`, or set limits.connections"));
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0) return tl::make_unexpected(system_error("write to memory"));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  const int descriptors[] = {file.get()};
  return channel_.send(Legacy{}, descriptors);
}

void Parent::tell_ready(Millis drain) { send(Ready{static_cast<std::uint32_t>(drain.count())}); }

void Parent::tell_draining(Millis within) {
  send(Draining{static_cast<std::uint32_t>(within.count())});
}

void Parent::tell_failed_to_start(const std::string& message, int exit_code) {
  send(FailedToStart{message, static_cast<std::uint32_t>(exit_code)});
}

// A supervisor that does not take it is gone, which the loop notices.
void Parent::send(const Message& message) { static_cast<void>(channel_.send(message)); }

void Parent::on_ready(bool, bool) {
  auto received = channel_.receive();
  if (!received) {
    watch_.close();
    return user_->on_orphaned();
  }
  if (!*received) return;
  if (const auto* command = std::get_if<Command>(&(*received)->message)) {
    commands_.push_back(*command);
    dispatch();
  } else if (const auto* late = std::get_if<Sockets>(&(*received)->message)) {
    // `open_listener` gave up waiting.
    if ((*received)->lost_descriptors) return static_cast<void>(lose(*late));
    keep(*late, std::move((*received)->descriptors));
  }
}

void Parent::on_exception() noexcept { report_bug(__FILE__, __LINE__, "a command threw"); }

void Parent::dispatch() {
  for (const Command command : std::exchange(commands_, {})) {
    switch (command.word) {
      case Command::reload:
        user_->on_reload();
        break;
      case Command::drain:
        user_->on_drain();
        break;
      case Command::stop_now:
        user_->on_stop_now();
        break;
      case Command::rotate_logs:
        user_->on_rotate_logs();
        break;
      default:
        GH_BUG(command.word > Command::rotate_logs);
    }
  }
}

}  // namespace gatehouse::supervise
