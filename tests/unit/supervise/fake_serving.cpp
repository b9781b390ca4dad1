#include "unit/supervise/fake_serving.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include "net/listener.h"
#include "supervise/parent.h"
#include "supervise/serving_process.h"

namespace gatehouse::supervise {
namespace {

class FakeServing final : public ParentUser, public net::AcceptUser, private event::Deferred {
 public:
  explicit FakeServing(std::vector<std::string> words) : words_(std::move(words)) {}

  int run(const std::string& address) {
    if (says("talks_nonsense")) talk_nonsense();
    auto parent = Parent::adopt();
    if (!parent) return 1;
    parent_ = std::move(*parent);
    if (says("dies_at_start")) std::abort();
    if (says("refuses_to_start")) {
      parent_->tell_failed_to_start("", 7);
      return 7;
    }
    auto held = parent_->open_listener({"public", address, 1, 128, 0600});
    if (!held) {
      parent_->tell_failed_to_start(held.error().text(), 1);
      return 1;
    }
    address_ = address;
    listen();
    parent_->attach(loop_, *this);
    if (!says("never_ready")) parent_->tell_ready(Millis{60'000});
    std::fprintf(stderr, "bound %s\n", (*held)->bound.c_str());
    loop_.run();
    return 0;
  }

 private:
  static void talk_nonsense() {
    const int channel = std::atoi(std::getenv(kParentVariable));
    static_cast<void>(!::write(channel, "nonsense", 8));
    while (true) ::pause();
  }

  void on_reload() override { std::fputs("fake reloads\n", stderr); }
  void on_rotate_logs() override { std::fputs("fake rotates\n", stderr); }
  void on_drain() override {
    std::fputs("fake drains\n", stderr);
    if (says("overstays_drain")) {
      parent_->tell_draining(Millis{1});
    } else if (!says("holds_drain")) {
      loop_.stop();
    }
  }
  void on_stop_now() override {
    if (!says("ignores_stop")) ::_exit(3);
  }
  void on_orphaned() override { ::_exit(1); }

  void on_accept(std::uint32_t, int fd, const net::IpAddress&) override {
    net::Descriptor client(fd);
    std::string line;
    char c = 0;
    while (c != '\n') {
      pollfd p{fd, POLLIN, 0};
      if (::poll(&p, 1, 5000) <= 0 || ::read(fd, &c, 1) != 1) return;
      line += c;
    }
    if (line == "pause\n") {  // a listener does not end while it accepts
      pausing_ = std::move(client);
      return loop_.defer(*this);
    }
    const std::string answer = handle(line.substr(0, line.size() - 1)) + '\n';
    static_cast<void>(!::write(fd, answer.data(), answer.size()));
  }

  void run_deferred() override {
    listeners_.clear();
    static_cast<void>(!::write(pausing_.get(), "paused\n", 7));
    pausing_ = {};
  }

  std::string handle(const std::string& line) {
    std::istringstream in(line);
    std::string word, name, address;
    in >> word;
    if (word == "pid") return std::to_string(::getpid());
    if (word == "restarts") return std::to_string(parent_->restarts());
    if (word == "die") std::abort();
    if (word == "grow") {
      OpenListener more{"public", address_, 1, 128, 0600};
      in >> more.count;
      if (!parent_->open_listener(more)) return "failed";
      listen();
    }
    if (word == "grow" || word == "count") return std::to_string(listeners_.size());
    in >> name >> address;
    if (word == "open") {
      auto held = parent_->open_listener({name, address, 1, 128, 0600});
      return held ? (*held)->bound : held.error().text();
    }
    parent_->close_listener(name, address);
    return "closed";
  }

  // Takes connections from all sockets of "public".
  void listen() {
    for (const HeldListener& held : parent_->held()) {
      if (held.name != "public") continue;
      for (const net::Descriptor& socket : held.sockets) {
        auto& listener = listeners_[socket.get()];
        if (!listener) listener = std::make_unique<net::Listener>(loop_, socket.get(), 0, *this);
      }
    }
  }

  [[nodiscard]] bool says(const std::string& word) const {
    return std::find(words_.begin(), words_.end(), word) != words_.end();
  }

  const std::vector<std::string> words_;
  std::string address_;
  SystemClock clock_;
  event::Loop loop_{clock_};
  std::unique_ptr<Parent> parent_;
  std::map<int, std::unique_ptr<net::Listener>> listeners_;
  net::Descriptor pausing_;  // asked for it
};

}  // namespace

int fake_serving(const std::vector<std::string>& arguments) {
  return FakeServing({arguments.begin() + 1, arguments.end()}).run(arguments.front());
}

}  // namespace gatehouse::supervise
