// One small document by HTTP, fetched as an enemy's would be.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "curl.h"

namespace auth {

struct Downloaded {
  std::string problem;  // why there is no document; "": there is one
  std::string text;
  std::optional<std::chrono::seconds> fresh;  // what the answer says of it
};

// Thread: one at a time, but for `stop`.
class Download {
 public:
  struct What {
    std::string url;              // problem_of_url had nothing to say
    std::string ca;               // certificates in PEM that are believed; "": the system's
    bool inside_allowed = false;  // addresses of private networks
    std::size_t largest = 256 << 10;
  };
  // Throws what the standard library does, and std::runtime_error without libcurl.
  explicit Download(What what);
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;
  ~Download();

  // GET, with 2 s to connect and 5 s in all.  A document is what comes with 200 and the type
  // application/json or application/jwk-set+json.  Redirects are not followed, the environment's
  // proxies not asked, names not believed: each address is looked at before it is connected to.
  // Blocks.
  Downloaded get();
  // From any thread: the fetch that is under way, and each that follows, ends at once.
  void stop();

 private:
  struct Transfer;
  void set_up(CURL* easy, Transfer& transfer) const;
  CURLcode run(CURL* easy);

  What what_;
  const Curl& curl_;
  CURLM* multi_;
  std::atomic<bool> stopped_{false};
};

}  // namespace auth
