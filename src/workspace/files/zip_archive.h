// ZIP archives, as folders of the workspace are imported and exported. What unpacks to more than its limits say is
// refused before anything of it is written.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace weir::workspace {

struct ZipEntry {
  std::string name{};  ///< "reports/daily.py"; of a folder with a slash at its end
  std::uint64_t bytes = 0;
  std::uint64_t packed_bytes = 0;
  std::uint64_t offset = 0;  ///< of its header in the archive
  std::uint32_t checksum = 0;
  bool is_deflated = false;

  bool is_directory() const { return name.ends_with('/'); }
};

inline constexpr std::size_t zip_entries_max = 10'000;
inline constexpr std::uint64_t zip_bytes_max = 100 * 1024 * 1024;  ///< unpacked, all entries together

bool is_zip(std::string_view bytes);

/// What the archive says it holds. The error is a sentence: no archive, encrypted, too many entries, too many bytes,
/// names that lead out, come twice or are links.
std::expected<std::vector<ZipEntry>, std::string> list_zip(std::string_view archive);

/// One entry of it, unpacked; an error when it is not what the list says, in size or checksum.
std::expected<std::string, std::string> unzip(std::string_view archive, const ZipEntry& entry);

class ZipWriter {
 public:
  void add(std::string_view name, std::string_view content);
  std::string finish();  ///< the archive; nothing is added after
  std::size_t bytes() const { return archive_.size(); }
  std::size_t entries() const { return entries_; }

 private:
  std::string archive_{};
  std::string directory_{};
  std::uint16_t entries_ = 0;
};

}  // namespace weir::workspace
