// Runs every input of the corpus through its target, without libFuzzer: replay CORPUS. Part of every test run, so
// that what a fuzzer once found stays found.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "target.h"

namespace {

namespace files = std::filesystem;

/// Not a string: its size is the end of its memory, where a sanitizer notices the first byte read too far.
std::vector<char> bytes_of(const files::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  bytes.shrink_to_fit();
  return bytes;
}

std::vector<files::path> inputs_in(const files::path& folder) {
  std::vector<files::path> inputs;
  if (!files::is_directory(folder)) return inputs;
  for (const auto& entry : files::directory_iterator(folder)) inputs.push_back(entry.path());
  std::ranges::sort(inputs);
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} CORPUS\n", argv[0]);
    return 2;
  }
  for (const auto& target : weir::fuzz::targets()) {
    auto inputs = inputs_in(files::path(argv[1]) / target.name);
    if (inputs.empty()) {
      fmt::print(stderr, "{}/{} has no inputs\n", argv[1], target.name);
      return 1;
    }
    for (const auto& input : inputs) {
      fmt::print("{}: {}\n", target.name, input.filename().string());
      std::fflush(stdout);  // so that the last line names the input that ended the process
      auto bytes = bytes_of(input);
      target.take({bytes.data(), bytes.size()});
    }
  }
}
