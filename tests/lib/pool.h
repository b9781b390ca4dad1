// A target group by itself, its targets in memory.
#pragma once

#include <gtest/gtest.h>

#include <list>

#include "lib/borrower.h"

namespace gatehouse::test {

// Thread: the test's.
class Pool : public ::testing::Test {
 protected:
  ~Pool() override {
    borrowers_.clear();
    loop_.run_deferred();  // closed connections go at the end of a turn
  }
  struct Member {
    const char* address;
    std::uint32_t weight = 1;
  };
  // `members` are the targets from now on.
  void has(std::initializer_list<Member> members) {
    group_.begin_update();
    std::uint32_t slot = 0;
    metrics_.targets.grow(16);
    for (const auto& member : members) {
      auto& target = group_.update(member.address, slot++, member.weight,
                                   std::make_shared<upstream::TargetState>());
      target.set_addresses({*net::Address::parse(member.address)});
    }
    group_.end_update();
  }
  Borrower& borrows(const upstream::Target* avoid = nullptr) {
    Borrower& borrower = borrowers_.emplace_back(group_);
    borrower.asks(avoid);
    turns();
    return borrower;
  }
  // Its target answers and the connection goes back to be lent again.
  void is_done(Borrower& borrower) {
    borrower.sends();
    turns();
    for (auto& opened : net_.opened) {
      if (opened.far->inbox().empty()) continue;
      opened.far->forgets(opened.far->inbox().size());
      opened.far->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
    turns();
    ASSERT_TRUE(borrower.whole);
    borrower.gives_back();
    turns();
  }
  void turns() {
    for (int i = 0; i < 6; ++i) {
      net_.step();
      loop_.turn(false);
      net_.pump();
    }
  }
  void passes(Millis time) {
    clock_.advance(Micros(time));
    loop_.turn(false);
    loop_.run_timers();
    turns();
  }
  // "1 2 1": the last digit of each address that was connected to.
  [[nodiscard]] std::string connected() const {
    std::string out;
    for (const auto& opened : net_.opened) {
      out += out.empty() ? "" : " ";
      out += opened.address[opened.address.find(':') - 1];
    }
    return out;
  }
  [[nodiscard]] std::size_t open_connections() const {
    return static_cast<std::size_t>(metrics_.worker.upstream_connections_open.value());
  }

  FakeClock clock_;
  event::Loop loop_{clock_};
  BufferPool buffers_;
  net::IoScratch scratch_;
  net::PipePool pipes_;
  net::SendBatch batch_{loop_};
  net::IoContext io_{loop_, buffers_, scratch_, pipes_, batch_};
  MemoryNet net_;
  observe::MetricsShard metrics_;
  std::shared_ptr<upstream::GroupState> state_ = std::make_shared<upstream::GroupState>();
  std::uint64_t woken_ = 0;
  struct Grown {
    explicit Grown(observe::MetricsShard& shard) { shard.groups.grow(4); }
  } grown_{metrics_};
  upstream::Group group_{
      io_, net_, state_, metrics_, 0, 0, [this](std::uint64_t workers) { woken_ |= workers; }};
  std::list<Borrower> borrowers_;
};

}  // namespace gatehouse::test
