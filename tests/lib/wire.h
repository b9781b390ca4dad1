// In-memory connections whose readiness a test decides: bytes are split, delayed and reordered as
// it pleases.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/transport.h"

namespace gatehouse::test {

class Wire;

// One end of a connection.  The gateway's end has a user; the test's end is read and written
// directly.
class WireEnd final : public net::Transport {
 public:
  explicit WireEnd(Wire& wire) : wire_(wire) {}
  ~WireEnd() override;

  // ---- what the gateway calls ----
  net::IoResult read(char* to, std::size_t size) override {
    if (reset) return {net::Io::reset, 0};
    if (inbox.empty()) return {eof ? net::Io::eof : net::Io::would_block, 0};
    const std::size_t n = std::min({size, inbox.size(), piece()});
    std::copy_n(inbox.begin(), n, to);
    inbox.erase(0, n);
    return {net::Io::ok, n};
  }
  net::IoResult write(std::string_view bytes) override {
    if (peer == nullptr || peer->closed || reset) return {net::Io::reset, 0};
    const std::size_t room = capacity > peer->inbox.size() ? capacity - peer->inbox.size() : 0;
    const std::size_t n = std::min({bytes.size(), room, piece()});
    if (n == 0) return {net::Io::would_block, 0};
    peer->inbox.append(bytes.substr(0, n));
    return {net::Io::ok, n};
  }
  net::IoResult write(std::span<const std::string_view> pieces) override {
    std::string joined;
    for (auto p : pieces) joined.append(p);
    return write(std::string_view(joined));
  }
  void want(bool read, bool write) override {
    wants_read = read;
    wants_write = write;
  }
  void set_user(net::TransportUser& u) override { user = &u; }
  [[nodiscard]] bool pending() const override { return !inbox.empty() || eof || reset; }
  [[nodiscard]] int splice_fd() const override { return -1; }
  [[nodiscard]] std::int64_t acknowledged() const override { return -1; }
  [[nodiscard]] int connect_error() const override { return 0; }
  void shutdown_write() override {
    if (peer != nullptr) peer->eof = true;
  }
  void close(bool with_reset) override {
    if (closed) return;
    closed = true;
    user = nullptr;
    if (peer == nullptr) return;
    (with_reset ? peer->reset : peer->eof) = true;
  }

  // ---- what the test sees ----
  std::string inbox;  // bytes that arrived here and were not read yet
  bool eof = false;
  bool reset = false;
  bool closed = false;
  bool wants_read = true;
  bool wants_write = false;
  std::size_t capacity = 1 << 20;  // how much the other side may hold before writes block
  net::TransportUser* user = nullptr;
  WireEnd* peer = nullptr;

 private:
  std::size_t piece();
  Wire& wire_;
};

// All connections of a test, and who is told next.
class Wire {
 public:
  explicit Wire(std::uint64_t seed = 1) : random_(seed) {}

  // A connected pair: `first` is for the gateway, `second` for the test.
  struct Pair {
    std::unique_ptr<WireEnd> first;
    std::unique_ptr<WireEnd> second;
  };
  Pair connect() {
    Pair pair{std::make_unique<WireEnd>(*this), std::make_unique<WireEnd>(*this)};
    pair.first->peer = pair.second.get();
    pair.second->peer = pair.first.get();
    ends_.push_back(pair.first.get());
    return pair;
  }
  // Bytes that a read or write moves at most; 0: as many as there are.  `jitter`: a random number
  // up to that.
  std::size_t largest_piece = 0;
  bool jitter = false;

  // Tells the user of one end, chosen at random, that it is ready.  False: nobody is.
  bool step() {
    std::vector<WireEnd*> ready;
    for (WireEnd* end : ends_) {
      if (end->user == nullptr || end->closed) continue;
      const bool readable = end->wants_read && end->pending();
      const bool writable =
          end->wants_write && (end->peer == nullptr || end->peer->inbox.size() < end->capacity);
      if (readable || writable) ready.push_back(end);
    }
    if (ready.empty()) return false;
    WireEnd* end = ready[random_.below(ready.size())];
    if (end->wants_write && (!end->pending() || random_.below(2) == 0)) {
      end->user->on_writable();
    } else if (end->wants_read) {
      end->user->on_readable();
    }
    return true;
  }

  void forget(WireEnd* end) { std::erase(ends_, end); }
  Random& random() { return random_; }

 private:
  Random random_;
  std::vector<WireEnd*> ends_;
};

inline WireEnd::~WireEnd() {
  close(false);
  if (peer != nullptr) peer->peer = nullptr;
  wire_.forget(this);
}

inline std::size_t WireEnd::piece() {
  const std::size_t most = wire_.largest_piece;
  if (most == 0) return SIZE_MAX;
  return wire_.jitter ? 1 + wire_.random().below(most) : most;
}

}  // namespace gatehouse::test
