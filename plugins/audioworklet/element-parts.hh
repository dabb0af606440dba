// SPDX-License-Identifier: LGPL-2.1-or-later
// What the element consists of.
#pragma once

#include "base/one-at-a-time.hh"
#include "choosing.hh"
#include "pads.hh"

namespace webmedia::elements {

// Threads: thread-safe.
struct ElementParts {
  explicit ElementParts (GstElement *element)
      : settings (element),
        children (element),
        choosing (children),
        messages (std::make_shared<Messages> (element, &settings))
  {}

  std::shared_ptr<Stream> find_stream () EXCLUDES (lock)
  {
    MutexLocker locker (lock);
    return stream;
  }
  ElementWorkletSettings settings;
  Children children;
  Choosing choosing;
  OneAtATime adapting; // what is chosen, the children and the pads
  // Since it began to start: they stay as they are.
  std::atomic<bool> is_open{false};
  const std::shared_ptr<Messages> messages;

  Mutex lock;
  // What was made of a choice, while there is a stream, and its object, if
  // somebody asked for that.
  worklet::NewNode own_node GUARDED_BY (lock);
  Ptr<GstWebAudioWorkletNode> own_object GUARDED_BY (lock);
  std::shared_ptr<Stream> stream GUARDED_BY (lock);
};

// The element's own.
ElementParts &parts_of (gpointer element);

} // namespace webmedia::elements
