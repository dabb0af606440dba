// SPDX-License-Identifier: LGPL-2.1-or-later
// The error message is the media element's error: which one it is, in which
// ready state, and of which of the elements that share a handle.
// https://html.spec.whatwg.org/multipage/media.html#error-codes
#include "support/playback.hh"

#include <algorithm>
#include <memory>
#include <semaphore>
#include <thread>

using namespace webmedia::test;

namespace {

struct Code {
  GQuark domain;
  int code;
};

Code
network ()
{
  return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ};
}

Code
decode ()
{
  return {GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE};
}

// MEDIA_ERR_SRC_NOT_SUPPORTED
Code
not_supported ()
{
  return {GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND};
}

// The first one that `pipeline` posts.
void
expect_error (Pipeline &pipeline, Code wanted)
{
  GstMessage *message = pipeline.wait (GST_MESSAGE_ERROR);
  GError *error;
  gst_message_parse_error (message, &error, nullptr);
  g_assert_error (error, wanted.domain, wanted.code);
  g_error_free (error);
  gst_message_unref (message);
}

GstWebMediaElementReadyState
ready_state (GstElement *bin)
{
  GstWebMediaElementReadyState state;
  g_object_get (bin, "ready-state", &state, nullptr);
  return state;
}

const char *const kElements[] = {
    "webmsesrc name=m uri=mse://t ! fakesink",
    "msebin name=m uri=mse://t m.video_0 ! fakesink",
};

// Ends with `end` before the metadata, and after them.
template <typename End>
void
check_end (End end, Code later)
{
  for (const char *description : kElements)
    for (bool metadata : {false, true}) {
      Owner owner ("mse://t");
      Pipeline pipeline (description);
      GstElement *element = pipeline.get ("m");
      pipeline.set_state (GST_STATE_PAUSED, false);
      auto buffer = owner.add ("video/mp4");
      if (metadata)
        owner.append (buffer, split_mp4 (media_bytes ("cmaf-v.mp4"))[0]);
      end (owner.source (), buffer);
      expect_error (pipeline, metadata ? later : not_supported ());
      if (GST_IS_BIN (element))
        fail_unless ((ready_state (element)
                         == GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING)
                     == !metadata);
    }
}

} // namespace

// https://www.w3.org/TR/media-source-2/#end-of-stream-algorithm
GST_START_TEST (an_end_with_an_error_before_the_metadata_is_not_supported)
{
  check_end (
      [] (GstWebMediaSource *source, GstWebSourceBuffer *) {
        fail_unless (gst_web_media_source_end_of_stream (
            source, GST_WEB_END_OF_STREAM_ERROR_NETWORK, nullptr));
      },
      network ());
  check_end (
      [] (GstWebMediaSource *source, GstWebSourceBuffer *) {
        fail_unless (gst_web_media_source_end_of_stream (
            source, GST_WEB_END_OF_STREAM_ERROR_DECODE, nullptr));
      },
      decode ());
}
GST_END_TEST;

// https://www.w3.org/TR/media-source-2/#sourcebuffer-append-error
GST_START_TEST (an_append_error_before_the_metadata_is_not_supported)
{
  check_end (
      [] (GstWebMediaSource *, GstWebSourceBuffer *buffer) {
        GstBuffer *garbage = gst_buffer_new_memdup ("garbage and more", 16);
        GError *error = nullptr;
        fail_if (
            gst_web_source_buffer_append_buffer_sync (buffer, garbage, &error));
        // The source buffer's own is the same in any ready state.
        g_assert_error (error, GST_WEB_ERROR, GST_WEB_ERROR_DECODE);
        g_error_free (error);
        gst_buffer_unref (garbage);
      },
      decode ());
}
GST_END_TEST;

// Five elements for one handle, at the same time. One plays; the others have
// MEDIA_ERR_SRC_NOT_SUPPORTED and HAVE_NOTHING.
// https://www.w3.org/TR/media-source-2/#mediasource-attach
GST_START_TEST (of_many_elements_that_share_a_handle_one_plays)
{
  constexpr size_t kCount = 5;
  for (int round = 0; round < 20; round++) {
    Owner owner ("mse://t");
    std::vector<std::unique_ptr<Pipeline>> pipelines;
    for (size_t i = 0; i < kCount; i++) {
      pipelines.push_back (
          std::make_unique<Pipeline> ("msebin name=m m.video_0 ! fakesink"));
      g_object_set (pipelines[i]->get ("m"), "handle",
          gst_web_media_source_get_handle (owner.source ()), nullptr);
    }
    std::counting_semaphore<kCount> go (0);
    std::vector<GstStateChangeReturn> results (kCount);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < kCount; i++)
      threads.emplace_back ([&, i] {
        go.acquire ();
        results[i] = gst_element_set_state (**pipelines[i], GST_STATE_READY);
      });
    go.release (kCount);
    for (auto &thread : threads)
      thread.join ();
    fail_unless_equals_int (
        std::count (results.begin (), results.end (), GST_STATE_CHANGE_FAILURE),
        kCount - 1);
    owner.append (owner.add ("video/mp4"), media_bytes ("v.mp4"));
    owner.end ();
    for (size_t i = 0; i < kCount; i++) {
      Pipeline &pipeline = *pipelines[i];
      if (results[i] == GST_STATE_CHANGE_FAILURE) {
        expect_error (pipeline, not_supported ());
        fail_unless_equals_int (ready_state (pipeline.get ("m")),
            GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING);
      } else {
        fail_unless (ready_state (pipeline.get ("m"))
                     != GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING);
        pipeline.play ();
        fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
      }
    }
  }
}
GST_END_TEST;

// By a name, too; and where the name is none.
GST_START_TEST (an_element_that_is_not_attached_has_nothing)
{
  Owner owner ("mse://t");
  Pipeline attached ("msebin uri=mse://t fakesink");
  attached.set_state (GST_STATE_READY);
  for (const char *description :
      {"msebin name=m fakesink", "webmsesrc name=m ! fakesink"}) {
    Pipeline pipeline (description);
    GstElement *element = pipeline.get ("m");
    g_object_set (element, "handle",
        gst_web_media_source_get_handle (owner.source ()), nullptr);
    fail_unless (gst_element_set_state (*pipeline, GST_STATE_READY)
                 == GST_STATE_CHANGE_FAILURE);
    expect_error (pipeline, not_supported ());
    pipeline.set_state (GST_STATE_NULL);
    g_object_set (element, "handle", nullptr, "uri", "file:///t", nullptr);
    fail_unless (gst_element_set_state (*pipeline, GST_STATE_READY)
                 == GST_STATE_CHANGE_FAILURE);
    expect_error (pipeline, not_supported ());
    if (GST_IS_BIN (element))
      fail_unless_equals_int (ready_state (element),
          GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING);
  }
}
GST_END_TEST;

static Suite *
element_error_suite (void)
{
  Suite *suite = suite_create ("element-error");
  TCase *tcase = tcase_create ("element-error");
  suite_add_tcase (suite, tcase);
  tcase_add_test (
      tcase, an_end_with_an_error_before_the_metadata_is_not_supported);
  tcase_add_test (tcase, an_append_error_before_the_metadata_is_not_supported);
  tcase_add_test (tcase, of_many_elements_that_share_a_handle_one_plays);
  tcase_add_test (tcase, an_element_that_is_not_attached_has_nothing);
  return suite;
}

GST_CHECK_MAIN (element_error)
