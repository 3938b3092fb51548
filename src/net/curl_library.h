// libcurl, loaded when the first request needs it. With the thirty libraries that come with it, it takes three times
// as long to load as everything else of weir together, and most commands talk to nobody.
#pragma once

#include <curl/curl.h>

namespace weir::net {

/// The functions of libcurl that we use, by their names without "curl_".
struct CurlLibrary {
  decltype(&curl_global_init) global_init;
  decltype(&curl_free) free;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_url) url;
  decltype(&curl_url_cleanup) url_cleanup;
  decltype(&curl_url_set) url_set;
  decltype(&curl_url_get) url_get;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_cleanup) multi_cleanup;
  decltype(&curl_multi_setopt) multi_setopt;
  decltype(&curl_multi_wakeup) multi_wakeup;
  decltype(&curl_multi_perform) multi_perform;
  decltype(&curl_multi_poll) multi_poll;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_info_read) multi_info_read;
};

/// Loads and initializes it the first time; any thread. Ends the process when it is not installed: nothing that is
/// asked of weir then can be done.
const CurlLibrary& curl();

}  // namespace weir::net
