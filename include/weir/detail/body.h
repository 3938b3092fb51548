// What the templates of the public headers need from the library: adding a task to the flow body that runs on
// this thread, and learning how it ended.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include <weir/call.h>
#include <weir/json.h>
#include <weir/state.h>

namespace weir::detail {

struct Declaration {
  std::string kind;
  std::string name;
  json inputs;                ///< compiled: see hole() and literal()
  std::optional<json> map{};  ///< compiled: what a mapped task walks along
  Call call{};
  TaskOptions options{};
  std::function<json(const json& inputs)> function{};  ///< for kind "cpp": called with the filled inputs
  const std::type_info* parameters = nullptr;          ///< of the std::tuple of what the function takes
};

/// The ends of some tasks, in the order in which they come.
class Ends {
 public:
  virtual ~Ends() = default;

  /// Waits for the next one and returns its position among the keys. Call it once for each key at most.
  virtual std::size_t next() = 0;
};

/// The flow body under way on some thread.
class Body {
 public:
  virtual ~Body() = default;

  /// Adds a task and returns its key. Throws FlowError when the declaration is impossible.
  virtual std::string declare(Declaration declaration) = 0;

  /// Those that have ended already come first, in the order in which they ended.
  virtual std::unique_ptr<Ends> ends_of(std::vector<std::string> keys) = 0;

  /// How the task stands now.
  virtual State state(const std::string& key) = 0;

  /// The result of a task that has ended. Throws TaskFailed when it did not succeed.
  virtual json value(const std::string& key) = 0;

  /// Which workspace the Databricks tasks of the run talk to: attributes by name, none as configured. Throws
  /// FlowError when there is no such connection, or another was chosen before.
  virtual void choose_workspace(std::map<std::string, std::string> said) = 0;

  /// Until leave(), the keys of new tasks begin with "<name>.".
  virtual void enter(const std::string& name) = 0;
  virtual void leave() = 0;
};

/// The body of the flow that runs on this thread; throws FlowError outside of one.
std::shared_ptr<Body> current_body();

/// The result of another task, to be filled in when the task starts. `key` may be that of an element, "clean[3]".
json hole(const std::string& key);

/// A value as it is, whatever its members are called.
json literal(const json& value);

/// One argument of a mapped call: an array to walk along, or a constant.
struct MapArgument {
  json compiled;
  bool mapped = false;
};

/// Inputs and map of a call. Throws FlowError when nothing is mapped.
void compile_map(std::vector<MapArgument> arguments, Declaration& declaration);

}  // namespace weir::detail
