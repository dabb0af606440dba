// SPDX-License-Identifier: LGPL-2.1-or-later
// Objects by name: what `SCHEME://NAME` means in this process.
#pragma once

#include "api/error.hh"
#include "base/mutex.hh"
#include "base/weak-ref.hh"

#include <map>
#include <string>
#include <string_view>

namespace webmedia {

// A name lasts as long as its object. Strong references are taken and dropped
// outside the lock: the last one's end calls out.
// Threads: thread-safe.
template <typename T> class Registry {
public:
  // `scheme` is like "mse://", `thing` what the object is called.
  Registry (std::string_view scheme, const char *thing)
      : scheme_ (scheme),
        thing_ (thing)
  {}

  // Null when there is none of that name.
  Ptr<T> find (const std::string &uri) EXCLUDES (lock_)
  {
    Reference reference = get (uri);
    return reference ? reference->lock () : nullptr;
  }

  // False: the URI is of another form, or another object has the name.
  bool publish (T *object, const char *uri, GError **error) EXCLUDES (lock_)
  {
    if (!check_uri (uri, error))
      return false;
    return enter (uri, Ptr<T>::share (object)).get () == object
           || set_error (
               error, make_error (ErrorCode::invalid_state,
                          "another %s has the name \"%s\"", thing_, uri));
  }

  // Makes it where there is none of that name; null when the URI is of another
  // form.
  Ptr<T> obtain (const char *uri, T *(*make) (), GError **error)
      EXCLUDES (lock_)
  {
    if (!check_uri (uri, error))
      return nullptr;
    auto found = find (uri);
    return found ? found : enter (uri, Ptr<T>::adopt (make ()));
  }

private:
  using Reference = std::shared_ptr<WeakRef<T>>;

  bool check_uri (std::string_view uri, GError **error) const
  {
    if (uri.starts_with (scheme_) && uri.size () > scheme_.size ())
      return true;
    return set_error (error,
        make_error (ErrorCode::type,
            "\"%.*s\" names no %s; it must be like %.*sNAME", int (uri.size ()),
            uri.data (), thing_, int (scheme_.size ()), scheme_.data ()));
  }

  // Enters `object` unless another has the name; returns who has it.
  Ptr<T> enter (const std::string &uri, Ptr<T> object) EXCLUDES (lock_)
  {
    auto mine = WeakRef<T>::create (object.get ());
    for (;;) {
      Reference known = get (uri);
      if (auto other = known ? known->lock () : nullptr)
        return other;
      MutexLocker locker (lock_);
      Reference &entry = names_[uri];
      if (entry == known) {
        entry = mine;
        return object;
      }
    }
  }

  Reference get (const std::string &uri) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    auto found = names_.find (uri);
    return found == names_.end () ? nullptr : found->second;
  }

  const std::string_view scheme_;
  const char *const thing_;
  Mutex lock_;
  std::map<std::string, Reference> names_ GUARDED_BY (lock_);
};

} // namespace webmedia
