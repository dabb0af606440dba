// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream-follower.hh"

namespace webmedia::elements {

void
StreamFollower::schedule ()
{
  auto element = element_->lock ();
  if (!element || is_scheduled_.exchange (true))
    return;
  gst_element_call_async (
      element.get (),
      [] (GstElement *self, gpointer data) {
        auto &follower = *static_cast<std::shared_ptr<StreamFollower> *> (data);
        // As for a state change: one of these at a time. While one lasts, all
        // changes are one more update.
        GST_STATE_LOCK (self);
        follower->is_scheduled_ = false;
        follower->update_ (self);
        GST_STATE_UNLOCK (self);
      },
      new std::shared_ptr<StreamFollower> (shared_from_this ()),
      [] (gpointer data) {
        delete static_cast<std::shared_ptr<StreamFollower> *> (data);
      });
}

} // namespace webmedia::elements
