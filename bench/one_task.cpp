// The smallest durable flow: what starting it costs is measured by bench/engine.py.
#include <weir/weir.h>

const auto answer = weir::task("answer", [] { return 42; });
const auto one = weir::flow("one", [] { answer(); });

int main(int argc, char** argv) { return weir::main(argc, argv, one); }
