// What is wrong with a file, collected while it is read, so that the author sees everything at once.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::yaml {

/// Byte offset into the text of the file; turned into line and column only for messages.
using Position = std::size_t;

/// One thing that is wrong with a file. The message starts with the place, "flow.yaml:7:3: ", for people; here are its
/// parts, for programs.
struct FileError : Error {
  std::string file{};
  std::size_t line = 0;    ///< from 1; 0 when it is about the file as a whole
  std::size_t column = 0;  ///< from 1, in characters
  std::string what{};      ///< the message without the place
};

/// An error about a file as a whole.
FileError whole_file_error(Code code, const std::string& file, std::string what, std::string hint = {});

class Faults {
 public:
  static constexpr std::size_t reported_max = 50;

  /// `text` must outlive this.
  Faults(std::string shown_name, std::string_view text) : shown_name_(std::move(shown_name)), text_(text) {}

  void add(Position at, std::string message, std::string hint = {});
  void add(Position at, const Error& error) { add(at, error.message, error.hint); }

  /// With the nearest of the known names as the hint.
  void add_unknown(Position at, std::string message, std::string_view typed,
                   std::span<const std::string> known);

  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }

  /// Further faults are counted, but their words are lost: no need to look for good ones.
  bool full() const { return count_ >= reported_max; }

  /// In the order of the file. At most reported_max of them, and one more that says how many were left out.
  std::vector<FileError> errors() const;

 private:
  struct Fault {
    Position at = 0;
    std::string message{};
    std::string hint{};
  };

  std::string shown_name_;
  std::string_view text_;
  std::vector<Fault> faults_;  ///< sorted by position
  std::size_t count_ = 0;      ///< also of those that were left out
};

}  // namespace weir::yaml
