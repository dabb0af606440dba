// SPDX-License-Identifier: LGPL-2.1-or-later
// Two entangled ports: what is posted to one comes out of the other.
// https://html.spec.whatwg.org/multipage/web-messaging.html#message-channels
#pragma once

#include "base/mutex.hh"
#include "base/task-queue.hh"
#include "base/transferable.hh"
#include "port/message.hh"

#include <functional>
#include <gio/gio.h>
#include <utility>

namespace webmedia::port {

// One end of a channel. Its queue is disabled until start(): messages wait.
// As in the specification, the queue has no bound: who needs back pressure
// answers messages. A port whose last reference goes is closed.
// Threads: thread-safe. Handlers run on their task queue, with no lock held.
class MessagePort final : public Transferable,
                          public std::enable_shared_from_this<MessagePort> {
public:
  using Pair =
      std::pair<std::shared_ptr<MessagePort>, std::shared_ptr<MessagePort>>;

  // They should refer to their object weakly: the port owns them.
  struct Handlers {
    std::function<void (Message)> message;
    std::function<void ()> messageerror;
    std::function<void ()> close;
  };

  static Pair create_channel ();
  ~MessagePort () override;
  MessagePort (const MessagePort &) = delete;
  MessagePort &operator= (const MessagePort &) = delete;

  // Where events go: once for each port, also for one that was received.
  void connect (std::shared_ptr<TaskQueue> tasks, Handlers handlers);

  // In place of connect() and start(), for what has a queue of its own: each
  // message is handed on where it is posted, in order and with no lock held;
  // those first that wait. What is posted meanwhile by another thread is handed
  // on by the one that is in. There are no events.
  using Receiver = std::function<void (Message)>;
  void hand_on (Receiver receiver);

  // Enables the queue, for good: messages go to the handlers from now on.
  void start ();
  void close ();

  // Everything is checked before anything is detached. A message to a port
  // that was closed is dropped, with what it transfers.
  Result<> post_message (Message message);

  // Waits for the next message of a port that was not started. `abort` when
  // cancelled, or when the other port is closed and nothing is left.
  Result<Message> receive (GCancellable *cancellable);

  Kind kind () const override { return Kind::message_port; }
  Result<> check_transferable () const override;
  Result<std::shared_ptr<Transferable>> transfer () override;

private:
  struct Side;
  struct Channel;

  MessagePort (std::shared_ptr<Channel> channel, int side);
  bool is_other_side_of (const Transferable &transferable) const;
  Result<bool> check_transfer_list (const Message &message) const;
  Result<Message> wait_for_message (GCancellable *cancellable);
  void deliver_one ();
  void deliver_close ();

  // The channel's one lock guards both sides. A port is detached when its side
  // of the channel has another owner, or none.
  const std::shared_ptr<Channel> channel_;
  const int side_;
};

} // namespace webmedia::port
