// The weir binary.
#include "cli/app.h"

int main(int argc, char** argv) { return weir::cli::run_app(argc, argv, {}); }
