#include "admin/server.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "admin/endpoint.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "event/timer.h"
#include "http/h1/request.h"
#include "http/host.h"
#include "http/outgoing.h"
#include "http/status.h"
#include "net/tcp_transport.h"

namespace gatehouse::admin {

namespace {

constexpr std::size_t kMostConnections = 64;
constexpr std::size_t kMostBytes = 16384;
constexpr Millis kPatience{10'000};
constexpr std::string_view kPublic = "/gatehouse/";

bool same(std::string_view a, std::string_view b) {  // in constant time for equal lengths
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

// A page of another site must not reach the API through a name that it made point here (DNS
// rebinding).
bool own_host(std::string_view name) {
  return name.empty() || ascii::equals_ignoring_case(name, "localhost") || name.front() == '[' ||
         net::IpAddress::parse(name).has_value();
}

// The gateway itself among others, when a rule of its own leads here.
bool from_this_machine(int fd, const net::IpAddress& peer) {
  if (peer.family == net::IpAddress::Family::v4 && peer.bytes[0] == 127) return true;
  return peer.bytes == net::Address::of_socket(fd).ip().bytes;  // also of a Unix socket
}

}  // namespace

class Server::Connection final : public std::enable_shared_from_this<Server::Connection>,
                                 private net::TransportUser,
                                 private event::Timer {
 public:
  Connection(Server& server, int fd, const net::IpAddress& peer)
      : event::Timer([](event::Timer& timer) { static_cast<Connection&>(timer).close(); }),
        server_(server),
        local_(from_this_machine(fd, peer)),
        transport_(server.gateway_.loop(), fd, *this) {
    server.gateway_.loop().timers().arm(*this, kPatience);
  }

 private:
  void on_readable() override {
    if (answered_) return close();
    const std::size_t before = in_.size();
    in_.resize(before + 4096);
    const net::IoResult result = transport_.read(in_.data() + before, 4096);
    in_.resize(before + (result.status == net::Io::ok ? result.bytes : 0));
    if (result.status == net::Io::would_block) return;
    if (result.status != net::Io::ok) return close();
    parse();
  }

  void on_writable() override { send(); }
  void on_exception() noexcept override { close(); }

  void parse() {
    Arena arena(nullptr, 0);
    http::RequestHead head;
    http::h1::HeadScan scan;
    const auto parsed = http::h1::parse_request(
        in_, {.request_line = 4096, .header = 8192, .headers = kMostBytes, .header_count = 64},
        arena, head, scan);
    if (parsed.status == http::h1::Parse::Status::incomplete) return;
    answered_ = true;
    transport_.want(false, false);
    if (parsed.status == http::h1::Parse::Status::invalid)
      return reply(
          {400, "text/plain; charset=utf-8", std::string(row(parsed.reason).sentence) + "\n"});
    head_only_ = head.method == http::Method::head;
    dispatch(head);
  }

  void dispatch(const http::RequestHead& head) {
    Request request;
    request.method = head_only_ ? "GET" : head.method_text;
    request.path = head.path;
    request.query = head.query;
    request.through_gateway = local_ && request.path.starts_with(kPublic);
    if (request.through_gateway) request.path = request.path.substr(kPublic.size() - 1);
    const Endpoint* found = nullptr;
    std::string methods;  // of the resource
    for (const auto& endpoint : endpoints()) {
      if (endpoint.path != request.path || (request.through_gateway && !endpoint.open_to_all))
        continue;
      if (endpoint.method == request.method) {
        found = &endpoint;
      } else {
        methods += (methods.empty() ? "" : ", ") + std::string(endpoint.method);
        if (endpoint.method == "GET") methods += ", HEAD";
      }
    }
    if (found == nullptr) {
      return reply(!methods.empty()
                       ? Reply{405, "text/plain; charset=utf-8",
                               "this resource knows another method\n", "Allow: " + methods + "\r\n"}
                       : Reply{404, "text/plain; charset=utf-8", overview()});
    }
    if (!request.through_gateway && !allowed(head)) return;
    std::weak_ptr<Connection> weak = weak_from_this();
    found->serve(server_.gateway_, request, [weak](Reply answer) {
      if (const auto self = weak.lock()) self->reply(std::move(answer));
    });
  }

  bool allowed(const http::RequestHead& head) {
    if (!server_.token_.empty()) {
      const http::Field* given = head.find(http::FieldId::authorization);
      if (given == nullptr || !same(given->value(), "Bearer " + server_.token_)) {
        reply({401, "text/plain; charset=utf-8",
               "send `Authorization: Bearer TOKEN`, the token of admin.token in routes.yaml\n",
               "WWW-Authenticate: Bearer\r\n"});
        return false;
      }
      return true;
    }
    if (!own_host(head.host_name) ||
        (head.method != http::Method::get && head.find(http::FieldId::origin) != nullptr)) {
      reply({403, "text/plain; charset=utf-8",
             "the admin API is not for web pages of other sites\n"});
      return false;
    }
    return true;
  }

  static std::string overview() {
    std::string out = "The admin API of Gatehouse:\n";
    for (const auto& endpoint : endpoints()) {
      out += "  " + std::string(endpoint.method) + " " + std::string(endpoint.path) + "  " +
             std::string(endpoint.doc) + "\n";
    }
    return out;
  }

  void reply(Reply answer) {
    const std::string type = "Content-Type: " + std::string(answer.content_type) + "\r\n";
    const std::array<http::ExtraField, 3> extra = {
        {{type, 12}, {"Cache-Control: no-store\r\n", 13}, {answer.field, answer.field.find(':')}}};
    http::OutgoingResponse head;
    head.status = static_cast<std::uint16_t>(answer.status);
    head.phrase = http::phrase(head.status);
    head.extra = std::span(extra).first(answer.field.empty() ? 2 : 3);
    head.framing = http::Framing::length;
    head.content_length = answer.body.size();
    head.close = true;
    std::array<char, 1024> space;
    out_ = http::write_response(head, space);
    if (!head_only_) out_ += answer.body;
    send();
  }

  void send() {
    while (!out_.empty()) {
      const net::IoResult result = transport_.write(std::string_view(out_));
      if (result.status == net::Io::would_block) return transport_.want(false, true);
      if (result.status != net::Io::ok) return close();
      out_.erase(0, result.bytes);
    }
    transport_.shutdown_write();
    transport_.want(true, false);  // until the client has it and closes
  }

  void close() {
    transport_.close(false);
    server_.forget(*this);
  }

  Server& server_;
  const bool local_;
  net::TcpTransport transport_;
  std::string in_;
  std::string out_;
  bool answered_ = false;
  bool head_only_ = false;
};

Server::Server(control::Gateway& gateway) : gateway_(gateway) {}
Server::~Server() = default;

void Server::listen(const std::vector<int>& fds, std::string token) {
  token_ = std::move(token);
  std::erase_if(listeners_, [&](const auto& listener) {
    return std::find(fds.begin(), fds.end(), listener->fd()) == fds.end();
  });
  for (const int fd : fds) {
    const bool there = std::any_of(listeners_.begin(), listeners_.end(),
                                   [&](const auto& l) { return l->fd() == fd; });
    if (!there)
      listeners_.push_back(std::make_unique<net::Listener>(gateway_.loop(), fd, 0, *this));
  }
}

void Server::on_accept(std::uint32_t, int fd, const net::IpAddress& peer) {
  if (connections_.size() >= kMostConnections) {
    ::close(fd);
    return;
  }
  connections_.push_back(std::make_shared<Connection>(*this, fd, peer));
}

void Server::forget(Connection& connection) {
  const auto at = std::find_if(connections_.begin(), connections_.end(),
                               [&](const auto& c) { return c.get() == &connection; });
  if (at == connections_.end()) return;
  // It may be in the middle of a call: it goes when the call is over.
  std::shared_ptr<Connection> kept = std::move(*at);
  connections_.erase(at);
  gateway_.later([kept] {});
}

}  // namespace gatehouse::admin
