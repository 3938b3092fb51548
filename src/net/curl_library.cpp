#include "net/curl_library.h"

#include <cstdio>
#include <cstdlib>

#include <dlfcn.h>

#include "base/check.h"

namespace weir::net {
namespace {

constexpr int exit_network = 5;

void* open_library() {
  if (void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL)) return library;
  std::fprintf(stderr, "error: %s\nhelp: weir talks HTTP through libcurl: apt install libcurl4\n", dlerror());
  std::exit(exit_network);
}

template <class Function>
void find(void* library, Function& function, const char* name) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  WEIR_CHECK(function, "libcurl.so.4 has every function of libcurl");
}

CurlLibrary load() {
  void* library = open_library();
  CurlLibrary curl{};
#define WEIR_FIND(name) find(library, curl.name, "curl_" #name)
  WEIR_FIND(global_init);
  WEIR_FIND(free);
  WEIR_FIND(slist_append);
  WEIR_FIND(slist_free_all);
  WEIR_FIND(url);
  WEIR_FIND(url_cleanup);
  WEIR_FIND(url_set);
  WEIR_FIND(url_get);
  WEIR_FIND(easy_init);
  WEIR_FIND(easy_cleanup);
  WEIR_FIND(easy_setopt);
  WEIR_FIND(easy_getinfo);
  WEIR_FIND(easy_strerror);
  WEIR_FIND(multi_init);
  WEIR_FIND(multi_cleanup);
  WEIR_FIND(multi_setopt);
  WEIR_FIND(multi_wakeup);
  WEIR_FIND(multi_perform);
  WEIR_FIND(multi_poll);
  WEIR_FIND(multi_add_handle);
  WEIR_FIND(multi_remove_handle);
  WEIR_FIND(multi_info_read);
#undef WEIR_FIND
  WEIR_CHECK(curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl can be initialized");
  return curl;
}

}  // namespace

const CurlLibrary& curl() {
  static const CurlLibrary library = load();
  return library;
}

}  // namespace weir::net
