#include "download.h"

#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "ascii.h"
#include "freshness.h"
#include "reach.h"

namespace auth {
namespace {

constexpr long kConnectMs = 2'000;
constexpr long kTotalMs = 5'000;
constexpr std::size_t kLargestHead = 32 << 10;

const Curl& needed() {
  const Curl* curl = Curl::get();
  if (curl == nullptr) throw std::runtime_error("libcurl.so.4 is not there");
  return *curl;
}

bool is_json(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return equals(type, "application/json") || equals(type, "application/jwk-set+json");
}

}  // namespace

// What the callbacks of one fetch see.
struct Download::Transfer {
  const What& what;
  std::string text, cache_control, age;
  std::size_t head_bytes = 0;
  const char* refused = nullptr;

  static std::size_t on_body(const char* data, std::size_t, std::size_t size, void* self) {
    auto& here = *static_cast<Transfer*>(self);
    if (here.text.size() + size > here.what.largest) {
      here.refused = "an answer that is too large";
      return 0;
    }
    here.text.append(data, size);
    return size;
  }
  static std::size_t on_head(const char* data, std::size_t, std::size_t size, void* self) {
    auto& here = *static_cast<Transfer*>(self);
    here.head_bytes += size;
    if (here.head_bytes > kLargestHead) {
      here.refused = "an answer whose head is too large";
      return 0;
    }
    std::string_view line(data, size);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos) return size;
    if (equals(name, "cache-control")) (here.cache_control += ',') += line.substr(colon + 1);
    if (equals(name, "age")) here.age = line.substr(colon + 1);
    return size;
  }
  static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* to) {
    auto& here = *static_cast<Transfer*>(self);
    if (!may_connect(here.what.url, to->addr, here.what.inside_allowed)) {
      here.refused = "its name is that of an address from which no keys are fetched";
      return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  }
};

Download::Download(What what)
    : what_(std::move(what)), curl_(needed()), multi_(curl_.multi_init()) {
  if (multi_ == nullptr) throw std::bad_alloc();
}

Download::~Download() { curl_.multi_cleanup(multi_); }

void Download::stop() {
  stopped_ = true;
  curl_.multi_wakeup(multi_);
}

void Download::set_up(CURL* easy, Transfer& transfer) const {
  const auto set = [&](CURLoption option, auto value) {
    if (curl_.easy_setopt(easy, option, value) != CURLE_OK) {
      throw std::runtime_error("libcurl lacks an option");
    }
  };
  set(CURLOPT_URL, what_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, what_.url.starts_with("https:") ? "https" : "http");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!what_.ca.empty()) {
    curl_blob blob{const_cast<char*>(what_.ca.data()), what_.ca.size(), CURL_BLOB_COPY};
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(CURLOPT_CAINFO_BLOB, &blob);
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  set(CURLOPT_TIMEOUT_MS, kTotalMs);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FORBID_REUSE, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs holds nobody up
  set(CURLOPT_USERAGENT, "gatehouse");
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
  set(CURLOPT_OPENSOCKETDATA, &transfer);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_head);
  set(CURLOPT_HEADERDATA, &transfer);
}

CURLcode Download::run(CURL* easy) {
  curl_.multi_add_handle(multi_, easy);
  CURLcode result = CURLE_ABORTED_BY_CALLBACK;
  for (int running = 1; running != 0 && !stopped_;) {
    if (curl_.multi_perform(multi_, &running) != CURLM_OK) break;
    int left = 0;
    while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) result = message->data.result;
    }
    constexpr int kLookAgainMs = 1'000;
    if (running != 0) curl_.multi_poll(multi_, nullptr, 0, kLookAgainMs, nullptr);
  }
  curl_.multi_remove_handle(multi_, easy);
  return result;
}

Downloaded Download::get() {
  const std::unique_ptr<CURL, decltype(curl_.easy_cleanup)> easy(curl_.easy_init(),
                                                                 curl_.easy_cleanup);
  if (easy == nullptr) throw std::bad_alloc();
  const std::unique_ptr<curl_slist, decltype(curl_.slist_free_all)> accept(
      curl_.slist_append(nullptr, "Accept: application/jwk-set+json, application/json"),
      curl_.slist_free_all);
  Transfer transfer{what_, {}, {}, {}, 0, nullptr};
  set_up(easy.get(), transfer);
  curl_.easy_setopt(easy.get(), CURLOPT_HTTPHEADER, accept.get());
  const CURLcode result = run(easy.get());
  if (transfer.refused != nullptr) return {transfer.refused, {}, {}};
  if (result != CURLE_OK) return {curl_.easy_strerror(result), {}, {}};
  long status = 0;
  const char* type = nullptr;
  curl_.easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_.easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
  if (status != 200) return {"status " + std::to_string(status), {}, {}};
  if (type == nullptr || !is_json(type)) return {"an answer that is not application/json", {}, {}};
  return {{}, std::move(transfer.text), freshness_of(transfer.cache_control, transfer.age)};
}

}  // namespace auth
