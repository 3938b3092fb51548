#include "workspace/files/zip_archive.h"

#include <set>

#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/utf8.h"
#include "workspace/files/tree_path.h"

namespace weir::workspace {
namespace {

constexpr std::string_view local_mark{"PK\x03\x04", 4}, central_mark{"PK\x01\x02", 4},
    end_mark{"PK\x05\x06", 4};
constexpr std::size_t local_bytes = 30, central_bytes = 46, end_bytes = 22;
constexpr std::size_t comment_bytes_max = 0xffff;
constexpr std::uint16_t stored = 0, deflated = 8;
constexpr std::uint16_t version_needed = 20, encrypted_flag = 1, utf8_flag = 0x800;
constexpr std::uint16_t first_day = 0x21;  ///< 1980-01-01: archives of the same folder are the same
constexpr int raw_window_bits = -15;

/// A number of two or four bytes, the lowest first; 0 past the end.
std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint32_t number = 0;
  for (std::size_t i = width; i-- > 0;)
    number = number << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
  return number;
}

void put(std::string& out, std::uint64_t number, std::size_t width) {
  for (; width-- > 0; number >>= 8) out += static_cast<char>(number & 0xff);
}

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// Why an entry is not one that we write to disk.
std::optional<std::string> wrong_with(const ZipEntry& entry, std::string_view header) {
  std::uint32_t mode = number_at(header, 38, 4) >> 16;
  if (first_byte_not_utf8(entry.name) || !TreePath::parse("/" + entry.name) || entry.name.starts_with('/') ||
      entry.name.contains('\\'))
    return fmt::format("The archive has an entry whose name leads out of it or cannot be read.");
  if (S_ISLNK(mode)) return fmt::format("The entry {} of the archive is a link.", entry.name);
  if ((number_at(header, 8, 2) & encrypted_flag) != 0)
    return fmt::format("The entry {} of the archive is encrypted.", entry.name);
  std::uint32_t method = number_at(header, 10, 2);
  if (method != stored && method != deflated)
    return fmt::format("The entry {} of the archive is packed in a way that is not known here.", entry.name);
  return std::nullopt;
}

std::size_t find_end(std::string_view archive) {
  std::size_t at = archive.rfind(end_mark);
  bool is_near = at != archive.npos && archive.size() - at <= end_bytes + comment_bytes_max;
  return is_near && archive.size() - at >= end_bytes ? at : archive.npos;
}

std::string deflate(std::string_view content) {
  z_stream stream{};
  ::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string packed(::deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ::deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  return packed;
}

/// Stops at `bytes`, which is what the archive's list has said.
bool inflate(std::string_view packed, std::uint64_t bytes, std::string& content) {
  content.resize(bytes);
  z_stream stream{};
  if (::inflateInit2(&stream, raw_window_bits) != Z_OK) return false;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  bool ended = ::inflate(&stream, Z_FINISH) == Z_STREAM_END;
  bool whole = ended && stream.total_out == bytes;
  ::inflateEnd(&stream);
  return whole;
}

}  // namespace

bool is_zip(std::string_view bytes) { return bytes.starts_with(local_mark) || bytes.starts_with(end_mark); }

std::expected<std::vector<ZipEntry>, std::string> list_zip(std::string_view archive) {
  std::size_t end = find_end(archive);
  if (end == archive.npos) return std::unexpected("The content is no ZIP archive, or only a part of one.");
  std::size_t count = number_at(archive, end + 10, 2);
  std::size_t at = number_at(archive, end + 16, 4);
  if (count > zip_entries_max)
    return std::unexpected(
        fmt::format("The archive has {} entries; the limit is {}.", count, zip_entries_max));
  std::vector<ZipEntry> entries;
  std::set<std::string> names;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::string_view header = archive.substr(std::min(at, archive.size()));
    std::size_t name_bytes = number_at(header, 28, 2);
    if (!header.starts_with(central_mark) || header.size() < central_bytes + name_bytes)
      return std::unexpected("The list of entries of the archive is broken.");
    ZipEntry entry{.name = std::string(header.substr(central_bytes, name_bytes)),
                   .bytes = number_at(header, 24, 4),
                   .packed_bytes = number_at(header, 20, 4),
                   .offset = number_at(header, 42, 4),
                   .checksum = number_at(header, 16, 4),
                   .is_deflated = number_at(header, 10, 2) == deflated};
    if (auto wrong = wrong_with(entry, header)) return std::unexpected(*wrong);
    if (!names.insert(entry.name).second)
      return std::unexpected(fmt::format("The archive has the entry {} twice.", entry.name));
    bytes += entry.bytes;
    if (bytes > zip_bytes_max)
      return std::unexpected(fmt::format("The archive unpacks to more than {} bytes.", zip_bytes_max));
    at += central_bytes + name_bytes + number_at(header, 30, 2) + number_at(header, 32, 2);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::expected<std::string, std::string> unzip(std::string_view archive, const ZipEntry& entry) {
  auto broken = [&] {
    return std::unexpected(fmt::format("The entry {} of the archive is broken.", entry.name));
  };
  std::string_view header = archive.substr(std::min<std::size_t>(entry.offset, archive.size()));
  std::size_t start = local_bytes + number_at(header, 26, 2) + number_at(header, 28, 2);
  if (!header.starts_with(local_mark) || header.size() < start + entry.packed_bytes) return broken();
  std::string_view packed = header.substr(start, entry.packed_bytes);
  std::string content(entry.is_deflated ? "" : packed);
  if (entry.is_deflated && !inflate(packed, entry.bytes, content)) return broken();
  if (content.size() != entry.bytes || checksum(content) != entry.checksum) return broken();
  return content;
}

void ZipWriter::add(std::string_view name, std::string_view content) {
  std::string packed = deflate(content);
  std::string common;
  put(common, version_needed, 2);
  put(common, utf8_flag, 2);
  put(common, deflated, 2);
  put(common, 0, 2);
  put(common, first_day, 2);
  put(common, checksum(content), 4);
  put(common, packed.size(), 4);
  put(common, content.size(), 4);
  put(common, name.size(), 2);
  put(common, 0, 2);

  directory_.append(central_mark);
  put(directory_, version_needed, 2);
  directory_.append(common);
  put(directory_, 0, 2 + 2 + 2 + 4);  // comment, disk, attributes
  put(directory_, archive_.size(), 4);
  directory_.append(name);
  archive_.append(local_mark).append(common).append(name).append(packed);
  ++entries_;
}

std::string ZipWriter::finish() {
  std::size_t start = archive_.size();
  archive_.append(directory_).append(end_mark);
  put(archive_, 0, 4);
  put(archive_, entries_, 2);
  put(archive_, entries_, 2);
  put(archive_, directory_.size(), 4);
  put(archive_, start, 4);
  put(archive_, 0, 2);
  return std::move(archive_);
}

}  // namespace weir::workspace
