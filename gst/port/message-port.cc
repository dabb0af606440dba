// SPDX-License-Identifier: LGPL-2.1-or-later
#include "port/message-port.hh"

#include "base/wake-on-cancel.hh"

#include <algorithm>
#include <deque>

namespace webmedia::port {

// What stays in place while ports come and go: transferring a port gives its
// side, with the messages that wait there, a new owner.
struct MessagePort::Side {
  MessagePort *owner = nullptr; // null: closed
  std::weak_ptr<MessagePort> weak_owner;
  std::shared_ptr<TaskQueue> tasks;
  std::shared_ptr<const Handlers> handlers;
  std::deque<Message> messages;
  bool started = false;
  std::shared_ptr<const Receiver> receiver; // in place of handlers
  bool is_handing_on = false;

  using Member = void (MessagePort::*) ();
  void post (Member member);
  Message take_first (const Side &other);
};

// A task for this owner: a later one of the same side gets its own.
void
MessagePort::Side::post (Member member)
{
  if (!tasks)
    return;
  tasks->post ([weak = weak_owner, member] {
    if (auto port = weak.lock ())
      ((*port).*member) ();
  });
}

// The last message of a port that was closed makes room for `close`.
Message
MessagePort::Side::take_first (const Side &other)
{
  Message message = std::move (messages.front ());
  messages.pop_front ();
  if (messages.empty () && !other.owner)
    post (&MessagePort::deliver_close);
  return message;
}

// Lock order: lock, then the task queues'.
struct MessagePort::Channel {
  Mutex lock;
  Side sides[2] GUARDED_BY (lock);
  Condition changed; // with lock, for receive()

  void hand_on (int side) EXCLUDES (lock);
};

// One thread at a time, so that messages keep their order.
void
MessagePort::Channel::hand_on (int side)
{
  Side &own = sides[side];
  {
    MutexLocker locker (lock);
    if (own.is_handing_on)
      return;
    own.is_handing_on = true;
  }
  for (;;) {
    Message message;
    std::shared_ptr<const Receiver> receiver;
    {
      MutexLocker locker (lock);
      receiver = own.receiver;
      if (!receiver || own.messages.empty ()) {
        own.is_handing_on = false;
        return;
      }
      message = own.take_first (sides[!side]);
    }
    (*receiver) (std::move (message));
  }
}

// Lets messages go. Ports may wait in the queues of ports in queues, to any
// depth: all of them are closed here in one loop, not in a recursion.
static void
bury (std::deque<Message> messages)
{
  static thread_local std::deque<std::deque<Message>> *graves = nullptr;
  if (messages.empty ())
    return;
  if (graves) {
    graves->push_back (std::move (messages));
    return;
  }
  std::deque<std::deque<Message>> waiting;
  graves = &waiting;
  waiting.push_back (std::move (messages));
  while (!waiting.empty ()) {
    std::deque<Message> next = std::move (waiting.front ());
    waiting.pop_front ();
    next.clear ();
  }
  graves = nullptr;
}

// Structured data is read back where it arrives.
static bool
can_deserialize (const Message &message)
{
  return !message.data || g_variant_is_normal_form (message.data.get ());
}

static Error
not_transferable ()
{
  return make_error (ErrorCode::data_clone,
      "A port that was closed or transferred can't be transferred");
}

MessagePort::MessagePort (std::shared_ptr<Channel> channel, int side)
    : channel_ (std::move (channel)),
      side_ (side)
{}

MessagePort::~MessagePort ()
{
  close ();
}

// https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messagechannel
MessagePort::Pair
MessagePort::create_channel ()
{
  auto channel = std::make_shared<Channel> ();
  Pair pair (std::shared_ptr<MessagePort> (new MessagePort (channel, 0)),
      std::shared_ptr<MessagePort> (new MessagePort (channel, 1)));
  MutexLocker locker (channel->lock);
  for (const auto &port : {pair.first, pair.second}) {
    channel->sides[port->side_].owner = port.get ();
    channel->sides[port->side_].weak_owner = port;
  }
  return pair;
}

// DEVIATION: the specification fires `close` at the port that was entangled
// when the other was closed, and so at none that is on its way. Here a port
// that arrives later fires it too: its new owner can't know otherwise. And it
// comes when every message was taken, so that it means the end.
void
MessagePort::connect (std::shared_ptr<TaskQueue> tasks, Handlers handlers)
{
  Channel &channel = *channel_;
  MutexLocker locker (channel.lock);
  Side &own = channel.sides[side_];
  if (own.owner != this)
    return;
  own.tasks = std::move (tasks);
  own.handlers = std::make_shared<const Handlers> (std::move (handlers));
  for (size_t i = 0; own.started && i < own.messages.size (); i++)
    own.post (&MessagePort::deliver_one);
  if (!channel.sides[!side_].owner && own.messages.empty ())
    own.post (&MessagePort::deliver_close);
}

void
MessagePort::hand_on (Receiver receiver)
{
  Channel &channel = *channel_;
  {
    MutexLocker locker (channel.lock);
    Side &own = channel.sides[side_];
    if (own.owner != this)
      return;
    own.receiver = std::make_shared<const Receiver> (std::move (receiver));
    own.started = true;
  }
  channel.hand_on (side_);
}

// https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-start
void
MessagePort::start ()
{
  Channel &channel = *channel_;
  MutexLocker locker (channel.lock);
  Side &own = channel.sides[side_];
  if (own.owner != this || own.started)
    return;
  own.started = true;
  for (size_t i = 0; i < own.messages.size (); i++)
    own.post (&MessagePort::deliver_one);
  channel.changed.notify_all ();
}

// https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-close
void
MessagePort::close ()
{
  Channel &channel = *channel_;
  Side closed;
  {
    MutexLocker locker (channel.lock);
    if (channel.sides[side_].owner != this)
      return;
    // Step 1: detached. What is left goes when the lock is gone.
    std::swap (closed, channel.sides[side_]);
    // Step 2: disentangled.
    Side &other = channel.sides[!side_];
    if (other.owner && other.messages.empty ())
      other.post (&MessagePort::deliver_close);
    channel.changed.notify_all ();
  }
  bury (std::move (closed.messages));
}

bool
MessagePort::is_other_side_of (const Transferable &transferable) const
{
  if (transferable.kind () != Kind::message_port)
    return false;
  const auto &port = static_cast<const MessagePort &> (transferable);
  return port.channel_ == channel_ && port.side_ != side_;
}

// Whether the list can be transferred, and then whether it dooms the message:
// a port that would be sent to itself is lost.
Result<bool>
MessagePort::check_transfer_list (const Message &message) const
{
  bool doomed = false;
  std::vector<const Transferable *> seen;
  for (const auto &transferable : message.transferred) {
    if (transferable.get () == this)
      return make_error (ErrorCode::data_clone,
          "A port can't be transferred through itself; send it through another "
          "one");
    if (auto result = transferable->check_transferable (); !result)
      return result.error ();
    doomed |= is_other_side_of (*transferable);
    seen.push_back (transferable.get ());
  }
  std::sort (seen.begin (), seen.end ());
  if (std::adjacent_find (seen.begin (), seen.end ()) != seen.end ())
    return make_error (ErrorCode::data_clone,
        "An object is in the transfer list twice; name each of them once");
  return doomed;
}

// https://html.spec.whatwg.org/multipage/web-messaging.html#message-port-post-message-steps
// DEVIATION: the specification detaches one object after the other and stops
// at the first that can't be. Here all are checked before, so that a failure
// changes nothing, unless two threads transfer the same object at once.
Result<>
MessagePort::post_message (Message message)
{
  // Steps 2 to 4.
  Result<bool> doomed = check_transfer_list (message);
  if (!doomed)
    return doomed.error ();
  // Step 5.
  for (auto &transferable : message.transferred) {
    auto received = transferable->transfer ();
    if (!received)
      return received.error ();
    transferable = std::move (*received);
  }
  // Steps 6 and 7.
  Channel &channel = *channel_;
  {
    MutexLocker locker (channel.lock);
    Side &target = channel.sides[!side_];
    if (*doomed || channel.sides[side_].owner != this || !target.owner)
      return ok;
    target.messages.push_back (std::move (message));
    if (!target.receiver) {
      if (target.started)
        target.post (&MessagePort::deliver_one);
      else
        channel.changed.notify_all ();
      return ok;
    }
  }
  channel.hand_on (!side_);
  return ok;
}

// The task of step 7.
void
MessagePort::deliver_one ()
{
  Channel &channel = *channel_;
  Message message;
  std::shared_ptr<const Handlers> handlers;
  {
    MutexLocker locker (channel.lock);
    Side &own = channel.sides[side_];
    if (own.owner != this || own.messages.empty ())
      return;
    message = own.take_first (channel.sides[!side_]);
    handlers = own.handlers;
  }
  if (can_deserialize (message))
    handlers->message (std::move (message));
  else
    handlers->messageerror ();
}

void
MessagePort::deliver_close ()
{
  Channel &channel = *channel_;
  std::shared_ptr<const Handlers> handlers;
  {
    MutexLocker locker (channel.lock);
    if (channel.sides[side_].owner != this)
      return;
    handlers = channel.sides[side_].handlers;
  }
  handlers->close ();
}

Result<Message>
MessagePort::wait_for_message (GCancellable *cancellable)
{
  Channel &channel = *channel_;
  MutexLocker locker (channel.lock);
  while (true) {
    Side &own = channel.sides[side_];
    if (own.owner != this)
      return make_error (ErrorCode::invalid_state,
          "This port was closed or transferred; nothing comes to it any more");
    if (own.started)
      return make_error (ErrorCode::invalid_state,
          "This port was started: its messages are delivered as events");
    if (g_cancellable_is_cancelled (cancellable))
      return make_error (ErrorCode::abort, "Waiting was cancelled");
    if (!own.messages.empty ())
      return own.take_first (channel.sides[!side_]);
    if (!channel.sides[!side_].owner)
      return make_error (ErrorCode::abort,
          "The other port was closed, and every message of it was received");
    channel.changed.wait (channel.lock);
  }
}

Result<Message>
MessagePort::receive (GCancellable *cancellable)
{
  WakeOnCancel wake (cancellable, [&channel = *channel_] {
    // With the lock: not between the waiting thread's look and its sleep.
    MutexLocker locker (channel.lock);
    channel.changed.notify_all ();
  });
  Result<Message> message = wait_for_message (cancellable);
  if (message && !can_deserialize (*message))
    return make_error (ErrorCode::data_clone,
        "A message can't be read: its data is not in normal form");
  return message;
}

Result<>
MessagePort::check_transferable () const
{
  Channel &channel = *channel_;
  MutexLocker locker (channel.lock);
  if (channel.sides[side_].owner != this)
    return not_transferable ();
  return ok;
}

// https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports
// (its transfer steps and transfer-receiving steps in one)
Result<std::shared_ptr<Transferable>>
MessagePort::transfer ()
{
  Channel &channel = *channel_;
  std::shared_ptr<MessagePort> port (new MessagePort (channel_, side_));
  std::shared_ptr<TaskQueue> tasks;
  std::shared_ptr<const Handlers> handlers;
  std::shared_ptr<const Receiver> receiver;
  MutexLocker locker (channel.lock);
  Side &own = channel.sides[side_];
  if (own.owner != this)
    return not_transferable ();
  own.owner = port.get ();
  own.weak_owner = port;
  own.started = false;
  std::swap (own.tasks, tasks);
  std::swap (own.handlers, handlers);
  std::swap (own.receiver, receiver);
  channel.changed.notify_all ();
  return std::shared_ptr<Transferable> (std::move (port));
}

} // namespace webmedia::port
