// SPDX-License-Identifier: LGPL-2.1-or-later
// How an element comes to its media source: by a handle, once ever; by a name,
// as often as it is closed and its handle was not used.
// https://www.w3.org/TR/media-source-2/#mediasource-attach
#include "support/playback.hh"

#include <cstring>

using namespace webmedia::test;

namespace {

// A media source with a name, and two elements.
struct Fixture {
  Fixture () : owner ("mse://t"), one ("msesrc ! fakesink"), other (kBin) {}

  static void set_handle (Pipeline &pipeline, GstWebMediaSourceHandle *handle)
  {
    g_object_set (find (pipeline), "handle", handle, nullptr);
  }
  GstWebMediaSourceHandle *handle ()
  {
    return gst_web_media_source_get_handle (owner.source ());
  }
  static void set_uri (Pipeline &pipeline)
  {
    g_object_set (find (pipeline), "uri", "mse://t", nullptr);
  }
  // The msesrc or msebin.
  static GstElement *find (Pipeline &pipeline)
  {
    auto bin = GST_BIN (*pipeline);
    for (GList *each = bin->children; each; each = each->next)
      if (g_object_class_find_property (
              G_OBJECT_GET_CLASS (each->data), "handle"))
        return GST_ELEMENT (each->data);
    return nullptr;
  }
  static bool attach (Pipeline &pipeline)
  {
    return gst_element_set_state (*pipeline, GST_STATE_READY)
           != GST_STATE_CHANGE_FAILURE;
  }
  // It does not, with an error message that says `why`.
  static void refuse (Pipeline &pipeline, const char *why)
  {
    fail_unless (!attach (pipeline));
    std::string text = pipeline.wait_end ();
    fail_unless (text.find (why) != std::string::npos, "%s", text.c_str ());
    pipeline.set_state (GST_STATE_NULL);
  }
  bool is_open ()
  {
    return gst_web_media_source_get_ready_state (owner.source ())
           == GST_WEB_READY_STATE_OPEN;
  }

  static constexpr const char *kBin = "msebin fakesink";
  Owner owner;
  Pipeline one, other;
};

} // namespace

// https://www.w3.org/TR/media-source-2/#mediasource-object-url
// That of a worker's media source fails, so that there is one way to attach it.
GST_START_TEST (what_a_handle_attached_a_name_never_does)
{
  Fixture t;
  t.set_uri (t.other);
  t.set_handle (t.one, t.handle ());
  t.refuse (t.other, "only the handle attaches it");
  fail_unless (t.attach (t.one));
  t.refuse (t.other, "only the handle attaches it");
  fail_unless (t.is_open ());
  t.one.set_state (GST_STATE_NULL);
  t.refuse (t.other, "only the handle attaches it");
  fail_unless (!t.is_open ());
}
GST_END_TEST;

GST_START_TEST (what_a_name_attached_a_handle_never_does)
{
  Fixture t;
  t.set_uri (t.one);
  t.set_uri (t.other);
  // The name works again, for several elements at once, also where the handle
  // was looked at.
  GstWebMediaSourceHandle *handle = t.handle ();
  for (int i = 0; i < 2; i++) {
    fail_unless (t.attach (t.one));
    fail_unless (t.attach (t.other));
    t.one.set_state (GST_STATE_NULL);
    fail_unless (t.is_open ());
    t.other.set_state (GST_STATE_NULL);
    fail_unless (!t.is_open ());
  }
  fail_unless (t.attach (t.one));
  t.set_handle (t.other, handle);
  t.refuse (t.other, "a handle works once");
  fail_unless (t.is_open ());
  t.one.set_state (GST_STATE_NULL);
  t.refuse (t.other, "a handle works once");
}
GST_END_TEST;

// Neither the object that was sent away, nor after the name was used; and where
// it was sent first, not the name.
GST_START_TEST (a_handle_that_travels_competes_with_the_name)
{
  for (bool named_first : {false, true}) {
    Fixture t;
    t.set_uri (t.other);
    if (named_first)
      fail_unless (t.attach (t.other));
    GstWebMessageChannel *channel = gst_web_message_channel_new ();
    GObject *transfer[] = {G_OBJECT (t.handle ())};
    fail_unless (gst_web_message_port_post_message (
        gst_web_message_channel_get_port2 (channel), nullptr, transfer, 1,
        nullptr));
    GstWebMessageEvent *event = gst_web_message_port_receive (
        gst_web_message_channel_get_port1 (channel), nullptr, nullptr);
    GPtrArray *arrived = gst_web_message_event_get_transferred (event);
    t.set_handle (t.one, t.handle ());
    t.refuse (t.one, "was transferred");
    if (!named_first)
      t.refuse (t.other, "only the handle attaches it");
    t.set_handle (t.one, GST_WEB_MEDIA_SOURCE_HANDLE (arrived->pdata[0]));
    if (named_first)
      t.refuse (t.one, "a handle works once");
    else
      fail_unless (t.attach (t.one));
    fail_unless (t.is_open ());
    gst_object_unref (event);
    gst_object_unref (channel);
  }
}
GST_END_TEST;

// [[has ever been assigned as srcobject]]: before it is attached, and also
// where the property is reset.
GST_START_TEST (a_handle_that_an_element_was_given_stays_where_it_is)
{
  Fixture t;
  t.set_handle (t.one, t.handle ());
  t.set_handle (t.one, nullptr);
  GstWebMessageChannel *channel = gst_web_message_channel_new ();
  GObject *transfer[] = {G_OBJECT (t.handle ())};
  GError *error = nullptr;
  fail_unless (!gst_web_message_port_post_message (
      gst_web_message_channel_get_port1 (channel), nullptr, transfer, 1,
      &error));
  g_assert_error (error, GST_WEB_ERROR, GST_WEB_ERROR_DATA_CLONE);
  g_error_free (error);
  gst_object_unref (channel);
  // It was never attached: that still works.
  t.set_handle (t.other, t.handle ());
  fail_unless (t.attach (t.other));
}
GST_END_TEST;

// As the documentation of `handle` has it.
GST_START_TEST (of_a_handle_and_a_name_the_handle_is_played)
{
  Fixture t;
  for (Pipeline *each : {&t.one, &t.other}) {
    GstWebMediaSource *source = gst_web_media_source_new ();
    t.set_handle (*each, gst_web_media_source_get_handle (source));
    g_object_set (t.find (*each), "uri", "mse://nobody", nullptr);
    fail_unless (t.attach (*each));
    fail_unless_equals_int (gst_web_media_source_get_ready_state (source),
        GST_WEB_READY_STATE_OPEN);
    fail_unless (gst_web_media_source_lookup ("mse://nobody") == nullptr);
    each->set_state (GST_STATE_NULL);
    gst_object_unref (source);
  }
}
GST_END_TEST;

// As it does where it was in READY: nobody would tell it to let go.
GST_START_TEST (a_bin_that_does_not_become_ready_is_not_attached)
{
  Fixture t;
  t.set_uri (t.other);
  // What the application has put into it fails.
  auto bin = GST_BIN (t.find (t.other));
  GstElement *child = gst_element_factory_make ("msesrc", nullptr);
  fail_unless (gst_bin_add (bin, child));
  t.refuse (t.other, "Nothing to play");
  fail_unless (!t.is_open ());
  fail_unless (gst_bin_remove (bin, child));
  fail_unless (t.attach (t.other));
  fail_unless (t.is_open ());
}
GST_END_TEST;

static Suite *
attach_suite (void)
{
  Suite *suite = suite_create ("attach");
  TCase *tcase = tcase_create ("attach");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_a_handle_attached_a_name_never_does);
  tcase_add_test (tcase, what_a_name_attached_a_handle_never_does);
  tcase_add_test (tcase, a_handle_that_travels_competes_with_the_name);
  tcase_add_test (tcase, a_handle_that_an_element_was_given_stays_where_it_is);
  tcase_add_test (tcase, of_a_handle_and_a_name_the_handle_is_played);
  tcase_add_test (tcase, a_bin_that_does_not_become_ready_is_not_attached);
  return suite;
}

GST_CHECK_MAIN (attach)
