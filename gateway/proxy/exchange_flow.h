// Drives one exchange: rule, chain, action, target, bodies, and the one exit.
#pragma once

#include <memory>
#include <string_view>

#include "event/loop.h"
#include "event/timer.h"
#include "exchange/downstream.h"
#include "exchange/exchange.h"
#include "plugin/chain.h"
#include "plugin/hosted_step.h"
#include "snapshot/snapshot.h"
#include "upstream/group.h"
#include "upstream/stream.h"

namespace gatehouse::proxy {

class Worker;
struct Pin;
struct Ended;
struct StickyCookies;

// It knows one downstream stream and one upstream stream, never a socket.
// Thread: its worker's.  Owned by the worker's slab, which gets it back at the end of the turn in
// which it ended.
class ExchangeFlow final : public exchange::Exchange,
                           public exchange::DownstreamEvents,
                           public ListLink<ExchangeFlow>,
                           private upstream::StreamEvents,
                           private upstream::Lessee,
                           private exchange::Waiting,
                           private event::Deferred,
                           private event::Timer {
 public:
  ExchangeFlow(Worker& worker, exchange::Downstream& downstream, std::uint32_t listener_slot,
               const net::IpAddress& peer, std::uint64_t connection_id, std::uint32_t nth_request);
  ~ExchangeFlow() override;

  // `request` is complete: go.
  void begin();
  // The request was refused before it could be routed; answers as far as that is possible.
  void refuse(Reason why);
  // The client's stream is gone without notice.
  void abandon();
  // The worker ends: whatever it waits for is given up.
  void cut();
  // The bytes that `request` looks at have moved.
  void rebase_request(const char* from, const char* to, std::size_t size);
  [[nodiscard]] const snapshot::ExchangeLimits& limits() const { return *limits_; }
  [[nodiscard]] exchange::Ticket ticket() override;

  void on_request_body(net::Segment segment) override;
  void on_request_end(std::span<const http::Field> trailers) override;
  void on_request_pause() override;
  void on_client_room() override;
  void on_client_failed(Reason why) override;

 private:
  enum class Stage : std::uint8_t {
    receiving,
    steps,
    lending,
    forwarding,
    answering,
    tunnel,
    log,
    over
  };

  // Chain (exchange_flow_chain.cpp)
  void run(plugin::Phase phase);
  bool run_body(plugin::Phase phase, plugin::Piece& piece);
  bool end_body(plugin::Phase phase);
  exchange::Verdict call(plugin::Phase phase, plugin::Step& step);
  void park();
  void unpark();
  void on_resume(exchange::Verdict verdict) override;
  [[nodiscard]] exchange::Exchange& waiting_exchange() override { return *this; }
  void go_on(const exchange::Verdict& verdict);
  void step_is_late();
  void phase_done(plugin::Phase phase);
  void body_done(plugin::Phase phase);
  [[nodiscard]] bool watches(plugin::Phase phase) const {
    return steps_ != nullptr && !steps_->empty(phase);
  }

  // What steps do with bodies (exchange_flow_body.cpp)
  bool read_body(std::uint64_t most, exchange::BodyReader& reader) override;
  void stop_reading(exchange::BodyReader& reader) override;
  bool replace_body(std::string_view body) override;
  void rewrite_body(exchange::Side side) override;
  [[nodiscard]] bool may_edit(exchange::Side side) const override;
  void set_status(std::uint16_t status) override;
  [[nodiscard]] std::uint64_t response_length() const override {
    return response_framing_ == http::Framing::length ? response_length_ : UINT64_MAX;
  }
  [[nodiscard]] std::string_view scheme() const override { return listener_->scheme; }
  [[nodiscard]] std::string_view target_group() const override;
  [[nodiscard]] std::uint32_t rule_priority() const override { return rule_->priority; }
  void gather(std::string_view bytes);
  void gathered(bool whole);
  void feed_gathered();

  // The answer's body as a whole (exchange_flow_answer_body.cpp)
  bool read_answer(std::uint64_t most, exchange::BodyReader& reader) override;
  void stop_reading_answer(exchange::BodyReader& reader) override;
  bool replace_answer(std::string_view body) override;
  void gather_answer(std::string_view bytes);
  void answer_gathered(bool whole);
  bool send_gathered_answer();

  // Actions (exchange_flow_forward.cpp)
  void route();
  void act();
  void forward(const snapshot::Forward& action);
  bool forward_to(std::string_view group) override;
  void go_to(const snapshot::ForwardTo& to);
  void ask_for_connection();
  void on_lent(upstream::Connection& connection) override;
  void on_not_lent(Reason why, upstream::Target* tried) override;
  void send_request();
  void remember(const upstream::Target& target);
  void redirect(const snapshot::Redirect& action);
  void on_upstream_room() override;
  void on_informational(const http::ResponseHead& head) override;
  void on_response_head(http::ResponseHead& head) override;
  void on_response_body(net::Segment segment) override;
  void on_response_end(std::span<const http::Field> trailers) override;
  void on_response_pause() override;
  void on_response_failed(Reason why) override;
  void pass_to_target(net::Segment segment);
  void pass_to_client(net::Segment segment);
  void begin_response();
  void send_response_head();
  void pull_response();
  void pull_request();
  std::span<const http::Field> allowed(std::span<const http::Field> trailers);

  // exchange_flow_explain.cpp
  void explain();
  void time_steps();

  // exchange_flow_failure.cpp
  bool retry(Reason why);
  [[nodiscard]] bool may_retry(Reason why) const;

  // exchange_flow_tunnel.cpp
  void begin_tunnel(const http::OutgoingResponse& head);
  void arm_tunnel();

  // Answers that the gateway makes, and the exit (exchange_flow.cpp)
  void answer(Reason why);
  void answer(std::uint16_t status, Reason why, std::string_view content_type,
              std::string_view body, std::span<const http::ExtraField> more = {});
  void answer(const exchange::Verdict& verdict);
  void send_local_answer();
  void open_local_file();
  void complete(Reason why);
  void end(Reason why, exchange::Ending ending);
  void record();
  void let_client_go();
  [[nodiscard]] Ended ended() const;
  void run_deferred() override;
  static void on_timer(event::Timer& timer);
  void arm_timer();
  [[nodiscard]] bool body_allowed() const;

  Worker& worker_;
  exchange::Downstream* client_;
  upstream::Stream* target_stream_ = nullptr;
  const upstream::Target* target_ = nullptr;  // tried last; may be gone: only to be compared
  std::string_view target_text_;
  std::uint32_t target_slot_ = 0;
  upstream::Group* group_ = nullptr;
  Pin* pin_;
  const snapshot::ListenerView* listener_;
  const snapshot::Rule* rule_ = nullptr;
  observe::Slot rule_slot_ = 0;
  bool rewritten_ = false;
  const plugin::Chain* steps_ = nullptr;        // the rule's, if there are any
  const snapshot::Forward* forward_ = nullptr;  // the rule's action; null: another
  const snapshot::ForwardTo* to_ = nullptr;
  const snapshot::ForwardTo* chosen_ = nullptr;    // by a step, in place of the rule's action
  const StickyCookies* sticky_cookies_ = nullptr;  // what the answer tells the client to remember
  const snapshot::ExchangeLimits* limits_;
  std::string_view listener_name_;
  std::shared_ptr<const snapshot::Rule> rule_pin_;  // a tunnel's, in place of the snapshot's

  std::uint32_t listener_slot_;
  std::uint32_t nth_request_;
  std::uint64_t connection_id_;
  Instant total_deadline_{INT64_MAX};
  Instant step_deadline_{INT64_MAX};  // of a wait, or of the queue for a connection

  // Where a parked chain goes on.
  plugin::Phase phase_ = plugin::Phase::preflight;
  std::size_t step_ = 0;
  exchange::Ticket ticket_;
  bool ticket_open_ = false;
  bool parked_ = false;
  plugin::Piece held_;                        // of body, that a step holds; in the arena
  exchange::BodyReader* gatherer_ = nullptr;  // wants the request's body as a whole
  std::uint64_t gather_most_ = 0;
  std::size_t gather_room_ = 0;
  exchange::BodyReader* answer_reader_ = nullptr;  // wants the answer's body as a whole
  std::uint64_t answer_most_ = 0;
  std::size_t answer_room_ = 0;
  std::string_view answer_body_;  // what it has, or what is sent in its place

  Stage stage_ = Stage::receiving;
  std::string_view local_body_;
  std::string_view first_body_;  // of the request: kept so that it can be sent again
  std::string_view redirect_url_;
  std::uint64_t request_body_ = 0;
  std::uint64_t received_bytes_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::uint16_t target_status_ = 0;
  std::uint8_t attempts_ = 0;
  http::Framing response_framing_ = http::Framing::none;
  std::uint64_t response_length_ = 0;
  std::string_view phrase_;
  bool request_ended_ = false;
  bool request_sent_past_first_ = false;
  bool response_says_length_ = false;
  bool response_ended_ = false;
  bool head_waits_ = false;  // the target's head, for a step that holds the request's body
  bool head_sent_ = false;
  bool local_ = false;
  bool local_file_ = false;  // its body is `space->file`
  exchange::Ending ending_ = exchange::Ending::whole;
  bool collecting_ = false;
  bool collected_ = false;
  bool upgrading_ = false;
  bool gathered_ = false;          // `first_body_` came before the target was chosen
  bool body_replaced_ = false;     // and is not the client's
  bool request_end_told_ = false;  // steps have seen the last piece of that body
  bool response_end_told_ = false;
  std::span<const http::Field> response_trailers_;
  std::span<const http::Field> request_trailers_;
};

}  // namespace gatehouse::proxy
