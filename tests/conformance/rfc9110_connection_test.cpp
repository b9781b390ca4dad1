// RFC 9110 7.6, 7.8, 10.1.1 and RFC 9112 9.3: what ends at the next hop, upgrades, expectations,
// persistence.
#include <gtest/gtest.h>

#include "conformance/table.h"

namespace gatehouse::conformance {
namespace {

TEST(Rfc9110, section_7_6_1_hop_by_hop_fields_end_here) {
  check_forwarded_fields({
      {"7.6.1 always",
       get("Connection: close\r\nKeep-Alive: a\r\nProxy-Connection: a\r\nTE: gzip\r\n"
           "Trailer: X\r\nTransfer-Encoding: chunked\r\nUpgrade: b\r\nX-A: b\r\n"),
       "Host=a.test X-A=b"},
      {"7.6.1 nominated", get("X-A: b\r\nConnection: x-a\r\nX-B: c\r\n"), "Host=a.test X-B=c"},
      {"7.6.1 nominated, a list", get("Connection: ,x-a ,\tX-B,\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\n"),
       "Host=a.test X-C=3"},
      {"7.6.1 nominated, two fields",
       get("X-A: 1\r\nConnection: X-A\r\nConnection: X-B\r\nX-B: 2\r\n"), "Host=a.test"},
      {"7.6.1 every one of the name", get("X-A: 1\r\nX-A: 2\r\nConnection: X-A\r\n"),
       "Host=a.test"},
      {"CVE-2022-31813 these can't be",
       get("Connection: Host, X-Forwarded-For, Authorization, Cookie, Origin, Via\r\n"
           "X-Forwarded-For: 1\r\nAuthorization: 2\r\nCookie: 3\r\nOrigin: 4\r\nVia: 5\r\n"),
       "Host=a.test X-Forwarded-For=1 Authorization=2 Cookie=3 Origin=4 Via=5"},
      {"desync nor the length", post("Connection: Content-Length\r\nContent-Length: 5\r\n"),
       "Host=a.test Content-Length=5"},
      {"9113 3.2.1 h2c",
       get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
           "HTTP2-Settings: AA\r\n"),
       "Host=a.test"},
      {"9113 3.2.1 though not nominated", get("HTTP2-Settings: AA\r\n"), "Host=a.test"},
  });
  check_requests({
      {"desync the length counts though nominated",
       post("Connection: Content-Length\r\nContent-Length: 5\r\n"), "POST / @a.test length 5 keep"},
      {"desync the coding too",
       post("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n"),
       "POST / @a.test chunked keep"},
  });
}

TEST(Rfc9110, section_7_8_only_websocket_is_an_upgrade) {
  const char* plain = "GET / @a.test none keep";
  check_requests({
      {"7.8", get("Connection: Upgrade\r\nUpgrade: websocket\r\n"),
       "GET / @a.test none keep upgrade"},
      {"7.8 case", get("Connection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\n"),
       "GET / @a.test none keep upgrade"},
      {"7.8 not nominated: ignored", get("Upgrade: websocket\r\n"), plain},
      {"7.8 nothing to upgrade to", get("Connection: upgrade\r\n"), plain},
      {"desync h2c", get("Connection: upgrade\r\nUpgrade: h2c\r\n"), plain},
      {"desync h2c beside it", get("Connection: upgrade\r\nUpgrade: h2c, websocket\r\n"), plain},
      {"7.8 from 1.0: ignored",
       "GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
       "GET / @a none close 1.0"},
      {"6455 4.1 GET only", post("Connection: upgrade\r\nUpgrade: websocket\r\n"), "bad_upgrade"},
      {"6455 4.1 no body",
       get("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n"), "bad_upgrade"},
      {"7.8 twice", get("Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n"),
       "bad_upgrade"},
  });
}

TEST(Rfc9110, section_10_1_1_only_100_continue_can_be_expected) {
  check_requests({
      {"10.1.1", post("Content-Length: 5\r\nExpect: 100-continue\r\n"),
       "POST / @a.test length 5 keep continue"},
      {"10.1.1 case", post("Transfer-Encoding: chunked\r\nExpect: 100-Continue\r\n"),
       "POST / @a.test chunked keep continue"},
      {"10.1.1 no body to wait for", get("Expect: 100-continue\r\n"), "GET / @a.test none keep"},
      {"10.1.1 417", post("Expect: 200-ok\r\n"), "expectation_failed"},
      {"10.1.1 417", post("Expect: 100-continue, b\r\n"), "expectation_failed"},
      {"10.1.1 417", post("Expect:\r\n"), "expectation_failed"},
      {"10.1.1 1.0: ignored",
       "POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
       "POST / @a length 5 close 1.0"},
  });
}

TEST(Rfc9112, section_9_3_who_keeps_the_connection) {
  check_requests({
      {"9.3", get(""), "GET / @a.test none keep"},
      {"9.3", get("Connection: close\r\n"), "GET / @a.test none close"},
      {"9.3 case, list", get("Connection: x, CLOSE\r\n"), "GET / @a.test none close"},
      {"9.3 close wins", get("Connection: keep-alive\r\nConnection: close\r\n"),
       "GET / @a.test none close"},
      {"9.3 1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", "GET / @a none close 1.0"},
      {"9.3 1.0 asks", "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n",
       "GET / @a none keep 1.0"},
  });
  check_responses({
      {"9.3", answer("Connection: close\r\nContent-Length: 0\r\n"), "200 OK length 0 close"},
      {"9.3 1.0 agrees", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
       "200 OK length 0 keep 1.0"},
  });
}

}  // namespace
}  // namespace gatehouse::conformance
