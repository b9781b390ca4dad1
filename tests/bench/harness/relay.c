// Relays bytes between clients and an origin and looks at none of them.
// usage: relay PORT ORIGIN_PORT
//
// Nothing that forwards with these system calls can cost less, so what a proxy adds to it is its
// own work: one thread, level-triggered epoll, one connection to the origin for each client,
// every read written at once.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kDescriptors = 1 << 16, kBuffer = 1 << 16, kEvents = 512, kBacklog = 8192 };

static int other[kDescriptors];  // whom the bytes of a descriptor go to; 0: it is closed
static int poller;

static void die(const char* what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in loopback(const char* port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_port = htons((uint16_t)atoi(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static void watch(int fd) {
  const int on = 1;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

static void take(int listener, const struct sockaddr_in* origin) {
  int client;
  while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    const int upstream = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(upstream, (const struct sockaddr*)origin, sizeof *origin) != 0) die("connect");
    other[client] = upstream;
    other[upstream] = client;
    watch(client);
    watch(upstream);
  }
}

static void part(int fd) {
  const int peer = other[fd];
  other[fd] = other[peer] = 0;
  close(fd);
  close(peer);
}

static void pass(int fd) {
  static char buffer[kBuffer];
  const ssize_t got = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    part(fd);
    return;
  }
  for (ssize_t sent = 0; sent < got;) {
    const ssize_t now = send(other[fd], buffer + sent, (size_t)(got - sent), MSG_NOSIGNAL);
    if (now >= 0) {
      sent += now;
    } else if (errno == EAGAIN) {
      struct pollfd full = {.fd = other[fd], .events = POLLOUT};
      poll(&full, 1, -1);
    } else {
      part(fd);
      return;
    }
  }
}

int main(int count, char** words) {
  if (count != 3) return 2;
  const int on = 1;
  const struct sockaddr_in here = loopback(words[1]);
  const struct sockaddr_in origin = loopback(words[2]);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (const struct sockaddr*)&here, sizeof here) != 0) die("bind");
  if (listen(listener, kBacklog) != 0) die("listen");
  poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    struct epoll_event ready[kEvents];
    const int events = epoll_wait(poller, ready, kEvents, -1);
    for (int i = 0; i < events; ++i) {
      if (ready[i].data.fd == listener) {
        take(listener, &origin);
      } else if (other[ready[i].data.fd] != 0) {
        pass(ready[i].data.fd);
      }
    }
  }
}
