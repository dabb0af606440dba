// SPDX-License-Identifier: LGPL-2.1-or-later
// The answer of an asynchronous function, for who waits for it.
#pragma once

#include "base/ptr.hh"

#include <gio/gio.h>

namespace webmedia {

// Calls `begin (callback, data)` and waits for the callback. It comes to a
// context of its own: others stand still meanwhile.
template <typename Begin>
Ptr<GAsyncResult>
wait_for_answer (Begin begin)
{
  Ptr<GAsyncResult> answer;
  auto context = Ptr<GMainContext>::adopt (g_main_context_new ());
  g_main_context_push_thread_default (context.get ());
  auto on_ready = [] (GObject *, GAsyncResult *result, gpointer data) {
    *static_cast<Ptr<GAsyncResult> *> (data) =
        Ptr<GAsyncResult>::share (result);
  };
  begin (GAsyncReadyCallback (on_ready), gpointer (&answer));
  while (!answer)
    g_main_context_iteration (context.get (), TRUE);
  g_main_context_pop_thread_default (context.get ());
  return answer;
}

} // namespace webmedia
