// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties that the elements of streams have.
#include "support/check.hh"

#include <barrier>
#include <gst/webmedia/webmedia.h>
#include <string>
#include <thread>

namespace {

struct Element {
  explicit Element (const char *factory)
      : element (GST_ELEMENT (
          gst_object_ref_sink (gst_element_factory_make (factory, nullptr))))
  {}
  ~Element () { gst_object_unref (element); }

  void set (const char *name, const std::string &text)
  {
    g_object_set (element, name, text.c_str (), nullptr);
  }
  std::string text (const char *name)
  {
    gchar *value = nullptr;
    g_object_get (element, name, &value, nullptr);
    std::string copy = value ? value : "(null)";
    g_free (value);
    return copy;
  }
  bool is_lossless ()
  {
    gboolean value = FALSE;
    g_object_get (element, "lossless", &value, nullptr);
    return value;
  }

  GstElement *const element;
};

// Takes a while to copy.
const std::string kLong (1 << 20, 'x');

// Sets both at the same time, over and over; neither may have been lost.
template <typename Set, typename Check>
void
set_together (
    Element &element, const char *text_property, Set set, Check is_set)
{
  constexpr int kTimes = 40, kEach = 10;
  std::barrier together (2);
  std::thread thread ([&] {
    for (int i = 0; i < kTimes; i++) {
      together.arrive_and_wait ();
      element.set (text_property, kLong + std::to_string (i));
      together.arrive_and_wait ();
    }
  });
  int lost = 0;
  for (int i = 0; i < kTimes; i++) {
    together.arrive_and_wait ();
    for (int j = 0; j < kEach; j++)
      set (i);
    together.arrive_and_wait ();
    lost += !is_set (i)
            || element.text (text_property) != kLong + std::to_string (i);
  }
  thread.join ();
  fail_unless_equals_int (lost, 0);
}

} // namespace

GST_START_TEST (what_one_thread_sets_no_other_one_takes_back)
{
  for (const char *factory : {"mediastreamsink", "mediastreamsrc"}) {
    Element e (factory);
    set_together (
        e, "uri",
        [&e] (int i) { g_object_set (e.element, "lossless", i % 2, nullptr); },
        [&e] (int i) { return e.is_lossless () == (i % 2 == 1); });
  }
}
GST_END_TEST

GST_START_TEST (constraints_and_devices_are_set_by_two_threads)
{
  Element e ("mediastreamsrc");
  GstWebMediaDevices *devices[] = {
      gst_web_media_devices_new (), gst_web_media_devices_new ()};
  set_together (
      e, "constraints",
      [&] (int i) {
        g_object_set (e.element, "media-devices", devices[i % 2], nullptr);
      },
      [&] (int i) {
        gpointer set = nullptr;
        g_object_get (e.element, "media-devices", &set, nullptr);
        g_object_unref (set);
        return set == devices[i % 2];
      });
  for (GstWebMediaDevices *each : devices)
    g_object_unref (each);
}
GST_END_TEST

GST_START_TEST (what_was_set_can_be_taken_back)
{
  Element e ("mediastreamsrc");
  for (const char *name : {"uri", "constraints"}) {
    e.set (name, "a");
    g_object_set (e.element, name, nullptr, nullptr);
    fail_unless_equals_string (e.text (name).c_str (), "(null)");
  }
}
GST_END_TEST

GST_START_TEST (without_a_stream_it_fails_and_says_what_to_set)
{
  for (const char *factory : {"mediastreamsink", "mediastreamsrc"}) {
    Element e (factory);
    GstBus *bus = gst_bus_new ();
    gst_element_set_bus (e.element, bus);
    fail_unless_equals_int (gst_element_set_state (e.element, GST_STATE_READY),
        GST_STATE_CHANGE_FAILURE);
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    gchar *debug;
    gst_message_parse_error (message, nullptr, &debug);
    for (const char *way : {"uri", "stream", "constraints"})
      fail_unless_equals_int (
          strstr (debug, (std::string (way) + " to ").c_str ()) != nullptr,
          g_object_class_find_property (G_OBJECT_GET_CLASS (e.element), way)
              != nullptr);
    g_free (debug);
    gst_message_unref (message);
    gst_element_set_bus (e.element, nullptr);
    gst_object_unref (bus);
  }
}
GST_END_TEST

static Suite *
mediastream_settings_suite ()
{
  Suite *suite = suite_create ("mediastream-settings");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, what_one_thread_sets_no_other_one_takes_back);
  tcase_add_test (tc, constraints_and_devices_are_set_by_two_threads);
  tcase_add_test (tc, what_was_set_can_be_taken_back);
  tcase_add_test (tc, without_a_stream_it_fails_and_says_what_to_set);
  return suite;
}

GST_CHECK_MAIN (mediastream_settings)
