// SPDX-License-Identifier: LGPL-2.1-or-later
#include "port/message-port.hh"
#include "support/check.hh"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace webmedia;
using namespace webmedia::port;

using PortPtr = std::shared_ptr<MessagePort>;

// What arrived at a port, in order: the text of messages, "!" for messageerror
// and "close".
struct Log {
  std::vector<std::string> events;
  std::vector<std::shared_ptr<Transferable>> received;

  std::string text () const
  {
    std::string all;
    for (const auto &event : events)
      all += (all.empty () ? "" : " ") + event;
    return all;
  }
};

static void
listen (const PortPtr &port, Log *log)
{
  MessagePort::Handlers handlers;
  handlers.message = [log] (Message message) {
    GVariant *data = message.data.get ();
    log->events.push_back (data ? g_variant_get_string (data, nullptr) : "-");
    for (auto &object : message.transferred)
      log->received.push_back (std::move (object));
  };
  handlers.messageerror = [log] {
    log->events.push_back ("!");
  };
  handlers.close = [log] {
    log->events.push_back ("close");
  };
  port->connect (TaskQueue::create (), std::move (handlers));
}

static Message
text (const char *string,
    std::vector<std::shared_ptr<Transferable>> transfer = {})
{
  return {
      Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_string (string))),
      std::move (transfer)};
}

static Message
malformed ()
{
  // A string without its end.
  return {Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_from_data (
              G_VARIANT_TYPE_STRING, "abc", 3, FALSE, nullptr, nullptr))),
      {}};
}

static void
run_loop ()
{
  while (g_main_context_iteration (nullptr, FALSE)) {
  }
}

static void
post (const PortPtr &port, Message message)
{
  Result<> result = port->post_message (std::move (message));
  fail_unless (bool (result));
}

static void
assert_log (const Log &log, const char *expected)
{
  std::string text = log.text ();
  fail_unless_equals_string (text.c_str (), expected);
}

static void
assert_clone_error (const Result<> &result)
{
  fail_if (bool (result));
  fail_unless (result.error ().code == ErrorCode::data_clone);
}

static PortPtr
as_port (const std::shared_ptr<Transferable> &object)
{
  fail_unless (object->kind () == Transferable::Kind::message_port);
  return std::static_pointer_cast<MessagePort> (object);
}

GST_START_TEST (messages_wait_for_start_and_come_in_order)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log;
  listen (b, &log);
  post (a, text ("1"));
  post (a, text ("2"));
  run_loop ();
  assert_log (log, "");
  b->start ();
  assert_log (log, "");
  post (a, text ("3"));
  run_loop ();
  assert_log (log, "1 2 3");
}
GST_END_TEST

GST_START_TEST (both_directions_are_independent)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log_a, log_b;
  listen (a, &log_a);
  listen (b, &log_b);
  a->start ();
  post (a, text ("to-b"));
  post (b, text ("to-a"));
  run_loop ();
  assert_log (log_a, "to-a");
  assert_log (log_b, "");
}
GST_END_TEST

GST_START_TEST (data_is_the_same_memory)
{
  auto [a, b] = MessagePort::create_channel ();
  Message message = text ("by reference");
  GVariant *sent = message.data.get ();
  post (a, std::move (message));
  Result<Message> received = b->receive (nullptr);
  fail_unless (bool (received));
  fail_unless (received->data.get () == sent);
}
GST_END_TEST

GST_START_TEST (a_transferred_port_takes_its_queue_along)
{
  auto [a, b] = MessagePort::create_channel ();
  auto [c, d] = MessagePort::create_channel ();
  Log log, old_log;
  listen (d, &old_log);
  d->start ();
  post (c, text ("early"));
  post (a, text ("port", {d}));
  post (c, text ("late"));
  run_loop ();
  assert_log (old_log, "");

  Result<Message> message = b->receive (nullptr);
  PortPtr received = as_port (message->transferred[0]);
  fail_unless (received != d);
  listen (received, &log);
  run_loop (); // disabled again: it waits
  assert_log (log, "");
  received->start ();
  post (received, text ("back"));
  run_loop ();
  assert_log (log, "early late");
  Result<Message> answer = c->receive (nullptr);
  fail_unless_equals_string (
      g_variant_get_string (answer->data.get (), nullptr), "back");
}
GST_END_TEST

GST_START_TEST (a_detached_port_does_nothing)
{
  auto [a, b] = MessagePort::create_channel ();
  auto [c, d] = MessagePort::create_channel ();
  post (a, text ("port", {d}));
  post (d, text ("lost"));
  d->close (); // not the received one
  d->start ();
  Result<Message> message = b->receive (nullptr);
  PortPtr received = as_port (message->transferred[0]);
  post (c, text ("arrives"));
  fail_unless (bool (received->receive (nullptr)));
  Result<Message> from_old = d->receive (nullptr);
  fail_if (bool (from_old));
  fail_unless (from_old.error ().code == ErrorCode::invalid_state);
  fail_if (bool (d->check_transferable ()));
}
GST_END_TEST

GST_START_TEST (a_port_through_itself_is_refused)
{
  auto [a, b] = MessagePort::create_channel ();
  assert_clone_error (a->post_message (text ("self", {a})));
  post (a, text ("still works"));
  fail_unless (bool (b->receive (nullptr)));
}
GST_END_TEST

GST_START_TEST (a_failing_transfer_list_detaches_nothing)
{
  auto [a, b] = MessagePort::create_channel ();
  auto [c, d] = MessagePort::create_channel ();
  auto [e, f] = MessagePort::create_channel ();
  e->close ();
  assert_clone_error (a->post_message (text ("twice", {c, d, c})));
  assert_clone_error (a->post_message (text ("closed", {c, e})));
  assert_clone_error (a->post_message (text ("self", {c, a})));
  fail_unless (bool (c->check_transferable ()));
  fail_unless (bool (d->check_transferable ()));
  post (a, text ("good", {c, d}));
  Result<Message> message = b->receive (nullptr);
  fail_unless_equals_int (message->transferred.size (), 2);
  assert_clone_error (a->post_message (text ("again", {d})));
}
GST_END_TEST

GST_START_TEST (a_port_sent_to_itself_is_lost)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log;
  listen (a, &log);
  post (a, text ("doomed", {b}));
  fail_if (bool (b->check_transferable ()));
  run_loop ();
  assert_log (log, "close");
}
GST_END_TEST

GST_START_TEST (messages_to_a_closed_port_are_dropped_quietly)
{
  auto [a, b] = MessagePort::create_channel ();
  auto [c, d] = MessagePort::create_channel ();
  Log log_a, log_c;
  listen (a, &log_a);
  listen (c, &log_c);
  b->close ();
  post (a, text ("dropped", {d})); // its port too
  run_loop ();
  assert_log (log_a, "close");
  assert_log (log_c, "close");
  fail_if (bool (d->check_transferable ()));
}
GST_END_TEST

GST_START_TEST (close_comes_once_after_the_last_message)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log_a, log_b;
  listen (a, &log_a);
  listen (b, &log_b);
  post (a, text ("1"));
  post (a, text ("2"));
  a->close ();
  a->close ();
  run_loop ();
  assert_log (log_b, "");
  b->start ();
  run_loop ();
  assert_log (log_b, "1 2 close");
  assert_log (log_a, "");
}
GST_END_TEST

GST_START_TEST (a_dropped_port_is_closed)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log;
  listen (a, &log);
  b.reset ();
  run_loop ();
  assert_log (log, "close");
}
GST_END_TEST

GST_START_TEST (a_closed_port_hears_nothing_more)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log;
  listen (b, &log);
  b->start ();
  post (a, text ("1"));
  b->close ();
  run_loop ();
  assert_log (log, "");
}
GST_END_TEST

GST_START_TEST (a_port_that_arrives_after_the_end_says_so)
{
  auto [a, b] = MessagePort::create_channel ();
  auto [c, d] = MessagePort::create_channel ();
  post (c, text ("last"));
  post (a, text ("port", {d}));
  c->close ();
  PortPtr received = as_port (b->receive (nullptr)->transferred[0]);
  Log log;
  listen (received, &log);
  received->start ();
  run_loop ();
  assert_log (log, "last close");
}
GST_END_TEST

GST_START_TEST (data_that_is_malformed_is_a_messageerror)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log;
  listen (b, &log);
  post (a, malformed ());
  Result<Message> message = b->receive (nullptr);
  fail_if (bool (message));
  fail_unless (message.error ().code == ErrorCode::data_clone);
  post (a, malformed ());
  post (a, text ("good"));
  b->start ();
  run_loop ();
  assert_log (log, "! good");
}
GST_END_TEST

GST_START_TEST (receive_gives_what_is_left_then_the_end)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log;
  listen (b, &log);
  post (a, text ("1"));
  a->close ();
  fail_unless (bool (b->receive (nullptr)));
  Result<Message> end = b->receive (nullptr);
  fail_if (bool (end));
  fail_unless (end.error ().code == ErrorCode::abort);
  run_loop ();
  assert_log (log, "close");
}
GST_END_TEST

// Something that ends a receive() which is waiting, done by another thread.
template <typename Action>
static ErrorCode
end_receive (const PortPtr &port, GCancellable *cancellable, Action action)
{
  std::thread thread (action);
  Result<Message> message = port->receive (cancellable);
  thread.join ();
  fail_if (bool (message));
  return message.error ().code;
}

GST_START_TEST (a_waiting_receive_ends)
{
  auto [a, b] = MessagePort::create_channel ();
  auto [c, d] = MessagePort::create_channel ();
  auto [e, f] = MessagePort::create_channel ();
  auto [g, h] = MessagePort::create_channel ();
  PortPtr peer = a, transferred = d, through = g, port = f;
  auto cancellable = Ptr<GCancellable>::adopt (g_cancellable_new ());
  GCancellable *raw = cancellable.get ();

  fail_unless (end_receive (b, raw, [raw] { g_cancellable_cancel (raw); })
               == ErrorCode::abort);
  fail_unless (end_receive (b, raw, [] {}) == ErrorCode::abort);
  fail_unless (end_receive (d, nullptr, [=] {
    fail_unless (bool (through->post_message (text ("", {transferred}))));
  }) == ErrorCode::invalid_state);
  fail_unless (end_receive (c, nullptr, [starting = c] { starting->start (); })
               == ErrorCode::invalid_state);
  fail_unless (
      end_receive (b, nullptr, [=] { peer->close (); }) == ErrorCode::abort);
  fail_unless (end_receive (f, nullptr, [=] { port->close (); })
               == ErrorCode::invalid_state);
}
GST_END_TEST

GST_START_TEST (two_threads_play_ping_pong)
{
  auto [a, b] = MessagePort::create_channel ();
  const int rounds = 5000;
  std::thread echo ([port = b] {
    while (true) {
      Result<Message> message = port->receive (nullptr);
      if (!message)
        return;
      fail_unless (bool (port->post_message (std::move (*message))));
    }
  });
  for (int i = 0; i < rounds; i++) {
    std::string number = std::to_string (i);
    post (a, text (number.c_str ()));
    Result<Message> message = a->receive (nullptr);
    fail_unless_equals_string (
        g_variant_get_string (message->data.get (), nullptr), number.c_str ());
  }
  a->close ();
  echo.join ();
}
GST_END_TEST

// One thread posts while another moves the receiving port from hand to hand:
// every message arrives, once and in order.
GST_START_TEST (a_port_moves_while_messages_come)
{
  auto [a, b] = MessagePort::create_channel ();
  auto [c, d] = MessagePort::create_channel ();
  const int count = 5000;
  std::thread sender ([port = a] {
    for (int i = 0; i < count; i++)
      post (port, text (std::to_string (i).c_str ()));
  });
  PortPtr receiver = b;
  for (int i = 0; i < count; i++) {
    std::string number = std::to_string (i);
    Result<Message> message = receiver->receive (nullptr);
    fail_unless_equals_string (
        g_variant_get_string (message->data.get (), nullptr), number.c_str ());
    if (i % 3 == 0) {
      post (c, text ("", {receiver}));
      receiver = as_port (d->receive (nullptr)->transferred[0]);
    }
  }
  sender.join ();
}
GST_END_TEST

GST_START_TEST (only_one_of_two_threads_transfers_a_port)
{
  for (int i = 0; i < 200; i++) {
    auto [a, b] = MessagePort::create_channel ();
    auto [c, d] = MessagePort::create_channel ();
    bool first = false, second = false;
    std::thread other ([&first, from = a, port = d] {
      first = bool (from->post_message (text ("", {port})));
    });
    second = bool (b->post_message (text ("", {d})));
    other.join ();
    fail_unless (first != second);
    post (c, text ("alive"));
    PortPtr holder = first ? b : a;
    PortPtr received = as_port (holder->receive (nullptr)->transferred[0]);
    fail_unless (bool (received->receive (nullptr)));
  }
}
GST_END_TEST

GST_START_TEST (ports_in_ports_in_ports_go_without_recursion)
{
  auto [outer, inner] = MessagePort::create_channel ();
  Log log;
  listen (outer, &log);
  PortPtr last = inner;
  for (int i = 0; i < 40000; i++) {
    auto [a, b] = MessagePort::create_channel ();
    post (a, text ("", {last}));
    last = b;
  }
  last->close ();
  run_loop ();
  assert_log (log, "close");
}
GST_END_TEST

GST_START_TEST (messages_are_handed_on_where_they_are_posted)
{
  auto [a, b] = MessagePort::create_channel ();
  Log log;
  post (a, text ("1"));
  // What is posted meanwhile comes after it.
  b->hand_on ([&log, &from = a] (Message message) {
    const std::string data =
        g_variant_get_string (message.data.get (), nullptr);
    if (data == "1")
      post (from, text ("2"));
    log.events.push_back (data);
  });
  assert_log (log, "1 2");
  post (a, text ("3"));
  assert_log (log, "1 2 3");
  // Whoever gets it hears of it as ever.
  auto moved = b->transfer ();
  fail_unless (bool (moved));
  post (a, text ("4"));
  assert_log (log, "1 2 3");
  Result<Message> left = as_port (*moved)->receive (nullptr);
  fail_unless (bool (left));
}
GST_END_TEST

GST_START_TEST (one_thread_at_a_time_hands_on)
{
  constexpr guint32 kMessages = 20000;
  auto [a, b] = MessagePort::create_channel ();
  std::atomic<int> inside{0};
  guint32 next[2] = {};
  b->hand_on ([&] (Message message) {
    fail_unless_equals_int (inside++, 0);
    guint32 thread, number;
    g_variant_get (message.data.get (), "(uu)", &thread, &number);
    fail_unless_equals_int (number, next[thread]++);
    inside--;
  });
  auto post_all = [&from = a] (guint32 thread) {
    for (guint32 i = 0; i < kMessages; i++)
      post (from, {Ptr<GVariant>::adopt (
                       g_variant_ref_sink (g_variant_new ("(uu)", thread, i))),
                      {}});
  };
  std::thread other ([&] { post_all (1); });
  post_all (0);
  other.join ();
  fail_unless_equals_int (next[0], kMessages);
  fail_unless_equals_int (next[1], kMessages);
}
GST_END_TEST

static Suite *
message_port_suite ()
{
  Suite *suite = suite_create ("port/message-port");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, messages_wait_for_start_and_come_in_order);
  tcase_add_test (tcase, both_directions_are_independent);
  tcase_add_test (tcase, data_is_the_same_memory);
  tcase_add_test (tcase, a_transferred_port_takes_its_queue_along);
  tcase_add_test (tcase, a_detached_port_does_nothing);
  tcase_add_test (tcase, a_port_through_itself_is_refused);
  tcase_add_test (tcase, a_failing_transfer_list_detaches_nothing);
  tcase_add_test (tcase, a_port_sent_to_itself_is_lost);
  tcase_add_test (tcase, messages_to_a_closed_port_are_dropped_quietly);
  tcase_add_test (tcase, close_comes_once_after_the_last_message);
  tcase_add_test (tcase, a_dropped_port_is_closed);
  tcase_add_test (tcase, a_closed_port_hears_nothing_more);
  tcase_add_test (tcase, a_port_that_arrives_after_the_end_says_so);
  tcase_add_test (tcase, data_that_is_malformed_is_a_messageerror);
  tcase_add_test (tcase, receive_gives_what_is_left_then_the_end);
  tcase_add_test (tcase, a_waiting_receive_ends);
  tcase_add_test (tcase, two_threads_play_ping_pong);
  tcase_add_test (tcase, a_port_moves_while_messages_come);
  tcase_add_test (tcase, only_one_of_two_threads_transfers_a_port);
  tcase_add_test (tcase, ports_in_ports_in_ports_go_without_recursion);
  tcase_add_test (tcase, messages_are_handed_on_where_they_are_posted);
  tcase_add_test (tcase, one_thread_at_a_time_hands_on);
  return suite;
}
GST_CHECK_MAIN (message_port)
