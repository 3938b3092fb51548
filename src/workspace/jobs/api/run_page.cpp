#include "workspace/jobs/api/run_page.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "workspace/home/embedded_files.h"

namespace weir::workspace {
namespace {

constexpr std::string_view placeholder = "{{nonce}}";
constexpr std::size_t nonce_bytes = 16;

/// Only the script and the style that carry this answer's nonce may run, and they may talk to this server only.
std::string content_policy(const std::string& nonce) {
  return fmt::format(
      "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      nonce);
}

std::string with_nonce(std::string page, const std::string& nonce) {
  for (std::size_t at = page.find(placeholder); at != page.npos; at = page.find(placeholder, at))
    page.replace(at, placeholder.size(), nonce);
  return page;
}

}  // namespace

void add_run_page(Router& router) {
  auto serve = [](const Call&) -> Reply {
    SystemRandom random;
    std::string nonce = random_hex(random, nonce_bytes);
    return net::ServerResponse{.content_type = "text/html; charset=utf-8",
                               .body = with_nonce(std::string(run_page()), nonce),
                               .headers = {{"Content-Security-Policy", content_policy(nonce)},
                                           {"Referrer-Policy", "no-referrer"},
                                           {"Cache-Control", "no-store"}}};
  };
  router.add("/", {.method = "GET",
                   .access = Access::open,
                   .handler = serve,
                   .note = "the page of a run",
                   .fields = std::vector<Field>{}});
}

}  // namespace weir::workspace
