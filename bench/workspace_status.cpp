// Asks a workspace for the state of runs that are going on, over a number of connections that are kept, each as fast as
// it is answered:
//
//   weir_bench_workspace_status HOST CONNECTIONS SECONDS RUN_ID...
//
// The token is in $BENCH_TOKEN. Prints {"calls", "seconds", "half_ms", "99_ms", "most_ms"}.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/check.h"

namespace {

using Steady = std::chrono::steady_clock;

int number_of(std::string_view text) {
  int number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  WEIR_CHECK(error == std::errc{} && end == text.data() + text.size(), "CONNECTIONS and SECONDS are numbers");
  return number;
}

std::size_t keep(char* data, std::size_t, std::size_t size, void* into) {
  static_cast<std::string*>(into)->append(data, size);
  return size;
}

/// One connection, and how long each of its calls took, in milliseconds.
class Client {
 public:
  Client(const std::string& host, const std::vector<std::string>& runs) {
    for (const auto& run : runs) urls_.push_back(host + "/api/2.2/jobs/runs/get?run_id=" + run);
    const char* token = std::getenv("BENCH_TOKEN");
    WEIR_CHECK(token, "BENCH_TOKEN is set");
    headers_ = ::curl_slist_append(nullptr, ("Authorization: Bearer " + std::string(token)).c_str());
    ::curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
    ::curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, keep);
    ::curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &body_);
    ::curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  }
  Client(const Client&) = delete;
  ~Client() {
    ::curl_slist_free_all(headers_);
    ::curl_easy_cleanup(curl_);
  }

  void ask_until(Steady::time_point end) {
    for (std::size_t i = 0; Steady::now() < end; ++i) ask(urls_[i % urls_.size()]);
  }
  const std::vector<double>& taken() const { return taken_; }

 private:
  void ask(const std::string& url) {
    body_.clear();
    auto began = Steady::now();
    ::curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    auto code = ::curl_easy_perform(curl_);
    taken_.push_back(std::chrono::duration<double, std::milli>(Steady::now() - began).count());
    long status = 0;
    ::curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    WEIR_CHECK(code == CURLE_OK && status == 200, "the workspace answers");
    WEIR_CHECK(body_.contains(R"("life_cycle_state":"RUNNING")"), "the run is going on");
  }

  CURL* curl_ = ::curl_easy_init();
  curl_slist* headers_ = nullptr;
  std::vector<std::string> urls_;
  std::string body_;
  std::vector<double> taken_;
};

}  // namespace

int main(int argc, char** argv) {
  WEIR_CHECK(argc > 4, "HOST CONNECTIONS SECONDS RUN_ID...");
  ::curl_global_init(CURL_GLOBAL_DEFAULT);
  std::vector<std::string> runs(argv + 4, argv + argc);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < number_of(argv[2]); ++i) clients.push_back(std::make_unique<Client>(argv[1], runs));

  auto began = Steady::now();
  auto end = began + std::chrono::seconds(number_of(argv[3]));
  {
    std::vector<std::jthread> threads;
    for (auto& client : clients) threads.emplace_back([&client, end] { client->ask_until(end); });
  }
  double seconds = std::chrono::duration<double>(Steady::now() - began).count();
  std::vector<double> taken;
  for (const auto& client : clients)
    taken.insert(taken.end(), client->taken().begin(), client->taken().end());
  std::ranges::sort(taken);
  auto at = [&](double share) {
    return taken[static_cast<std::size_t>(share * static_cast<double>(taken.size() - 1))];
  };
  fmt::print(R"({{"calls": {}, "seconds": {}, "half_ms": {}, "99_ms": {}, "most_ms": {}}})"
             "\n",
             taken.size(), seconds, at(0.5), at(0.99), at(1));
  return 0;
}
