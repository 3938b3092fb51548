// Values: what a task gives to those that wait for it. A value is JSON; what is not, and what is large, is wrapped, as
// docs/internals/worker-protocol.md says. In a history, and in a run in memory, a large value is a reference to a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/json.h"

namespace weir::core {

/// A plain value with more bytes than this is kept in a file.
constexpr std::size_t inline_value_bytes_max = 1024 * 1024;

/// A value that holds wrapped ones (a list of tables) stays in the history, which has to stay readable.
constexpr std::size_t wrapping_value_bytes_max = 8 * 1024 * 1024;

/// The largest plain value: to look into it, all of it has to be in memory. Other codecs have no limit.
constexpr std::size_t json_value_bytes_max = 1024UL * 1024 * 1024;

/// A value in a file of its run. Only files with the codec `json` can be looked into, and what is in them is plain:
/// nothing in it is taken for a wrapped value.
struct StoredValue {
  std::string codec{};
  std::string file{};       ///< its name: the digest of what is in it (base/ids.h)
  std::uint64_t bytes = 0;  ///< of the file
  std::string text{};       ///< for people
};

/// An object whose only member is `$value`.
bool is_wrapped(const json& value);

/// nullopt for what is not wrapped, or wrapped in place, or names no file that could be.
std::optional<StoredValue> stored_value_from(const json& value);
json to_json(const StoredValue& stored);

/// What a wrapped value looks like, in a few words.
std::string text_of_wrapped(const json& value);

/// "array of 20,000 items": the text of a plain value.
std::string describe(const json& value);

struct ValueShape {
  std::size_t bytes = 0;  ///< about so many as JSON text; exact enough for a limit, and cheap to know
  bool wraps = false;     ///< it is, or holds, something that looks like a wrapped value
};
ValueShape shape_of(const json& value);

/// Every reference to a file in the value.
void for_each_stored(const json& value, const std::function<void(const StoredValue&)>& visit);

/// Whether each wrapped value in it is in place or names a file as files are named.
bool is_well_wrapped(const json& value);

/// Brings in what is in files; the core does no I/O.
class Values {
 public:
  virtual ~Values() = default;

  /// The content of a file with codec `json`, checked. It stays as long as somebody holds it.
  virtual Result<std::shared_ptr<const json>> load(const std::string& run_id, const StoredValue& stored) = 0;
};

/// For runs that keep everything in their history.
class NoValues final : public Values {
 public:
  Result<std::shared_ptr<const json>> load(const std::string& run_id, const StoredValue& stored) override;
};

/// What a wrapped value stands for. Code::invalid when only a worker of its language can tell.
Result<std::shared_ptr<const json>> unwrap(const json& wrapped, const std::string& run_id, Values& values);

/// The value with everything that is wrapped in it filled in.
Result<json> plain_value(const json& value, const std::string& run_id, Values& values);

}  // namespace weir::core
