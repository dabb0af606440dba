// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages to and from the audio thread.
#include "worklet/processor-port.hh"

#include "support/worklet-fixture.hh"

#include <cstring>
#include <thread>

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

port::Message
number (gint64 value)
{
  return {
      Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_int64 (value))),
      {}};
}

gint64
read_number (const Incoming &incoming)
{
  fail_unless_equals_string (incoming.type, "x");
  fail_unless_equals_uint64 (incoming.size, 8);
  gint64 value;
  std::memcpy (&value, incoming.data, sizeof value);
  fail_unless_equals_int64 (
      value, g_variant_get_int64 (incoming.message.data.get ()));
  return value;
}

// Counts its objects: says when one of them is gone.
struct Guest final : Transferable {
  explicit Guest (int &its_count) : count (its_count) { count++; }
  ~Guest () override { count--; }
  Kind kind () const override { return Kind::message_port; }
  Result<> check_transferable () const override { return ok; }
  Result<std::shared_ptr<Transferable>> transfer () override
  {
    return make_error (ErrorCode::data_clone, "no");
  }
  int &count;
};

} // namespace

GST_START_TEST (what_was_read_is_freed_by_a_control_thread)
{
  ProcessorPort port;
  int guests = 0;
  port::Message message = number (1);
  message.transferred.push_back (std::make_shared<Guest> (guests));
  port.post_to_processor (std::move (message));
  fail_unless_equals_uint64 (port.waiting (), 1);
  Incoming *incoming = port.take ();
  fail_unless_equals_int64 (read_number (*incoming), 1);
  fail_unless (!port.take ());
  port.done (incoming);
  fail_unless_equals_int (guests, 1);
  port.collect ();
  fail_unless_equals_int (guests, 0);
  // What was not read goes with the port.
  {
    ProcessorPort other;
    other.post_to_processor ({{}, {std::make_shared<Guest> (guests)}});
    fail_unless_equals_int (guests, 1);
  }
  fail_unless_equals_int (guests, 0);
}
GST_END_TEST;

GST_START_TEST (a_message_has_the_type_of_its_data)
{
  ProcessorPort port;
  for (const char *text : {"'hello'", "[1.5, 2.5]", "{'a': <1>}", "()"}) {
    port::Message message;
    message.data =
        Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_parsed (text)));
    const Ptr<GVariant> data = message.data;
    fail_unless (port.post_to_processor (std::move (message)));
    Incoming *incoming = port.take ();
    const Ptr<GBytes> bytes =
        Ptr<GBytes>::adopt (g_bytes_new (incoming->data, incoming->size));
    const Ptr<GVariant> copy =
        Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_from_bytes (
            G_VARIANT_TYPE (incoming->type), bytes.get (), FALSE)));
    fail_unless (g_variant_equal (copy.get (), data.get ()));
    port.done (incoming);
  }
}
GST_END_TEST;

GST_START_TEST (what_cannot_be_read_is_not_sent)
{
  ProcessorPort port;
  const char broken[] = {'x'}; // a string without an end
  port::Message message;
  message.data =
      Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_from_data (
          G_VARIANT_TYPE_STRING, broken, 1, FALSE, nullptr, nullptr)));
  fail_unless (!port.post_to_processor (std::move (message)));
  fail_unless (!port.take ());
}
GST_END_TEST;

GST_START_TEST (what_a_processor_posts_is_a_variant)
{
  ProcessorPort port;
  const double levels[] = {0.25, 0.5};
  fail_unless (!port.has_posted ());
  fail_unless (port.post_as_processor ("s", "early", 6));
  fail_unless (port.post_from_processor ("ad", levels, sizeof levels));
  fail_unless (port.post_from_processor ("s", "text", 5));
  fail_unless (port.has_posted ());
  std::string all;
  auto print = [&] (Ptr<GVariant> message) {
    all += CString (g_variant_print (message.get (), FALSE)).get ();
    all += ";";
  };
  fail_unless_equals_uint64 (port.receive (print), 3);
  fail_unless_equals_string (all.c_str (), "'early';[0.25, 0.5];'text';");
  fail_unless (!port.has_posted ());
  fail_unless_equals_uint64 (port.receive (print), 0);
}
GST_END_TEST;

GST_START_TEST (what_is_not_of_its_type_is_dropped)
{
  ProcessorPort port;
  struct {
    double level;
    guint32 channel;
    guint32 padding;
  } padded = {0.5, 7, 1};
  constexpr size_t kPacked = 12;
  fail_unless (!port.post_as_processor ("s", "text", 4));
  fail_unless (port.post_from_processor ("d", &padded, 4));
  fail_unless (port.post_from_processor ("s", "text", 4));
  fail_unless (port.post_from_processor ("(du)", &padded, kPacked));
  fail_unless (port.post_from_processor ("(du)", &padded, sizeof padded));
  fail_unless (port.post_from_processor ("as", nullptr, 0));
  double level;
  guint32 channel;
  int count = 0;
  auto read = [&] (Ptr<GVariant> message) {
    if (g_variant_is_container (message.get ()) && count++ == 0)
      g_variant_get (message.get (), "(du)", &level, &channel);
  };
  fail_unless_equals_uint64 (port.receive (read), 2);
  fail_unless (level == 0.5 && channel == 7);
}
GST_END_TEST;

GST_START_TEST (what_finds_no_room_is_refused_and_counted)
{
  ProcessorPort port (1024);
  const double value = 1;
  uint64_t posted = 0;
  while (port.post_from_processor ("d", &value, sizeof value))
    posted++;
  fail_unless (!port.post_from_processor ("d", &value, sizeof value));
  fail_unless_equals_uint64 (port.dropped (), 2);
  fail_unless_equals_uint64 (port.receive ([] (Ptr<GVariant>) {}), posted);
  fail_unless (port.post_from_processor ("d", &value, sizeof value));
  // What is no type of a value is refused.
  for (const char *type : {"", "*", "a", "?", "dd"})
    fail_unless (!port.post_from_processor (type, &value, sizeof value));
  const std::string long_type = "(" + std::string (250, 'i') + ")";
  fail_unless (port.post_from_processor (long_type.c_str (), nullptr, 0)
               == (long_type.size () < 256));
  fail_unless_equals_uint64 (port.dropped (), 7);
}
GST_END_TEST;

// Both ways at once, while it is rendered.
GST_START_TEST (a_million_messages_each_way_are_in_order)
{
  constexpr gint64 kMessages = 1000000;
  Rendering r;
  gint64 received = 0, answered = 0, back = 0;
  r.script.message = [&] (const Incoming &incoming) {
    fail_unless_equals_int64 (read_number (incoming), received++);
  };
  r.script.process = [&] (const GstWebAudioQuantum &) {
    // Where there is no room, it waits for the next quantum.
    while (answered < received
           && r.node->port ().post_from_processor ("x", &answered, 8))
      answered++;
    return Answer::keep_alive;
  };
  r.start ();
  std::thread poster ([&] {
    for (gint64 i = 0; i < kMessages; i++)
      r.node->port ().post_to_processor (number (i));
  });
  std::thread reader ([&] {
    while (back < kMessages) {
      if (!r.node->port ().receive ([&] (Ptr<GVariant> message) {
            fail_unless_equals_int64 (
                g_variant_get_int64 (message.get ()), back++);
          }))
        std::this_thread::yield ();
    }
  });
  while (answered < kMessages) {
    r.renderer->begin ();
    r.render ();
    r.renderer->end ();
  }
  poster.join ();
  reader.join ();
  fail_unless_equals_int64 (received, kMessages);
}
GST_END_TEST;

static Suite *
processor_port_suite ()
{
  Suite *suite = suite_create ("worklet/processor-port");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_was_read_is_freed_by_a_control_thread);
  tcase_add_test (tcase, a_message_has_the_type_of_its_data);
  tcase_add_test (tcase, what_cannot_be_read_is_not_sent);
  tcase_add_test (tcase, what_a_processor_posts_is_a_variant);
  tcase_add_test (tcase, what_is_not_of_its_type_is_dropped);
  tcase_add_test (tcase, what_finds_no_room_is_refused_and_counted);
  tcase_add_test (tcase, a_million_messages_each_way_are_in_order);
  return suite;
}
GST_CHECK_MAIN (processor_port)
