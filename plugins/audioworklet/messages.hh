// SPDX-License-Identifier: LGPL-2.1-or-later
// The port and the errors of a node, as signals and messages on the bus.
#pragma once

#include "api/bridge.hh"
#include "base/mutex.hh"
#include "settings.hh"

#include <optional>
#include <vector>

namespace webmedia::elements {

// Threads: thread-safe. Signals and bus messages come on the thread that
// renders, or on the one that posts while nothing is rendered.
class Messages {
public:
  explicit Messages (GstElement *element) : element_ (element) {}

  // Null: there is none. What waits for one is posted to it.
  void set_node (std::shared_ptr<worklet::NodeView> node) EXCLUDES (lock_);
  // To the processor. False: the message can't be read.
  bool post (Ptr<GVariant> message) EXCLUDES (lock_);
  // Tells of all that there is; but of an error of process() only where it is
  // said what that means. False: the processor has failed, and the element is
  // to fail with it, which was posted.
  bool deliver (std::optional<OnError> on_error) EXCLUDES (lock_);

private:
  bool deliver_once (worklet::NodeView &node, std::optional<OnError> on_error);
  void tell_message (Ptr<GVariant> message);
  bool tell_error (const worklet::ProcessorError &error, bool is_fatal);

  GstElement *const element_;
  std::atomic<int> wanted_{0}; // calls of deliver() since the one that is in

  Mutex lock_;
  std::shared_ptr<worklet::NodeView> node_ GUARDED_BY (lock_);
  std::vector<Ptr<GVariant>> waiting_ GUARDED_BY (lock_);
};

// The signals and the action, which call these.
void install_message_signals (GObjectClass *klass);
Messages &messages_of (gpointer element);

} // namespace webmedia::elements
