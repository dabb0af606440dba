// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "base/weak-ref.hh"
#include "stream/endpoints.hh"

namespace webmedia::stream {

// Asks upstream of a sink pad, as long as there is one.
// Threads: thread-safe.
class PadProducer : public Producer {
public:
  explicit PadProducer (GstPad *pad) : pad_ (WeakRef<GstPad>::create (pad)) {}

  bool query (GstQuery *query) override
  {
    auto pad = pad_->lock ();
    return pad && gst_pad_peer_query (pad.get (), query);
  }
  void send_event (Ptr<GstEvent> event) override
  {
    if (auto pad = pad_->lock ())
      gst_pad_push_event (pad.get (), event.release ());
  }
  // The next buffer is answered by EOS, which stops whoever pushes it.
  void stop () override {}

private:
  const std::shared_ptr<WeakRef<GstPad>> pad_;
};

} // namespace webmedia::stream
