// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace webmedia::stream {

// That a source is asked something, for as long as this is there. Where what a
// consumer makes of it goes back into the same stream, the question comes back,
// on the same thread, and would go round for ever.
class Asking {
public:
  enum class What { producer, consumers, caps, change, event };

  Asking (const void *source, What what)
      : source_ (source),
        what_ (what),
        outer_ (innermost_)
  {
    innermost_ = this;
  }
  ~Asking () { innermost_ = outer_; }
  Asking (const Asking &) = delete;
  Asking &operator= (const Asking &) = delete;

  // It was being asked that already.
  bool comes_back () const
  {
    for (const Asking *each = outer_; each; each = each->outer_)
      if (each->source_ == source_ && each->what_ == what_)
        return true;
    return false;
  }

private:
  static inline thread_local const Asking *innermost_ = nullptr;

  const void *const source_;
  const What what_;
  const Asking *const outer_;
};

} // namespace webmedia::stream
