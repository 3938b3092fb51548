// What can go wrong, as a value. Every fallible call of weir returns Result<T>; exceptions of third-party
// libraries are translated once, in the adapter that calls them.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// A small closed set. Each code has one exit code of the command line (cli/exit_code.h).
enum class Code : std::uint8_t {
  invalid,          ///< the user's input or definition is wrong; nothing was done
  not_found,        ///< what was named does not exist
  unauthenticated,  ///< no credential, or one that was refused
  conflict,         ///< it exists already, or somebody else holds it
  failed,           ///< a run or task failed
  unavailable,      ///< a remote service or the network did not answer properly
  timeout,          ///< a deadline passed
  interrupted,      ///< the user or the system asked us to stop
  internal,         ///< a defect of weir or a broken store; stop rather than guess
};

std::string_view name_of(Code code);

/// `message` says what is wrong and where ("flow.yaml:7:3: unknown key 'retrys'"), `hint` what to do next
/// ("did you mean 'retries'?"). Both are sentences for a person, without a trailing newline; hint may be
/// empty.
struct Error {
  Code code = Code::internal;
  std::string message;
  std::string hint{};
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Code code, std::string message, std::string hint = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(hint)});
}

/// The same error with `context` and a colon before its message: "jobs/create: no such host".
inline Error within(std::string_view context, Error error) {
  error.message.insert(0, std::string(context) + ": ");
  return error;
}

/// Message and hint on one line each, as the command line prints them.
std::string to_text(const Error& error);

}  // namespace weir
