// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is in the one rendering thread of a scope.
#pragma once

#include <atomic>

namespace webmedia::worklet {

// Processors and handlers of a scope are called by one thread at a time: by the
// audio thread, or by another one in its place, while nothing is rendered.
// Threads: thread-safe. A thread that is in must not come in again.
class RenderRole {
public:
  // The audio thread around a row of quanta. If another thread is in, it is
  // told, and begin() waits for the one call that it makes: a handler, a
  // constructor, a destructor. Nobody comes in before it.
  void begin ();
  void end () { holder_.store (nobody, std::memory_order_release); }
  // Any thread: whether begin() waits.
  bool is_wanted () const { return is_wanted_.load (); }

  // Any other thread. False: somebody is in, or begin() waits.
  bool try_enter ();
  // The same, when the others have gone.
  void enter ();
  void leave ();

private:
  enum Holder { nobody, audio_thread, another };

  std::atomic<int> holder_{nobody};
  std::atomic<bool> is_wanted_{false}; // the audio thread waits for holder_
};

// Another thread is in.
class EnteredRole {
public:
  explicit EnteredRole (RenderRole &role) : role_ (role) { role_.enter (); }
  ~EnteredRole () { role_.leave (); }
  EnteredRole (const EnteredRole &) = delete;
  EnteredRole &operator= (const EnteredRole &) = delete;

private:
  RenderRole &role_;
};

} // namespace webmedia::worklet
