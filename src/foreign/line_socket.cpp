#include "foreign/line_socket.h"

#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

namespace weir::foreign {
namespace {

constexpr std::size_t line_bytes_good = 256 * 1024;  ///< a batch that is longer becomes two lines
constexpr int reads_in_a_row = 16;                   ///< then others on the loop have their turn

}  // namespace

LineSocket::LineSocket(Loop& loop, process::Fd socket, SocketEvents events)
    : loop_(loop), socket_(std::move(socket)), events_(std::move(events)) {
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(socket_.get(), F_SETFD, FD_CLOEXEC);
  for_writing_ = process::Fd(::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 3));
  reading_ = loop_.watch_readable(socket_.get(), [this] { receive(); });
}

LineSocket::~LineSocket() {
  *alive_ = false;
  if (reading_) loop_.unwatch(reading_);
  if (writing_) loop_.unwatch(writing_);
}

void LineSocket::send(std::string_view message) {
  if (!is_open()) return;
  line_ += count_ == 0 ? "[" : ",";
  line_ += message;
  ++count_;
  if (line_.size() > line_bytes_good) seal();
  if (flush_posted_) return;
  flush_posted_ = true;
  loop_.post([this, alive = alive_] {
    if (!*alive) return;
    flush_posted_ = false;
    seal();
    write();
  });
}

/// Ends the line that is being put together.
void LineSocket::seal() {
  if (count_ == 0) return;
  if (sent_ > line_bytes_good) {  // who reads slowly but always has something to read
    sealed_.erase(0, sent_);
    sent_ = 0;
  }
  sealed_.append(line_).append("]\n");
  line_.clear();
  count_ = 0;
}

void LineSocket::write() {
  while (is_open() && sent_ < sealed_.size()) {
    ssize_t count = ::send(for_writing_.get(), sealed_.data() + sent_, sealed_.size() - sent_,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    sent_ += static_cast<std::size_t>(count);
  }
  bool is_done = sent_ == sealed_.size() || (errno != EAGAIN && errno != EWOULDBLOCK);
  if (is_done) {
    sealed_.clear();  // of a broken connection the reader hears
    sent_ = 0;
    if (writing_) loop_.unwatch(std::exchange(writing_, 0));
  } else if (is_open() && !writing_) {
    writing_ = loop_.watch_writable(for_writing_.get(), [this] { write(); });
  }
}

void LineSocket::flush(Duration patience) {
  seal();
  write();
  auto ms = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(patience).count());
  while (is_open() && !sealed_.empty()) {
    pollfd waiting{for_writing_.get(), POLLOUT, 0};
    if (::poll(&waiting, 1, ms) <= 0) return;
    write();
  }
}

void LineSocket::receive() {
  const auto alive = alive_;
  std::array<char, 64 * 1024> buffer;
  for (int reads = 0; reads < reads_in_a_row; ++reads) {
    ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (count <= 0) return end("");
    received_.append(buffer.data(), static_cast<std::size_t>(count));
    if (!take_lines() || !*alive) return;
    if (static_cast<std::size_t>(count) < buffer.size()) break;
  }
  if (events_.on_batch) events_.on_batch();
}

/// False when nothing more is to be read.
bool LineSocket::take_lines() {
  const auto alive = alive_;
  std::size_t begin = 0;
  for (std::size_t newline; (newline = received_.find('\n', searched_)) != received_.npos;
       begin = newline + 1) {
    searched_ = newline + 1;
    bool goes_on = take_line(std::string_view(received_).substr(begin, newline - begin));
    if (!*alive || !goes_on) return false;
  }
  received_.erase(0, begin);
  searched_ = received_.size();
  if (received_.size() <= line_bytes_max) return true;
  end(fmt::format("a line is longer than {} MiB", line_bytes_max >> 20));
  return false;
}

bool LineSocket::take_line(std::string_view line) {
  const auto alive = alive_;
  auto read = parse_json(line);
  if (!read) {
    end(fmt::format("a line is no JSON: {}", read.error().message));
    return false;
  }
  if (!read->is_array()) {
    events_.on_message(*read);
    return *alive && is_open();
  }
  for (auto& message : read->get_array()) {
    events_.on_message(message);
    if (!*alive || !is_open()) return false;
  }
  return true;
}

void LineSocket::end(const std::string& why) {
  loop_.unwatch(std::exchange(reading_, 0));
  if (writing_) loop_.unwatch(std::exchange(writing_, 0));
  socket_.reset();
  for_writing_.reset();
  if (auto on_end = std::move(events_.on_end)) on_end(why);  // may destroy us
}

}  // namespace weir::foreign
