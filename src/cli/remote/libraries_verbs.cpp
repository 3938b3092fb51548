#include "cli/remote/libraries_verbs.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "cli/remote/cluster_wait.h"
#include "cli/session/with_client.h"
#include "databricks/client/clusters.h"
#include "databricks/client/libraries.h"

namespace weir::cli {
namespace {

using databricks::Clusters;
using databricks::Libraries;
using databricks::PatientClient;

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds pause_max{5'000};

struct Options {
  std::string cluster{};
  std::vector<std::string> libraries{};
  bool wait = false;
};

bool goes_on(const json& library) {
  auto state = string_or(library, "status", "");
  return state == "PENDING" || state == "RESOLVING" || state == "INSTALLING" || state == "RESTORING";
}

std::string name_in(const json& status) {
  const json* library = find(status, "library");
  return library ? databricks::text_of_library(*library) : "";
}

std::string first_message(const json& status) {
  const json* messages = find(status, "messages");
  bool some = messages && messages->is_array() && !messages->get_array().empty();
  const json* first = some ? &messages->get_array().front() : nullptr;
  return first && first->is_string() ? std::string(first->get_string()) : "";
}

Exit print(const std::vector<json>& statuses, const Terminal& out) {
  if (out.as_json) {
    out.data_json(JsonArray(statuses.begin(), statuses.end()));
    return Exit::ok;
  }
  for (const auto& status : statuses) {
    auto message = first_message(status);
    out.data(fmt::format("{:<22} {}{}", string_or(status, "status", ""), name_in(status),
                         message.empty() ? "" : "  " + message));
  }
  return Exit::ok;
}

Exit status(const Options& options, const PatientClient& client, const Terminal& out) {
  auto id = Clusters(client).find(options.cluster);
  if (!id) return out.error(id.error());
  auto statuses = Libraries(client).status(*id);
  return statuses ? print(*statuses, out) : out.error(statuses.error());
}

Result<JsonArray> libraries_of(const Options& options) {
  if (options.libraries.empty())
    return fail(Code::invalid, "no library is named", "write for example pypi:polars==1.9");
  JsonArray libraries;
  for (const auto& text : options.libraries) {
    auto library = databricks::library_from(text);
    if (!library) return std::unexpected(library.error());
    libraries.push_back(std::move(*library));
  }
  return libraries;
}

/// Of those asked for; a failure of one is the failure of all. Code::failed when the cluster is down: it installs
/// nothing, and does not start by itself.
Result<std::vector<json>> wait_for(const Libraries& libraries, const Clusters& clusters,
                                   const std::string& cluster_id, const JsonArray& wanted) {
  for (auto pause = first_pause;; pause = std::min(pause * 13 / 10, pause_max)) {
    auto statuses = libraries.status(cluster_id);
    if (!statuses) return statuses;
    std::erase_if(*statuses, [&](const json& status) {
      const json* library = find(status, "library");
      return !library || std::ranges::find(wanted, *library) == wanted.end();
    });
    if (std::ranges::none_of(*statuses, goes_on)) return statuses;
    auto cluster = clusters.get(cluster_id);
    if (!cluster) return std::unexpected(cluster.error());
    if (auto state = string_or(*cluster, "state", ""); is_final(state) || state == "TERMINATING") {
      return fail(Code::failed,
                  fmt::format("cluster {} is {}: it installs nothing until it runs", cluster_id, state),
                  fmt::format("weir clusters start {} starts it, and then it installs them", cluster_id));
    }
    std::this_thread::sleep_for(pause);
  }
}

Exit install(const Options& options, const PatientClient& client, const Terminal& out) {
  auto wanted = libraries_of(options);
  if (!wanted) return out.error(wanted.error());
  Clusters clusters(client);
  auto id = clusters.find(options.cluster);
  if (!id) return out.error(id.error());
  Libraries libraries(client);
  auto asked = said(libraries.install(*id, *wanted),
                    fmt::format("installing {} on cluster {}", wanted->size(), *id), out);
  if (asked != Exit::ok || !options.wait) return asked;
  auto statuses = wait_for(libraries, clusters, *id, *wanted);
  if (!statuses) return out.error(statuses.error());
  print(*statuses, out);
  auto failed =
      std::ranges::find(*statuses, "FAILED", [](const json& it) { return string_or(it, "status", ""); });
  if (failed == statuses->end()) return Exit::ok;
  return out.error(
      {Code::failed, fmt::format("{} could not be installed", name_in(*failed)), first_message(*failed)});
}

Exit uninstall(const Options& options, const PatientClient& client, const Terminal& out) {
  auto unwanted = libraries_of(options);
  if (!unwanted) return out.error(unwanted.error());
  auto id = Clusters(client).find(options.cluster);
  if (!id) return out.error(id.error());
  return said(Libraries(client).uninstall(*id, *unwanted),
              fmt::format("{} will be gone when cluster {} restarts", unwanted->size(), *id), out);
}

}  // namespace

void add_libraries_verbs(Verb root, Connect connect) {
  root.verb("libraries", "Libraries of a cluster", [connect = std::move(connect)](Verb libraries) {
    auto options = std::make_shared<Options>();
    auto acts = [options, connect](auto verb) {
      return [options, connect, verb](Terminal& out) {
        return with_client(connect, out, [&](const auto& client) { return verb(*options, client, out); });
      };
    };
    constexpr auto which =
        "pypi:NAME, maven:GROUP:NAME:VERSION, cran:NAME, or the place of a .whl, .jar, .egg or "
        "requirements.txt";
    libraries.verb("status", "How the libraries of a cluster stand")
        .argument("CLUSTER", options->cluster, "id or name")
        .runs(acts(status));
    libraries.verb("install", "Install libraries")
        .argument("CLUSTER", options->cluster, "id or name")
        .arguments("LIBRARY", options->libraries, which)
        .flag("--wait", options->wait, "wait until they are there")
        .runs(acts(install));
    libraries.verb("uninstall", "Take libraries away; in effect when the cluster restarts")
        .argument("CLUSTER", options->cluster, "id or name")
        .arguments("LIBRARY", options->libraries, which)
        .runs(acts(uninstall));
  });
}

}  // namespace weir::cli
