// SPDX-License-Identifier: LGPL-2.1-or-later
// What applications do inside signal handlers, and with threads and contexts
// that go before the objects that they made.
#include <gst/check/gstcheck.h>
#include <gst/webmedia/webmedia.h>

typedef struct {
  GMainContext *context;
  GstWebMediaSource *source;
  GstWebSourceBuffer *buffer;
  GstElement *element;
  GstBuffer *data;
  guint offset, ends, aborts, errors;
  GThread *thread; // of the last event
} Fixture;

static GstBuffer *
read_media (const char *name)
{
  char *path = g_build_filename (g_getenv ("WEBMEDIA_TEST_MEDIA"), name, NULL);
  char *bytes;
  gsize size;
  fail_unless (g_file_get_contents (path, &bytes, &size, NULL));
  g_free (path);
  return gst_buffer_new_wrapped (bytes, size);
}

static void
on_updateend (GstWebSourceBuffer *buffer, Fixture *f)
{
  f->ends++;
  f->thread = g_thread_self ();
}

static void
on_abort (GstWebSourceBuffer *buffer, Fixture *f)
{
  f->aborts++;
}

static void
on_error (GstWebSourceBuffer *buffer, const GError *error, Fixture *f)
{
  f->errors++;
}

// A media source that belongs to a context of its own, attached.
static void
set_up (Fixture *f)
{
  *f = (Fixture){.data = read_media ("v.mp4")};
  f->context = g_main_context_new ();
  g_main_context_push_thread_default (f->context);
  f->source = gst_web_media_source_new ();
  f->element = gst_element_factory_make ("msesrc", NULL);
  fail_unless (f->element != NULL);
  gst_object_ref_sink (f->element);
  g_object_set (
      f->element, "handle", gst_web_media_source_get_handle (f->source), NULL);
  fail_unless (gst_element_set_state (f->element, GST_STATE_READY)
               == GST_STATE_CHANGE_SUCCESS);
  GError *error = NULL;
  fail_unless (gst_web_media_source_wait_open (f->source, NULL, &error));
  f->buffer =
      gst_web_media_source_add_source_buffer (f->source, "video/mp4", &error);
  g_assert_no_error (error);
  g_signal_connect (f->buffer, "updateend", G_CALLBACK (on_updateend), f);
  g_signal_connect (f->buffer, "abort", G_CALLBACK (on_abort), f);
  g_signal_connect (f->buffer, "error", G_CALLBACK (on_error), f);
  g_main_context_pop_thread_default (f->context);
}

static void
tear_down (Fixture *f)
{
  g_clear_object (&f->buffer);
  g_clear_object (&f->source);
  gst_element_set_state (f->element, GST_STATE_NULL);
  gst_object_unref (f->element);
  gst_buffer_unref (f->data);
  g_clear_pointer (&f->context, g_main_context_unref);
}

static void
append (Fixture *f)
{
  GError *error = NULL;
  gst_web_source_buffer_append_buffer (f->buffer, f->data, &error);
  g_assert_no_error (error);
}

static void
run_until_ends (Fixture *f, guint ends)
{
  while (f->ends < ends)
    g_main_context_iteration (f->context, TRUE);
}

static void
append_next (GstWebSourceBuffer *buffer, Fixture *f)
{
  gsize size = gst_buffer_get_size (f->data);
  if (f->offset == size)
    return;
  gsize length = MIN (size - f->offset, size / 7 + 1);
  GstBuffer *piece = gst_buffer_copy_region (
      f->data, GST_BUFFER_COPY_MEMORY, f->offset, length);
  f->offset += length;
  GError *error = NULL;
  gst_web_source_buffer_append_buffer (buffer, piece, &error);
  g_assert_no_error (error);
  gst_buffer_unref (piece);
}

GST_START_TEST (updateend_can_append_the_next_piece)
{
  Fixture f;
  set_up (&f);
  g_signal_connect (f.buffer, "updateend", G_CALLBACK (append_next), &f);
  append_next (f.buffer, &f);
  run_until_ends (&f, 7);
  fail_if (gst_web_source_buffer_get_updating (f.buffer));
  fail_unless_equals_int (f.ends, 7);
  GstWebTimeRanges *ranges =
      gst_web_source_buffer_get_buffered (f.buffer, NULL);
  fail_unless_equals_int (gst_web_time_ranges_get_length (ranges), 1);
  g_boxed_free (GST_TYPE_WEB_TIME_RANGES, ranges);
  tear_down (&f);
}
GST_END_TEST

static void
append_sync (GstWebSourceBuffer *buffer, Fixture *f)
{
  if (f->ends > 20)
    return;
  GError *error = NULL;
  gst_web_source_buffer_append_buffer_sync (buffer, f->data, &error);
  g_assert_no_error (error);
}

GST_START_TEST (a_blocking_append_in_a_handler_nests)
{
  Fixture f;
  set_up (&f);
  g_signal_connect (f.buffer, "updateend", G_CALLBACK (append_sync), &f);
  append (&f);
  run_until_ends (&f, 21);
  fail_unless_equals_int (f.ends, 21);
  tear_down (&f);
}
GST_END_TEST

static void
abort_it (GstWebSourceBuffer *buffer, Fixture *f)
{
  GError *error = NULL;
  gst_web_source_buffer_abort (buffer, &error);
  g_assert_no_error (error);
}

GST_START_TEST (update_and_updatestart_can_abort)
{
  for (int i = 0; i < 2; i++) {
    Fixture f;
    set_up (&f);
    g_signal_connect (
        f.buffer, i ? "update" : "updatestart", G_CALLBACK (abort_it), &f);
    append (&f);
    run_until_ends (&f, 1);
    fail_if (gst_web_source_buffer_get_updating (f.buffer));
    fail_unless_equals_int (f.ends, 1);
    fail_unless (f.aborts <= 1);
    tear_down (&f);
  }
}
GST_END_TEST

static void
remove_it (GstWebSourceBuffer *buffer, Fixture *f)
{
  GError *error = NULL;
  gst_web_media_source_remove_source_buffer (f->source, buffer, &error);
  g_assert_no_error (error);
}

GST_START_TEST (a_handler_can_remove_its_source_buffer)
{
  Fixture f;
  set_up (&f);
  g_signal_connect (f.buffer, "updatestart", G_CALLBACK (remove_it), &f);
  append (&f);
  run_until_ends (&f, 1);
  fail_unless (gst_web_source_buffer_get_buffered (f.buffer, NULL) == NULL);
  tear_down (&f);
}
GST_END_TEST

static void
drop_all (GstWebSourceBuffer *buffer, Fixture *f)
{
  g_clear_object (&f->buffer);
  g_clear_object (&f->source);
}

GST_START_TEST (a_handler_can_drop_the_last_references)
{
  const char *const names[] = {"updatestart", "update", "updateend"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    Fixture f;
    set_up (&f);
    GWeakRef buffer, source;
    g_weak_ref_init (&buffer, f.buffer);
    g_weak_ref_init (&source, f.source);
    g_signal_connect (f.buffer, names[i], G_CALLBACK (drop_all), &f);
    append (&f);
    while (f.source)
      g_main_context_iteration (f.context, TRUE);
    while (g_main_context_iteration (f.context, FALSE)) {
    }
    fail_unless (g_weak_ref_get (&buffer) == NULL);
    fail_unless (g_weak_ref_get (&source) == NULL);
    g_weak_ref_clear (&buffer);
    g_weak_ref_clear (&source);
    tear_down (&f);
  }
}
GST_END_TEST

GST_START_TEST (a_context_can_go_before_its_objects)
{
  Fixture f;
  set_up (&f);
  append (&f);
  g_clear_pointer (&f.context, g_main_context_unref);
  // Nobody runs the context: a blocking call does.
  GError *error = NULL;
  while (gst_web_source_buffer_get_updating (f.buffer))
    g_thread_yield ();
  fail_unless (
      gst_web_source_buffer_append_buffer_sync (f.buffer, f.data, &error));
  fail_unless_equals_int (f.ends, 2);
  append (&f);
  tear_down (&f); // with events that nobody will see
}
GST_END_TEST

static gpointer
append_elsewhere (gpointer data)
{
  Fixture *f = data;
  for (int i = 0; i < 20; i++)
    fail_unless (
        gst_web_source_buffer_append_buffer_sync (f->buffer, f->data, NULL));
  return NULL;
}

GST_START_TEST (events_of_another_threads_calls_come_to_the_owner)
{
  Fixture f;
  set_up (&f);
  fail_unless (g_main_context_acquire (f.context));
  GThread *thread = g_thread_new ("other", append_elsewhere, &f);
  run_until_ends (&f, 20);
  fail_unless (f.thread == g_thread_self ());
  g_thread_join (thread);
  g_main_context_release (f.context);
  tear_down (&f);
}
GST_END_TEST

GST_START_TEST (an_append_error_is_told_once)
{
  Fixture f;
  set_up (&f);
  GstBuffer *bad = gst_buffer_new_allocate (NULL, 4000, NULL);
  gst_buffer_memset (bad, 0, 0x77, 4000);
  GError *error = NULL;
  fail_if (gst_web_source_buffer_append_buffer_sync (f.buffer, bad, &error));
  g_assert_error (error, GST_WEB_ERROR, GST_WEB_ERROR_DECODE);
  g_error_free (error);
  gst_buffer_unref (bad);
  fail_unless_equals_int (f.errors, 1);
  fail_unless_equals_int (f.ends, 1);
  tear_down (&f);
}
GST_END_TEST

GST_START_TEST (an_offset_is_a_finite_time)
{
  Fixture f;
  set_up (&f);
  const GstClockTimeDiff wrong[] = {GST_CLOCK_STIME_NONE, G_MAXINT64};
  for (int i = 0; i < 2; i++) {
    GError *error = NULL;
    fail_if (gst_web_source_buffer_set_timestamp_offset (
        f.buffer, wrong[i], &error));
    g_assert_error (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE);
    g_error_free (error);
  }
  fail_unless_equals_int64 (
      gst_web_source_buffer_get_timestamp_offset (f.buffer), 0);
  tear_down (&f);
}
GST_END_TEST

static Suite *
callbacks_suite (void)
{
  Suite *suite = suite_create ("elements/callbacks");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, updateend_can_append_the_next_piece);
  tcase_add_test (tcase, a_blocking_append_in_a_handler_nests);
  tcase_add_test (tcase, update_and_updatestart_can_abort);
  tcase_add_test (tcase, a_handler_can_remove_its_source_buffer);
  tcase_add_test (tcase, a_handler_can_drop_the_last_references);
  tcase_add_test (tcase, a_context_can_go_before_its_objects);
  tcase_add_test (tcase, events_of_another_threads_calls_come_to_the_owner);
  tcase_add_test (tcase, an_append_error_is_told_once);
  tcase_add_test (tcase, an_offset_is_a_finite_time);
  return suite;
}
GST_CHECK_MAIN (callbacks)
