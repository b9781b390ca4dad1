// The admin API: a small HTTP server on the control thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "admin/http.h"
#include "control/gateway.h"
#include "net/listener.h"

namespace gatehouse::admin {

// One request a connection, heads of 16 KiB at most, 64 connections, ten seconds each.  Under
// /gatehouse/ it answers what everybody may know, since a route of the gateway may lead there; all
// else only to loopback names or with the token. Thread: control.
class Server final : public net::AcceptUser {
 public:
  explicit Server(control::Gateway& gateway);
  ~Server();
  // Accepts from `fds`, which stay the caller's; takes the place of what it accepted from before.
  void listen(const std::vector<int>& fds, std::string token);

 private:
  class Connection;
  void on_accept(std::uint32_t listener_slot, int fd, const net::IpAddress& peer) override;
  void forget(Connection& connection);

  control::Gateway& gateway_;
  std::string token_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::vector<std::shared_ptr<Connection>> connections_;
};

}  // namespace gatehouse::admin
