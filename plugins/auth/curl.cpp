#include "curl.h"

#include <dlfcn.h>

#include <memory>

namespace auth {
namespace {

template <typename Function>
bool take(void* library, const char* name, Function& to) {
  to = reinterpret_cast<Function>(dlsym(library, name));
  return to != nullptr;
}

std::unique_ptr<const Curl> opened() {
  constexpr unsigned kThreadSafe = 0x075400;  // curl_global_init is, since then
  void* const library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_version_info) version_info = nullptr;
  auto out = std::make_unique<Curl>();
  const bool whole = library != nullptr && take(library, "curl_global_init", global_init) &&
                     take(library, "curl_version_info", version_info) &&
                     take(library, "curl_easy_init", out->easy_init) &&
                     take(library, "curl_easy_cleanup", out->easy_cleanup) &&
                     take(library, "curl_easy_setopt", out->easy_setopt) &&
                     take(library, "curl_easy_getinfo", out->easy_getinfo) &&
                     take(library, "curl_easy_strerror", out->easy_strerror) &&
                     take(library, "curl_slist_append", out->slist_append) &&
                     take(library, "curl_slist_free_all", out->slist_free_all) &&
                     take(library, "curl_multi_init", out->multi_init) &&
                     take(library, "curl_multi_cleanup", out->multi_cleanup) &&
                     take(library, "curl_multi_add_handle", out->multi_add_handle) &&
                     take(library, "curl_multi_remove_handle", out->multi_remove_handle) &&
                     take(library, "curl_multi_perform", out->multi_perform) &&
                     take(library, "curl_multi_poll", out->multi_poll) &&
                     take(library, "curl_multi_wakeup", out->multi_wakeup) &&
                     take(library, "curl_multi_info_read", out->multi_info_read);
  if (!whole || version_info(CURLVERSION_NOW)->version_num < kThreadSafe) return nullptr;
  return global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? std::move(out) : nullptr;
}

}  // namespace

const Curl* Curl::get() {
  static const std::unique_ptr<const Curl> curl = opened();
  return curl.get();
}

}  // namespace auth
