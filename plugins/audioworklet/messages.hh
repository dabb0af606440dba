// SPDX-License-Identifier: LGPL-2.1-or-later
// The port and the errors of a node, as signals and messages on the bus.
#pragma once

#include "api/bridge.hh"
#include "base/mutex.hh"
#include "base/weak-ref.hh"
#include "settings.hh"

#include <vector>

namespace webmedia::elements {

// Threads: thread-safe. Signals and bus messages come on the thread that
// renders, or on the one that posts while nothing is rendered.
class Messages final : public worklet::NodeListener,
                       public std::enable_shared_from_this<Messages> {
public:
  // The settings are the element's.
  Messages (GstElement *element, const ElementWorkletSettings *settings)
      : element_ (WeakRef<GstElement>::create (element)),
        settings_ (settings)
  {}

  // Null: there is none. What waits for one is posted to it.
  void set_node (std::shared_ptr<worklet::NodeView> node) EXCLUDES (lock_);
  // To the processor. False: the message can't be read.
  bool post (Ptr<GVariant> message) EXCLUDES (lock_);
  // After a buffer: tells of all that there is. Where another thread is at it,
  // that one does.
  void deliver () EXCLUDES (lock_);
  // The processor has failed, and the element is to fail with it, which was
  // posted.
  bool has_failed () const { return has_failed_.load (); }

  void on_message (const Ptr<GVariant> &message) override;
  void on_error (const worklet::ProcessorError &error) override;
  void on_message_error (const worklet::ProcessorError &error) override;
  void on_overflow (Port port, uint64_t dropped) override;

private:
  Ptr<GstElement> lock_element () EXCLUDES (lock_);
  static void tell_error (
      GstElement *element, const worklet::ProcessorError &error, bool is_fatal);

  const std::shared_ptr<WeakRef<GstElement>> element_;
  const ElementWorkletSettings *const settings_;
  std::atomic<bool> has_failed_{false};

  Mutex lock_;
  std::shared_ptr<worklet::NodeView> node_ GUARDED_BY (lock_);
  std::vector<Ptr<GVariant>> waiting_ GUARDED_BY (lock_);
  bool is_waiting_ GUARDED_BY (lock_) = true; // what is posted waits, too
};

// The signals and the action, which call these.
void install_message_signals (GObjectClass *klass);
Messages &messages_of (gpointer element);

} // namespace webmedia::elements
