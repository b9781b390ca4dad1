// A protocol of a test's own that carries many exchanges over one connection: frames of
// "STREAM KIND SIZE\n" and SIZE bytes.  Kinds: H head, B a piece of the body, E the end, R broken
// off.
#pragma once

#include <charconv>
#include <map>
#include <memory>
#include <string>

#include "base/check.h"
#include "http/h1/request.h"
#include "proxy/exchange_flow.h"
#include "proxy/worker.h"

namespace gatehouse::test {

struct Frame {
  unsigned stream = 0;
  char kind = 0;
  std::string bytes;
};

inline std::string frame(unsigned stream, char kind, std::string_view bytes) {
  return std::to_string(stream) + ' ' + kind + ' ' + std::to_string(bytes.size()) + '\n' +
         std::string(bytes);
}

// Takes a whole frame from the front of `bytes`.  False: there is none.
inline bool take_frame(std::string& bytes, Frame& out) {
  const std::size_t line = bytes.find('\n');
  if (line == std::string::npos) return false;
  const std::size_t kind = bytes.find(' ') + 1;
  std::size_t size = 0;
  std::from_chars(bytes.data(), bytes.data() + line, out.stream);
  std::from_chars(bytes.data() + kind + 2, bytes.data() + line, size);
  if (bytes.size() < line + 1 + size) return false;
  out.kind = bytes[kind];
  out.bytes = bytes.substr(line + 1, size);
  bytes.erase(0, line + 1 + size);
  return true;
}

class MuxConnection;

// One exchange's stream.
class MuxStream final : public exchange::Downstream {
 public:
  MuxStream(MuxConnection& connection, unsigned id, std::string head)
      : connection_(connection), id_(id), head_(std::move(head)) {}

  void begin(proxy::Worker& worker) {
    exchange_ = worker.make_exchange(*this, 0, *net::IpAddress::parse("192.0.2.9"), 1, id_);
    http::h1::HeadScan scan;
    const auto parsed =
        http::h1::parse_request(head_, {}, exchange_->arena, exchange_->request, scan);
    GH_CHECK(parsed.status == http::h1::Parse::Status::complete);
    exchange_->begin();
  }
  void take(const Frame& frame) {
    if (frame.kind == 'B') waiting_ += frame.bytes;
    if (frame.kind == 'E') ended_ = true;
    hand_over();
  }
  void has_room() {
    if (exchange_ != nullptr) exchange_->on_client_room();
  }
  void fails(Reason reason) {
    if (exchange_ != nullptr) exchange_->on_client_failed(reason);
  }

  void send_head(const http::OutgoingResponse& response) override {
    put('H', std::to_string(response.status));
  }
  void send_interim(const http::OutgoingResponse&) override {}
  void send_body(net::Segment segment) override { put('B', segment.bytes); }
  void send_end(std::span<const http::Field>) override { put('E', ""); }
  bool flush() override;
  void pull(net::Credit credit) override {
    credit_ = credit;
    hand_over();
  }
  void discard_body() override {
    discards_ = true;
    waiting_.clear();
  }
  [[nodiscard]] std::string_view request_bytes() const override { return head_; }
  void finish(exchange::Ending ending) override {
    exchange_ = nullptr;
    if (ending == exchange::Ending::broken) put('R', "");
    flush();
  }
  void open_tunnel() override {}
  [[nodiscard]] bool takes_pipes() const override { return false; }
  [[nodiscard]] std::uint64_t received() const override { return received_; }
  [[nodiscard]] std::uint64_t sent() const override { return sent_; }

 private:
  void put(char kind, std::string_view bytes);
  void hand_over() {
    if (handing_over_ || discards_ || told_end_) return;
    handing_over_ = true;
    if (credit_.bytes != 0 && !waiting_.empty() && exchange_ != nullptr) {
      const std::string bytes = std::exchange(waiting_, {});
      received_ += bytes.size();
      exchange_->on_request_body({.bytes = bytes});
      if (exchange_ != nullptr) exchange_->on_request_pause();
    }
    if (credit_.bytes != 0 && ended_ && waiting_.empty() && exchange_ != nullptr) {
      told_end_ = true;
      exchange_->on_request_end({});
      if (exchange_ != nullptr) exchange_->on_request_pause();
    }
    handing_over_ = false;
  }

  MuxConnection& connection_;
  const unsigned id_;
  const std::string head_;
  proxy::ExchangeFlow* exchange_ = nullptr;
  net::Credit credit_;
  std::string waiting_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  bool ended_ = false;
  bool told_end_ = false;
  bool discards_ = false;
  bool handing_over_ = false;
};

// The gateway's end of the connection.  Thread: the test's.
class MuxConnection final : public net::TransportUser {
 public:
  explicit MuxConnection(proxy::Worker& worker) : worker_(worker) {}
  void start(std::unique_ptr<net::Transport> transport) {
    transport_ = std::move(transport);
    transport_->want(true, false);
  }
  [[nodiscard]] std::size_t streams() const { return streams_.size(); }

  void on_readable() override {
    char bytes[4096];
    const net::IoResult result = transport_->read(bytes, sizeof bytes);
    if (result.status == net::Io::would_block) return;
    if (result.status != net::Io::ok) {
      closed_ = true;
      transport_->close(false);
      for (auto& [id, stream] : streams_) stream->fails(Reason::client_reset);
      return;
    }
    in_.append(bytes, result.bytes);
    for (Frame next; take_frame(in_, next);) {
      auto& stream = streams_[next.stream];
      if (next.kind != 'H') {
        stream->take(next);
        continue;
      }
      stream = std::make_unique<MuxStream>(*this, next.stream, next.bytes);
      stream->begin(worker_);
    }
  }
  void on_writable() override {
    if (!flush()) return;
    for (auto& [id, stream] : streams_) stream->has_room();
  }
  void on_exception() noexcept override {}

  void put(std::string_view bytes) { out_ += bytes; }
  bool flush() {
    if (closed_) out_.clear();
    while (!out_.empty()) {
      const net::IoResult result = transport_->write(std::string_view(out_));
      if (result.status != net::Io::ok) break;
      out_.erase(0, result.bytes);
    }
    if (!closed_) transport_->want(true, !out_.empty());
    return out_.empty();
  }

 private:
  proxy::Worker& worker_;
  std::unique_ptr<net::Transport> transport_;
  std::map<unsigned, std::unique_ptr<MuxStream>> streams_;
  std::string in_;
  std::string out_;
  bool closed_ = false;
};

inline void MuxStream::put(char kind, std::string_view bytes) {
  sent_ += bytes.size();
  connection_.put(frame(id_, kind, bytes));
}
inline bool MuxStream::flush() { return connection_.flush(); }

}  // namespace gatehouse::test
