// A C++ program whose functions do not heed that they are asked to stop, in a task and in a flow's body, and one that
// writes a file.
#include <cstdio>
#include <fstream>

#include <unistd.h>

#include <weir/weir.h>

namespace {

void stay() {
  std::fputs("staying\n", stderr);
  for (;;) ::pause();
}

const auto endless = weir::task("endless", stay);
const auto write_file = weir::task("write_file", [] { std::ofstream("by-cpp"); });

const auto task_stays = weir::flow("task", [] { endless(); });
const auto body_stays = weir::flow("body", stay);
const auto writes = weir::flow("write", [] { write_file(); });

}  // namespace

int main(int argc, char** argv) { return weir::main(argc, argv, {task_stays, body_stays, writes}); }
