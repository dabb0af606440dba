// SPDX-License-Identifier: LGPL-2.1-or-later
// A wait that a GCancellable ends.
#pragma once

#include <functional>
#include <gio/gio.h>

namespace webmedia {

// Has what waits look at the cancellable again, which may be null: calls `wake`
// when it is cancelled, on that thread, for as long as this is there.
class WakeOnCancel {
public:
  WakeOnCancel (GCancellable *cancellable, std::function<void ()> wake)
      : cancellable_ (cancellable),
        wake_ (std::move (wake))
  {
    auto on_cancelled = [] (GCancellable *, gpointer data) {
      static_cast<WakeOnCancel *> (data)->wake_ ();
    };
    if (cancellable)
      id_ = g_cancellable_connect (
          cancellable, G_CALLBACK (+on_cancelled), this, nullptr);
  }
  ~WakeOnCancel () { g_cancellable_disconnect (cancellable_, id_); }
  WakeOnCancel (const WakeOnCancel &) = delete;
  WakeOnCancel &operator= (const WakeOnCancel &) = delete;

private:
  GCancellable *const cancellable_;
  const std::function<void ()> wake_;
  gulong id_ = 0;
};

} // namespace webmedia
