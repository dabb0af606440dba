// SPDX-License-Identifier: LGPL-2.1-or-later
// Error messages of the elements.
#pragma once

#include "base/result.hh"

#include <atomic>
#include <gst/gst.h>

namespace webmedia::elements {

// Lets one of several elements that see the same failure report it.
// Threads: thread-safe.
class ErrorGate {
public:
  // True once, until reset().
  bool claim () { return !claimed_.exchange (true); }
  void reset () { claimed_ = false; }

private:
  std::atomic<bool> claimed_{false};
};

// Posts an error message with the engine's text. Its code is that of the media
// element's error: RESOURCE/READ for MEDIA_ERR_NETWORK, STREAM/DECODE for
// MEDIA_ERR_DECODE, STREAM/TYPE_NOT_FOUND for MEDIA_ERR_SRC_NOT_SUPPORTED
// (not_supported), RESOURCE/NOT_FOUND where what is asked for is not in the
// media, which the web has no error for. Says nothing while the
// pipeline around `element` is being stopped: there an appender that leaves
// early is no news.
void post_error (GstElement *element, const Error &error);
// The same for an error of the library.
void post_error (GstElement *element, const GError *error);

} // namespace webmedia::elements
