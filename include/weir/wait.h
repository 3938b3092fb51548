// Waiting for several tasks in a flow body.
//
//   weir::wait_all(load, clean);
//   for (const auto& report : weir::as_completed(reports)) send(report.result());
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <weir/future.h>

namespace weir {

/// Waits until all have ended, however; true when all of them succeeded. Throws nothing for a task that failed.
template <class... F>
  requires(std::is_base_of_v<detail::Handle, F> && ...)
bool wait_all(const F&... futures) {
  bool fine = true;
  ((fine = futures.succeeded() && fine), ...);
  return fine;
}

template <class F>
  requires std::is_base_of_v<detail::Handle, F>
bool wait_all(const std::vector<F>& futures) {
  bool fine = true;
  for (const auto& future : futures) fine = future.succeeded() && fine;
  return fine;
}

/// Futures in the order in which their tasks end, for one range-for. The order is part of the run's history: a body that
/// is replayed sees the same one.
template <class T>
class Completed {
 public:
  explicit Completed(std::vector<Future<T>> futures) : futures_(std::move(futures)) {
    if (futures_.empty()) return;
    std::vector<std::string> keys;
    for (const auto& future : futures_) keys.push_back(future.key());
    ends_ = futures_.front().body()->ends_of(std::move(keys));
  }

  class Iterator {
   public:
    explicit Iterator(Completed& completed) : completed_(completed) { step(); }
    const Future<T>& operator*() const { return completed_.futures_[position_]; }
    Iterator& operator++() {
      step();
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return is_done_; }

   private:
    void step() {
      is_done_ = completed_.given_ == completed_.futures_.size();
      if (is_done_) return;
      ++completed_.given_;
      position_ = completed_.ends_->next();
    }

    Completed& completed_;
    std::size_t position_ = 0;
    bool is_done_ = false;
  };

  Iterator begin() { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::vector<Future<T>> futures_;
  std::unique_ptr<detail::Ends> ends_;
  std::size_t given_ = 0;
};

template <class T>
Completed<T> as_completed(std::vector<Future<T>> futures) {
  return Completed<T>(std::move(futures));
}

}  // namespace weir
