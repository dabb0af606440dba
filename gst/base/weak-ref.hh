// SPDX-License-Identifier: LGPL-2.1-or-later
// A reference that does not keep its object alive: for what the engine calls
// later, when the object may be gone.
#pragma once

#include "base/ptr.hh"

namespace webmedia {

// Threads: thread-safe.
template <typename T> class WeakRef {
public:
  static std::shared_ptr<WeakRef> create (T *object)
  {
    return std::shared_ptr<WeakRef> (new WeakRef (object));
  }
  ~WeakRef () { g_weak_ref_clear (&reference_); }
  WeakRef (const WeakRef &) = delete;
  WeakRef &operator= (const WeakRef &) = delete;

  // Null when the object is gone.
  Ptr<T> lock ()
  {
    return Ptr<T>::adopt (static_cast<T *> (g_weak_ref_get (&reference_)));
  }
  Ptr<GObject> lock_object ()
  {
    return Ptr<GObject>::adopt (
        static_cast<GObject *> (g_weak_ref_get (&reference_)));
  }

private:
  explicit WeakRef (T *object) { g_weak_ref_init (&reference_, object); }

  GWeakRef reference_;
};

} // namespace webmedia
