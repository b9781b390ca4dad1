#include "app/admin_client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "net/address.h"

namespace gatehouse::app {
namespace {

struct Socket {
  int fd;
  ~Socket() { ::close(fd); }
};

// A gateway that listens on every address is asked on loopback; the path of a Unix socket is
// relative to the folder of the file.
std::string reachable(const std::string& address, const std::string& file) {
  if (address.starts_with("0.0.0.0:")) return "127.0.0.1" + address.substr(7);
  if (address.starts_with("[::]:")) return "[::1]" + address.substr(4);
  if (address.starts_with("unix:") && !address.starts_with("unix:/"))
    return "unix:" + (std::filesystem::path(file).parent_path() / address.substr(5)).string();
  return address;
}

Result<std::string> read_all(int fd, const std::string& tried) {
  std::string answer;
  char piece[4096];
  for (ssize_t n = 0; (n = ::recv(fd, piece, sizeof piece, 0)) != 0;) {
    if (n < 0) return tl::make_unexpected(system_error(tried, "no whole answer came"));
    answer.append(piece, static_cast<std::size_t>(n));
  }
  return answer;
}

}  // namespace

Result<AdminAnswer> ask_admin(const config::AdminSpec& admin, const std::string& file,
                              const std::string& path, const std::string& method) {
  const std::string text = reachable(admin.address, file);
  const auto address = net::Address::parse(text);
  if (admin.off || !address)
    return fail("ask the gateway: " + file + " gives it no admin API", 0,
                "give it one with `admin: {address: 127.0.0.1:9901}`, or send it SIGHUP");
  const std::string tried = "ask the gateway at " + text;
  const Socket socket{::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const timeval patience{60, 0};
  ::setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket.fd, address->get(), address->size()) != 0) {
    return tl::make_unexpected(system_error(
        tried, "is it running, and was it started with the `admin.address` of " + file + "?"));
  }
  std::string request =
      method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n";
  if (!admin.token.value.empty()) request += "Authorization: Bearer " + admin.token.value + "\r\n";
  request += "\r\n";
  if (::send(socket.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return tl::make_unexpected(system_error(tried));
  }
  const auto answer = read_all(socket.fd, tried);
  if (!answer) return tl::make_unexpected(answer.error());
  const auto end = answer->find("\r\n\r\n");
  const unsigned status = answer->starts_with("HTTP/1.1 ") && end != std::string::npos
                              ? static_cast<unsigned>(std::atoi(answer->c_str() + 9))
                              : 0;
  if (status == 0) return fail(tried, 0, "what answers there is no gateway");
  return AdminAnswer{status, answer->substr(end + 4)};
}

}  // namespace gatehouse::app
