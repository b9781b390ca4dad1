// libcurl, opened when a file names a URL: with the twenty libraries that it brings it takes 5 ms
// and 5 MiB (measured), which gateways whose keys lie in files need not pay.
#pragma once

#include <curl/curl.h>

namespace auth {

// What is used of it.  Stays until the process ends: a thread that resolves a name may outlive the
// fetch that wanted it.
struct Curl {
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
  decltype(&curl_multi_init) multi_init = nullptr;
  decltype(&curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&curl_multi_add_handle) multi_add_handle = nullptr;
  decltype(&curl_multi_remove_handle) multi_remove_handle = nullptr;
  decltype(&curl_multi_perform) multi_perform = nullptr;
  decltype(&curl_multi_poll) multi_poll = nullptr;
  decltype(&curl_multi_wakeup) multi_wakeup = nullptr;
  decltype(&curl_multi_info_read) multi_info_read = nullptr;

  // Any thread.  Null: libcurl.so.4 is not there, or is older than 7.84.
  static const Curl* get();
};

}  // namespace auth
