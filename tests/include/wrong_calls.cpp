// Calls that must not compile; beside each, what the compiler must say. See test_wrong_calls.py.
#include <string>
#include <vector>

#include <weir/weir.h>

const auto add = weir::task("add", [](int a, int b) { return a + b; });
const auto text = weir::task("text", [] { return std::string("x"); });
const auto texts = weir::task("texts", [](int) { return std::string("x"); });
const auto nothing = weir::task("nothing", [] {});
const auto child = weir::flow("child", {{"n"}}, [](int) {});

// clang-format off
void calls() {
  add(1, std::string("two"));                 // an argument of the task does not convert to the type of its parameter
  add(1, text());                             // a future of another type is passed to this parameter of the task
  add(1, add.map({1, 2}, 3));                 // its parameter must be a container of them
  add.map(std::vector<std::string>{"a"}, 3);  // an argument of the task does not convert to the type of its parameter
  add.map(text(), 3);                         // neither of the parameter's type nor of a list of such values
  add.map(texts.map({1}), 3);                 // map() follows a mapped task whose results are of another type
  nothing.map();                              // a task without parameters cannot be mapped
  weir::by_key([](int) { return 7.5f; });     // the function given to weir::by_key must return text
  weir::subflow(child, add(1, 2));            // a flow takes values
}
