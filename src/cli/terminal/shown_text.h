// For tests: a terminal whose two streams are kept as text.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/terminal/terminal.h"

namespace weir::cli::testing {

/// One stream of a program, kept as text.
class TextStream {
 public:
  TextStream() : file_(open_memstream(&text_, &size_)) {}
  ~TextStream() {
    std::fclose(file_);
    std::free(text_);
  }
  TextStream(const TextStream&) = delete;

  std::FILE* file() { return file_; }
  std::string text() const {
    std::fflush(file_);
    return {text_, size_};
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::string rest = text();
    for (std::size_t start = 0; start < rest.size();) {
      auto end = std::min(rest.find('\n', start), rest.size());
      lines.push_back(rest.substr(start, end - start));
      start = end + 1;
    }
    return lines;
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

struct ShownText {
  TextStream data{};
  TextStream people{};
  Terminal terminal{data.file(), people.file()};
};

}  // namespace weir::cli::testing
