// What a transport may do to its user besides what TCP does: bytes come in small pieces, a read
// needs a write, bytes are held that no descriptor shows, readiness comes late.
#pragma once

#include <algorithm>

#include "base/random.h"
#include "event/loop.h"
#include "lib/test_net.h"

namespace gatehouse::test {

struct Restlessness {
  std::uint64_t seed = 1;
  std::size_t largest_piece = SIZE_MAX;  // of a read or write; each takes a random part of it
  bool holds = false;  // reads as much as there is, like a TLS record, and hands it out later
  bool read_needs_write = false;  // every now and then, like a TLS key update
  unsigned delays = 0;            // every how manieth readiness is told one turn late; 0: none
  bool splices = false;           // not together with `holds`
};

// Around another transport.  Announces by itself what it holds, at the end of the turn.
class RestlessTransport final : public net::Transport,
                                private net::TransportUser,
                                private event::Deferred {
 public:
  using Make = TestNet::Make;
  // `copied` counts the bytes that were read and not spliced.
  RestlessTransport(event::Loop& loop, Random& random, const Restlessness& how, std::size_t& copied,
                    net::TransportUser& user)
      : loop_(loop), random_(random), how_(how), copied_(copied), user_(&user) {}
  void wraps(std::unique_ptr<net::Transport> inner) { inner_ = std::move(inner); }
  [[nodiscard]] net::TransportUser& inner_user() { return *this; }

  net::IoResult read(char* to, std::size_t size) override {
    if (wants_writing_) return {net::Io::would_block, 0};
    if (how_.read_needs_write && random_.below(4) == 0) {
      wants_writing_ = true;
      apply();
      return {net::Io::would_block, 0};
    }
    if (!how_.holds) {
      const net::IoResult result = inner_->read(to, piece(size));
      if (result.status == net::Io::ok) copied_ += result.bytes;
      return result;
    }
    if (held_.empty()) fill();
    if (held_.empty()) return {end_, 0};
    const std::size_t n = std::min(piece(size), held_.size());
    std::copy_n(held_.begin(), n, to);
    held_.erase(0, n);
    return {net::Io::ok, n};
  }
  net::IoResult write(std::string_view bytes) override {
    return inner_->write(bytes.substr(0, piece(bytes.size())));
  }
  net::IoResult write(std::span<const std::string_view> pieces) override {
    for (auto bytes : pieces) {
      if (!bytes.empty()) return write(bytes);
    }
    return {net::Io::ok, 0};
  }
  void want(bool read, bool write) override {
    read_ = read;
    write_ = write;
    apply();
    if (read && holds_something()) loop_.defer(*this);
  }
  void set_user(net::TransportUser& user) override { user_ = &user; }
  [[nodiscard]] bool pending() const override { return holds_something() || inner_->pending(); }
  [[nodiscard]] int splice_fd() const override { return how_.splices ? inner_->splice_fd() : -1; }
  [[nodiscard]] std::int64_t acknowledged() const override { return inner_->acknowledged(); }
  [[nodiscard]] int connect_error() const override { return inner_->connect_error(); }
  void shutdown_write() override { inner_->shutdown_write(); }
  void close(bool reset) override {
    closed_ = true;
    unlink();
    inner_->close(reset);
  }

 private:
  [[nodiscard]] bool holds_something() const {
    return !held_.empty() || end_ != net::Io::would_block;
  }
  [[nodiscard]] std::size_t piece(std::size_t size) {
    const std::size_t most = std::min(size, how_.largest_piece);
    return most <= 1 || how_.largest_piece == SIZE_MAX ? most : 1 + random_.below(most);
  }
  void fill() {
    char bytes[16384];
    const net::IoResult result = inner_->read(bytes, sizeof bytes);
    if (result.status == net::Io::ok) held_.assign(bytes, result.bytes);
    if (result.status != net::Io::ok && result.status != net::Io::would_block) end_ = result.status;
  }
  void apply() {
    if (!closed_) inner_->want(read_ && end_ == net::Io::would_block, write_ || wants_writing_);
  }
  // True: this readiness is told one turn later, when the loop repeats it.
  bool late() { return how_.delays != 0 && random_.below(how_.delays) == 0; }

  void on_readable() override {
    if (late() || wants_writing_ || !read_) return;
    user_->on_readable();
    if (!closed_ && read_ && holds_something()) loop_.defer(*this);
  }
  void on_writable() override {
    if (late()) return;
    if (wants_writing_) {
      wants_writing_ = false;
      apply();
      if (read_) user_->on_readable();
      if (closed_) return;
      if (read_ && holds_something()) loop_.defer(*this);
    }
    if (write_) user_->on_writable();
  }
  void on_exception() noexcept override { user_->on_exception(); }
  void run_deferred() override {
    if (!read_ || wants_writing_ || !holds_something()) return;
    user_->on_readable();
    if (!closed_ && read_ && holds_something()) loop_.defer(*this);
  }

  event::Loop& loop_;
  Random& random_;
  const Restlessness& how_;
  std::size_t& copied_;
  net::TransportUser* user_;
  std::unique_ptr<net::Transport> inner_;
  std::string held_;
  net::Io end_ = net::Io::would_block;  // what came behind the held bytes
  bool read_ = true;
  bool write_ = false;
  bool wants_writing_ = false;  // before it can read on
  bool closed_ = false;
};

// Makes the connections of another net restless, clients' and targets'.
class RestlessNet final : public TestNet {
 public:
  RestlessNet(std::unique_ptr<TestNet> inner, const Restlessness& how)
      : inner_(std::move(inner)), how_(how), random_(how.seed) {
    inner_->greets = [this](const std::string& address) { return greets(address); };
  }

  Client connect_client(event::Loop& loop) override {
    Client client = inner_->connect_client(loop);
    far_ends_.push_back(client.far);
    return {[this, &loop, make = std::move(client.make)](net::TransportUser& user) {
              auto around = std::make_unique<RestlessTransport>(loop, random_, how_, copied_, user);
              around->wraps(make(around->inner_user()));
              return around;
            },
            client.far};
  }
  Result<std::unique_ptr<net::Transport>> connect(event::Loop& loop, const net::Address& address,
                                                  net::TransportUser& user) override {
    ++attempts;
    auto around = std::make_unique<RestlessTransport>(loop, random_, how_, copied_, user);
    auto transport = inner_->connect(loop, address, around->inner_user());
    if (!transport) return tl::make_unexpected(transport.error());
    around->wraps(std::move(*transport));
    around->want(false, true);
    while (!inner_->opened.empty()) {
      opened.push_back(inner_->opened.front());
      far_ends_.push_back(opened.back().far);
      inner_->opened.pop_front();
    }
    return around;
  }
  bool step() override { return inner_->step(); }
  // Bytes that the gateway has read, and not spliced.
  [[nodiscard]] std::size_t copied() const { return copied_; }
  [[nodiscard]] bool closed_world() const override { return inner_->closed_world(); }

 private:
  std::unique_ptr<TestNet> inner_;
  const Restlessness how_;
  Random random_;
  std::size_t copied_ = 0;
};

}  // namespace gatehouse::test
