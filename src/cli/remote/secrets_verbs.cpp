#include "cli/remote/secrets_verbs.h"

#include <iostream>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "cli/session/with_client.h"
#include "cli/terminal/json_argument.h"
#include "cli/terminal/local_time.h"
#include "databricks/client/secrets.h"

namespace weir::cli {
namespace {

using databricks::Credential;
using databricks::Secrets;

constexpr char ctrl_c = '\x03';

struct Options {
  std::string scope{};
  std::string key{};
  std::string file{};
};

Exit list_scopes(const Options&, const Secrets& secrets, const Terminal& out) {
  auto scopes = secrets.scopes();
  if (!scopes) return out.error(scopes.error());
  if (out.as_json) {
    out.data_json(JsonArray(scopes->begin(), scopes->end()));
    return Exit::ok;
  }
  for (const auto& scope : *scopes) {
    out.data(fmt::format("{:<14} {}", string_or(scope, "backend_type", ""), string_or(scope, "name", "")));
  }
  return Exit::ok;
}

Exit create_scope(const Options& options, const Secrets& secrets, const Terminal& out) {
  return said(secrets.create_scope(options.scope), fmt::format("created scope {}", options.scope), out);
}

Exit delete_scope(const Options& options, const Secrets& secrets, const Terminal& out) {
  return said(secrets.remove_scope(options.scope), fmt::format("deleted scope {}", options.scope), out);
}

Exit list(const Options& options, const Secrets& secrets, const Terminal& out) {
  auto found = secrets.list(options.scope);
  if (!found) return out.error(found.error());
  if (out.as_json) {
    out.data_json(JsonArray(found->begin(), found->end()));
    return Exit::ok;
  }
  for (const auto& secret : *found) {
    Instant changed{std::chrono::milliseconds(int_or(secret, "last_updated_timestamp", 0))};
    out.data(fmt::format("{}  {}", local_time(changed), string_or(secret, "key", "")));
  }
  return Exit::ok;
}

/// Typed blind, unless it comes from elsewhere than a terminal; then it is taken whole but for a newline at its end.
Result<Credential> read_secret(const Options& options, const Terminal& out) {
  if (!options.file.empty()) {
    auto text = read_text("@" + options.file);
    if (!text) return std::unexpected(text.error());
    return Credential(std::move(*text));
  }
  std::string line;
  if (::isatty(STDIN_FILENO) != 1) {
    auto text = read_text("@-");
    if (!text) return std::unexpected(text.error());
    line = std::move(*text);
    if (line.ends_with('\n')) line.pop_back();
  } else {
    out.say(fmt::format("the value of {}/{}, then Enter; it is not shown:", options.scope, options.key));
    termios shown{};
    tcgetattr(STDIN_FILENO, &shown);
    auto blind = shown;
    blind.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);  // nothing ends this program while it is blind
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &blind);
    std::getline(std::cin, line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    if (line.contains(ctrl_c)) return fail(Code::interrupted, "nothing was put");
  }
  if (line.empty())
    return fail(Code::invalid, "the secret is empty", "pass it at standard input, or with --file");
  return Credential(std::move(line));
}

Exit put(const Options& options, const Secrets& secrets, const Terminal& out) {
  auto value = read_secret(options, out);
  if (!value) return out.error(value.error());
  return said(secrets.put(options.scope, options.key, *value),
              fmt::format("put secret {}/{}", options.scope, options.key), out);
}

Exit remove(const Options& options, const Secrets& secrets, const Terminal& out) {
  return said(secrets.remove(options.scope, options.key),
              fmt::format("deleted secret {}/{}", options.scope, options.key), out);
}

}  // namespace

void add_secrets_verbs(Verb root, Connect connect) {
  root.verb("secrets", "Secrets of the workspace: they go in and are not shown again",
            [connect = std::move(connect)](Verb secrets) {
              auto options = std::make_shared<Options>();
              auto acts = [options, connect](auto verb) {
                return [options, connect, verb](Terminal& out) {
                  return with_client(
                      connect, out, [&](const auto& client) { return verb(*options, Secrets(client), out); });
                };
              };
              auto in_scope = [&](const char* name, const char* summary) {
                auto verb = secrets.verb(name, summary);
                verb.argument("SCOPE", options->scope, "name of the scope");
                return verb;
              };
              secrets.verb("list-scopes", "List scopes").runs(acts(list_scopes));
              in_scope("create-scope", "Create a scope").runs(acts(create_scope));
              in_scope("delete-scope", "Delete a scope and its secrets").runs(acts(delete_scope));
              in_scope("list", "List the keys of a scope").runs(acts(list));
              in_scope("put", "Set a secret to what is typed (it is not shown), piped in, or in a file")
                  .argument("KEY", options->key, "name of the secret")
                  .option("--file", options->file, "read it from this file, every byte of it")
                  .runs(acts(put));
              in_scope("delete", "Delete a secret")
                  .argument("KEY", options->key, "name of the secret")
                  .runs(acts(remove));
            });
}

}  // namespace weir::cli
