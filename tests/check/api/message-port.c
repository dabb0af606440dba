// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/check/gstcheck.h>
#include <gst/webmedia/webmedia.h>

static void
run_context (GMainContext *context)
{
  while (g_main_context_iteration (context, FALSE)) {
  }
}

static void
post (GstWebMessagePort *port, const char *text)
{
  GError *error = NULL;
  gst_web_message_port_post_message (
      port, g_variant_new_string (text), NULL, 0, &error);
  g_assert_no_error (error);
}

static void
post_with (GstWebMessagePort *port, gpointer object)
{
  GObject *transfer[] = {G_OBJECT (object)};
  GError *error = NULL;
  gst_web_message_port_post_message (
      port, g_variant_new_handle (0), transfer, 1, &error);
  g_assert_no_error (error);
}

static void
assert_refused (
    GstWebMessagePort *port, GObject **transfer, guint n, GstWebError code)
{
  GError *error = NULL;
  fail_if (gst_web_message_port_post_message (port, NULL, transfer, n, &error));
  g_assert_error (error, GST_WEB_ERROR, (int)code);
  g_clear_error (&error);
}

static GstWebMessageEvent *
receive (GstWebMessagePort *port)
{
  GError *error = NULL;
  GstWebMessageEvent *event = gst_web_message_port_receive (port, NULL, &error);
  g_assert_no_error (error);
  return event;
}

static void
assert_no_receive (GstWebMessagePort *port, GQuark domain, int code)
{
  GError *error = NULL;
  fail_if (gst_web_message_port_receive (port, NULL, &error));
  g_assert_error (error, domain, code);
  g_clear_error (&error);
}

static GstWebMessagePort *
receive_port (GstWebMessagePort *port)
{
  GstWebMessageEvent *event = receive (port);
  GPtrArray *ports = gst_web_message_event_get_ports (event);
  fail_unless_equals_int (ports->len, 1);
  GstWebMessagePort *received = g_object_ref (ports->pdata[0]);
  g_object_unref (event);
  return received;
}

// Writes what arrives into a string, with the thread that it comes on.
static void
on_message (
    GstWebMessagePort *port, GstWebMessageEvent *event, gpointer user_data)
{
  GVariant *data = gst_web_message_event_get_data (event);
  g_string_append_printf (user_data, "%s ", g_variant_get_string (data, NULL));
}

static void
on_other (GstWebMessagePort *port, gpointer user_data)
{
  g_string_append (user_data, "other ");
}

static void
on_close (GstWebMessagePort *port, gpointer user_data)
{
  g_string_append (user_data, "close ");
}

static GString *
listen (GstWebMessagePort *port)
{
  GString *log = g_string_new (NULL);
  g_signal_connect (port, "message", G_CALLBACK (on_message), log);
  g_signal_connect (port, "messageerror", G_CALLBACK (on_other), log);
  g_signal_connect (port, "close", G_CALLBACK (on_close), log);
  return log;
}

GST_START_TEST (a_channel_has_the_same_ports_each_time)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessagePort *port1, *port2;
  g_object_get (channel, "port1", &port1, "port2", &port2, NULL);
  fail_unless (port1 == gst_web_message_channel_get_port1 (channel));
  fail_unless (port2 == gst_web_message_channel_get_port2 (channel));
  fail_unless (port1 != port2);
  g_object_unref (channel);

  post (port1, "works without the channel");
  GstWebMessageEvent *event = receive (port2);
  g_object_unref (event);
  ASSERT_OBJECT_REFCOUNT (port1, "port1", 1);
  g_object_unref (port1);
  g_object_unref (port2);
}
GST_END_TEST

GST_START_TEST (signals_come_after_start_in_order_then_close)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessagePort *from = gst_web_message_channel_get_port1 (channel);
  GstWebMessagePort *to = gst_web_message_channel_get_port2 (channel);
  GString *log = listen (to);
  post (from, "1");
  run_context (NULL);
  fail_unless_equals_string (log->str, "");
  gst_web_message_port_start (to);
  post (from, "2");
  fail_unless_equals_string (log->str, "");
  gst_web_message_port_close (from);
  run_context (NULL);
  fail_unless_equals_string (log->str, "1 2 close ");
  post (from, "quietly dropped");
  assert_no_receive (to, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE);
  g_string_free (log, TRUE);
  g_object_unref (channel);
}
GST_END_TEST

GST_START_TEST (data_is_the_same_variant_and_may_be_null)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessagePort *from = gst_web_message_channel_get_port1 (channel);
  GstWebMessagePort *to = gst_web_message_channel_get_port2 (channel);
  static const guint8 bytes[100000];
  GBytes *content = g_bytes_new_static (bytes, sizeof bytes);
  GVariant *data = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, content, TRUE));
  fail_unless (gst_web_message_port_post_message (from, data, NULL, 0, NULL));
  fail_unless (gst_web_message_port_post_message (from, NULL, NULL, 0, NULL));

  GstWebMessageEvent *event = receive (to);
  fail_unless (gst_web_message_event_get_data (event) == data);
  fail_unless (g_variant_get_data (data) == bytes);
  g_object_unref (event);
  event = receive (to);
  fail_unless (gst_web_message_event_get_data (event) == NULL);
  g_object_unref (event);
  g_variant_unref (data);
  g_bytes_unref (content);
  g_object_unref (channel);
}
GST_END_TEST

GST_START_TEST (a_transferred_port_becomes_a_new_object)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessageChannel *other = gst_web_message_channel_new ();
  GstWebMessagePort *from = gst_web_message_channel_get_port1 (channel);
  GstWebMessagePort *to = gst_web_message_channel_get_port2 (channel);
  GstWebMessagePort *near = gst_web_message_channel_get_port1 (other);
  GstWebMessagePort *far = gst_web_message_channel_get_port2 (other);
  post (near, "waits inside");
  post_with (from, far);
  assert_no_receive (far, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE);

  GstWebMessageEvent *event = receive (to);
  GPtrArray *transferred = gst_web_message_event_get_transferred (event);
  guint place = g_variant_get_handle (gst_web_message_event_get_data (event));
  GstWebMessagePort *received =
      GST_WEB_MESSAGE_PORT (transferred->pdata[place]);
  fail_unless (received != far);
  GstWebMessageEvent *inside = receive (received);
  fail_unless_equals_string (
      g_variant_get_string (gst_web_message_event_get_data (inside), NULL),
      "waits inside");
  g_object_unref (inside);

  // The event holds the last reference: with it the port is closed.
  GString *log = listen (near);
  g_object_unref (event);
  run_context (NULL);
  fail_unless_equals_string (log->str, "close ");
  g_string_free (log, TRUE);
  g_object_unref (channel);
  g_object_unref (other);
}
GST_END_TEST

GST_START_TEST (a_bad_transfer_list_is_a_data_clone_error)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessageChannel *other = gst_web_message_channel_new ();
  GObject *from = G_OBJECT (gst_web_message_channel_get_port1 (channel));
  GObject *near = G_OBJECT (gst_web_message_channel_get_port1 (other));
  GObject *far = G_OBJECT (gst_web_message_channel_get_port2 (other));
  GstWebMessagePort *port = GST_WEB_MESSAGE_PORT (from);
  GObject *itself[] = {far, from}, *twice[] = {far, near, far};
  GObject *foreign[] = {far, G_OBJECT (channel)}, *nothing[] = {far, NULL};
  assert_refused (port, itself, 2, GST_WEB_ERROR_DATA_CLONE);
  assert_refused (port, twice, 3, GST_WEB_ERROR_DATA_CLONE);
  assert_refused (port, foreign, 2, GST_WEB_ERROR_DATA_CLONE);
  assert_refused (port, nothing, 2, GST_WEB_ERROR_DATA_CLONE);
  post_with (port, far);
  assert_refused (port, twice, 1, GST_WEB_ERROR_DATA_CLONE);
  g_object_unref (channel);
  g_object_unref (other);
}
GST_END_TEST

GST_START_TEST (data_that_is_malformed_is_a_messageerror)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessagePort *from = gst_web_message_channel_get_port1 (channel);
  GstWebMessagePort *to = gst_web_message_channel_get_port2 (channel);
  for (int i = 0; i < 2; i++)
    fail_unless (gst_web_message_port_post_message (from,
        g_variant_new_from_data (
            G_VARIANT_TYPE_STRING, "no end", 6, FALSE, NULL, NULL),
        NULL, 0, NULL));
  assert_no_receive (to, GST_WEB_ERROR, GST_WEB_ERROR_DATA_CLONE);
  GString *log = listen (to);
  gst_web_message_port_start (to);
  run_context (NULL);
  fail_unless_equals_string (log->str, "other ");
  g_string_free (log, TRUE);
  g_object_unref (channel);
}
GST_END_TEST

static gpointer
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

GST_START_TEST (a_cancelled_receive_says_so)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GCancellable *cancellable = g_cancellable_new ();
  GError *error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel, cancellable);
  fail_if (gst_web_message_port_receive (
      gst_web_message_channel_get_port1 (channel), cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);
  g_object_unref (cancellable);
  g_object_unref (channel);
}
GST_END_TEST

static void
on_close_quit (GstWebMessagePort *port, gpointer loop)
{
  g_main_loop_quit (loop);
}

static void
on_message_answer (
    GstWebMessagePort *port, GstWebMessageEvent *event, gpointer thread)
{
  fail_unless (g_thread_self () == thread);
  GError *error = NULL;
  gst_web_message_port_post_message (
      port, gst_web_message_event_get_data (event), NULL, 0, &error);
  g_assert_no_error (error);
}

// A thread with a main loop: its first message, on the way in, is a port; what
// comes out of that is answered until it is closed.
static gpointer
answering_thread (gpointer data)
{
  GstWebMessagePort *control = data;
  GMainContext *context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  GMainLoop *loop = g_main_loop_new (context, FALSE);
  GstWebMessagePort *port = receive_port (control);
  g_signal_connect (
      port, "message", G_CALLBACK (on_message_answer), g_thread_self ());
  g_signal_connect (port, "close", G_CALLBACK (on_close_quit), loop);
  gst_web_message_port_start (port);
  g_main_loop_run (loop);
  g_object_unref (port);
  g_object_unref (control);
  g_main_loop_unref (loop);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return NULL;
}

GST_START_TEST (two_threads_talk_through_a_transferred_port)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessageChannel *control = gst_web_message_channel_new ();
  GThread *thread = g_thread_new ("answers", answering_thread,
      g_object_ref (gst_web_message_channel_get_port2 (control)));
  GstWebMessagePort *port = gst_web_message_channel_get_port1 (channel);
  post (port, "0");
  post_with (gst_web_message_channel_get_port1 (control),
      gst_web_message_channel_get_port2 (channel));
  for (int i = 1; i < 2000; i++) {
    char *text = g_strdup_printf ("%d", i);
    post (port, text);
    g_free (text);
  }
  for (int i = 0; i < 2000; i++) {
    GstWebMessageEvent *event = receive (port);
    GVariant *data = gst_web_message_event_get_data (event);
    char *text = g_strdup_printf ("%d", i);
    fail_unless_equals_string (g_variant_get_string (data, NULL), text);
    g_free (text);
    g_object_unref (event);
  }
  gst_web_message_port_close (port);
  g_thread_join (thread);
  g_object_unref (channel);
  g_object_unref (control);
}
GST_END_TEST

static gpointer
owning_thread (gpointer data)
{
  GMainContext *context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  GstWebMediaSource *source = gst_web_media_source_new ();
  post_with (data, gst_web_media_source_get_handle (source));
  // The handle can't go a second time.
  GObject *again[] = {G_OBJECT (gst_web_media_source_get_handle (source))};
  assert_refused (data, again, 1, GST_WEB_ERROR_DATA_CLONE);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return source;
}

GST_START_TEST (a_media_source_handle_travels_from_hand_to_hand)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessagePort *near = gst_web_message_channel_get_port1 (channel);
  GstWebMessagePort *far = gst_web_message_channel_get_port2 (channel);
  GstWebMediaSource *source =
      g_thread_join (g_thread_new ("owner", owning_thread, far));
  GstWebMessageEvent *event = receive (near);
  fail_unless_equals_int (gst_web_message_event_get_ports (event)->len, 0);
  GPtrArray *transferred = gst_web_message_event_get_transferred (event);
  fail_unless_equals_int (transferred->len, 1);
  fail_unless (GST_IS_WEB_MEDIA_SOURCE_HANDLE (transferred->pdata[0]));
  // The object that arrived is another one, and may travel on.
  post_with (near, transferred->pdata[0]);
  GObject *again[] = {transferred->pdata[0]};
  assert_refused (near, again, 1, GST_WEB_ERROR_DATA_CLONE);
  g_object_unref (receive (far));
  g_object_unref (event);
  g_object_unref (source);
  g_object_unref (channel);
}
GST_END_TEST

static gpointer
ending_thread (gpointer data)
{
  post (data, "last words");
  g_object_unref (data);
  return NULL;
}

GST_START_TEST (a_thread_that_ends_leaves_its_messages_then_the_end)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessageChannel *control = gst_web_message_channel_new ();
  post_with (gst_web_message_channel_get_port1 (control),
      gst_web_message_channel_get_port2 (channel));
  g_thread_join (g_thread_new ("ends", ending_thread,
      receive_port (gst_web_message_channel_get_port2 (control))));
  GstWebMessagePort *port = gst_web_message_channel_get_port1 (channel);
  g_object_unref (receive (port));
  assert_no_receive (port, GST_WEB_ERROR, GST_WEB_ERROR_ABORT);
  g_object_unref (channel);
  g_object_unref (control);
}
GST_END_TEST

GST_START_TEST (a_dropped_port_gets_no_signal)
{
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GstWebMessagePort *from =
      g_object_ref (gst_web_message_channel_get_port1 (channel));
  GstWebMessagePort *to = gst_web_message_channel_get_port2 (channel);
  GString *log = listen (to);
  gst_web_message_port_start (to);
  post (from, "too late");
  g_object_unref (channel);
  run_context (NULL);
  fail_unless_equals_string (log->str, "");
  g_string_free (log, TRUE);
  g_object_unref (from);
}
GST_END_TEST

static Suite *
message_port_suite (void)
{
  Suite *suite = suite_create ("api/message-port");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_channel_has_the_same_ports_each_time);
  tcase_add_test (tcase, signals_come_after_start_in_order_then_close);
  tcase_add_test (tcase, data_is_the_same_variant_and_may_be_null);
  tcase_add_test (tcase, a_transferred_port_becomes_a_new_object);
  tcase_add_test (tcase, a_bad_transfer_list_is_a_data_clone_error);
  tcase_add_test (tcase, data_that_is_malformed_is_a_messageerror);
  tcase_add_test (tcase, a_cancelled_receive_says_so);
  tcase_add_test (tcase, two_threads_talk_through_a_transferred_port);
  tcase_add_test (tcase, a_media_source_handle_travels_from_hand_to_hand);
  tcase_add_test (tcase, a_thread_that_ends_leaves_its_messages_then_the_end);
  tcase_add_test (tcase, a_dropped_port_gets_no_signal);
  return suite;
}
GST_CHECK_MAIN (message_port)
