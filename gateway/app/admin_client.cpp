#include "app/admin_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>

#include "net/address.h"

namespace gatehouse::app {
namespace {

struct Socket {
  int fd;
  ~Socket() { ::close(fd); }
};

// A gateway that listens on every address is asked on loopback.
std::string reachable(std::string address) {
  if (address.starts_with("0.0.0.0:")) return "127.0.0.1" + address.substr(7);
  if (address.starts_with("[::]:")) return "[::1]" + address.substr(4);
  return address;
}

}  // namespace

Result<AdminAnswer> ask_admin(const config::AdminSpec& admin, const std::string& method,
                              const std::string& path) {
  const std::string text = reachable(admin.address);
  const auto address = net::Address::parse(text);
  if (admin.off || !address)
    return fail("the file has no admin API to ask", 0,
                "give it one with `admin: {address: 127.0.0.1:9901}`, or send SIGHUP");
  const Socket socket{::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const timeval patience{60, 0};
  ::setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket.fd, address->get(), address->size()) != 0) {
    return tl::make_unexpected(
        system_error("ask the gateway at " + text,
                     "is it running, and is `admin.address` the one that it was started with?"));
  }
  std::string request =
      method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n";
  if (!admin.token.empty()) request += "Authorization: Bearer " + admin.token + "\r\n";
  request += "\r\n";
  if (::send(socket.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return tl::make_unexpected(system_error("ask the gateway at " + text));
  }
  std::string answer;
  char piece[4096];
  for (ssize_t n = 0; (n = ::recv(socket.fd, piece, sizeof piece, 0)) != 0;) {
    if (n < 0) return tl::make_unexpected(system_error("the answer of " + text));
    answer.append(piece, static_cast<std::size_t>(n));
  }
  const auto end = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 ") || end == std::string::npos)
    return fail("what answers at " + text + " is no gateway");
  return AdminAnswer{static_cast<unsigned>(std::stoul(answer.substr(9, 3))),
                     answer.substr(end + 4)};
}

}  // namespace gatehouse::app
