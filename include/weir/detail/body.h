// What the templates of the public headers need from the library: adding a task to the flow body that runs on
// this thread, and waiting for one.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <weir/call.h>
#include <weir/json.h>

namespace weir::detail {

struct Declaration {
  std::string kind;
  std::string name;
  json inputs;  ///< compiled: see hole() and literal()
  Call call;
  TaskOptions options;
  std::function<json(const json& inputs)> function;  ///< for kind "cpp": called with the filled inputs
};

/// The flow body under way on some thread.
class Body {
 public:
  virtual ~Body() = default;

  /// Adds a task and returns its key. Throws FlowError when the declaration is impossible.
  virtual std::string declare(Declaration declaration) = 0;

  /// Waits for the end of a task. Throws TaskFailed when it did not succeed.
  virtual json await(const std::string& key) = 0;
};

/// The body of the flow that runs on this thread; throws FlowError outside of one.
std::shared_ptr<Body> current_body();

/// The result of another task, to be filled in when the task starts.
json hole(const std::string& key);

/// A value as it is, whatever its members are called.
json literal(const json& value);

}  // namespace weir::detail
